"""The pilot's page: the flights and their state. They are planned on the planner's page."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from mapserver.api.flights import Pilot
from mapserver.deps import Parts, Reader, Writer
from mapserver.flows import confirm_flight
from mapserver.flying import ControlStep, order_flight, pass_control, pilots
from mapserver.pages.render import page
from mapserver.services import Services
from mission.control import service as controls
from mission.flights import service as flights
from mission.flights.orders import Order, OrderKind
from mission.flights.states import IN_THE_AIR
from mission.zones import service as zones
from telemetry.access import Principal, visible_cities
from telemetry.errors import BadInput, Conflict, Unavailable, VanagasError
from telemetry.units import service as units
from telemetry.units.tables import UnitKind

router = APIRouter(include_in_schema=False)
TOLD = 6
"""The latest events shown of a flight in the air."""


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


@router.post("/flights/{flight_id}/orders")
async def order(
    request: Request, flight_id: str, caller: Pilot, parts: Parts,
    kind: Annotated[OrderKind, Form()], typed: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """Have a flying drone do something, or say on the page why not. Points are chosen on the live map."""
    try:
        await order_flight(parts, flight_id, Order(kind, typed=typed), caller)
    except (BadInput, Conflict, Unavailable) as error:
        return await asyncio.to_thread(_refused, request, parts, caller, error)
    return RedirectResponse("/flights", 303)


@router.post("/flights/control/{unit_id}")
def control(
    request: Request, unit_id: str, caller: Pilot, parts: Parts, work: Writer,
    step: Annotated[ControlStep, Form()], to: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """Take a drone's control or pass it on, or say on the page why not."""
    try:
        pass_control(parts, work, unit_id, step, caller, to=to)
    except (BadInput, Conflict) as error:
        return page(request, "flights.html", _context(work.session, caller, error=error.message), status=error.status)
    return RedirectResponse("/flights", 303)


def _refused(request: Request, parts: Services, caller: Principal, error: VanagasError) -> Response:
    with parts.store.read() as session:
        return page(request, "flights.html", _context(session, caller, error=error.message), status=error.status)


def _context(session: Session, caller: Principal, *, error: str | None = None) -> dict[str, Any]:
    cities = visible_cities(caller)
    drones = [unit for unit in units.listed(session, cities) if unit.kind == UnitKind.DRONE]
    listed = flights.listed(session, cities)
    return {
        "principal": caller,
        "flights": [flights.public(session, flight) for flight in listed],
        "told": {f.id: flights.events(session, f.id)[-TOLD:] for f in listed if f.state in IN_THE_AIR},
        "zones": [zones.public(zone) for zone in zones.listed(session, cities)],
        "drones": [
            {
                **units.public(drone),
                "control": controls.of(session, drone.id).as_json(),
                "pilots": pilots(session, units.duty_city(drone)),
            }
            for drone in drones
        ],
        "error": error,
    }
