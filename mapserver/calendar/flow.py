"""The story of a town's schedule: made from what the database knows, proposed, confirmed by people, made anew.

Solving takes seconds, so it happens between two short looks at the database and beside the event loop; if people
changed visits meanwhile, nothing is kept and they are told so.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any

from pydantic import BaseModel, Field
from sqlmodel import Session, col, select

from incidents.shifts import service as shifts
from mapserver.access.tables import UserRow
from mapserver.core.services import Services
from mission.checks.policy import Policy
from mission.flights import repository as flight_repository
from mission.flights import service as flights
from mission.flights.states import OVER, FlightState
from mission.flights.tables import FlightRow
from mission.schedule import service
from mission.schedule.request import Commitment, Person, ScheduleRequest, ScheduleSpan, ScheduleZone, Unit
from mission.schedule.solver import solve
from mission.schedule.tables import VisitRow, VisitState
from mission.schedule.verify import violations
from mission.weather.service import outlook_for
from mission.zones import service as zones
from mission.zones.tables import ZoneRow
from mobile_units.assignments import service as assignments
from telemetry.access import Permission, Principal, Role, require_city, visibility
from telemetry.audit import service as audit
from telemetry.cities import City
from telemetry.clock import iso
from telemetry.errors import BadInput, Conflict, VanagasError
from telemetry.messages import Message
from telemetry.positions import Position
from telemetry.scopes import Scope
from telemetry.store import Work
from telemetry.units import service as units
from telemetry.units.tables import UnitKind, UnitRow
from telemetry.vehicles.airframe import Airframe
from telemetry.visibility import Visibility

DEFAULT_POLICY = Policy()
SHORTEST_DUTY_H = 0.1
OPERATES = {Role.PILOT: UnitKind.DRONE, Role.INSPECTOR: UnitKind.BODY_CAMERA}


class DayWish(BaseModel):
    """Which day of which town to schedule."""

    city: City
    day: date | None = None
    """On the town's own calendar; today if left out."""
    without: Annotated[frozenset[str], Field(max_length=200)] = frozenset()
    """Units that cannot be had: broken, or away."""
    seconds: Annotated[float, Field(gt=0, le=30)] = 4.0
    """How long the search may take at most."""


async def propose(parts: Services, by: Principal, wish: DayWish) -> dict[str, Any]:
    """Schedule a day, or schedule it anew around what has been confirmed and begun; keeps and returns the proposal.

    Raises BadInput when the day contradicts itself, Conflict when visits changed while it was being made.
    """
    require_city(by, wish.city, Message("access.things.schedule"))
    asked, seen = await asyncio.to_thread(_ask, parts, wish, by.scope)
    answer = await asyncio.to_thread(solve, asked, seconds=wish.seconds)
    broken = next(violations(asked, answer), None)
    if broken is not None:
        raise VanagasError(Message("calendar.schedule_broken", broken=broken))

    def keep() -> dict[str, Any]:
        with parts.store.write() as work:
            if seen != _state_of(work.session, wish.city, by.scope, asked.begins):
                raise Conflict(Message("calendar.changed_meanwhile"))
            now = parts.clock.now()
            made = service.keep(work, asked, answer, scope=by.scope, by=by.name, at=now)
            numbers = answer.numbers
            detail = Message("audit.visits", served=numbers.visits_served, wanted=numbers.visits_wanted)
            audit.record(work.session, by, "schedule", f"schedule {made.id}", city=wish.city, at=now, detail=detail)
            return service.public_proposal(made)

    return await asyncio.to_thread(keep)


def change_visit(parts: Services, work: Work, by: Principal, visit_id: str, state: VisitState) -> VisitRow:
    """Confirm, start, finish or cancel a visit, and write it down. A drone's visit is also its pilots' to decide."""
    visit = service.get(work.session, visit_id, visibility(by))
    flown = units.get(work.session, visit.unit_id, visibility(by)).kind == UnitKind.DRONE
    if not (flown and by.may(Permission.FLY)):
        by.require(Permission.DEPLOY)
    now = parts.clock.now()
    service.move_to(work, visit, state, by=by.name, at=now)
    audit.record(work.session, by, state, f"visit {visit.id}", city=City(visit.city), at=now, detail=visit.zone_id)
    return visit


