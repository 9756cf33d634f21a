"""What people decide about an incident: its transitions, how bad it is, who answers for it and who works on it."""

from typing import Any

from pydantic import BaseModel, Field

from incidents.timeline import repository, service
from incidents.timeline.responding import ResponseStep
from incidents.timeline.transitions import Transition
from mapserver.incidents.flow import assign, respond, set_category, set_owner, set_place, set_severity, work_on
from mapserver.incidents.schemas import ClosingCodeAnswer, IncidentAnswer
from mapserver.web.api_routes import ApiRouter
from mapserver.web.contract import refuses
from mapserver.web.dependencies import Parts, Writer
from mapserver.web.permissions import MayReport, MaySeeIncidents, MayWorkIncidents
from telemetry.access import visibility
from telemetry.errors import Conflict
from telemetry.positions import Position

router = ApiRouter("incidents")


class TransitionBody(BaseModel):
    """A transition and the reason for it."""

    transition: Transition
    reason: str = ""
    """Needed to resolve, to call it a false alarm and to reopen."""
    closing_code: str | None = None
    """How it ended, where it is closed."""


class SeverityBody(BaseModel):
    """How bad it is, and why."""

    severity: int = Field(ge=1, le=5)
    reason: str


class CategoryBody(BaseModel):
    """What it is, and why."""

    category: str | None
    """null: what was said of it decides again."""
    reason: str


class PlaceBody(BaseModel):
    """Where it is, and why."""

    position: Position | None
    """null: what was said of it decides again."""
    reason: str


class ResponseBody(BaseModel):
    """How far you have come with it."""

    step: ResponseStep
    note: str = ""


class OwnerBody(BaseModel):
    """Who answers for it."""

    owner: str | None
    """A user name; null for nobody."""
    reason: str = ""


class AssignedBody(BaseModel):
    """Who works on it."""

    assigned: list[str] = Field(max_length=50)
    """User names; those who are left out work on it no more."""
    reason: str = ""


@router.get("/closing-codes", response_model=list[ClosingCodeAnswer])
def closing_codes(caller: MaySeeIncidents, parts: Parts) -> list[dict[str, Any]]:
    """How incidents can end, by the towns' own list."""
    return [
        {"name": code.name, "closes_as": code.closes_as, "title": code.title.text()}
        for code in parts.town_files.closing_codes.values()
    ]


@router.post("/incidents/{incident_id}/transitions", response_model=IncidentAnswer)
@refuses(Conflict)
def take_transition(
    incident_id: str, wanted: TransitionBody, caller: MayWorkIncidents, parts: Parts, work: Writer
) -> dict[str, Any]:
    """Acknowledge, dispatch, recall, resolve, call it a false alarm, or reopen; `transitions` of the incident are those
    that are possible now."""
    row = repository.get(work.session, incident_id, visibility(caller))
    work_on(
        parts, work, row, wanted.transition, caller, reason=wanted.reason, closing_code=wanted.closing_code
    )  # fmt: skip
    return service.public(row)


@router.put("/incidents/{incident_id}/severity", response_model=IncidentAnswer)
@refuses(Conflict)
def change_severity(
    incident_id: str, wanted: SeverityBody, caller: MayWorkIncidents, parts: Parts, work: Writer
) -> dict[str, Any]:
    """Say how bad it is, and why."""
    row = repository.get(work.session, incident_id, visibility(caller))
    set_severity(parts, work, row, wanted.severity, caller, reason=wanted.reason)
    return service.public(row)


@router.put("/incidents/{incident_id}/category", response_model=IncidentAnswer)
@refuses(Conflict)
def change_category(
    incident_id: str, wanted: CategoryBody, caller: MayWorkIncidents, parts: Parts, work: Writer
) -> dict[str, Any]:
    """Say what it is, and why."""
    row = repository.get(work.session, incident_id, visibility(caller))
    set_category(parts, work, row, wanted.category, caller, reason=wanted.reason)
    return service.public(row)


@router.put("/incidents/{incident_id}/place", response_model=IncidentAnswer)
@refuses(Conflict)
def change_place(
    incident_id: str, wanted: PlaceBody, caller: MayWorkIncidents, parts: Parts, work: Writer
) -> dict[str, Any]:
    """Say where it is, and why."""
    row = repository.get(work.session, incident_id, visibility(caller))
    set_place(parts, work, row, wanted.position, caller, reason=wanted.reason)
    return service.public(row)


@router.post("/incidents/{incident_id}/response", response_model=IncidentAnswer)
@refuses(Conflict)
def say_how_far(incident_id: str, said: ResponseBody, caller: MayReport, parts: Parts, work: Writer) -> dict[str, Any]:
    """Say that you are going there, are there, or are done. You work on it from then on."""
    row = repository.get(work.session, incident_id, visibility(caller))
    respond(parts, work, row, said.step, caller, note=said.note)
    return service.public(row)


@router.put("/incidents/{incident_id}/owner", response_model=IncidentAnswer)
@refuses(Conflict)
def change_owner(
    incident_id: str, wanted: OwnerBody, caller: MayWorkIncidents, parts: Parts, work: Writer
) -> dict[str, Any]:
    """Say who answers for it."""
    row = repository.get(work.session, incident_id, visibility(caller))
    set_owner(parts, work, row, wanted.owner, caller, reason=wanted.reason)
    return service.public(row)


@router.put("/incidents/{incident_id}/assigned", response_model=IncidentAnswer)
@refuses(Conflict)
def change_assigned(
    incident_id: str, wanted: AssignedBody, caller: MayWorkIncidents, parts: Parts, work: Writer
) -> dict[str, Any]:
    """Say who works on it."""
    row = repository.get(work.session, incident_id, visibility(caller))
    assign(parts, work, row, wanted.assigned, caller, reason=wanted.reason)
    return service.public(row)
