"""Plans: a route over a zone, with its numbers, before anything flies."""

from typing import Annotated, Any

from fastapi import APIRouter

from mapserver.deps import Parts, Reader, Writer, allowed
from mapserver.planning import NewPlan, Trial, keep_plan, try_plan
from mission.plans import service
from mission.plans.qgc import plan_document
from telemetry.access import Permission, Principal, visible_cities
from telemetry.positions import Position

router = APIRouter(prefix="/plans")
Pilot = Annotated[Principal, allowed(Permission.FLY)]
Seer = Annotated[Principal, allowed(Permission.SEE_MAP)]


@router.get("")
def listed(caller: Seer, session: Reader, zone_id: str | None = None) -> list[dict[str, Any]]:
    """The newest plans with their numbers and without their routes; of one zone, if it is named."""
    found = service.listed(session, visible_cities(caller), zone_id=zone_id)
    return [service.brief(session, plan) for plan in found]


@router.get("/{plan_id}")
def one(plan_id: str, caller: Seer, session: Reader) -> dict[str, Any]:
    """One plan, with its route and mission items."""
    return service.public(service.get(session, plan_id, visible_cities(caller)))


@router.get("/{plan_id}/qgc")
def export(plan_id: str, caller: Seer, session: Reader) -> dict[str, Any]:
    """The plan as a QGroundControl `.plan` document, for the ground station the pilot already owns."""
    plan = service.get(session, plan_id, visible_cities(caller))
    lon, lat = plan.route["geometry"]["coordinates"][0][:2]
    return plan_document(
        service.mission_items(plan), home=Position(lat=lat, lon=lon), speed_m_s=plan.summary["speed_m_s"]
    )


@router.post("", status_code=201)
def create(wanted: NewPlan, caller: Pilot, parts: Parts, work: Writer) -> dict[str, Any]:
    """Keep a plan: a first version, the next version of `previous_id`, or a copy of it."""
    return service.public(keep_plan(parts, work, caller, wanted))


@router.post("/preview")
def preview(wanted: Trial, caller: Pilot, session: Reader) -> dict[str, Any]:
    """Try a plan while it is drawn: the route and its numbers, or the sentence why there is none. Keeps nothing."""
    return try_plan(session, caller, wanted)