def calendar(session: Session, by: Principal, begins: datetime, ends: datetime) -> dict[str, Any]:
    """What every unit of the towns that `by` may see does from `begins` to `ends`: visits, flights, assignments."""
    if not timedelta(0) < ends - begins <= timedelta(days=62):
        raise BadInput(Message("calendar.span_wrong"))
    visible = visibility(by)
    visits = service.between(session, visible, begins, ends)
    flown = flight_repository.between(session, visible, begins, ends)
    held = [
        a for a in assignments.listed(session, visible, ended=True)
        if a.since < ends and (a.ended_at or a.until or ends) > begins
    ]  # fmt: skip
    days = {(City(v.city), Scope(v.scope), v.day) for v in visits}
    proposals = [service.latest(session, *day) for day in sorted(days)]
    return {
        "begins": iso(begins),
        "ends": iso(ends),
        "units": [
            {
                **units.public(unit),
                "visits": [service.public(v) for v in visits if v.unit_id == unit.id],
                "flights": [flights.public(session, f) for f in flown if f.unit_id == unit.id],
                "assignments": [assignments.public(a) for a in held if a.unit_id == unit.id],
            }
            for unit in units.listed(session, visible)
        ],
        "proposals": [service.public_proposal(p) for p in proposals if p is not None],
    }


def day_request(
    session: Session,
    wish: DayWish,
    scope: Scope,
    now: datetime,
    policy: Policy = DEFAULT_POLICY,
) -> ScheduleRequest:
    """What the town wants on the day, and whom and what it has for it; what has been confirmed goes in as promised.
    People are there in their shifts: who has none planned on the day gets nothing to do.

    `policy` says how long a duty and a rest are, as for the check of each flight.
    """
    begins, ends = _midnights(wish, now)
    if ends <= now:
        raise BadInput(Message("calendar.day_is_over", day=begins))
    horizon = ScheduleRequest(city=wish.city, begins=begins, ends=ends, units=(), zones=())
    visible = Visibility(frozenset({wish.city}), scope)
    visits = service.of_day(session, wish.city, scope, begins)
    there = [
        unit for unit in units.listed(session, visible)
        if units.duty_city(unit) == wish.city and units.position_of(unit) is not None
    ]  # fmt: skip
    wanted = tuple(_zone(zone) for zone in zones.listed(session, visible))
    people = tuple(_people(session, horizon, visible, policy))
    known = {zone.id for zone in wanted}, {unit.id for unit in there}, {person.id for person in people} | {None}
    told = [
        c for c in service.commitments(visits, out=wish.without)
        if c.zone_id in known[0] and c.unit_id in known[1] and c.person_id in known[2]
    ]  # fmt: skip
    return horizon.model_copy(
        update={
            "now": max(now, begins),
            "units": tuple(_unit(session, unit, horizon, told, out=unit.id in wish.without) for unit in there),
            "people": people,
            "zones": wanted,
            "flyable": _flyable(session, horizon, visible),
            "commitments": tuple(told),
        }
    )


def _ask(parts: Services, wish: DayWish, scope: Scope) -> tuple[ScheduleRequest, list[tuple[str, str, datetime]]]:
    with parts.store.read() as session:
        policy = parts.standards.policy(wish.city)
        asked = day_request(session, wish, scope, parts.clock.now(), policy)
        return asked, _state_of(session, wish.city, scope, asked.begins)


def _state_of(session: Session, city: City, scope: Scope, day: datetime) -> list[tuple[str, str, datetime]]:
    return sorted((v.id, v.state, v.updated_at) for v in service.of_day(session, city, scope, day))


def _midnights(wish: DayWish, now: datetime) -> tuple[datetime, datetime]:
    zone = wish.city.facts.zone
    day = wish.day or now.astimezone(zone).date()
    if not 2000 <= day.year <= 2100:
        raise BadInput(Message("calendar.not_this_century", day=day))
    begins, ends = (datetime.combine(d, time(0), zone).astimezone(UTC) for d in (day, day + timedelta(days=1)))
    return begins, ends


