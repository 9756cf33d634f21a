"""The calendar: every unit's flights and deployments on one time axis, and flights scheduled onto it."""

from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from mapserver.api.flights import Pilot, Seer
from mapserver.calendar.blocks import lines
from mapserver.calendar.span import CalendarSpan, Length, from_wall, span_of
from mapserver.calendar.uses import uses
from mapserver.deps import Parts, Reader, Writer
from mapserver.flows import acknowledge_plan, confirm_flight, schedule_flight
from mapserver.pages.render import page
from mapserver.services import Services
from mission.plans import service as plans
from telemetry.access import Permission, Principal, visible_cities
from telemetry.cities import City
from telemetry.clock import iso
from telemetry.errors import BadInput, Conflict, FlightBlocked, NotFound, VanagasError
from telemetry.units import service as units
from telemetry.units.tables import UnitKind

router = APIRouter(include_in_schema=False)
ORDER = list(UnitKind)
EMPTY = {"plan_id": "", "unit_id": "", "at": ""}


@router.get("/calendar")
def shown(
    request: Request, caller: Seer, parts: Parts, session: Reader, view: Length = Length.DAY, day: str = ""
) -> Response:
    """A day or a week, with the form for pilots."""
    return page(request, "calendar.html", _context(parts, session, caller, _span(parts, caller, view, day)))


@router.get("/calendar/rows")
def rows(
    request: Request, caller: Seer, parts: Parts, session: Reader, view: Length = Length.DAY, day: str = ""
) -> Response:
    """The calendar alone, when something on it changed."""
    return page(request, "_calendar_rows.html", _context(parts, session, caller, _span(parts, caller, view, day)))


@router.post("/calendar/flights")
def schedule(
    request: Request, caller: Pilot, parts: Parts, work: Writer,
    plan_id: Annotated[str, Form()] = "", unit_id: Annotated[str, Form()] = "", at: Annotated[str, Form()] = "",
    view: Annotated[Length, Form()] = Length.DAY, acknowledge: Annotated[list[str] | None, Form()] = None,
) -> Response:  # fmt: skip
    """Schedule a plan on a drone at a time of the town's clock, or say on the page what stands in the way.

    `acknowledge` are the subjects of conditions that the pilot says are met.
    """
    day = at.partition("T")[0]
    try:
        moment = from_wall(at, _zone(caller))
        with work.session.begin_nested():
            if acknowledge:
                acknowledge_plan(parts, work, caller, plan_id=plan_id, unit_id=unit_id, at=moment, subjects=acknowledge)
            schedule_flight(parts, work, caller, plan_id=plan_id, unit_id=unit_id, at=moment)
    except (BadInput, Conflict, NotFound) as error:
        form = {"plan_id": plan_id, "unit_id": unit_id, "at": at}
        return _refused(request, parts, work.session, caller, error, view=view, day=day, form=form)
    return RedirectResponse(f"/calendar?view={view}&day={day}", 303)


@router.post("/calendar/flights/{flight_id}/confirm")
def confirm(
    request: Request, flight_id: str, caller: Pilot, parts: Parts, work: Writer,
    view: Annotated[Length, Form()] = Length.DAY, day: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """The pilot's word that it may take off, or why not."""
    try:
        confirm_flight(parts, work, flight_id, caller)
    except Conflict as error:
        return _refused(request, parts, work.session, caller, error, view=view, day=day)
    return RedirectResponse(f"/calendar?view={view}&day={day}", 303)


def _refused(
    request: Request, parts: Services, session: Session, caller: Principal, error: VanagasError, *,
    view: Length, day: str, form: dict[str, str] = EMPTY,
) -> Response:  # fmt: skip
    try:
        span = _span(parts, caller, view, day)
    except BadInput:  # the time that was refused was none; then today is shown
        span = _span(parts, caller, view, "")
    context = _context(parts, session, caller, span, form=form, error=error)
    return page(request, "calendar.html", context, status=error.status)


def _zone(caller: Principal) -> Any:
    """The clock of the caller's town; the two towns share theirs, so administrators get the first one's."""
    return (caller.city or City.SIAULIAI).facts.zone


def _span(parts: Services, caller: Principal, view: Length, day: str) -> CalendarSpan:
    zone = _zone(caller)
    try:
        wanted = date.fromisoformat(day) if day else parts.clock.now().astimezone(zone).date()
        if not 2000 <= wanted.year <= 2100:
            raise ValueError
    except ValueError as error:
        raise BadInput(f"{day[:40]!r} is no day of this century; write it as 2026-11-22") from error
    return span_of(view, wanted, zone)


def _context(
    parts: Services, session: Session, caller: Principal, span: CalendarSpan, *,
    form: dict[str, str] = EMPTY, error: VanagasError | None = None,
) -> dict[str, Any]:  # fmt: skip
    cities, now = visible_cities(caller), parts.clock.now()
    shown = sorted(units.listed(session, cities), key=lambda u: (ORDER.index(UnitKind(u.kind)), u.id))
    town = (caller.city or City.SIAULIAI).facts
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
        "lines": lines([units.public(unit) for unit in shown], uses(session, cities, span, now), span),
        "before": (span.first - step).isoformat(),
        "after": (span.first + step).isoformat(),
        "today": now.astimezone(span.zone).date().isoformat(),
        "plans": [plans.brief(session, plan) for plan in plans.listed(session, cities)] if flies else [],
        "drones": [units.public(unit) for unit in shown if unit.kind == UnitKind.DRONE] if flies else [],
        "form": form,
        "error": None if error is None else error.message,
        "standing": error.verdicts if isinstance(error, FlightBlocked) else [],
    }
