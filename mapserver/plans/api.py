"""Plans: a route over a zone, with its numbers, before anything flies."""

import json
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, Response

from mapserver.core.body_limits import body_limit
from mapserver.plans.flow import NewPlan, Trial, drone_type, import_plan, plan_in_file, read_plan_file, try_plan
from mapserver.plans.schemas import ImportedPlan, PatternsAnswer, PlanAnswer, PlanBrief, PlanInFile, PreviewAnswer
from mapserver.plans.versions import keep_plan
from mapserver.web.api_routes import ApiRouter
from mapserver.web.contract import refuses, takes_file
from mapserver.web.dependencies import Parts, Reader, Writer
from mapserver.web.listing import TimedListing
from mapserver.web.permissions import MayFly, MaySeeMap
from mapserver.web.polling import polled
from mapserver.web.raw_body import LARGEST_MESSAGE, read_body
from mission.formats.files import format_of
from mission.plans import service
from mission.plans.drafting import patterns
from mission.routes.cameras import camera_named
from telemetry.access import visibility
from telemetry.errors import Conflict, NotFound
from telemetry.observations.values import Name
from telemetry.units import service as units

router = ApiRouter("plans", "/plans")


@router.get("", response_model=list[PlanBrief])
@polled
def listed(
    caller: MaySeeMap, session: Reader, listing: TimedListing, zone_id: str | None = None
) -> list[dict[str, Any]]:
    """Plans with their numbers and without their routes, newest first, of one zone if it is named: a page of them;
    the Link header leads to older ones."""
    visible = visibility(caller)
    found = service.listed(
        session, visible, zone_id=zone_id, limit=listing.limit, cursor=listing.cursor, between=listing.between
    )
    listing.describe(found)
    return [service.brief(session, plan) for plan in found]


@router.get("/patterns", response_model=PatternsAnswer)
@refuses(NotFound)
def known_patterns(caller: MaySeeMap, session: Reader, unit_id: Name) -> dict[str, Any]:
    """The ways to fly, what each is drawn over and what can be wished (JSON Schema); and the cameras of a drone."""
    drone = drone_type(session, units.get(session, unit_id, visibility(caller)))
    cameras = [{"name": name, "title": camera_named(name).title} for name in drone.cameras]
    return {"patterns": patterns(), "cameras": cameras}


@router.get("/{plan_id}", response_model=PlanAnswer)
def one(plan_id: str, caller: MaySeeMap, session: Reader) -> dict[str, Any]:
    """One plan, with its route and mission items."""
    return service.public(service.get(session, plan_id, visibility(caller)))


@router.get("/{plan_id}/export", response_class=Response)
def export(plan_id: str, caller: MaySeeMap, session: Reader, format: str = "plan") -> Response:
    """The plan as a file: plan, waypoints, kmz (DJI), kml, gpx or geojson, for the ground station the pilot owns.

    The header `X-Plan-Lost` is a JSON array of sentences on what that format cannot hold.
    """
    plan = service.get(session, plan_id, visibility(caller))
    known = format_of(f"{plan.id}.{format.removeprefix('.')}")
    written = known.write(service.as_file(plan))
    return Response(
        written.content,
        media_type=known.media_type,
        headers={
            "Content-Disposition": attachment(service.file_name(plan) + known.extensions[0]),
            "X-Plan-Lost": json.dumps([lost.text() for lost in written.lost]),
        },
    )


def attachment(name: str) -> str:
    """The value of Content-Disposition for a file called so (RFC 6266): in full, and in ASCII for old clients."""
    plain = name.encode("ascii", "replace").decode().replace("?", "_")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"


@router.post("", response_model=PlanAnswer, status_code=201)
@refuses(NotFound, Conflict)
def create(wanted: NewPlan, caller: MayFly, parts: Parts, work: Writer) -> dict[str, Any]:
    """Keep a plan: a first version, the next version of `previous_id`, or a copy of it. Kept already, it is given."""
    return service.public(keep_plan(parts, work, caller, wanted))


@router.post("/import", response_model=ImportedPlan | PlanInFile, status_code=201)
@body_limit(LARGEST_MESSAGE, "the body is a file")
@refuses(NotFound, Conflict)
@takes_file("application/octet-stream")
def take_in(
    zone_id: Name,
    unit_id: Name,
    filename: Name,
    content: Annotated[bytes, Depends(read_body)],
    caller: MayFly,
    parts: Parts,
    keep: bool = True,
) -> dict[str, Any]:
    """Keep a plan from the body, a file of any known format, over a zone; `notes` say what is not as in the file.

    With `keep=false` it is only looked at: its route, and how many of the metres of its work lie outside the zone.
    """
    made, notes = read_plan_file(parts, caller, unit_id=unit_id, filename=filename, content=content)
    if not keep:
        with parts.store.read() as session:
            return plan_in_file(session, caller, made, zone_id=zone_id) | {"notes": [note.text() for note in notes]}
    with parts.store.write() as work:
        plan = import_plan(parts, work, caller, made, zone_id=zone_id, unit_id=unit_id, filename=filename)
        return service.public(plan) | {"notes": [note.text() for note in notes]}


@router.post("/preview", response_model=PreviewAnswer)
@refuses(NotFound, Conflict)
def preview(wanted: Trial, caller: MayFly, parts: Parts, session: Reader) -> dict[str, Any]:
    """Try a plan while it is drawn: route, numbers and checks, or the sentence why there is none. Keeps nothing."""
    return try_plan(parts, session, caller, wanted)
