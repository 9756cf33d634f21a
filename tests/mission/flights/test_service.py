"""Flights in the database: who may do what and when, and what the map is told."""

import json
from datetime import timedelta

import pytest

from mission.control import service as control
from mission.flights import repository, service, tracks
from mission.flights.states import FlightState
from mission.flights.tables import FlightRow
from telemetry.cities import City
from telemetry.clock import ManualClock
from telemetry.errors import BadInput, Conflict, FlightBlocked, NotFound
from telemetry.positions import Position
from telemetry.store import Change, Store
from telemetry.units.tables import UnitRow
from telemetry.vehicles import VehicleState
from telemetry.visibility import EVERYTHING
from tests.builders import live
from tests.mission.flights.builders import AT, PILOT, STANDARDS, a_drone, a_flight, a_plan, in_order, read, whys

CLOCK = ManualClock(AT)


def said(current: int, *, seconds: float = 1, battery: float = 0.9) -> VehicleState:
    where = Position(lat=56.62, lon=23.28 + current * 1e-4, alt_m=80)
    return VehicleState(
        AT + timedelta(seconds=seconds), where, 20, 90, 8, battery, True, True, "mission", current, 9, True
    )


def move(store: Store, flight: FlightRow, *states: FlightState) -> None:
    with store.write() as work:
        row = repository.get(work.session, flight.id, EVERYTHING)
        for state in states:
            service.move_to(work, row, state, who="system", why="test", at=AT)


FLY = (FlightState.UPLOADING, FlightState.READY, FlightState.FLYING)


def test_a_scheduled_flight_is_shown_with_its_route_and_numbers(store: Store) -> None:
    a_drone(store)
    heard: list[Change] = []
    store.listen(heard.extend)
    flight = a_flight(store, CLOCK, confirmed=False)
    with store.read() as session:
        shown = json.loads(json.dumps(service.public(session, read(store, flight)), allow_nan=False))
    assert (shown["state"], shown["pilot"], shown["confirmed_by"]) == ("scheduled", PILOT, None)
    assert shown["route"]["type"] == "LineString"
    assert shown["simulated"] is False
    assert shown["progress"]["current"] == 0 < shown["progress"]["total"]
    assert [c.id for c in heard if c.kind == "flight"] == [flight.id]
    assert whys(store, flight) == ["scheduled: scheduled for 22 Nov 2026 14:00 EET (12:00 UTC)"]


def test_two_flights_of_one_drone_may_not_overlap(store: Store) -> None:
    a_drone(store)
    first = a_flight(store, CLOCK)
    with pytest.raises(Conflict, match=r"is taken by Yard – laukuma uzņemšana from 22 Nov 2026 14:00 to"):
        a_flight(store, CLOCK)
    later = ManualClock(AT + timedelta(seconds=first.planned_s + 61))
    assert a_flight(store, later).state == FlightState.SCHEDULED


def test_one_pilot_flies_one_drone_at_a_time(store: Store) -> None:
    a_drone(store)
    a_drone(store, unit_id="drone-2")
    a_flight(store, CLOCK)
    with pytest.raises(FlightBlocked, match="the pilot flies Yard – laukuma uzņemšana"):
        a_flight(store, CLOCK, unit_id="drone-2")


def test_an_aborted_flight_is_no_obstacle(store: Store) -> None:
    a_drone(store)
    flight = a_flight(store, CLOCK)
    with store.write() as work:
        service.abort(work, repository.get(work.session, flight.id, EVERYTHING), by=PILOT, why="rain", at=AT)
    a_flight(store, CLOCK)


def test_only_its_own_pilot_confirms_a_start_and_only_before_it(store: Store) -> None:
    a_drone(store)
    flight = a_flight(store, CLOCK, confirmed=False)
    with store.write() as work, pytest.raises(Conflict, match=r"pilot\.dobele's to confirm"):
        service.confirm(
            work, repository.get(work.session, flight.id, EVERYTHING), STANDARDS, by="pilot.siauliai", at=AT
        )
    move(store, flight, *FLY)
    with store.write() as work, pytest.raises(Conflict, match="is flying; its start can no longer be confirmed"):
        service.confirm(work, repository.get(work.session, flight.id, EVERYTHING), STANDARDS, by=PILOT, at=AT)


