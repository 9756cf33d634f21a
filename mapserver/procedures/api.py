"""Procedures, and the checklist of an incident."""

from typing import Any

from pydantic import BaseModel

from incidents.procedures import service
from incidents.timeline import repository
from mapserver.procedures.flow import StepVerb, checklist, settle
from mapserver.procedures.schemas import ChecklistAnswer, ProcedureAnswer, SkippedStep
from mapserver.web.api_routes import ApiRouter
from mapserver.web.contract import refuses
from mapserver.web.dependencies import Parts, Reader, Writer
from mapserver.web.permissions import MaySeeAudit, MaySeeIncidents, MayWorkIncidents
from mapserver.web.polling import polled
from telemetry.access import visibility
from telemetry.errors import BadInput, Conflict
from telemetry.messages import Message
from telemetry.observations.values import UtcTime
from telemetry.store import Between

router = ApiRouter("procedures")


class StepBody(BaseModel):
    """What is done with a step."""

    verb: StepVerb
    answer: str | None = None
    """The name of the answer, for a step that has some."""
    reason: str = ""
    """Why it is skipped; needed for a mandatory one."""


@router.get("/procedures", response_model=list[ProcedureAnswer])
@polled
def listed(caller: MaySeeIncidents, parts: Parts) -> list[dict[str, Any]]:
    """Every procedure, as the towns' file has it."""
    return [service.public(one) for one in parts.town_files.procedures.values()]


@router.get("/procedures/skipped", response_model=list[SkippedStep])
@polled
def skipped(caller: MaySeeAudit, session: Reader, since: UtcTime, until: UtcTime) -> list[dict[str, Any]]:
    """The mandatory steps that were skipped from `since` to `until`, newest first."""
    if since >= until:
        raise BadInput(Message("requests.nothing_between"))
    return service.skipped(session, visibility(caller), Between(since, until))


@router.get("/incidents/{incident_id}/procedure", response_model=ChecklistAnswer)
@polled
def of_incident(incident_id: str, caller: MaySeeIncidents, parts: Parts, session: Reader) -> dict[str, Any]:
    """The steps that are to be done about an incident after what was answered so far, and what became of each."""
    return checklist(parts, session, repository.get(session, incident_id, visibility(caller)))


@router.put("/incidents/{incident_id}/procedure/steps/{step}", response_model=ChecklistAnswer)
@refuses(Conflict)
def settle_step(
    incident_id: str, step: str, wanted: StepBody, caller: MayWorkIncidents, parts: Parts, work: Writer
) -> dict[str, Any]:
    """Do, answer, skip or undo a step."""
    row = repository.get(work.session, incident_id, visibility(caller))
    settle(parts, work, row, step, wanted.verb, caller, answer=wanted.answer, reason=wanted.reason)
    work.session.flush()
    return checklist(parts, work.session, row)
