"""The pilot's page: the flights and their state, and a survey planned in one form."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from mapserver.api.flights import Pilot
from mapserver.deps import Parts, Reader, Writer
from mapserver.flows import bring_flight_home, confirm_flight, plan_survey_of, schedule_flight
from mapserver.pages.render import page
from mission.flights import service as flights
from mission.routes.cameras import catalogue
from mission.routes.survey import DEFAULT_ALTITUDE_M, SurveyRequest
from mission.zones import service as zones
from telemetry.access import Principal, visible_cities
from telemetry.errors import BadInput, Conflict, NotFound
from telemetry.units import service as units
from telemetry.units.tables import UnitKind

router = APIRouter(include_in_schema=False)


def _percent(name: str) -> int:
    return round(100 * float(SurveyRequest.model_fields[name].default))


EMPTY = {
    "zone_id": "",
    "unit_id": "",
    "camera": SurveyRequest.model_fields["camera"].default,
    "altitude_m": f"{DEFAULT_ALTITUDE_M:g}",
    "start_in_minutes": "2",
    "front_overlap": str(_percent("front_overlap")),
    "side_overlap": str(_percent("side_overlap")),
}


@router.get("/flights")
def listed(request: Request, caller: Pilot, session: Reader) -> Response:
    """The flights and the form."""
    return page(request, "flights.html", _context(session, caller))


@router.get("/flights/rows")
def rows(request: Request, caller: Pilot, session: Reader) -> Response:
    """The flights alone, when one changed."""
    return page(request, "_flight_rows.html", _context(session, caller))


@router.post("/flights")
def create(
    request: Request, caller: Pilot, parts: Parts, work: Writer,
    zone_id: Annotated[str, Form()], unit_id: Annotated[str, Form()], camera: Annotated[str, Form()],
    altitude_m: Annotated[str, Form()], start_in_minutes: Annotated[str, Form()],
    front_overlap: Annotated[str, Form()], side_overlap: Annotated[str, Form()],
) -> Response:  # fmt: skip
    """Plan and schedule, or say on the page why not."""
    form = {
        "zone_id": zone_id, "unit_id": unit_id, "camera": camera, "altitude_m": altitude_m,
        "start_in_minutes": start_in_minutes, "front_overlap": front_overlap, "side_overlap": side_overlap,
    }  # fmt: skip
    try:
        wishes = {
            "camera": camera,
            "altitude_m": _number(altitude_m, "height"),
            "front_overlap": _number(front_overlap, "front overlap") / 100,
            "side_overlap": _number(side_overlap, "side overlap") / 100,
        }
        at = parts.clock.now() + timedelta(minutes=_number(start_in_minutes, "start", most=1_440))
        with work.session.begin_nested():
            plan = plan_survey_of(parts, work, caller, zone_id=zone_id, unit_id=unit_id, name="", wishes=wishes)
            schedule_flight(parts, work, caller, plan_id=plan.id, unit_id=unit_id, at=at)
    except (BadInput, Conflict, NotFound) as error:
        context = _context(work.session, caller, form=form, error=error.message)
        return page(request, "flights.html", context, status=error.status)
    return RedirectResponse("/flights", 303)


@router.post("/flights/{flight_id}/confirm")
def confirm(request: Request, flight_id: str, caller: Pilot, parts: Parts, work: Writer) -> Response:
    """Confirm, or say on the page why not."""
    try:
        confirm_flight(parts, work, flight_id, caller)
    except Conflict as error:
        return page(request, "flights.html", _context(work.session, caller, error=error.message), status=error.status)
    return RedirectResponse("/flights", 303)


@router.post("/flights/{flight_id}/return")
async def bring_home(flight_id: str, caller: Pilot, parts: Parts) -> Response:
    """Bring a flying drone home."""
    await bring_flight_home(parts, flight_id, caller)
    return RedirectResponse("/flights", 303)


def _number(text: str, name: str, *, most: float = 10_000) -> float:
    try:
        value = float(text)
    except ValueError as error:
        raise BadInput(f"{name}: {text!r} is no number") from error
    if not 0 <= value <= most:
        raise BadInput(f"{name}: {text} is not between 0 and {most:g}")
    return value


def _context(
    session: Session, caller: Principal, *, form: dict[str, str] = EMPTY, error: str | None = None
) -> dict[str, Any]:
    cities = visible_cities(caller)
    return {
        "principal": caller,
        "flights": [flights.public(session, flight) for flight in flights.listed(session, cities)],
        "zones": [zones.public(zone) for zone in zones.listed(session, cities)],
        "drones": [units.public(u) for u in units.listed(session, cities) if u.kind == UnitKind.DRONE],
        "cameras": sorted(catalogue()),
        "form": form,
        "error": error,
    }
