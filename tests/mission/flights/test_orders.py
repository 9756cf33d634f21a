"""Which orders may be: the state they fit, the points that may be flown to, the typed name."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from mission.airspace.evaluate import Airspace
from mission.airspace.service import airspace_of
from mission.checks.policy import Policy
from mission.flights.order_questions import FlightPlace
from mission.flights.orders import FITS, Order, OrderKind, Situation, require
from mission.flights.states import FlightState
from mission.formats import FenceArea
from mission.ground import FlatTerrain
from telemetry.cities import City
from telemetry.errors import BadInput, Conflict, OrderAsks
from telemetry.positions import LocalFrame, Position
from telemetry.scopes import LIVE
from telemetry.store import Store
from telemetry.visibility import Visibility
from tests.mission.flights.builders import ed269, zones_known
from tests.telemetry.vehicles.links import HOME

THERE = Position(lat=HOME.lat + 0.002, lon=HOME.lon)


def situation(state: FlightState = FlightState.FLYING, airspace: Airspace | None = None) -> Situation:
    place = Position(lat=HOME.lat, lon=HOME.lon, alt_m=100)
    return Situation(
        "Survey", "Drone 1", state, City("dobele"), place, 40.0, airspace or Airspace(()), Policy(), FlatTerrain(60.0),
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
        airspace = airspace_of(session, Visibility(frozenset({City("dobele")}), LIVE))
    behind = Position(lat=HOME.lat + 0.024, lon=HOME.lon)
    with pytest.raises(BadInput, match="LVP1, where flying is prohibited"):
        require(Order(OrderKind.GO_TO, behind), situation(airspace=airspace))
    require(Order(OrderKind.GO_TO, THERE), situation(airspace=airspace))


def box(north_m: float, *, inclusion: bool = True) -> FenceArea:
    """A square of 100 m, `north_m` north of home."""
    frame = LocalFrame(HOME.lat, HOME.lon)
    corners = ((-50, north_m - 50), (50, north_m - 50), (50, north_m + 50), (-50, north_m + 50))
    return FenceArea(tuple(frame.to_degrees(east, north) for east, north in corners), inclusion)


FAR_NORTH = LocalFrame(HOME.lat, HOME.lon).to_degrees(0, 222.0)


@pytest.mark.parametrize(
    ("meant", "subject", "words"),
    [
        (FlightPlace(fence=(box(0),)), "fence", "172 m outside the geofence"),
        (FlightPlace(fence=(box(222, inclusion=False),)), "fence", "keeps it out"),
        (FlightPlace(route=((HOME.lon, HOME.lat), (HOME.lon, HOME.lat + 0.0005))), "area", "outside the area of this"),
    ],
)
def test_a_point_outside_the_fence_or_the_area_is_asked_about_first(
    meant: FlightPlace, subject: str, words: str
) -> None:
    there = Position(lat=FAR_NORTH[0], lon=FAR_NORTH[1])
    at = replace(situation(), meant=meant)
    with pytest.raises(OrderAsks, match=words) as asked:
        require(Order(OrderKind.GO_TO, there), at)
    assert [one["subject"] for one in asked.value.details["asks"]] == [subject]
    require(Order(OrderKind.GO_TO, there, acknowledged=frozenset({subject})), at)
    with pytest.raises(OrderAsks):
        require(Order(OrderKind.GO_TO, there, acknowledged=frozenset({"something else"})), at)


def test_a_point_within_fence_and_area_is_not_asked_about() -> None:
    meant = FlightPlace(route=((HOME.lon, HOME.lat), (HOME.lon, HOME.lat + 0.004)), fence=(box(0), box(222)))
    require(Order(OrderKind.GO_TO, Position(lat=FAR_NORTH[0], lon=FAR_NORTH[1])), replace(situation(), meant=meant))


def test_a_zone_that_wants_a_permit_is_asked_about_unless_the_drone_is_in_it_already(store: Store) -> None:
    zones_known(store, ed269("LVR7", HOME.lon, HOME.lat + 0.012, restriction="REQ_AUTHORISATION"))
    with store.read() as session:
        airspace = airspace_of(session, Visibility(frozenset({City("dobele")}), LIVE))
    inside = Position(lat=HOME.lat + 0.012, lon=HOME.lon)
    with pytest.raises(OrderAsks, match="wants a permit"):
        require(Order(OrderKind.GO_TO, inside), situation(airspace=airspace))
    require(Order(OrderKind.GO_TO, inside, acknowledged=frozenset({"zone LVR7"})), situation(airspace=airspace))
    there = replace(situation(airspace=airspace), place=inside.model_copy(update={"alt_m": 100.0}))
    require(Order(OrderKind.GO_TO, Position(lat=inside.lat + 0.0005, lon=inside.lon)), there)
