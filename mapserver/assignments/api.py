"""Assignments: which tower or body camera is deployed to which zone, and who holds it."""

from typing import Annotated, Any

from fastapi import Query

from mapserver.assignments.flow import Deployment, deploy, end_deployment
from mapserver.web.api_routes import ApiRouter
from mapserver.web.dependencies import Parts, Reader, Writer
from mapserver.web.permissions import MayDeploy, MaySeeMap
from mobile_units.assignments import service
from telemetry.access import visible_cities

router = ApiRouter("assignments", "/assignments")


@router.get("")
def listed(caller: MaySeeMap, session: Reader, ended: Annotated[bool, Query()] = False) -> list[dict[str, Any]]:
    """The active assignments, or with `ended=true` those of the past too."""
    return [service.public(a) for a in service.listed(session, visible_cities(caller), ended=ended)]


@router.post("", status_code=201)
def create(wanted: Deployment, caller: MayDeploy, parts: Parts, work: Writer) -> dict[str, Any]:
    """Deploy a tower or hand out a body camera."""
    return service.public(deploy(parts, work, wanted, caller))


@router.post("/{assignment_id}/end")
def end(assignment_id: str, caller: MayDeploy, parts: Parts, work: Writer) -> dict[str, Any]:
    """Take the unit back."""
    return service.public(end_deployment(parts, work, assignment_id, caller))
