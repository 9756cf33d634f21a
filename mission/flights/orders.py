"""What a pilot may have a flight in the air do, whether it can be done now, and how the vehicle is told.

Knows no database: the supervisor asks here, tells the vehicle and writes down what came of it.
"""

import math
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from shapely import LineString, Polygon

from mission.airspace.evaluate import Airspace
from mission.airspace.volume import Volume
from mission.airspace.zones import Restriction
from mission.checks.policy import Policy
from mission.flights.order_questions import FlightPlace, place_questions, require_answers, zone_questions
from mission.flights.states import IN_THE_AIR, FlightState
from mission.ground import FlatTerrain, Terrain
from telemetry.cities import City
from telemetry.errors import BadInput, Conflict
from telemetry.messages import Message
from telemetry.positions import LocalFrame, Position, distance_m
from telemetry.vehicles import Vehicle

TOWN_M = 12_000.0
"""As far from its centre as a town's drones are sent to a point."""
LOWEST_M = 5.0
"""Above home: lower, it had better land."""
ON_THE_WAY = timedelta(minutes=10)
"""A point is free if it and the way to it are free for so long."""


class OrderKind(StrEnum):
    """The words of the API's routes."""

    PAUSE = "pause"
    RESUME = "resume"
    GO_TO = "goto"
    LOOK = "look"
    RETURN = "return"
    LAND = "land"
    STOP = "stop"
    """The motors, in the air too."""


AFTERWARDS = {
    OrderKind.PAUSE: FlightState.PAUSED,
    OrderKind.RESUME: FlightState.FLYING,
    OrderKind.GO_TO: FlightState.DIVERTED,
    OrderKind.RETURN: FlightState.RETURNING,
    OrderKind.LAND: FlightState.RETURNING,
    OrderKind.STOP: FlightState.ABORTED,
}
"""The flight's state once the vehicle has taken the order; looking somewhere changes none."""

FITS: dict[OrderKind, frozenset[FlightState]] = {
    **dict.fromkeys(OrderKind, IN_THE_AIR),
    OrderKind.PAUSE: IN_THE_AIR - {FlightState.PAUSED},
    OrderKind.RESUME: frozenset({FlightState.PAUSED, FlightState.DIVERTED}),
}
"""In which states an order makes sense."""


_WORDS = {
    OrderKind.PAUSE: "paused",
    OrderKind.RESUME: "resumed",
    OrderKind.GO_TO: "sent",
    OrderKind.LOOK: "looks_ahead",
    OrderKind.RETURN: "brought_home",
    OrderKind.LAND: "lands",
    OrderKind.STOP: "motors_stopped",
}
"""By code below `orders`."""


@dataclass(frozen=True)
class Order:
    """One order of a pilot."""

    kind: OrderKind
    point: Position | None = None
    """To go to, or to look at; looking at None is looking ahead again."""
    height_m: float | None = None
    """To go to the point at, above home; None: as high as it is."""
    typed: str = ""
    """The vehicle's name, typed to stop its motors."""
    acknowledged: frozenset[str] = frozenset()
    """Subjects of the questions that the pilot has confirmed."""

    @property
    def words(self) -> Message:
        """For the flight's events."""
        words = Message(f"orders.{_WORDS[self.kind]}")
        if self.kind is OrderKind.LOOK and self.point is not None:
            words = Message("orders.looks_at", where=self._where)
        if self.kind is OrderKind.GO_TO:
            words = Message("orders.sent", where=self._where)
        if self.kind is OrderKind.GO_TO and self.acknowledged:
            words = Message("orders.confirmed", order=words, acknowledged=sorted(self.acknowledged))
        return words

    @property
    def _where(self) -> str:
        if self.point is None:
            return ""
        return f"{self.point.lat:.5f}, {self.point.lon:.5f}"


@dataclass(frozen=True)
class Situation:
    """The flight as an order finds it."""

    name: str
    """Of the flight."""
    vehicle_name: str
    state: FlightState
    city: City
    place: Position
    """Of the vehicle; altitude above mean sea level."""
    height_m: float
    """Of the vehicle above home."""
    airspace: Airspace
    policy: Policy
    terrain: Terrain | None
    now: datetime
    armed: bool = True
    """Whether the vehicle's motors run, by its own last word."""
    meant: FlightPlace = field(default_factory=FlightPlace)
    """Where the flight is meant to be."""

    @property
    def home_m(self) -> float:
        """Height of its home above mean sea level."""
        return (self.place.alt_m or 0.0) - self.height_m

    @property
    def ground(self) -> Terrain:
        """The ground, as high as home where it is not known."""
        return self.terrain or FlatTerrain(self.home_m)