def test_a_pilot_who_was_handed_the_control_before_the_start_confirms_it_on_their_own_papers(store: Store) -> None:
    a_drone(store)
    flight = a_flight(store, CLOCK)
    with store.write() as work:
        drone = work.session.get_one(UnitRow, "drone-1")
        control.offer(work, drone, by=PILOT, to="relief.dobele", at=AT)
        control.accept(work, drone, by="relief.dobele", at=AT)
    with pytest.raises(FlightBlocked, match="papers"), store.write() as work:
        service.confirm(work, repository.get(work.session, flight.id, EVERYTHING), STANDARDS, by="relief.dobele", at=AT)
    assert read(store, flight).pilot == PILOT
    in_order(store, pilot="relief.dobele")
    with store.write() as work:
        row = repository.get(work.session, flight.id, EVERYTHING)
        service.confirm(work, row, STANDARDS, by="relief.dobele", at=AT)
    assert (read(store, flight).pilot, read(store, flight).confirmed_by) == ("relief.dobele", "relief.dobele")
    assert "start confirmed in place of pilot.dobele" in whys(store, flight)[-1]


def test_a_flight_in_the_air_is_not_aborted_but_brought_home(store: Store) -> None:
    a_drone(store)
    flight = a_flight(store, CLOCK)
    move(store, flight, *FLY)
    with store.write() as work, pytest.raises(Conflict, match="bring it home instead"):
        service.abort(work, repository.get(work.session, flight.id, EVERYTHING), by=PILOT, why="rain", at=AT)
    with store.read() as session:
        found = repository.in_the_air(session, "drone-1")
        assert found is not None
        assert found.id == flight.id
        assert repository.in_the_air(session, "drone-2") is None


def test_the_track_is_kept_and_the_map_hears_only_of_progress(store: Store) -> None:
    a_drone(store)
    flight = a_flight(store, CLOCK)
    move(store, flight, *FLY)
    heard: list[Change] = []
    store.listen(heard.extend)
    for state in (said(1), said(1, seconds=2), said(3, seconds=3, battery=0.8), said(0, seconds=4)):
        with store.write() as work:
            tracks.record(work, repository.get(work.session, flight.id, EVERYTHING), state)
    now = read(store, flight)
    assert (now.progress_current, now.battery_start, now.battery_end) == (3, 0.9, 0.9)
    assert [c.data["progress"]["current"] for c in heard if c.data] == [1, 3]
    with store.read() as session:
        track = tracks.track(session, flight.id)
    assert len(track["geometry"]["coordinates"]) == len(track["properties"]["at"]) == 4
    assert track["geometry"]["coordinates"][0] == [23.2801, 56.62, 20]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"link": None}, "it is not a drone with a link"),
        ({"kind": "tower"}, "it is not a drone with a link"),
        ({"lent_to": "siauliai"}, "is lent to Šiauliai"),
    ],
)
def test_a_unit_that_cannot_fly_here_is_refused(store: Store, change: dict[str, object], sentence: str) -> None:
    a_drone(store)
    with store.write() as work:
        unit = work.session.get_one(UnitRow, "drone-1")
        for name, value in change.items():
            setattr(unit, name, value)
        work.session.add(unit)
    with pytest.raises((BadInput, Conflict), match=sentence):
        a_flight(store, CLOCK)


def test_a_time_that_has_passed_is_refused(store: Store) -> None:
    a_drone(store)
    plan = a_plan(store)
    with store.write() as work, pytest.raises(BadInput, match="is in the past"):
        service.schedule(
            work, plan, unit_id="drone-1", at=AT - timedelta(minutes=5), pilot=PILOT, now=AT, standards=STANDARDS
        )


def test_a_stranger_finds_no_flight(store: Store) -> None:
    a_drone(store)
    flight = a_flight(store, CLOCK)
    with store.read() as session:
        assert repository.listed(session, live(City("siauliai"))) == []
        assert [f.id for f in repository.listed(session, EVERYTHING)] == [flight.id]
        with pytest.raises(NotFound):
            repository.get(session, flight.id, live(City("siauliai")))
