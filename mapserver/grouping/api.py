"""Questions whether two incidents are one, and what people decide about what belongs together.

What follows from a decision is worked out a moment later; the news says which incidents changed.
"""

from typing import Any

from pydantic import BaseModel

from incidents.settling import decisions
from incidents.settling import questions as asked
from incidents.timeline import repository
from mapserver.grouping.flow import GroupingDesk
from mapserver.grouping.schemas import DecisionAnswer, QuestionAnswer
from mapserver.web.api_routes import ApiRouter
from mapserver.web.contract import refuses
from mapserver.web.dependencies import Parts, Reader, Writer
from mapserver.web.permissions import MaySeeIncidents, MayWorkIncidents
from telemetry.access import visibility
from telemetry.errors import Conflict

router = ApiRouter("grouping")


class QuestionReply(BaseModel):
    """Whether the two incidents of a question are one."""

    question: str
    same: bool


class OtherIncident(BaseModel):
    """The other incident, and why."""

    incident: str
    reason: str


class SomeObservations(BaseModel):
    """Some of an incident's observations, and why they do not belong to it."""

    observations: list[str]
    reason: str


class MovedObservations(SomeObservations):
    """Some of an incident's observations, the incident that they belong to, and why."""

    incident: str


@router.get("/incident-questions", response_model=list[QuestionAnswer])
def questions(caller: MaySeeIncidents, session: Reader) -> list[dict[str, Any]]:
    """The open questions of the towns you may see, the longest open first."""
    return [asked.public(row) for row in asked.open_ones(session, visibility(caller))]


@router.post("/incident-questions/answers", response_model=DecisionAnswer)
def answer(reply: QuestionReply, caller: MayWorkIncidents, parts: Parts, work: Writer) -> dict[str, Any]:
    """Answer a question. It binds for ever, or until it is taken back."""
    return decisions.public(GroupingDesk(parts, work, caller).answer(reply.question, same=reply.same))


@router.post("/incidents/{incident_id}/join", response_model=DecisionAnswer)
@refuses(Conflict)
def join(
    incident_id: str, other: OtherIncident, caller: MayWorkIncidents, parts: Parts, work: Writer
) -> dict[str, Any]:
    """Say that another incident is this one."""
    return decisions.public(GroupingDesk(parts, work, caller).join(incident_id, other.incident, other.reason))


@router.post("/incidents/{incident_id}/part", response_model=DecisionAnswer)
@refuses(Conflict)
def part(
    incident_id: str, other: OtherIncident, caller: MayWorkIncidents, parts: Parts, work: Writer
) -> dict[str, Any]:
    """Say that another incident is never this one."""
    return decisions.public(GroupingDesk(parts, work, caller).part(incident_id, other.incident, other.reason))


@router.post("/incidents/{incident_id}/split", response_model=DecisionAnswer)
def split(
    incident_id: str, some: SomeObservations, caller: MayWorkIncidents, parts: Parts, work: Writer
) -> dict[str, Any]:
    """Say that some observations tell of something else than the rest."""
    return decisions.public(GroupingDesk(parts, work, caller).split(incident_id, some.observations, some.reason))


@router.post("/incidents/{incident_id}/move", response_model=DecisionAnswer)
@refuses(Conflict)
def move(
    incident_id: str, some: MovedObservations, caller: MayWorkIncidents, parts: Parts, work: Writer
) -> dict[str, Any]:
    """Say that some observations tell of another incident."""
    desk = GroupingDesk(parts, work, caller)
    return decisions.public(desk.move(incident_id, some.observations, some.incident, some.reason))


@router.get("/incidents/{incident_id}/decisions", response_model=list[DecisionAnswer])
def decided(incident_id: str, caller: MaySeeIncidents, session: Reader) -> list[dict[str, Any]]:
    """What people decided about the incident and did not take back, in the order in which they did."""
    row = repository.get(session, incident_id, visibility(caller))
    return [decisions.public(act) for act in decisions.of_incident(session, row.id)]


@router.post("/incidents/{incident_id}/decisions/{decision_id}/undo", response_model=DecisionAnswer)
def undo(incident_id: str, decision_id: str, caller: MayWorkIncidents, parts: Parts, work: Writer) -> dict[str, Any]:
    """Take a decision back. What follows from the others is worked out again."""
    return decisions.public(GroupingDesk(parts, work, caller).undo(incident_id, decision_id))
