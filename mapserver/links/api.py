"""Links between incidents."""

from typing import Annotated, Any

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from incidents.links import service
from incidents.links.service import LinkRelation
from incidents.timeline import repository
from mapserver.links.flow import link_incidents, unlink_incidents
from mapserver.links.schemas import IncidentLinkAnswer
from mapserver.web.api_routes import ApiRouter
from mapserver.web.contract import refuses
from mapserver.web.dependencies import Parts, Reader, Writer
from mapserver.web.permissions import MaySeeIncidents, MayWorkIncidents
from telemetry.access import visibility
from telemetry.errors import Conflict

router = ApiRouter("incidents", "/incidents")


class LinkBody(BaseModel):
    """What the incident has to do with another one, and why."""

    model_config = ConfigDict(extra="forbid")

    incident: str
    """The other one."""
    relation: LinkRelation
    reason: Annotated[str, Field(max_length=4_000)]


@router.get("/{incident_id}/links", response_model=list[IncidentLinkAnswer])
def linked(incident_id: str, caller: MaySeeIncidents, session: Reader) -> list[dict[str, Any]]:
    """What the incident has to do with others, in the order in which it was said."""
    row = repository.get(session, incident_id, visibility(caller))
    return [known.public() for known in service.of_incident(session, row)]


@router.post("/{incident_id}/links", response_model=IncidentLinkAnswer, status_code=201)
@refuses(Conflict)
def link(incident_id: str, wanted: LinkBody, caller: MayWorkIncidents, parts: Parts, work: Writer) -> dict[str, Any]:
    """Say what the incident has to do with another one of its town. It joins nothing, and is in both timelines."""
    row = repository.get(work.session, incident_id, visibility(caller))
    made = link_incidents(parts, work, row, wanted.incident, wanted.relation, caller, reason=wanted.reason)
    return made.public()


@router.delete("/{incident_id}/links/{link_id}", response_model=IncidentLinkAnswer)
def unlink(
    incident_id: str,
    link_id: str,
    caller: MayWorkIncidents,
    parts: Parts,
    work: Writer,
    reason: Annotated[str, Query(max_length=4_000)],
) -> dict[str, Any]:
    """Take a link back, with the reason. Both timelines keep that it was set and taken back."""
    row = repository.get(work.session, incident_id, visibility(caller))
    return unlink_incidents(parts, work, row, link_id, caller, reason=reason).public()
