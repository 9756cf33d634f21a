"""The battery against the model, what a drone's flights teach, and the check that counts it in."""

from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from mission.debrief.battery import compare
from mission.flights import gate
from mission.flights.check_inputs import judge
from mission.flights.learned_energy import learned
from mission.flights.tables import DebriefRow, FlightRow
from mission.plans.drafting import draft
from mission.routes.drones import drone_named
from mission.routes.energy_factor import HIGHEST, factor_of
from telemetry.clock import ManualClock
from telemetry.store import Store
from telemetry.vehicles import Airframe
from tests.mission.flights.builders import AT, STANDARDS, YARD, a_drone, a_flight, read
from tests.telemetry.vehicles.links import HOME

TEN_MINUTES = np.arange(601.0)
STILL = np.zeros(601)


def test_ten_minutes_of_hovering_are_what_the_catalogue_says() -> None:
    airframe = Airframe()
    found = compare(airframe, TEN_MINUTES, STILL + 40, STILL, 0.9, 0.6)
    assert found.predicted_wh == pytest.approx(airframe.hover_w / 6)
    assert found.ratio == pytest.approx(0.3 * airframe.battery_wh / found.predicted_wh)


@pytest.mark.parametrize(("start", "end"), [(0.9, 0.88), (None, None), (1.0, 0.0)])
def test_a_flight_that_cannot_tell_teaches_nothing(start: float | None, end: float | None) -> None:
    assert compare(Airframe(), TEN_MINUTES, STILL, STILL, start, end).ratio is None


def test_a_flight_half_on_record_teaches_nothing() -> None:
    gappy = np.concatenate([np.arange(300.0), np.arange(600.0, 900.0)])
    found = compare(Airframe(), gappy, gappy * 0, gappy * 0, 0.9, 0.6)
    assert found.recorded < 0.9
    assert found.ratio is None


def test_one_odd_flight_does_not_move_the_factor_and_nothing_moves_it_far() -> None:
    assert factor_of([1.2]).flights == 0
    assert factor_of([1.2, 1.3, 1.9]).value == 1.3
    assert factor_of([1.9] * 5).value == HIGHEST


def _energy(store: Store, flight: FlightRow) -> dict[str, Any]:
    with store.read() as session:
        found = judge(session, gate.proposed_flight_of(session, read(store, flight), now=AT), STANDARDS, now=AT)
    return next(dict(verdict.numbers) for verdict in found if verdict.check == "energy")


def _debriefed(store: Store, flight: FlightRow, ratio: float) -> None:
    with store.write() as work:
        row = DebriefRow(flight_id=flight.id, unit_id="drone-1", at=AT, made_by="system", energy_ratio=ratio, found={})
        work.session.add(row)


def test_the_check_counts_in_what_the_drone_has_shown(store: Store) -> None:
    a_drone(store)
    flights = [a_flight(store, ManualClock(AT + timedelta(hours=hours))) for hours in range(3)]
    before = _energy(store, flights[0])
    for flight, ratio in zip(flights, (1.2, 1.25, 1.5), strict=True):
        _debriefed(store, flight, ratio)
    after = _energy(store, flights[0])
    assert (after["learned_factor"], after["learned_from_flights"]) == (1.25, 3)
    assert after["flight_wh"] == pytest.approx(before["flight_wh"] * 1.25, abs=0.2)


def test_a_plan_counts_in_what_the_drone_has_shown() -> None:
    learnt, drone = factor_of([1.2, 1.25, 1.5]), drone_named("mavic3e")
    tired = drone.model_copy(update={"airframe": learnt.of(drone.airframe)})
    before, after = (draft("survey", YARD, {}, home=HOME, drone=one).route.summary for one in (drone, tired))
    assert after.energy_fraction == pytest.approx(1.25 * before.energy_fraction)
    assert learnt.as_json() == {"factor": 1.25, "flights": 3}


def test_a_flight_debriefed_again_counts_once(store: Store) -> None:
    a_drone(store)
    flight = a_flight(store, ManualClock(AT))
    for ratio in (1.4, 1.5, 1.6):
        _debriefed(store, flight, ratio)
    with store.read() as session:
        assert learned(session, "drone-1").flights == 0