def require(order: Order, at: Situation) -> None:
    """Raises Conflict when the order does not fit the moment, BadInput when it asks for what may not be, OrderAsks
    when the pilot has to confirm something first."""
    if at.state not in IN_THE_AIR:
        raise Conflict(Message("flights.not_in_air", flight=at.name, state=at.state))
    if at.state not in FITS[order.kind]:
        fitting = sorted(FITS[order.kind])
        raise Conflict(
            Message("flights.order_does_not_fit", flight=at.name, state=at.state, kind=order.kind, fitting=fitting)
        )
    if order.kind is OrderKind.RESUME and not at.armed:
        raise Conflict(Message("flights.motors_are_off", vehicle=at.vehicle_name))
    if order.kind is OrderKind.STOP and order.typed.strip().casefold() != at.vehicle_name.casefold():
        raise BadInput(Message("flights.type_name", vehicle=at.vehicle_name))
    if order.kind is OrderKind.GO_TO:
        _require_free(order, at)


async def tell(vehicle: Vehicle, order: Order, at: Situation) -> None:
    """Have the vehicle do it. Raises Conflict when it refuses, VehicleSilent."""
    match order.kind:
        case OrderKind.PAUSE:
            await vehicle.hold()
        case OrderKind.RESUME:
            await vehicle.start_mission()
        case OrderKind.GO_TO if order.point is not None:
            await vehicle.go_to(order.point, _height_of(order, at))
        case OrderKind.LOOK:
            await vehicle.look_at(None if order.point is None else _on_the_ground(order.point, at))
        case OrderKind.RETURN:
            await vehicle.return_home()
        case OrderKind.LAND:
            await vehicle.land()
        case OrderKind.STOP:
            await vehicle.stop_motors()


def _height_of(order: Order, at: Situation) -> float:
    if order.height_m is None:
        return at.height_m
    return order.height_m


def _on_the_ground(point: Position, at: Situation) -> Position:
    height = float(at.ground.heights_m([point.lat], [point.lon])[0])
    return point.model_copy(update={"alt_m": height})


def _require_free(order: Order, at: Situation) -> None:
    """Refuse a point outside the town, too high or low, or with a prohibited zone there or on the straight way; ask
    first about one outside the flight's fence or area, or beyond a zone that wants a permit or has conditions."""
    if order.point is None:
        raise BadInput(Message("flights.point_missing"))
    town = at.city.facts
    height = _height_of(order, at)
    target = order.point
    away = distance_m(Position(lat=town.lat, lon=town.lon), target)
    if away > TOWN_M:
        raise BadInput(Message("flights.point_too_far", away_km=away / 1000, town=town.name, most_km=TOWN_M / 1000))
    ground = at.ground.heights_m([at.place.lat, target.lat], [at.place.lon, target.lon])
    above = at.home_m + height - float(ground[1])
    if not math.isfinite(height) or height < LOWEST_M or above > at.policy.max_height_m or above < LOWEST_M:
        raise BadInput(
            Message(
                "flights.height_unfit", height_m=height, above_m=above, least_m=LOWEST_M, most_m=at.policy.max_height_m
            )
        )
    heights = (at.place.alt_m or 0.0, at.home_m + height)
    volume = Volume(
        footprint=_corridor(at.place, target, at.policy.contingency_m),
        lower_m=min(heights) - at.policy.contingency_height_m,
        upper_m=max(heights) + at.policy.contingency_height_m,
        ground_low_m=float(ground.min()),
        ground_high_m=float(ground.max()),
        begins=at.now,
        ends=at.now + ON_THE_WAY,
    )
    start = replace(volume, footprint=_corridor(at.place, at.place, 1.0))
    met = [f.zone for f in at.airspace.findings([volume]) if f.restriction is Restriction.PROHIBITED]
    if met:
        zone = met[0]
        raise BadInput(Message("flights.way_is_prohibited", zone=zone.name or zone.identifier))
    asked = [*place_questions(at.meant, target), *zone_questions(at.airspace, volume, start)]
    require_answers(asked, order.acknowledged)


def _corridor(start: Position, end: Position, beside_m: float) -> Polygon:
    frame = LocalFrame(start.lat, start.lon)
    way = LineString([(0.0, 0.0), tuple(frame.to_metres(end.lat, end.lon))]).buffer(max(beside_m, 1.0))
    corners = [frame.to_degrees(east, north) for east, north in way.exterior.coords]
    return Polygon([(lon, lat) for lat, lon in corners])
