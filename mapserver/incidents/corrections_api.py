"""Corrections of what a person said on a timeline: the entry is struck through and stays."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from incidents.timeline import repository, service
from mapserver.incidents.flow import correct_entry, take_correction_back
from mapserver.incidents.schemas import IncidentAnswer
from mapserver.web.api_routes import ApiRouter
from mapserver.web.contract import refuses
from mapserver.web.dependencies import Parts, Writer
from mapserver.web.permissions import MaySeeIncidents
from telemetry.access import visibility
from telemetry.errors import Conflict

router = ApiRouter("incidents", "/incidents")


class TakenBack(BaseModel):
    """Why an entry stands again."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[str, Field(max_length=4_000)]


class Correction(TakenBack):
    """Why an entry is wrong, and what stands in its place."""

    text: Annotated[str, Field(max_length=4_000)] = ""
    """Empty: nothing."""


@router.post("/{incident_id}/timeline/{seq}/correction", response_model=IncidentAnswer)
@refuses(Conflict)
def correct(
    incident_id: str, seq: int, wanted: Correction, caller: MaySeeIncidents, parts: Parts, work: Writer
) -> dict[str, Any]:
    """Strike a note, a step of a response or a sending through, as its author, a coordinator or a supervisor. It stays,
    with who did it and why; what it did stays done."""
    row = repository.get(work.session, incident_id, visibility(caller))
    correct_entry(parts, work, row, seq, caller, text=wanted.text, reason=wanted.reason)
    return service.public(row)


@router.post("/{incident_id}/timeline/{seq}/correction/undo", response_model=IncidentAnswer)
@refuses(Conflict)
def undo_correction(
    incident_id: str, seq: int, wanted: TakenBack, caller: MaySeeIncidents, parts: Parts, work: Writer
) -> dict[str, Any]:
    """Let an entry that was struck through stand again, by an entry that says why."""
    row = repository.get(work.session, incident_id, visibility(caller))
    take_correction_back(parts, work, row, seq, caller, reason=wanted.reason)
    return service.public(row)
