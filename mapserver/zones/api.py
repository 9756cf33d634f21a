"""Problem zones: drawn, edited, imported, archived."""

from typing import Annotated, Any

from fastapi import Depends, Query
from pydantic import BaseModel, Field
from shapely import Polygon
from sqlmodel import Session

from mapserver.core.body_limits import body_limit
from mapserver.web.api_routes import ApiRouter
from mapserver.web.contract import refuses, takes_file
from mapserver.web.dependencies import Parts, Reader, Writer
from mapserver.web.permissions import MayDrawZones, MaySeeMap
from mapserver.web.polling import polled
from mapserver.web.raw_body import LARGEST_MESSAGE, read_body
from mapserver.zones.schemas import OutlineCheck, ZoneAnswer, ZoneImport
from mission.zones import service
from mission.zones.attention import Attention
from mission.zones.files import ZoneDraft
from mission.zones.geometry import area_m2
from mission.zones.overlaps import overlaps
from telemetry.access import Principal, require_city, visibility
from telemetry.audit import service as audit
from telemetry.cities import City
from telemetry.errors import BadGeometry, BadInput, Conflict, NotFound
from telemetry.messages import Message

router = ApiRouter("zones", "/zones")
Outlined = tuple[str, str, Polygon]
"""A zone's id, its name and its outline in degrees."""


class Facts(BaseModel):
    """What is said of a zone."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    polygon: dict[str, Any]
    """GeoJSON Polygon, or a Feature with one."""
    kind: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")] = "other"
    priority: Annotated[int, Field(ge=1, le=5)] = 3
    notes: Annotated[str, Field(max_length=2_000)] = ""
    attention: Attention = Attention()


class NewZone(Facts):
    """A zone as it is drawn."""

    city: City


class ChangedZone(Facts):
    """A zone as it shall be."""

    version: int
    """The one that was changed, so that nobody else's change is undone."""


class Outline(BaseModel):
    """An outline while it is being drawn."""

    city: City
    polygon: dict[str, Any]
    zone_id: str | None = None
    """The zone whose outline it will be; it does not overlap itself."""


class Import(BaseModel):
    """How a file of zones is taken in."""

    city: City
    filename: Annotated[str, Field(max_length=255)]
    keep: bool = True
    """False only tells what would be imported and what refused."""
    skip_refused: bool = False
    """Import the good ones though others are refused; else one refusal keeps nothing."""


@router.get("", response_model=list[ZoneAnswer])
@polled
def listed(caller: MaySeeMap, session: Reader) -> list[dict[str, Any]]:
    """The zones of the towns you may see, most urgent first."""
    return [service.public(zone) for zone in service.listed(session, visibility(caller))]


@router.post("", response_model=ZoneAnswer, status_code=201)
@refuses(NotFound)
def draw(wanted: NewZone, caller: MayDrawZones, parts: Parts, work: Writer) -> dict[str, Any]:
    """Draw a zone; an outline that cannot be one is refused with the place and the reason."""
    require_city(caller, wanted.city, Message("access.things.zone_place"))
    now = parts.clock.now()
    zone = service.draw(work, **_facts(wanted), city=wanted.city, scope=caller.scope, at=now, by=caller.name)
    audit.record(work.session, caller, "draw", f"zone {zone.id}", city=wanted.city, at=now, detail=wanted.name)
    return service.public(zone)


@router.put("/{zone_id}", response_model=ZoneAnswer)
@refuses(Conflict)
def edit(zone_id: str, wanted: ChangedZone, caller: MayDrawZones, parts: Parts, work: Writer) -> dict[str, Any]:
    """Change a zone's outline or what is said of it; plans made over the old outline keep it and are marked."""
    zone = service.get(work.session, zone_id, visibility(caller))
    now = parts.clock.now()
    before = zone.polygon
    service.edit(work, zone, **_facts(wanted), version=wanted.version, at=now, by=caller.name)
    detail = Message("audit.version", version=zone.version)
    if zone.polygon != before:
        detail = Message("audit.new_outline", version=zone.version)
    audit.record(work.session, caller, "edit", f"zone {zone_id}", city=City(zone.city), at=now, detail=detail)
    return service.public(zone)


