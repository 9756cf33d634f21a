"""The calendar: every unit's flights and deployments on one time axis, and flights scheduled onto it."""

import asyncio
from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from mapserver.calendar.blocks import lines
from mapserver.calendar.flow import DayWish, change_visit, propose
from mapserver.calendar.shift_blocks import shift_form, shifts_line
from mapserver.calendar.span import CalendarSpan, Length, span_of
from mapserver.calendar.uses import uses
from mapserver.core.services import Services
from mapserver.flights.flow import confirm_flight, schedule_flight
from mapserver.plans.checking import acknowledge_plan
from mapserver.web.dependencies import Parts, Reader, Writer
from mapserver.web.forms import from_wall
from mapserver.web.permissions import MayDeploy, MayFly, MaySeeMap
from mapserver.web.render import page
from mapserver.web.routes import GuardedRouter
from mission.plans import service as plans
from mission.schedule import service as visits
from mission.schedule.tables import VisitState
from mission.zones import service as zones
from telemetry.access import Permission, Principal, home_town, visibility, visible_cities
from telemetry.clock import iso
from telemetry.errors import BadInput, Conflict, FlightBlocked, NotFound, VanagasError
from telemetry.messages import Message
from telemetry.units import service as units
from telemetry.units.tables import UnitKind

router = GuardedRouter(include_in_schema=False)
ORDER = list(UnitKind)
EMPTY = {"plan_id": "", "unit_id": "", "at": ""}


@router.get("/calendar")
def shown(
    request: Request, caller: MaySeeMap, parts: Parts, session: Reader, view: Length = Length.DAY, day: str = ""
) -> Response:
    """A day or a week, with the form for pilots."""
    return page(request, "calendar/page.html", _context(parts, session, caller, _span(parts, caller, view, day)))


@router.get("/calendar/rows")
def rows(
    request: Request, caller: MaySeeMap, parts: Parts, session: Reader, view: Length = Length.DAY, day: str = ""
) -> Response:
    """The calendar alone, when something on it changed."""
    return page(request, "calendar/_rows.html", _context(parts, session, caller, _span(parts, caller, view, day)))


@router.post("/calendar/flights")
def schedule(
    request: Request, caller: MayFly, parts: Parts, work: Writer,
    plan_id: Annotated[str, Form()] = "", unit_id: Annotated[str, Form()] = "", at: Annotated[str, Form()] = "",
    view: Annotated[Length, Form()] = Length.DAY, acknowledge: Annotated[list[str] | None, Form()] = None,
) -> Response:  # fmt: skip
    """Schedule a plan on a drone at a time of the town's clock, or say on the page what stands in the way.

    `acknowledge` are the subjects of conditions that the pilot says are met.
    """
    day = at.partition("T")[0]
    try:
        moment = from_wall(at, home_town(caller).facts.zone)
        with work.session.begin_nested():
            if acknowledge:
                acknowledge_plan(parts, work, caller, plan_id=plan_id, unit_id=unit_id, at=moment, subjects=acknowledge)
            schedule_flight(parts, work, caller, plan_id=plan_id, unit_id=unit_id, at=moment)
    except (BadInput, Conflict, NotFound) as error:
        form = {"plan_id": plan_id, "unit_id": unit_id, "at": at}
        return refused(request, parts, work.session, caller, error, view=view, day=day, form=form)
    return RedirectResponse(f"/calendar?view={view}&day={day}", 303)


