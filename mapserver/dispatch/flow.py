"""A drone sent to an incident: the nearest free one, an overwatch of the place, its checks, one confirmation.

A pilot confirms; a coordinator can only ask for it, which the town's pilots see at once. Nothing is kept before that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from shapely import Point, box
from sqlmodel import Session

from incidents.merging.titles import title_message
from incidents.requests import service as requests
from incidents.requests.tables import DroneRequestRow
from incidents.responders.service import ResponderKind, SentResponder, send
from incidents.timeline import repository
from incidents.timeline.tables import IncidentRow
from mapserver.core.services import Services
from mapserver.dispatch.drone_travel import drone_way
from mapserver.flights.flow import confirm_flight, schedule_flight
from mapserver.plans.checking import acknowledge_plan
from mapserver.plans.flow import NewPlan, Trial, try_plan
from mapserver.plans.versions import keep_plan
from mission.checks.verdict import Level
from mission.control import service as control
from mission.flights import repository as flights
from mission.flights.states import OVER, FlightState
from mission.flights.tables import FlightRow
from mission.zones import service as zones
from mission.zones.geometry import to_geojson
from mission.zones.tables import ZoneRow
from telemetry.access import Permission, Principal, visibility
from telemetry.cities import City
from telemetry.errors import BadInput, Conflict
from telemetry.messages import Message
from telemetry.positions import LocalFrame, Position, distance_m
from telemetry.scopes import Scope
from telemetry.store import Work
from telemetry.units import service as units
from telemetry.units.tables import UnitKind, UnitRow
from telemetry.visibility import Visibility

PATTERN = "overwatch"
LEAST_BATTERY = 0.5
"""A drone that says it has less is not sent."""
TRIED = 3
"""So many of the nearest drones are planned and checked; the first with nothing against it is offered."""
AROUND_M = 60.0
"""Half the side of the zone that is drawn where none is."""
HARD = (Level.BLOCK, Level.PERMIT)


@dataclass(frozen=True)
class Offer:
    """A drone that could be sent, and what its checks say."""

    unit_id: str
    name: str
    away_m: float
    battery: float | None
    route: dict[str, Any] | None
    """GeoJSON Feature; None when there is no route."""
    verdicts: list[dict[str, Any]]
    problem: str | None
    """Why there is no route, or why the drone is unfit."""

    @property
    def clear(self) -> bool:
        """Whether a pilot's word is all that it needs."""
        return self.problem is None and not any(Level(v["level"]) in HARD for v in self.verdicts)

    @property
    def asks(self) -> list[dict[str, Any]]:
        """The verdicts that the confirmation acknowledges."""
        return [v for v in self.verdicts if Level(v["level"]) is Level.ACKNOWLEDGE]

    def as_json(self) -> dict[str, Any]:
        """For the API."""
        return {**vars(self), "clear": self.clear}


def offer_for(parts: Services, session: Session, incident_id: str, by: Principal) -> Offer:
    """The nearest free drone for the incident that nothing stands against; the nearest one if something always does.

    Its checks are run with `by` as the pilot. Raises Conflict when no drone is free, BadInput without a place.
    """
    row = repository.get(session, incident_id, visibility(by))
    place = _place_of(row)
    offers: list[Offer] = []
    free, taken = free_drones(session, City(row.city), place, by)
    for unit, away in free[:TRIED]:
        tried = Trial(unit_id=unit.id, pattern=PATTERN, geometry=_point(place), at=parts.clock.now())
        told = try_plan(parts, session, by, tried)
        problem = told.get("unfit")
        if told["problem"]:
            problem = told["problem"]["message"]
        found = Offer(unit.id, unit.name, away, unit.battery, told["route"], told.get("verdicts", []), problem)
        if found.clear:
            return found
        offers.append(found)
    if not offers:
        raise Conflict(Message("dispatch.none_free", reasons=_in_one(taken)))
    return offers[0]


def send_drone(
    parts: Services, work: Work, incident_id: str, by: Principal, *, unit_id: str, subjects: Sequence[str]
) -> FlightRow:
    """Plan, acknowledge `subjects`, schedule for now and confirm, all by the pilot's one word.

    Raises FlightBlocked with what stands in the way; then the caller keeps nothing of it.
    """
    by.require(Permission.FLY)
    row = repository.get(work.session, incident_id, visibility(by))
    place = _place_of(row)
    now = parts.clock.now()
    zone = zone_at(parts, work, row, place, by)
    name = _named("dispatch.plan_name", row)
    wanted = NewPlan(unit_id=unit_id, pattern=PATTERN, geometry=_point(place), zone_id=zone.id, name=name)
    plan = keep_plan(parts, work, by, wanted)
    if subjects:
        acknowledge_plan(parts, work, by, plan_id=plan.id, unit_id=unit_id, at=now, subjects=subjects)
    flight = schedule_flight(parts, work, by, plan_id=plan.id, unit_id=unit_id, at=now)
    confirm_flight(parts, work, flight.id, by)
    drone = units.get(work.session, unit_id, visibility(by))
    requests.confirm(work, row, flight_id=flight.id, by=by.name, at=now)
    way, _ = drone_way(parts, work.session, drone, City(row.city), place)
    sent = SentResponder(
        ResponderKind.DRONE, drone.id, drone.name, round(way.away_m), round(way.seconds), flight_id=flight.id
    )
    send(work, row, sent, by=by.name, now=now)
    return flight


