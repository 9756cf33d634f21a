"""What is written down of a landing: as many items as were done, whatever of the vehicle's last words was lost."""

import pytest

from mission.flights import tracks
from mission.flights.logbook import Logbook
from mission.flights.states import FlightState
from mission.flights.tables import FlightRow
from telemetry.clock import ManualClock
from telemetry.positions import Position, moved
from telemetry.store import Store
from telemetry.vehicles import VehicleState
from tests.mission.flights.builders import AT, STANDARDS, a_drone, a_flight, read, whys
from tests.telemetry.vehicles.links import HOME


def said(where: Position, done: int) -> VehicleState:
    return VehicleState(
        at=AT, position=where, relative_alt_m=0.0, heading_deg=None, ground_speed_m_s=0.0, battery=0.7, armed=False,
        in_air=False, mode="land", mission_current=done, mission_total=0, gps_ok=True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("east_m", "missing", "counted"),
    [
        pytest.param(4, 1, 0, id="at home with the word for the return lost, all is done"),
        pytest.param(4, 2, 2, id="at home before the last point, that was not reached"),
        pytest.param(80, 1, 1, id="in a field, the return was not done"),
    ],
)
async def test_a_landing_counts_what_was_done(store: Store, east_m: float, missing: int, counted: int) -> None:
    a_drone(store)
    clock = ManualClock(AT)
    flight = a_flight(store, clock)
    total = flight.progress_total
    with store.write() as work:
        row = work.session.get_one(FlightRow, flight.id)
        row.state = FlightState.FLYING
        tracks.record(work, row, said(HOME, 0))
        tracks.record(work, row, said(moved(HOME, east_m=80, north_m=60), total - missing))
    book = Logbook(store, flight.id, clock, STANDARDS, None)
    await book.land(moved(HOME, east_m=east_m, north_m=0))
    done = read(store, flight)
    assert (done.state, done.progress_current) == (FlightState.LANDED, total - counted)
    words = f"all {total}" if counted == 0 else f"{total - counted} of {total}"
    assert whys(store, flight)[-1] == f"landed: landed after {words} items"
