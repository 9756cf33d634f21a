"""The checklist on an incident's page: its part of the page, and its buttons."""

from typing import Annotated

from fastapi import Form, Request, Response

from incidents.timeline import repository, service
from incidents.timeline.tables import IncidentRow
from mapserver.incidents.handling_pages import answer as answered
from mapserver.procedures.flow import StepVerb, checklist, settle
from mapserver.web.dependencies import Parts, Reader, Writer
from mapserver.web.permissions import MaySeeIncidents, MayWorkIncidents
from mapserver.web.render import page
from mapserver.web.routes import GuardedRouter
from telemetry.access import Permission, visibility

router = GuardedRouter(include_in_schema=False)


@router.get("/incidents/{incident_id}/procedure")
def shown(request: Request, incident_id: str, caller: MaySeeIncidents, parts: Parts, session: Reader) -> Response:
    """The checklist alone, when the incident changed."""
    row = repository.get(session, incident_id, visibility(caller))
    context = {
        "principal": caller,
        "incident": service.public(row),
        "checklist": checklist(parts, session, row),
        "may_work": caller.may(Permission.WORK_INCIDENTS),
    }
    return page(request, "procedures/_checklist.html", context)


@router.post("/incidents/{incident_id}/procedure/{step}")
def settle_step(
    request: Request, incident_id: str, step: str, caller: MayWorkIncidents, parts: Parts, work: Writer,
    verb: Annotated[StepVerb, Form()], answer: Annotated[str, Form()] = "", reason: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """Do, answer, skip or undo a step, or be told on the page why not."""

    def do(row: IncidentRow) -> None:
        settle(parts, work, row, step, verb, caller, answer=answer or None, reason=reason)

    return answered(request, parts, work, incident_id, caller, do)
