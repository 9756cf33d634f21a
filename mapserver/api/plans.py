"""Plans: a route over a zone, with its numbers, before anything flies."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel

from mapserver.deps import Parts, Reader, Writer, allowed
from mapserver.flows import plan_survey_of
from mission.plans import service
from mission.plans.qgc import plan_document
from telemetry.access import Permission, Principal, visible_cities
from telemetry.positions import Position

router = APIRouter(prefix="/plans")
Pilot = Annotated[Principal, allowed(Permission.FLY)]
Seer = Annotated[Principal, allowed(Permission.SEE_MAP)]


class NewPlan(BaseModel):
    """What is to be surveyed, and with which drone."""

    zone_id: str
    unit_id: str
    name: str = ""
    survey: dict[str, Any] = {}
    """Wishes: camera, altitude_m or gsd_cm, front_overlap, side_overlap, spacing_m, speed_m_s, angle_deg."""


@router.get("")
def listed(caller: Seer, session: Reader) -> list[dict[str, Any]]:
    """The newest plans."""
    return [service.public(plan) for plan in service.listed(session, visible_cities(caller))]


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
    """Plan a survey that starts and ends where the drone stands."""
    plan = plan_survey_of(
        parts,
        work,
        caller,
        zone_id=wanted.zone_id,
        unit_id=wanted.unit_id,
        name=wanted.name,
        wishes=wanted.survey,
    )
    return service.public(plan)
