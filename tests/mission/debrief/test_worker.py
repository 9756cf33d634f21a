"""The worker debriefs what lands, and says so where it cannot."""

from datetime import timedelta
from pathlib import Path

from mission.debrief.flight_logbook import entry
from mission.debrief.service import latest
from mission.debrief.worker import OTHERS_AFTER, DebriefWorker
from mission.flights import repository, service, tracks
from mission.flights.record_writer import apply
from mission.flights.records import NumberedRecord, WordRecord
from mission.flights.states import FlightState
from mission.flights.supervisor import tlog_of
from mission.flights.tables import FlightRow
from telemetry.clock import ManualClock
from telemetry.messages import written
from telemetry.positions import Position
from telemetry.store import Store
from telemetry.vehicles import VehicleState
from telemetry.visibility import EVERYTHING
from tests.mission.flights.builders import AT, STANDARDS, a_drone, a_flight, read, whys
from tests.telemetry.logs.test_photos import captured, logged

CLOCK = ManualClock(AT)


def landed(store: Store, *, points: int, ends: FlightState = FlightState.LANDED) -> FlightRow:
    a_drone(store)
    flight = a_flight(store, CLOCK)
    with store.write() as work:
        row = repository.get(work.session, flight.id, EVERYTHING)
        for state in (FlightState.UPLOADING, FlightState.READY, FlightState.FLYING, ends):
            service.move_to(work, row, state, who="system", why="test", at=AT)
        for _ in range(points):
            where = Position(lat=56.62, lon=23.28, alt_m=80)
            tracks.record(work, row, VehicleState(AT, where, 20, 90, 8, 0.9, True, True, "mission", 1, 9, True))
    return flight


def test_a_landed_flight_is_debriefed_without_anybody_asking(store: Store) -> None:
    flight = landed(store, points=3)
    desk = DebriefWorker(store, standards=STANDARDS, clock=CLOCK)
    desk.look()
    done = read(store, flight)
    assert (done.state, done.outcome) == (FlightState.DEBRIEFED, "test")


def test_pictures_are_counted_as_the_vehicle_told_them_where_its_log_is_kept(store: Store, tmp_path: Path) -> None:
    flight = landed(store, points=3)
    told = [captured(number) for number in (1, 2, 2, 3)]
    tlog_of(tmp_path, flight.id).write_bytes(b"".join(logged(one, at=AT) for one in told))
    desk = DebriefWorker(store, standards=STANDARDS, clock=CLOCK, tlogs=tmp_path)
    desk.look()
    with store.read() as session:
        found = latest(session, flight.id)
    assert found is not None
    assert (found["photos"], found["photos_from"]) == (3, "CAMERA_IMAGE_CAPTURED")
    assert found["photo_places"][0] == [23.28, 56.62, 30.0]


def test_a_flight_that_another_server_heard_last_is_left_to_it_until_that_is_gone(store: Store, tmp_path: Path) -> None:
    clock = ManualClock(AT)
    flight = landed(store, points=3)
    with store.write() as work:
        repository.get(work.session, flight.id, EVERYTHING).heard_by = "first"
    tlog_of(tmp_path, flight.id).write_bytes(logged(captured(1), at=AT))
    first = DebriefWorker(store, standards=STANDARDS, clock=clock, tlogs=tmp_path, server_id="first")
    second = DebriefWorker(store, standards=STANDARDS, clock=clock, server_id="second")
    second.look()
    assert read(store, flight).state == FlightState.LANDED
    first.look()
    assert read(store, flight).state == FlightState.DEBRIEFED
    with store.read() as session:
        found = latest(session, flight.id)
    assert found is not None
    assert found["photos"] == 1


def test_a_flight_whose_server_does_not_come_back_is_debriefed_by_another(store: Store) -> None:
    clock = ManualClock(AT)
    flight = landed(store, points=3)
    with store.write() as work:
        repository.get(work.session, flight.id, EVERYTHING).heard_by = "first"
    clock.advance(OTHERS_AFTER.total_seconds())
    DebriefWorker(store, standards=STANDARDS, clock=clock, server_id="second").look()
    assert read(store, flight).state == FlightState.DEBRIEFED


def test_a_flight_without_a_track_stays_landed_and_says_why(store: Store) -> None:
    flight = landed(store, points=0)
    desk = DebriefWorker(store, standards=STANDARDS, clock=CLOCK)
    desk.look()
    assert "nothing was recorded" in whys(store, flight)[-1]


def test_a_flight_that_was_lost_is_debriefed_once_when_nothing_more_comes_of_it(store: Store) -> None:
    clock = ManualClock(AT)
    flight = landed(store, points=3, ends=FlightState.ABORTED)
    desk = DebriefWorker(store, standards=STANDARDS, clock=clock)
    desk.look()
    assert whys(store, flight)[-1] == "aborted: test"
    clock.advance(31)
    desk.look()
    desk.look()
    assert [why for why in whys(store, flight) if "debriefed" in why] == [whys(store, flight)[-1]]
    assert whys(store, flight)[-1].startswith("aborted: debriefed")


def test_motors_stopped_in_the_air_have_their_landing_and_minutes_in_the_log_book(store: Store) -> None:
    flight = landed(store, points=1, ends=FlightState.ABORTED)
    down = WordRecord(
        AT + timedelta(minutes=3), FlightState.ABORTED, "system", written("on the ground"), "idle", landed=True
    )
    apply(store, flight.id, [NumberedRecord(1, down)])
    with store.read() as session:
        row = entry(session, repository.get(session, flight.id, EVERYTHING))
    assert (row["landings"], row["duration_min"], row["outcome"]) == (1, 3.0, "test")
