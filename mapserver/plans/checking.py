"""The stories of a plan's checks before it is scheduled: what they say, and a pilot's word on their conditions."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from mapserver.core.services import Services
from mission.checks.verdict import Verdict
from mission.flights import gate
from mission.flights import service as flights
from mission.flights.check_inputs import ProposedFlight, judge
from mission.plans import service as plans
from telemetry.access import Principal, visibility
from telemetry.audit import service as audit
from telemetry.cities import City
from telemetry.store import Work


def check_plan(
    parts: Services, session: Session, by: Principal, *, plan_id: str, unit_id: str, at: datetime
) -> list[Verdict]:
    """What the checks say of flying a plan with a drone at a time, `by` being its pilot. Keeps nothing."""
    plan = plans.get(session, plan_id, visibility(by))
    now = parts.clock.now()
    unit = flights.fit_unit(session, plan, unit_id, at=at, now=now)
    return judge(session, ProposedFlight(plan, unit, by.name, at), parts.standards, now=now)


def acknowledge_plan(
    parts: Services, work: Work, by: Principal, *, plan_id: str, unit_id: str, at: datetime, subjects: Sequence[str]
) -> list[Verdict]:
    """`by`'s word on conditions of a plan, before it is scheduled; gives the verdicts as they are then."""
    verdicts = check_plan(parts, work.session, by, plan_id=plan_id, unit_id=unit_id, at=at)
    now = parts.clock.now()
    gate.acknowledge(work.session, verdicts, subjects, plan_id=plan_id, flight_id=None, by=by.name, at=now)
    city = City(plans.get(work.session, plan_id, visibility(by)).city)
    audit.record(work.session, by, "acknowledge", f"plan {plan_id}", city=city, at=now, detail=", ".join(subjects))
    return check_plan(parts, work.session, by, plan_id=plan_id, unit_id=unit_id, at=at)
