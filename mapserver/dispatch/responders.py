"""Who could go to an incident, nearest by travel time first, and the story of sending one of them.

People are offered who are on shift; in a town that plans no shifts, those who carry a body camera. Drones go by the
page that checks their flight (`flow.py`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from incidents.merging import State
from incidents.responders import service, travel
from incidents.responders.service import ResponderKind, SentResponder
from incidents.responders.travel import Travel
from incidents.shifts import service as shifts
from incidents.timeline import responding
from incidents.timeline import service as timeline
from incidents.timeline.responding import ResponseStep
from incidents.timeline.tables import IncidentRow
from incidents.timeline.transitions import Transition, allowed
from mapserver.assignments.flow import Deployment, deploy
from mapserver.core.services import Services
from mapserver.dispatch.drone_travel import drone_way
from mapserver.dispatch.flow import free_drones, zone_at
from mapserver.incidents.flow import work_on
from mobile_units.assignments import service as assignments
from telemetry.access import Permission, Principal, Role
from telemetry.audit import service as audit
from telemetry.cities import City
from telemetry.errors import BadInput, Conflict, NotFound
from telemetry.messages import Message
from telemetry.positions import Position
from telemetry.store import Work
from telemetry.units import service as units
from telemetry.units.tables import UnitKind, UnitRow
from telemetry.visibility import Visibility

FRESH = timedelta(minutes=10)
"""A body camera or tower that has not said for longer where it is may be elsewhere by now."""


@dataclass(frozen=True)
class Responder:
    """Somebody who could go."""

    kind: ResponderKind
    id: str
    name: str
    unit_id: str | None
    travel: Travel | None
    """None where it is not known where they are."""
    problem: Message | None = None
    """Why they should not be sent."""

    def public(self) -> dict[str, Any]:
        """For the API and the page."""
        known = self.travel is not None and self.travel.seconds != float("inf")
        return {
            "kind": self.kind,
            "id": self.id,
            "name": self.name,
            "unit_id": self.unit_id,
            "away_m": None if self.travel is None else round(self.travel.away_m),
            "travel_s": round(self.travel.seconds) if self.travel is not None and known else None,
            "walking_s": None if self.travel is None or self.travel.walking_s is None else round(self.travel.walking_s),
            "problem": None if self.problem is None else self.problem.text(),
        }


def responders(parts: Services, session: Session, row: IncidentRow, by: Principal) -> list[Responder]:
    """Who could go, those without a problem first, then by travel time. Raises BadInput for an incident without a
    place."""
    place = _place_of(row)
    now = parts.clock.now()
    found = [
        *_inspectors(parts, session, row, place, now),
        *_towers(parts, session, row, place),
        *_drones(parts, session, row, place, by),
    ]
    return sorted(found, key=_order)


def _place_of(row: IncidentRow) -> Position:
    if row.lat is None or row.lon is None:
        raise BadInput(Message("responders.no_place"))
    return Position(lat=row.lat, lon=row.lon)


def _order(one: Responder) -> tuple[bool, bool, float, str]:
    seconds = 0.0
    if one.travel is not None:
        seconds = one.travel.seconds
    return one.problem is not None, one.travel is None, seconds, one.name


def _inspectors(
    parts: Services, session: Session, row: IncidentRow, place: Position, now: datetime
) -> Iterator[Responder]:
    """Those on duty who are on no other incident."""
    town = Visibility.of(row)
    busy = _busy(session, row)
    for person in _on_duty(session, town, now):
        if person in busy:
            continue
        held = assignments.active_of_holder(session, person)
        unit = None
        if held is not None:
            unit = session.get(UnitRow, held.unit_id)
        start = _where(unit, now)
        way = None
        if start is not None:
            way = travel.by_patrol(parts.settings.travel, start, place)
        yield Responder(ResponderKind.INSPECTOR, person, person, None if unit is None else unit.id, way)


def _on_duty(session: Session, town: Visibility, now: datetime) -> list[str]:
    if shifts.is_planned_at_all(session, town):
        return sorted({one.person for one in shifts.on_shift(session, town, now) if one.role == Role.INSPECTOR})
    return sorted({held.holder for held in assignments.listed(session, town) if held.holder is not None})


def _busy(session: Session, row: IncidentRow) -> set[str]:
    """Who works on another open incident of the town and is not done there."""
    busy: set[str] = set()
    for other, assigned in responding.assigned(session, Visibility.of(row)):
        for person in assigned:
            if other != row.id and responding.last_step(session, other, person) is not ResponseStep.DONE:
                busy.add(person)
    return busy


def _towers(parts: Services, session: Session, row: IncidentRow, place: Position) -> Iterator[Responder]:
    """Towers of the town that are deployed nowhere."""
    for unit in units.listed(session, Visibility.of(row)):
        if unit.kind != UnitKind.TOWER or units.duty_city(unit) != row.city:
            continue
        if assignments.active_of_unit(session, unit.id) is not None:
            continue
        start = units.position_of(unit)
        way = None
        if start is not None:
            way = travel.by_tower(parts.settings.travel, start, place)
        yield Responder(ResponderKind.TOWER, unit.id, unit.name, unit.id, way)


def _drones(parts: Services, session: Session, row: IncidentRow, place: Position, by: Principal) -> Iterator[Responder]:
    """Drones that could start now; whether the flight is allowed its checks say."""
    city = City(row.city)
    for unit, _ in free_drones(session, city, place, by)[0]:
        way, problem = drone_way(parts, session, unit, city, place)
        yield Responder(ResponderKind.DRONE, unit.id, unit.name, unit.id, way, problem)


def _where(unit: UnitRow | None, now: datetime) -> Position | None:
    """Where a unit that is carried is, if it said so lately."""
    if unit is None or unit.updated_at is None or now - unit.updated_at > FRESH:
        return None
    return units.position_of(unit)


def send_responder(
    parts: Services, work: Work, row: IncidentRow, by: Principal, *, kind: ResponderKind, id: str
) -> None:
    """Send a person or a tower: an entry with the way, and the incident is dispatched. Raises NotFound for who could
    not go, Conflict for who is on it already or a drone, whose flight is checked first."""
    by.require(Permission.WORK_INCIDENTS)
    if kind is ResponderKind.DRONE:
        raise Conflict(Message("responders.drone_by_checks"))
    place = _place_of(row)
    could_go = _towers(parts, work.session, row, place)
    if kind is ResponderKind.INSPECTOR:
        could_go = _inspectors(parts, work.session, row, place, parts.clock.now())
    chosen = next((one for one in could_go if one.id == id), None)
    if chosen is None:
        raise NotFound(Message("responders.none_such", name=id[:60]))
    if kind is ResponderKind.TOWER:
        _deploy(parts, work, row, chosen, by)
    service.send(work, row, _sent(chosen), by=by.name, now=parts.clock.now())
    if Transition.DISPATCH in allowed(State(row.state)):
        work_on(parts, work, row, Transition.DISPATCH, by, reason="")
    now = parts.clock.now()
    audit.record(work.session, by, "send", f"incident {row.id}", city=City(row.city), at=now, detail=chosen.name)


def _sent(chosen: Responder) -> SentResponder:
    told = chosen.public()
    return SentResponder(chosen.kind, chosen.id, chosen.name, told["away_m"], told["travel_s"], unit_id=chosen.unit_id)


def _deploy(parts: Services, work: Work, row: IncidentRow, chosen: Responder, by: Principal) -> None:
    """Put the tower at the place, for the zone there."""
    by.require(Permission.DEPLOY)
    place = _place_of(row)
    zone = zone_at(parts, work, row, place, by)
    purpose = Message("responders.purpose", title=timeline.title(row)).text(City(row.city).facts.language)
    deploy(parts, work, Deployment(unit_id=chosen.id, zone_id=zone.id, purpose=purpose, position=place), by)


def responders_context(parts: Services, session: Session, row: IncidentRow, by: Principal) -> dict[str, Any]:
    """What the card of who goes shows: who was sent, and who could go for those who may send them."""
    context: dict[str, Any] = {
        "going": [one.public() for one in service.responses(session, row)],
        "could_go": [],
        "could_go_problem": None,
        "travel": parts.settings.travel,
    }
    if not by.may(Permission.WORK_INCIDENTS) or not State(row.state).open:
        return context
    sent = {one["id"] for one in context["going"] if one["done"] is None}
    try:
        found = responders(parts, session, row, by)
    except BadInput as error:
        return {**context, "could_go_problem": error.told.text()}
    return {**context, "could_go": [one.public() for one in found if one.id not in sent]}
