"""The pilot's pages: the flights and their state, and the one that is flown. They are planned on the planner's page."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from incidents.requests import service as requests
from mapserver.core.services import Services
from mapserver.flights.control import ControlStep, pass_control, pilots
from mapserver.flights.flow import abort_flight, confirm_flight
from mapserver.incidents.flow import decline_drone
from mapserver.web.dependencies import Parts, Reader
from mapserver.web.paging import part_of
from mapserver.web.permissions import MayFly
from mapserver.web.render import page
from mapserver.web.routes import GuardedRouter
from mission.control import service as controls
from mission.flights import gate
from mission.flights import repository as flight_repository
from mission.flights import service as flights
from mission.flights.states import BEFORE_START, OVER
from mission.flights.tables import FlightRow
from mission.zones import service as zones
from telemetry.access import Principal, visibility
from telemetry.errors import BadInput, Conflict
from telemetry.store import Work
from telemetry.units import service as units
from telemetry.units.tables import UnitKind, UnitRow

router = GuardedRouter(include_in_schema=False)
SHOWN_OVER = 50
"""Flights that are over on a page; the others are on every page."""


@router.get("/flights")
def listed(request: Request, caller: MayFly, parts: Parts, session: Reader, cursor: str | None = None) -> Response:
    """The flights: all that are not over, and a page of those that are."""
    return page(request, "flights/list.html", _context(request, parts, session, caller, cursor=cursor))


@router.get("/flights/rows")
def rows(request: Request, caller: MayFly, parts: Parts, session: Reader, cursor: str | None = None) -> Response:
    """The flights alone, when one changed."""
    return page(request, "flights/_rows.html", _context(request, parts, session, caller, cursor=cursor))


@router.get("/flights/{flight_id}/fly")
def fly(request: Request, flight_id: str, caller: MayFly, session: Reader) -> Response:
    """One flight with its instruments, its map and the orders to it."""
    flight = flight_repository.get(session, flight_id, visibility(caller))
    drone = session.get_one(UnitRow, flight.unit_id)
    context = {
        "principal": caller,
        "flight": flights.public(session, flight),
        "unit": units.public(drone),
        "others": [name for name in pilots(session, drone) if name != caller.name],
    }
    return page(request, "flights/page.html", context)


@router.post("/flights/{flight_id}/confirm")
def confirm(
    request: Request, flight_id: str, caller: MayFly, parts: Parts,
    subjects: Annotated[list[str] | None, Form()] = None,
) -> Response:  # fmt: skip
    """Confirm, or say beside the button why not; then nothing is kept."""
    given = subjects or []
    return _done(
        request, parts, caller, flight_id, lambda work: confirm_flight(parts, work, flight_id, caller, subjects=given)
    )


@router.post("/flights/{flight_id}/abort")
def abort(
    request: Request, flight_id: str, caller: MayFly, parts: Parts, reason: Annotated[str, Form()] = ""
) -> Response:
    """Call it off before its start, or say beside the button why not."""
    return _done(
        request, parts, caller, flight_id, lambda work: abort_flight(parts, work, flight_id, caller, reason=reason)
    )


@router.post("/flights/control/{unit_id}")
def control(
    request: Request, unit_id: str, caller: MayFly, parts: Parts,
    step: Annotated[ControlStep, Form()], to: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """Take a drone's control or pass it on, or say beside the button why not."""
    return _done(request, parts, caller, unit_id, lambda work: pass_control(parts, work, unit_id, step, caller, to=to))


@router.post("/flights/asked/{incident_id}")
def decline(
    request: Request, incident_id: str, caller: MayFly, parts: Parts, reason: Annotated[str, Form()] = ""
) -> Response:
    """Decline to send the drone that is asked for, or say beside the button why that cannot be."""
    return _done(
        request, parts, caller, incident_id, lambda work: decline_drone(parts, work, incident_id, caller, reason=reason)
    )


def _done(request: Request, parts: Services, caller: Principal, about: str, step: Callable[[Work], object]) -> Response:
    """The flights after `step`, or the sentence why not beside what it is `about`."""
    try:
        with parts.store.write() as work:
            step(work)
    except (BadInput, Conflict) as error:
        with parts.store.read() as session:
            context = {**_context(request, parts, session, caller), "refused": {about: error.told}}
            return page(request, "flights/list.html", context, status=error.status)
    return RedirectResponse("/flights", 303)


def _context(
    request: Request, parts: Services, session: Session, caller: Principal, *, cursor: str | None = None
) -> dict[str, Any]:
    visible = visibility(caller)
    drones = [unit for unit in units.listed(session, visible) if unit.kind == UnitKind.DRONE]
    over = flight_repository.over(session, visible, limit=SHOWN_OVER, cursor=cursor)
    return {
        "principal": caller,
        "asked": [requests.public(session, one) for one in requests.waiting(session, visible)],
        "flights": [
            {
                **flights.public(session, flight),
                "over": flight.state in OVER,
                "asks": _asks(parts, session, flight, caller),
            }
            for flight in [*flight_repository.not_over(session, visible), *over]
        ],
        "part": part_of(request, over, "/flights"),
        "cursor": cursor,
        "zones": [zones.public(zone) for zone in zones.listed(session, visible)],
        "drones": [
            {
                **units.public(drone),
                "control": controls.of(session, drone.id).as_json(),
                "others": [name for name in pilots(session, drone) if name != caller.name],
            }
            for drone in drones
        ],
        "refused": {},
    }


def _asks(parts: Services, session: Session, flight: FlightRow, caller: Principal) -> list[dict[str, Any]] | None:
    """What the caller's confirmation of the start acknowledges; None when the start is not theirs to confirm."""
    holder = controls.of(session, flight.unit_id).holder
    if flight.state not in BEFORE_START or flight.confirmed_by == caller.name:
        return None
    if holder != caller.name and (holder is not None or flight.pilot != caller.name):
        return None
    found = gate.asked(session, flight, parts.standards, pilot=caller.name, now=parts.clock.now())
    return [verdict.as_json() for verdict in found]
