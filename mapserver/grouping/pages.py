"""What people decide on the page of an incident about what belongs to it."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse

from incidents.timeline import repository
from mapserver.core.services import Services
from mapserver.grouping.flow import GroupingDesk
from mapserver.incidents.pages import incident_context
from mapserver.web.dependencies import Parts, Writer
from mapserver.web.permissions import MayWorkIncidents
from mapserver.web.render import page
from mapserver.web.routes import GuardedRouter
from telemetry.access import Principal, visibility
from telemetry.errors import BadInput, Conflict, NotFound
from telemetry.store import Work

router = GuardedRouter(include_in_schema=False)


@router.post("/incidents/{incident_id}/answer")
def answer(
    request: Request, incident_id: str, caller: MayWorkIncidents, parts: Parts, work: Writer,
    question: Annotated[str, Form()], same: Annotated[bool, Form()],
) -> Response:  # fmt: skip
    """Say whether this and another are one."""
    return _decide(request, parts, work, caller, incident_id, lambda desk: desk.answer(question, same=same))


@router.post("/incidents/{incident_id}/split")
def split(
    request: Request, incident_id: str, caller: MayWorkIncidents, parts: Parts, work: Writer,
    observation: Annotated[list[str] | None, Form()] = None, reason: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """Say that some observations tell of something else."""
    chosen = observation or []
    return _decide(request, parts, work, caller, incident_id, lambda desk: desk.split(incident_id, chosen, reason))


@router.post("/incidents/{incident_id}/join")
def join(
    request: Request, incident_id: str, caller: MayWorkIncidents, parts: Parts, work: Writer,
    other: Annotated[str, Form()], reason: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """Say that another incident is this one."""
    return _decide(request, parts, work, caller, incident_id, lambda desk: desk.join(incident_id, other, reason))


@router.post("/incidents/{incident_id}/undo")
def undo(
    request: Request, incident_id: str, caller: MayWorkIncidents, parts: Parts, work: Writer,
    decision: Annotated[str, Form()],
) -> Response:  # fmt: skip
    """Take a decision back."""
    return _decide(request, parts, work, caller, incident_id, lambda desk: desk.undo(incident_id, decision))


def _decide(
    request: Request,
    parts: Services,
    work: Work,
    caller: Principal,
    incident_id: str,
    decide: Callable[[GroupingDesk], object],
) -> Response:
    """The page again; with what was wrong, if anything was."""
    try:
        decide(GroupingDesk(parts, work, caller))
    except (BadInput, Conflict, NotFound) as error:
        row = repository.get(work.session, incident_id, visibility(caller))
        context = {**incident_context(parts, work.session, row, caller), "error": error.told}
        return page(request, "incidents/page.html", context, status=error.status)
    return RedirectResponse(f"/incidents/{incident_id}", 303)
