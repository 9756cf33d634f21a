"""Learned offsets of clocks."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from incidents.learned_clocks import service
from mapserver.clocks.flow import ClockDecision, decide
from mapserver.clocks.schemas import LearnedClockAnswer
from mapserver.web.api_routes import ApiRouter
from mapserver.web.contract import refuses
from mapserver.web.dependencies import Parts, Reader, Writer
from mapserver.web.permissions import MaySeeIncidents, MaySetUpCameras
from telemetry.access import visibility
from telemetry.errors import Conflict

router = ApiRouter("clocks", "/clocks")


class ClockDecisionBody(BaseModel):
    """What is decided about an offset, and why."""

    model_config = ConfigDict(extra="forbid")

    decision: ClockDecision
    reason: Annotated[str, Field(max_length=4_000)]


@router.get("", response_model=list[LearnedClockAnswer])
def listed(caller: MaySeeIncidents, parts: Parts, session: Reader) -> list[dict[str, Any]]:
    """What is proposed of your towns' clocks, then what holds, then what was over in the last 30 days."""
    return [service.public(row) for row in service.listed(session, visibility(caller), parts.clock.now())]


@router.post("/{clock_id}/decision", response_model=LearnedClockAnswer)
@refuses(Conflict)
def decided(
    clock_id: str, wanted: ClockDecisionBody, caller: MaySetUpCameras, parts: Parts, work: Writer
) -> dict[str, Any]:
    """Take a proposed offset over, decline it, or end one that was taken over. What the source said in the last 30 days
    is settled anew."""
    return service.public(decide(parts, work, clock_id, wanted.decision, caller, reason=wanted.reason))
