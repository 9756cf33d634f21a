"""Which orders may be: the state they fit, the points that may be flown to, the typed name."""

from datetime import UTC, datetime

import pytest

from mission.airspace.evaluate import Airspace
from mission.airspace.service import airspace_of
from mission.checks.policy import Policy
from mission.flights.orders import FITS, Order, OrderKind, Situation, require
from mission.flights.states import FlightState
from mission.terrain import FlatTerrain
from telemetry.cities import City
from telemetry.errors import BadInput, Conflict
from telemetry.positions import Position
from telemetry.store import Store
from tests.mission.flights.builders import ed269, zones_known
from tests.telemetry.vehicles.links import HOME

THERE = Position(lat=HOME.lat + 0.002, lon=HOME.lon)


def situation(state: FlightState = FlightState.FLYING, airspace: Airspace | None = None) -> Situation:
    place = Position(lat=HOME.lat, lon=HOME.lon, alt_m=100)
    return Situation(
        "Survey", "Drone 1", state, City.DOBELE, place, 40.0, airspace or Airspace(()), Policy(), FlatTerrain(60.0),
        datetime(2026, 11, 25, 12, tzinfo=UTC),
    )  # fmt: skip


@pytest.mark.parametrize("kind", [kind for kind in OrderKind if kind is not OrderKind.GO_TO])
@pytest.mark.parametrize("state", list(FlightState))
def test_an_order_is_taken_only_in_a_state_that_it_fits(kind: OrderKind, state: FlightState) -> None:
    order = Order(kind, typed="drone 1")
    if state in FITS[kind]:
        require(order, situation(state))
    else:
        with pytest.raises(Conflict, match=f"Survey is {state}"):
            require(order, situation(state))


@pytest.mark.parametrize(
    ("point", "height", "words"),
    [
        (None, None, "needs the point"),
        (Position(lat=55.93, lon=23.31), None, "km from the middle of Dobele"),
        (THERE, 200.0, "200 m above the ground"),
        (THERE, 2.0, "choose 5 to 120 m"),
    ],
)
def test_a_point_that_may_not_be_flown_to_is_refused(point: Position | None, height: float | None, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        require(Order(OrderKind.GO_TO, point, height), situation())


def test_a_point_behind_a_prohibited_zone_is_refused_and_one_beside_it_is_not(store: Store) -> None:
    zones_known(store, ed269("LVP1", HOME.lon, HOME.lat + 0.012))
    with store.read() as session:
        airspace = airspace_of(session, City.DOBELE)
    behind = Position(lat=HOME.lat + 0.024, lon=HOME.lon)
    with pytest.raises(BadInput, match="LVP1, where flying is prohibited"):
        require(Order(OrderKind.GO_TO, behind), situation(airspace=airspace))
    require(Order(OrderKind.GO_TO, THERE), situation(airspace=airspace))
