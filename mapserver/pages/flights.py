"""The pilot's page: the flights and their state. They are planned on the planner's page."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from mapserver.api.flights import Pilot
from mapserver.deps import Parts, Reader, Writer
from mapserver.flows import bring_flight_home, confirm_flight
from mapserver.pages.render import page
from mission.flights import service as flights
from mission.zones import service as zones
from telemetry.access import Principal, visible_cities
from telemetry.errors import Conflict
from telemetry.units import service as units
from telemetry.units.tables import UnitKind

router = APIRouter(include_in_schema=False)


@router.get("/flights")
def listed(request: Request, caller: Pilot, session: Reader) -> Response:
    """The flights."""
    return page(request, "flights.html", _context(session, caller))


@router.get("/flights/rows")
def rows(request: Request, caller: Pilot, session: Reader) -> Response:
    """The flights alone, when one changed."""
    return page(request, "_flight_rows.html", _context(session, caller))


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


def _context(session: Session, caller: Principal, *, error: str | None = None) -> dict[str, Any]:
    cities = visible_cities(caller)
    return {
        "principal": caller,
        "flights": [flights.public(session, flight) for flight in flights.listed(session, cities)],
        "zones": [zones.public(zone) for zone in zones.listed(session, cities)],
        "drones": [units.public(u) for u in units.listed(session, cities) if u.kind == UnitKind.DRONE],
        "error": error,
    }
