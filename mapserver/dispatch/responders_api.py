"""Who could go to an incident, and who was sent."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from incidents.responders import service
from incidents.responders.service import ResponderKind
from incidents.timeline import repository
from mapserver.dispatch.responders import responders, send_responder
from mapserver.dispatch.schemas import ResponderAnswer, SentResponderAnswer
from mapserver.web.api_routes import ApiRouter
from mapserver.web.contract import refuses
from mapserver.web.dependencies import Parts, Reader, Writer
from mapserver.web.permissions import MaySeeIncidents, MayWorkIncidents
from telemetry.access import visibility
from telemetry.errors import BadInput, Conflict

router = ApiRouter("dispatch", "/incidents")


class Sending(BaseModel):
    """Who is sent."""

    model_config = ConfigDict(extra="forbid")

    kind: ResponderKind
    id: str = Field(max_length=120)
    """A person's name, a tower's id."""


@router.get("/{incident_id}/responders", response_model=list[ResponderAnswer])
@refuses(BadInput)
def responders_of(incident_id: str, caller: MayWorkIncidents, parts: Parts, session: Reader) -> list[dict[str, Any]]:
    """Who could go: people on shift and free, towers that are deployed nowhere, drones that could start; the shortest
    way first. On the ground the way is the straight line times a factor that the town sets."""
    row = repository.get(session, incident_id, visibility(caller))
    return [one.public() for one in responders(parts, session, row, caller)]


@router.get("/{incident_id}/responses", response_model=list[SentResponderAnswer])
def responses_of(incident_id: str, caller: MaySeeIncidents, session: Reader) -> list[dict[str, Any]]:
    """Everybody who was sent to it, with the times of each: told, decided, on the way, there, seen."""
    row = repository.get(session, incident_id, visibility(caller))
    return [one.public() for one in service.responses(session, row)]


@router.post("/{incident_id}/responders", response_model=list[SentResponderAnswer], status_code=201)
@refuses(Conflict)
def send_responder_to(
    incident_id: str, wanted: Sending, caller: MayWorkIncidents, parts: Parts, work: Writer
) -> list[dict[str, Any]]:
    """Send a person or a tower; they are told on the incident's page and on theirs. A drone is sent by `drone`, where
    its flight is checked."""
    row = repository.get(work.session, incident_id, visibility(caller))
    send_responder(parts, work, row, caller, kind=wanted.kind, id=wanted.id)
    return [one.public() for one in service.responses(work.session, row)]
