"""Pre-flight checks of a plan, before it is scheduled. Those of a flight are with the flights."""

from typing import Annotated, Any

from pydantic import BaseModel, Field

from mapserver.plans.checking import acknowledge_plan, check_plan
from mapserver.plans.schemas import PlanChecks
from mapserver.web.api_routes import ApiRouter
from mapserver.web.contract import refuses
from mapserver.web.dependencies import Parts, Reader, Writer
from mapserver.web.permissions import MayFly
from mission.checks.verdict import Verdict, in_the_way, worst
from telemetry.errors import Conflict
from telemetry.observations.values import Name, UtcTime

router = ApiRouter("checks", "/plans")


class CheckBody(BaseModel):
    """With which drone and when; the caller is the pilot."""

    unit_id: Name
    at: UtcTime


class Acknowledged(CheckBody):
    """What the pilot has read and holds to be met."""

    subjects: Annotated[list[Name], Field(min_length=1, max_length=50)]
    """The `subject` of each verdict that asks to be acknowledged."""


@router.post("/{plan_id}/check", response_model=PlanChecks)
@refuses(Conflict)
def check(plan_id: str, wanted: CheckBody, caller: MayFly, parts: Parts, session: Reader) -> dict[str, Any]:
    """Every check of the plan, flown by you with that drone at that time; keeps nothing."""
    return _shown(check_plan(parts, session, caller, plan_id=plan_id, unit_id=wanted.unit_id, at=wanted.at))


@router.post("/{plan_id}/acknowledgements", response_model=PlanChecks, status_code=201)
@refuses(Conflict)
def acknowledge(plan_id: str, given: Acknowledged, caller: MayFly, parts: Parts, work: Writer) -> dict[str, Any]:
    """Your word that conditions of the plan are met; good for scheduling it within the hour. Gives the checks anew."""
    verdicts = acknowledge_plan(
        parts, work, caller, plan_id=plan_id, unit_id=given.unit_id, at=given.at, subjects=given.subjects
    )
    return _shown(verdicts)


def _shown(verdicts: list[Verdict]) -> dict[str, Any]:
    return {
        "worst": worst(verdicts).value,
        "in_the_way": len(in_the_way(verdicts)),
        "verdicts": [verdict.as_json() for verdict in verdicts],
    }