def _zone(row: ZoneRow) -> ScheduleZone:
    middle = zones.area_of(row).representative_point()
    return ScheduleZone.of(row.id, Position(lat=middle.y, lon=middle.x), row.priority, zones.attention_of(row))


def _unit(session: Session, row: UnitRow, horizon: ScheduleRequest, told: Iterable[Commitment], *, out: bool) -> Unit:
    position = units.position_of(row)
    assert position is not None  # noqa: S101
    free = [] if out else _free(horizon, _taken(session, row, [c for c in told if c.unit_id == row.id]))
    return Unit(id=row.id, kind=UnitKind(row.kind), position=position, available=tuple(free))


def _taken(session: Session, row: UnitRow, told: Sequence[Commitment]) -> Iterator[tuple[datetime, datetime | None]]:
    """When the unit flies or is deployed already, other than for the visits that it has been told of."""

    def own(zone_id: str, begins: datetime, ends: datetime | None) -> bool:
        return any(c.zone_id == zone_id and c.begins < (ends or c.ends) and begins < c.ends for c in told)

    for flight in flight_repository.in_states(session, frozenset(FlightState) - OVER):
        if flight.unit_id == row.id and not own(flight.zone_id, *_flight_span(flight)):
            yield _flight_span(flight)
    held = assignments.active_of_unit(session, row.id)
    if held is not None and not own(held.zone_id, held.since, held.until):
        yield held.since, held.until


def _free(horizon: ScheduleRequest, taken: Iterable[tuple[datetime, datetime | None]]) -> list[ScheduleSpan]:
    found = []
    at = horizon.begins
    for begins, ends in sorted(taken, key=lambda span: span[0]):
        if at < min(begins, horizon.ends):
            found.append(ScheduleSpan(begins=at, ends=min(begins, horizon.ends)))
        at = max(at, horizon.ends if ends is None else ends)
    if at < horizon.ends:
        found.append(ScheduleSpan(begins=at, ends=horizon.ends))
    return found


def _people(
    session: Session,
    horizon: ScheduleRequest,
    visible: Visibility,
    policy: Policy,
) -> Iterator[Person]:
    duty_h = min(max(policy.duty_h, SHORTEST_DUTY_H), 24.0)
    rest_h = min(policy.rest_h, 48.0)
    flying_h = min(max(policy.flying_h, SHORTEST_DUTY_H), 24.0)
    on_duty = defaultdict(list)
    for shift in shifts.between(session, visible, horizon.begins, horizon.ends):
        on_duty[shift.person].append(ScheduleSpan(begins=shift.begins, ends=shift.ends))
    roles = [role.value for role in OPERATES]
    query = select(UserRow).where(visible.rows(UserRow), col(UserRow.active), col(UserRow.role).in_(roles))
    for user in session.exec(query.order_by(UserRow.name)):
        spans = on_duty[user.name]
        if spans:
            kinds = frozenset({OPERATES[Role(user.role)]})
            yield Person(
                id=user.name, kinds=kinds, shifts=tuple(spans), duty_h=duty_h, rest_h=rest_h, flying_h=flying_h
            )


def _flyable(session: Session, horizon: ScheduleRequest, visible: Visibility) -> tuple[ScheduleSpan, ...]:
    """Hours in whose known wind, gusts and rain a usual drone may fly; the unknown is left to the flight's checks."""
    town = horizon.city.facts
    drone = Airframe()
    middle = Position(lat=town.lat, lon=town.lon)
    hour = timedelta(hours=1)
    found = []
    at = horizon.begins
    while at < horizon.ends:
        known = outlook_for(session, visible, middle, at, at + hour)
        if known is None or (
            max(known.wind_m_s, known.wind_aloft_m_s or 0) <= drone.max_wind_m_s
            and (known.gust_m_s or 0) <= drone.max_gust_m_s
            and ((known.rain_mm_h or 0) <= 0.1 or drone.rain_proof)
        ):
            found.append(ScheduleSpan(begins=at, ends=at + hour))
        at += hour
    return tuple(found)


def _flight_span(flight: FlightRow) -> tuple[datetime, datetime]:
    begins = flight.started_at or flight.scheduled_at
    return begins, flight.landed_at or begins + timedelta(seconds=flight.planned_s)
