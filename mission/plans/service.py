"""What can be done with a plan: make one for a zone, list, get. The caller's unit of work commits."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from mission.formats import PlanFile
from mission.plans.geojson import route_feature
from mission.plans.items import items_from_json, items_of, items_to_json
from mission.plans.tables import PlanRow
from mission.routes.survey import SurveyRequest, plan_survey
from mission.zones import service as zones
from mission.zones.tables import ZoneRow
from telemetry.cities import City
from telemetry.clock import iso
from telemetry.errors import Conflict, NotFound
from telemetry.positions import Position
from telemetry.store import Work
from telemetry.vehicles import MissionItem


def create(
    work: Work,
    zone: ZoneRow,
    request: SurveyRequest,
    *,
    home: Position | None,
    at: datetime,
    by: str,
    name: str = "",
) -> PlanRow:
    """Plan a survey of `zone` that starts and ends at `home`, and keep it. Raises BadPlan, or Conflict if archived."""
    if zone.archived_at is not None:
        raise Conflict(f"the zone {zone.name} is archived; draw it again to fly over it")
    route = plan_survey(zones.area_of(zone), request, home=home)
    plan = PlanRow(
        id=f"plan-{uuid.uuid4().hex[:12]}",
        city=zone.city,
        zone_id=zone.id,
        name=name.strip()[:120] or f"Survey of {zone.name}",
        made_by=by,
        made_at=at,
        request=request.model_dump(mode="json"),
        route=route_feature(route),
        items=items_to_json(items_of(route)),
        summary=route.as_json(),
        simulated=zone.simulated,
    )
    work.session.add(plan)
    work.session.flush()  # flights of the same work refer to it
    return plan


def get(session: Session, plan_id: str, cities: Iterable[City]) -> PlanRow:
    """The plan, if it is of one of `cities`. Raises NotFound."""
    plan = session.get(PlanRow, plan_id)
    if plan is None or City(plan.city) not in set(cities):
        raise NotFound(f"there is no plan {plan_id} in a town you may see")
    return plan


def listed(session: Session, cities: Iterable[City], *, limit: int = 200) -> list[PlanRow]:
    """The newest plans of `cities`, newest first."""
    query = select(PlanRow).where(col(PlanRow.city).in_(list(cities)))
    return list(session.exec(query.order_by(col(PlanRow.made_at).desc(), col(PlanRow.id)).limit(limit)))


def mission_items(plan: PlanRow) -> list[MissionItem]:
    """The items that go to the vehicle."""
    return items_from_json(plan.items)


def as_file(plan: PlanRow) -> PlanFile:
    """The plan as a file holds it; home is where its route begins."""
    lon, lat = plan.route["geometry"]["coordinates"][0][:2]
    home = Position(lat=lat, lon=lon)
    return PlanFile(plan.name, tuple(mission_items(plan)), home, speed_m_s=plan.summary["speed_m_s"])


def public(plan: PlanRow) -> dict[str, Any]:
    """The plan as the API shows it."""
    return {
        "id": plan.id,
        "city": plan.city,
        "zone_id": plan.zone_id,
        "name": plan.name,
        "made_by": plan.made_by,
        "made_at": iso(plan.made_at),
        "request": plan.request,
        "route": plan.route,
        "items": plan.items,
        "summary": plan.summary,
        "simulated": plan.simulated,
    }
