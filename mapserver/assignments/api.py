"""Assignments: which tower or body camera is deployed to which zone, and who holds it."""

from typing import Annotated, Any

from fastapi import Query

from mapserver.assignments.flow import Deployment, deploy, end_deployment
from mapserver.assignments.schemas import AssignmentAnswer
from mapserver.web.api_routes import ApiRouter
from mapserver.web.contract import refuses
from mapserver.web.dependencies import Parts, Reader, Writer
from mapserver.web.permissions import MayDeploy, MaySeeMap
from mapserver.web.polling import polled
from mobile_units.assignments import service
from telemetry.access import visibility
from telemetry.errors import Conflict, NotFound

router = ApiRouter("assignments", "/assignments")


@router.get("", response_model=list[AssignmentAnswer])
@polled
def listed(caller: MaySeeMap, session: Reader, ended: Annotated[bool, Query()] = False) -> list[dict[str, Any]]:
    """The active assignments, or with `ended=true` those of the past too."""
    return [service.public(a) for a in service.listed(session, visibility(caller), ended=ended)]


@router.post("", response_model=AssignmentAnswer, status_code=201)
@refuses(Conflict, NotFound)
def create(wanted: Deployment, caller: MayDeploy, parts: Parts, work: Writer) -> dict[str, Any]:
    """Deploy a tower or hand out a body camera."""
    return service.public(deploy(parts, work, wanted, caller))


@router.post("/{assignment_id}/end", response_model=AssignmentAnswer)
@refuses(Conflict)
def end(assignment_id: str, caller: MayDeploy, parts: Parts, work: Writer) -> dict[str, Any]:
    """Take the unit back."""
    return service.public(end_deployment(parts, work, assignment_id, caller))
