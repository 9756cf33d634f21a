"""The planner's stories, shared by page and API: try a plan, keep it as a version or as a copy. Flies nothing."""

from collections.abc import Mapping
from typing import Any

from pydantic import AliasChoices, BaseModel, Field
from sqlmodel import Session

from mapserver.services import Services
from mission.plans import service as plans
from mission.plans.drafting import Draft, draft
from mission.plans.geojson import route_feature
from mission.plans.tables import PlanRow
from mission.zones import service as zones
from telemetry.access import Principal, visible_cities
from telemetry.audit import service as audit
from telemetry.cities import City
from telemetry.errors import BadInput
from telemetry.positions import Position
from telemetry.store import Work
from telemetry.units import service as units
from telemetry.units.tables import UnitKind


class Wanted(BaseModel):
    """What is to be flown, where, and with which drone."""

    unit_id: str
    pattern: str = "survey"
    wishes: dict[str, Any] = Field(default={}, validation_alias=AliasChoices("wishes", "survey"))
    """Those of the pattern, as its schema under /api/v1/plans/patterns says; `survey` in the first release."""
    geometry: dict[str, Any] | None = None
    """GeoJSON: what it is flown over; the zone's outline if left out."""
    home: Position | None = None
    """Where it takes off and lands; where the drone stands if left out."""


class Trial(Wanted):
    """A plan that is only tried."""

    zone_id: str | None = None
    """None for an outline that is no zone yet; then `geometry` says where."""


class NewPlan(Wanted):
    """A plan to keep."""

    zone_id: str
    name: str = ""
    previous_id: str | None = None
    """The plan this is the next version of."""
    copy_only: bool = Field(default=False, validation_alias="copy")
    """Keep it as a plan of its own instead, though made from `previous_id`."""


def try_plan(session: Session, by: Principal, wanted: Trial) -> dict[str, Any]:
    """The route and its numbers, or the sentence why there is none and the wish it is about. Keeps nothing."""
    try:
        made = _draft(session, by, wanted)
    except BadInput as error:
        return {"problem": {"message": error.message, "field": _about(error.message, wanted.wishes)}, "route": None}
    return {"problem": None, "route": route_feature(made.route), "wishes": made.wishes}


def keep_plan(parts: Services, work: Work, by: Principal, wanted: NewPlan) -> PlanRow:
    """Plan and keep it, and write it down."""
    cities, now = visible_cities(by), parts.clock.now()
    previous = plans.get(work.session, wanted.previous_id, cities) if wanted.previous_id else None
    plan = plans.keep(
        work,
        zones.get(work.session, wanted.zone_id, cities),
        _draft(work.session, by, wanted),
        at=now,
        by=by.name,
        name=wanted.name,
        unit_id=wanted.unit_id,
        previous=previous,
        copy=wanted.copy_only,
    )
    detail = f"{plan.name}, version {plan.version}"
    audit.record(work.session, by, "plan", f"plan {plan.id}", city=City(plan.city), at=now, detail=detail)
    return plan


def _draft(session: Session, by: Principal, wanted: Trial | NewPlan) -> Draft:
    drone = units.get(session, wanted.unit_id, visible_cities(by))
    if drone.kind != UnitKind.DRONE:
        raise BadInput(f"{wanted.unit_id} is a {drone.kind.replace('_', ' ')}; only a drone flies a plan")
    geometry = wanted.geometry
    if geometry is None:
        if wanted.zone_id is None:
            raise BadInput("the plan has neither a zone nor a geometry; pick or draw one")
        geometry = zones.get(session, wanted.zone_id, visible_cities(by)).polygon
    return draft(wanted.pattern, geometry, wanted.wishes, home=wanted.home or units.position_of(drone))


def _about(message: str, wishes: Mapping[str, Any]) -> str | None:
    """The wish that a refusal speaks of, so that it can be shown beside its control."""
    return next((name for name in wishes if name in message), None)
