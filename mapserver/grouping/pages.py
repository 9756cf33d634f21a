"""What people decide on the page of an incident about what belongs to it."""

from typing import Annotated

from fastapi import Form, Request, Response

from mapserver.grouping.flow import GroupingDesk
from mapserver.incidents.handling_pages import answer as answered
from mapserver.web.dependencies import Parts, Writer
from mapserver.web.permissions import MayWorkIncidents
from mapserver.web.routes import GuardedRouter

router = GuardedRouter(include_in_schema=False)


@router.post("/incidents/{incident_id}/answer")
def answer(
    request: Request, incident_id: str, caller: MayWorkIncidents, parts: Parts, work: Writer,
    question: Annotated[str, Form()], same: Annotated[bool, Form()],
) -> Response:  # fmt: skip
    """Say whether this and another are one."""
    desk = GroupingDesk(parts, work, caller)
    return answered(request, parts, work, incident_id, caller, lambda _: desk.answer(question, same=same))


@router.post("/incidents/{incident_id}/split")
def split(
    request: Request, incident_id: str, caller: MayWorkIncidents, parts: Parts, work: Writer,
    observation: Annotated[list[str] | None, Form()] = None, reason: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """Say that some observations tell of something else."""
    chosen = observation or []
    desk = GroupingDesk(parts, work, caller)
    return answered(request, parts, work, incident_id, caller, lambda _: desk.split(incident_id, chosen, reason))


@router.post("/incidents/{incident_id}/join")
def join(
    request: Request, incident_id: str, caller: MayWorkIncidents, parts: Parts, work: Writer,
    other: Annotated[str, Form()], reason: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """Say that another incident is this one."""
    desk = GroupingDesk(parts, work, caller)
    return answered(request, parts, work, incident_id, caller, lambda _: desk.join(incident_id, other, reason))


@router.post("/incidents/{incident_id}/undo")
def undo(
    request: Request, incident_id: str, caller: MayWorkIncidents, parts: Parts, work: Writer,
    decision: Annotated[str, Form()],
) -> Response:  # fmt: skip
    """Take a decision back."""
    desk = GroupingDesk(parts, work, caller)
    return answered(request, parts, work, incident_id, caller, lambda _: desk.undo(incident_id, decision))
