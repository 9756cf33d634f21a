"""Plans: a route over a zone, with its numbers, before anything flies."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import BaseModel

from mapserver.deps import Parts, Reader, Writer, allowed
from mapserver.flows import plan_survey_of
from mission.formats import dump
from mission.formats.files import format_of
from mission.plans import service
from telemetry.access import Permission, Principal, visible_cities

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


@router.get("/{plan_id}/export", response_class=Response)
def export(plan_id: str, caller: Seer, session: Reader, format: str = "plan", drone: str | None = None) -> Response:
    """The plan as a file: plan, waypoints, kmz (DJI), kml, gpx or geojson, for the ground station the pilot owns.

    `drone` is the DJI aircraft of a kmz (m3e, m3t, m30t, m350, …). The header `X-Plan-Lost` is a JSON array of
    sentences on what that format cannot hold.
    """
    plan = service.get(session, plan_id, visible_cities(caller))
    known = format_of(f"{plan.id}.{format.removeprefix('.')}")
    written = dump(service.as_file(plan), known.key, aircraft=drone)
    return Response(
        written.content,
        media_type=known.media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{plan.id}{known.extensions[0]}"',
            "X-Plan-Lost": json.dumps(written.lost),
        },
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