@router.post("/calendar/flights/{flight_id}/confirm")
def confirm(
    request: Request, flight_id: str, caller: MayFly, parts: Parts, work: Writer,
    view: Annotated[Length, Form()] = Length.DAY, day: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """The pilot's word that it may take off, or why not."""
    try:
        confirm_flight(parts, work, flight_id, caller)
    except Conflict as error:
        return refused(request, parts, work.session, caller, error, view=view, day=day)
    return RedirectResponse(f"/calendar?view={view}&day={day}", 303)


@router.post("/calendar/schedule")
async def propose_day(request: Request, caller: MayDeploy, parts: Parts, day: Annotated[str, Form()] = "") -> Response:
    """Have the day scheduled, or anew around what is confirmed; or say on the page what contradicts itself."""
    span = _span(parts, caller, Length.DAY, day)
    try:
        await propose(parts, caller, DayWish(city=home_town(caller), day=span.first))
    except (BadInput, Conflict) as error:
        return await asyncio.to_thread(_refused_apart, request, parts, caller, error, day)
    return RedirectResponse(f"/calendar?view=day&day={day}", 303)


@router.post("/calendar/visits/{visit_id}")
def move_visit(
    request: Request, visit_id: str, caller: MaySeeMap, parts: Parts, work: Writer,
    state: Annotated[VisitState, Form()], view: Annotated[Length, Form()] = Length.DAY,
    day: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """Confirm, start, finish or cancel a visit, or say on the page why it cannot be."""
    try:
        change_visit(parts, work, caller, visit_id, state)
    except Conflict as error:
        return refused(request, parts, work.session, caller, error, view=view, day=day)
    return RedirectResponse(f"/calendar?view={view}&day={day}", 303)


def _refused_apart(request: Request, parts: Services, caller: Principal, error: VanagasError, day: str) -> Response:
    with parts.store.read() as session:
        return refused(request, parts, session, caller, error, view=Length.DAY, day=day)


def refused(
    request: Request, parts: Services, session: Session, caller: Principal, error: VanagasError, *,
    view: Length, day: str, form: dict[str, str] = EMPTY,
) -> Response:  # fmt: skip
    """The calendar of the day with what `error` says."""
    try:
        span = _span(parts, caller, view, day)
    except BadInput:  # the time that was refused was none; then today is shown
        span = _span(parts, caller, view, "")
    context = _context(parts, session, caller, span, form=form, error=error)
    return page(request, "calendar/page.html", context, status=error.status)


def _span(parts: Services, caller: Principal, view: Length, day: str) -> CalendarSpan:
    zone = home_town(caller).facts.zone
    try:
        wanted = date.fromisoformat(day) if day else parts.clock.now().astimezone(zone).date()
        if not 2000 <= wanted.year <= 2100:
            raise ValueError
    except ValueError as error:
        raise BadInput(Message("calendar.not_a_day", text=day[:40])) from error
    return span_of(view, wanted, zone)


def _context(
    parts: Services, session: Session, caller: Principal, span: CalendarSpan, *,
    form: dict[str, str] = EMPTY, error: VanagasError | None = None,
) -> dict[str, Any]:  # fmt: skip
    visible = visibility(caller)
    now = parts.clock.now()
    shown = sorted(units.listed(session, visible), key=lambda u: (ORDER.index(UnitKind(u.kind)), u.id))
    town = home_town(caller).facts
    step = timedelta(days=span.days)
    flies = caller.may(Permission.FLY)
    return {
        "principal": caller,
        "span": span,
        "begins": iso(span.begins),
        "ends": iso(span.ends),
        "now": span.percent(now) if span.holds(now) else None,
        "ticks": list(span.ticks()),
        "shades": list(span.shades(town.lat, town.lon)),
        "lines": lines([units.public(unit) for unit in shown], uses(session, visible, span, now), span),
        "shifts": shifts_line(session, visible, span),
        "shift_form": shift_form(session, caller, span, now),
        "proposal": _proposal(session, caller, span),
        "before": (span.first - step).isoformat(),
        "after": (span.first + step).isoformat(),
        "today": now.astimezone(span.zone).date().isoformat(),
        "plans": [plans.brief(session, plan) for plan in plans.listed(session, visible)] if flies else [],
        "drones": [units.public(unit) for unit in shown if unit.kind == UnitKind.DRONE] if flies else [],
        "form": form,
        "error": None if error is None else error.told,
        "standing": error.verdicts if isinstance(error, FlightBlocked) else [],
    }


def _proposal(session: Session, caller: Principal, span: CalendarSpan) -> dict[str, Any] | None:
    """The newest schedule of the day shown, with the names of the zones that it leaves out; none for a week."""
    cities = visible_cities(caller)
    if span.length is Length.WEEK or len(cities) > 1:
        return None
    found = visits.latest(session, next(iter(cities)), caller.scope, span.begins)
    if found is None:
        return None
    shown = visits.public_proposal(found)
    names = {one["zone_id"]: zones.get(session, one["zone_id"], visibility(caller)).name for one in shown["unserved"]}
    return {**shown, "names": names}