def ask_for_drone(parts: Services, work: Work, incident_id: str, by: Principal) -> DroneRequestRow:
    """Ask the town's pilots to send the drone that is offered now. Raises Conflict."""
    by.require(Permission.WORK_INCIDENTS)
    found = offer_for(parts, work.session, incident_id, by)
    row = repository.get(work.session, incident_id, visibility(by))
    drone = units.get(work.session, found.unit_id, visibility(by))
    return requests.ask(work, row, drone, away_m=found.away_m, by=by.name, at=parts.clock.now())


def _place_of(row: IncidentRow) -> Position:
    if row.lat is None or row.lon is None:
        raise BadInput(Message("dispatch.no_place", title=row.title))
    return Position(lat=row.lat, lon=row.lon)


def _named(code: str, row: IncidentRow) -> str:
    """A name after the incident, in the language of its town: names are the same for every reader."""
    return Message(code, title=title_message(row.category, row.title)).text(City(row.city).facts.language)


def _point(place: Position) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [place.lon, place.lat]}


def free_drones(
    session: Session, city: City, place: Position, by: Principal
) -> tuple[list[tuple[UnitRow, float]], list[Message]]:
    """The town's drones that could start now, with their distance in metres, nearest first; and why others cannot."""
    due = flights.in_states(session, set(FlightState) - OVER - {FlightState.PLANNED})
    busy = {flight.unit_id: flight for flight in reversed(due)}
    found: list[tuple[UnitRow, float]] = []
    taken: list[Message] = []
    for unit in units.listed(session, visibility(by).within([city])):
        if unit.kind != UnitKind.DRONE:
            continue
        where = units.position_of(unit)
        why = _taken(session, unit, busy.get(unit.id), city, by)
        if why is None and where is not None:
            found.append((unit, distance_m(where, place)))
        else:
            reason = why or Message("dispatch.place_untold")
            taken.append(Message("dispatch.drone_taken", drone=unit.name, reason=reason))
    return sorted(found, key=lambda one: one[1]), taken


def _in_one(reasons: list[Message]) -> Message:
    if not reasons:
        return Message("dispatch.town_has_none")
    return reduce(lambda first, other: Message("dispatch.reasons", first=first, other=other), reasons)


def _taken(session: Session, unit: UnitRow, flight: FlightRow | None, city: City, by: Principal) -> Message | None:
    """Why the drone cannot be sent by `by` now; None when it can."""
    holder = control.of(session, unit.id).holder
    if not unit.link:
        return Message("dispatch.no_link")
    if units.duty_city(unit) != city:
        return Message("dispatch.lent_to", town=units.duty_city(unit).facts.name)
    if flight is not None:
        return Message("dispatch.on_flight", flight=flight.name, state=flight.state, pilot=flight.pilot)
    if unit.battery is not None and unit.battery < LEAST_BATTERY:
        return Message("dispatch.battery_low", left=unit.battery, needed=LEAST_BATTERY)
    if by.may(Permission.FLY) and holder not in (None, by.name):
        return Message("dispatch.controlled_by", holder=holder)
    return None


def zone_at(parts: Services, work: Work, row: IncidentRow, place: Position, by: Principal) -> ZoneRow:
    """The most urgent zone that holds the place; a small one is drawn where none does."""
    city = City(row.city)
    for zone in zones.listed(work.session, Visibility.of(row)):
        if zones.area_of(zone).covers(Point(place.lon, place.lat)):
            return zone
    frame = LocalFrame(place.lat, place.lon)
    (south, west), (north, east) = frame.to_degrees(-AROUND_M, -AROUND_M), frame.to_degrees(AROUND_M, AROUND_M)
    outline = to_geojson(box(west, south, east, north))
    return zones.draw(
        work,
        city=city,
        scope=Scope(row.scope),
        name=_named("dispatch.zone_name", row)[:120],
        polygon=outline,
        at=parts.clock.now(),
        by=by.name,
        priority=row.severity,
    )
