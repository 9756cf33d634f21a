"""Sending a drone from an incident's page: what is offered, and the confirmation."""

from typing import Annotated, Any

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from incidents.requests import service as requests
from incidents.responders.service import ResponderKind
from incidents.timeline import repository, service
from mapserver.core.services import Services
from mapserver.dispatch.flow import ask_for_drone, offer_for, send_drone
from mapserver.dispatch.responders import responders_context, send_responder
from mapserver.web.dependencies import Parts, Reader
from mapserver.web.permissions import MayFly, MaySeeIncidents, MayWorkIncidents
from mapserver.web.render import page
from mapserver.web.routes import GuardedRouter
from telemetry.access import Principal, visibility
from telemetry.errors import BadInput, Conflict, NotAllowed, NotFound

router = GuardedRouter(include_in_schema=False)


@router.get("/incidents/{incident_id}/drone")
def offered(request: Request, incident_id: str, caller: MaySeeIncidents, parts: Parts, session: Reader) -> Response:
    """The drone that would be sent, its checks, and the button that sends it."""
    return page(request, "dispatch/page.html", _context(parts, session, incident_id, caller))


@router.post("/incidents/{incident_id}/drone")
def send(
    request: Request, incident_id: str, caller: MayFly, parts: Parts,
    unit_id: Annotated[str, Form()], subjects: Annotated[list[str] | None, Form()] = None,
) -> Response:  # fmt: skip
    """Send it, or say on the page why not; then nothing is kept."""
    try:
        with parts.store.write() as work:
            flight = send_drone(parts, work, incident_id, caller, unit_id=unit_id, subjects=subjects or [])
            to_fly = f"/flights/{flight.id}/fly"
    except (BadInput, Conflict) as error:
        return _refused(request, parts, incident_id, caller, error)
    return RedirectResponse(to_fly, 303)


@router.post("/incidents/{incident_id}/drone/asked")
def ask(request: Request, incident_id: str, caller: MayWorkIncidents, parts: Parts) -> Response:
    """Ask the pilots for it, or say on the page why not."""
    try:
        with parts.store.write() as work:
            ask_for_drone(parts, work, incident_id, caller)
    except (BadInput, Conflict) as error:
        return _refused(request, parts, incident_id, caller, error)
    return RedirectResponse(f"/incidents/{incident_id}", 303)


@router.get("/incidents/{incident_id}/responders")
def who_goes(request: Request, incident_id: str, caller: MaySeeIncidents, parts: Parts, session: Reader) -> Response:
    """The card of who goes alone, when the incident changed."""
    row = repository.get(session, incident_id, visibility(caller))
    context = {"principal": caller, "incident": service.public(row), **responders_context(parts, session, row, caller)}
    return page(request, "dispatch/_responders.html", context)


@router.post("/incidents/{incident_id}/responders")
def send_somebody(
    request: Request, incident_id: str, caller: MayWorkIncidents, parts: Parts,
    kind: Annotated[ResponderKind, Form()], id: Annotated[str, Form(max_length=120)],
) -> Response:  # fmt: skip
    """Send a person or a tower; the card says that they go, or why not."""
    problem = None
    try:
        with parts.store.write() as work:
            row = repository.get(work.session, incident_id, visibility(caller))
            send_responder(parts, work, row, caller, kind=kind, id=id)
    except (BadInput, Conflict, NotAllowed, NotFound) as error:
        problem = error.told.text()
    with parts.store.read() as session:
        row = repository.get(session, incident_id, visibility(caller))
        context = responders_context(parts, session, row, caller)
        context["could_go_problem"] = problem or context["could_go_problem"]
        context |= {"principal": caller, "incident": service.public(row)}
        return page(request, "dispatch/_responders.html", context)


def _refused(
    request: Request, parts: Services, incident_id: str, caller: Principal, error: BadInput | Conflict
) -> Response:
    with parts.store.read() as session:
        context = {**_context(parts, session, incident_id, caller), "error": error.told}
        return page(request, "dispatch/page.html", context, status=error.status)


def _context(parts: Services, session: Session, incident_id: str, caller: Principal) -> dict[str, Any]:
    row = repository.get(session, incident_id, visibility(caller))
    asked = requests.waiting_for(session, row.id)
    context = {
        "principal": caller,
        "incident": service.public(row),
        "waiting": None if asked is None else requests.public(session, asked),
        "offer": None,
        "error": None,
    }
    try:
        return {**context, "offer": offer_for(parts, session, incident_id, caller)}
    except (BadInput, Conflict) as error:
        return {**context, "error": error.told}
