"""The forms on an incident's page about links to others."""

from typing import Annotated

from fastapi import Form, Request, Response

from incidents.links.service import LinkRelation
from mapserver.incidents.handling_pages import answer
from mapserver.links.flow import link_incidents, unlink_incidents
from mapserver.web.dependencies import Parts, Writer
from mapserver.web.permissions import MayWorkIncidents
from mapserver.web.routes import GuardedRouter

router = GuardedRouter(include_in_schema=False)


@router.post("/incidents/{incident_id}/links")
def link(
    request: Request, incident_id: str, caller: MayWorkIncidents, parts: Parts, work: Writer,
    other: Annotated[str, Form()], relation: Annotated[LinkRelation, Form()], reason: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """Say what it has to do with another one, or be told on the page why not."""
    return answer(
        request, parts, work, incident_id, caller,
        lambda row: link_incidents(parts, work, row, other, relation, caller, reason=reason),
    )  # fmt: skip


@router.post("/incidents/{incident_id}/links/{link_id}/undo")
def unlink(
    request: Request, incident_id: str, link_id: str, caller: MayWorkIncidents, parts: Parts, work: Writer,
    reason: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """Take a link back, or be told on the page why not."""
    return answer(
        request, parts, work, incident_id, caller,
        lambda row: unlink_incidents(parts, work, row, link_id, caller, reason=reason),
    )  # fmt: skip
