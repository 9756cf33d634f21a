"""The forms on an incident's page by which people decide about it."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse

from incidents.timeline import repository
from incidents.timeline.responding import ResponseStep
from incidents.timeline.tables import IncidentRow
from incidents.timeline.transitions import Transition
from mapserver.core.services import Services
from mapserver.incidents.flow import assign, respond, set_category, set_owner, set_severity, work_on
from mapserver.incidents.pages import incident_context
from mapserver.web.dependencies import Parts, Writer
from mapserver.web.permissions import MayReport, MayWorkIncidents
from mapserver.web.render import page
from mapserver.web.routes import GuardedRouter
from telemetry.access import Principal, visibility
from telemetry.errors import BadInput, Conflict, NotAllowed, NotFound
from telemetry.store import Work

router = GuardedRouter(include_in_schema=False)


@router.post("/incidents/{incident_id}/transitions")
def take_transition(
    request: Request, incident_id: str, caller: MayWorkIncidents, parts: Parts, work: Writer,
    transition: Annotated[Transition, Form()], reason: Annotated[str, Form()] = "",
    closing_code: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """Move it on, or say on the page why not."""

    def do(row: IncidentRow) -> None:
        work_on(parts, work, row, transition, caller, reason=reason, closing_code=closing_code or None)

    return answer(request, parts, work, incident_id, caller, do)


@router.post("/incidents/{incident_id}/severity")
def change_severity(
    request: Request, incident_id: str, caller: MayWorkIncidents, parts: Parts, work: Writer,
    severity: Annotated[int, Form()], reason: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """Say how bad it is, or be told on the page why not."""

    def do(row: IncidentRow) -> None:
        set_severity(parts, work, row, severity, caller, reason=reason)

    return answer(request, parts, work, incident_id, caller, do)


@router.post("/incidents/{incident_id}/category")
def change_category(
    request: Request, incident_id: str, caller: MayWorkIncidents, parts: Parts, work: Writer,
    category: Annotated[str, Form()] = "", reason: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """Say what it is, or be told on the page why not; empty: what was said of it decides."""

    def do(row: IncidentRow) -> None:
        set_category(parts, work, row, category or None, caller, reason=reason)

    return answer(request, parts, work, incident_id, caller, do)


@router.post("/incidents/{incident_id}/response")
def say_how_far(
    request: Request, incident_id: str, caller: MayReport, parts: Parts, work: Writer,
    step: Annotated[ResponseStep, Form()],
) -> Response:  # fmt: skip
    """Say how far you have come with it, or be told on the page why not."""

    def do(row: IncidentRow) -> None:
        respond(parts, work, row, step, caller)

    return answer(request, parts, work, incident_id, caller, do)


@router.post("/incidents/{incident_id}/people")
def change_people(
    request: Request, incident_id: str, caller: MayWorkIncidents, parts: Parts, work: Writer,
    owner: Annotated[str, Form()] = "", assigned: Annotated[list[str] | None, Form()] = None,
) -> Response:  # fmt: skip
    """Say who answers for it and who works on it, or be told on the page why not."""

    def do(row: IncidentRow) -> None:
        wanted = sorted(set(assigned or []))
        if (owner or None) != row.owner:
            set_owner(parts, work, row, owner or None, caller)
        if wanted != (row.assigned or []):
            assign(parts, work, row, wanted, caller)

    return answer(request, parts, work, incident_id, caller, do)


def answer(
    request: Request,
    parts: Services,
    work: Work,
    incident_id: str,
    caller: Principal,
    do: Callable[[IncidentRow], object],
) -> Response:
    """Do it with the incident and show its page again, or show there why it was refused."""
    row = repository.get(work.session, incident_id, visibility(caller))
    try:
        with work.session.begin_nested():
            do(row)
    except (BadInput, Conflict, NotAllowed, NotFound) as error:
        context = {**incident_context(parts, work.session, row, caller), "error": error.told}
        return page(request, "incidents/page.html", context, status=error.status)
    return RedirectResponse(f"/incidents/{incident_id}", 303)