@router.delete("/{zone_id}", response_model=ZoneAnswer)
@refuses(Conflict)
def archive(zone_id: str, caller: MayDrawZones, parts: Parts, work: Writer) -> dict[str, Any]:
    """Take a zone off the map; flights flown over it keep it."""
    zone = service.get(work.session, zone_id, visibility(caller))
    now = parts.clock.now()
    service.archive(work, zone, now)
    audit.record(work.session, caller, "archive", f"zone {zone_id}", city=City(zone.city), at=now)
    return service.public(zone)


@router.post("/check", response_model=OutlineCheck)
@refuses(NotFound)
def check(wanted: Outline, caller: MayDrawZones, session: Reader) -> dict[str, Any]:
    """What is wrong with an outline and which zones it lies on, for saying so while it is drawn. Keeps nothing."""
    require_city(caller, wanted.city, Message("access.things.zone_place"))
    try:
        area = service.outline(wanted.polygon, wanted.city, Message("zones.the_outline"))
    except BadGeometry as error:
        return {"problem": error.told.text(), "overlaps": [], "area_m2": None}
    return {
        "problem": None,
        "overlaps": _overlaps(wanted.city, wanted.polygon, _outlines(session, caller, wanted.city, but=wanted.zone_id)),
        "area_m2": round(area_m2(area), 1),
    }


@router.post("/import", response_model=ZoneImport)
@body_limit(LARGEST_MESSAGE, "the body is a file")
@refuses(NotFound)
@takes_file("application/geo+json", "application/vnd.google-earth.kml+xml")
def take_in(
    wanted: Annotated[Import, Query()],
    content: Annotated[bytes, Depends(read_body)],
    caller: MayDrawZones,
    parts: Parts,
) -> dict[str, Any]:
    """Import zones from the body, a .geojson or .kml file: all of them, or none and the reason for each refused one."""
    require_city(caller, wanted.city, Message("access.things.zone_place"))
    drafts, refused = parts.files.zones(content, wanted.filename, wanted.city)
    if refused and wanted.keep and not wanted.skip_refused:
        reasons = "; ".join(f"{refusal.feature}: {refusal.reason}" for refusal in refused[:5])
        raise BadInput(
            Message("zones.features_refused", refused=len(refused), all=len(refused) + len(drafts), reasons=reasons)
        )
    with parts.store.read() as session:
        others = _outlines(session, caller, wanted.city)
    found = [_shown(wanted.city, draft, others) for draft in drafts]
    kept = []
    if wanted.keep:
        with parts.store.write() as work:
            kept = [_keep(parts, work, caller, wanted, draft) for draft in drafts]
    return {
        "found": found,
        "refused": [{"feature": refusal.feature, "reason": refusal.reason} for refusal in refused],
        "zones": kept,
    }


def _keep(parts: Parts, work: Writer, caller: Principal, wanted: Import, draft: ZoneDraft) -> dict[str, Any]:
    now = parts.clock.now()
    said = draft.wishes
    zone = service.draw(
        work,
        city=wanted.city,
        scope=caller.scope,
        name=draft.name,
        polygon=draft.polygon,
        kind=said.kind,
        priority=said.priority,
        notes=said.notes,
        attention=said.attention,
        at=now,
        by=caller.name,
    )
    detail = Message("audit.from_file", name=draft.name, file=wanted.filename)
    audit.record(work.session, caller, "import", f"zone {zone.id}", city=wanted.city, at=now, detail=detail)
    return service.public(zone)


def _shown(city: City, draft: ZoneDraft, others: list[Outlined]) -> dict[str, Any]:
    return {"name": draft.name, "polygon": draft.polygon, "overlaps": _overlaps(city, draft.polygon, others)}


def _outlines(session: Session, caller: Principal, city: City, *, but: str | None = None) -> list[Outlined]:
    others = service.listed(session, visibility(caller).within([city]))
    return [(zone.id, zone.name, service.area_of(zone)) for zone in others if zone.id != but]


def _overlaps(city: City, polygon: object, others: list[Outlined]) -> list[dict[str, Any]]:
    return [
        {"zone_id": o.zone_id, "share": round(o.share, 4), "message": o.message.text()}
        for o in overlaps(service.outline(polygon, city, Message("zones.the_outline")), others)
    ]


def _facts(wanted: Facts) -> dict[str, Any]:
    return {
        "name": wanted.name,
        "polygon": wanted.polygon,
        "kind": wanted.kind,
        "priority": wanted.priority,
        "notes": wanted.notes,
        "attention": wanted.attention,
    }
