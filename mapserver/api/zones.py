"""Problem zones."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from mapserver.deps import Parts, Reader, Writer, allowed
from mission.zones import service
from telemetry.access import Permission, Principal, require_city, visible_cities
from telemetry.audit import service as audit
from telemetry.cities import City

router = APIRouter(prefix="/zones")
Drawer = Annotated[Principal, allowed(Permission.DRAW_ZONES)]


class NewZone(BaseModel):
    """A zone as it is drawn."""

    city: City
    name: Annotated[str, Field(min_length=1, max_length=200)]
    polygon: dict[str, Any]
    """GeoJSON Polygon, or a Feature with one."""
    kind: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")] = "other"
    priority: Annotated[int, Field(ge=1, le=5)] = 3
    notes: Annotated[str, Field(max_length=2_000)] = ""


@router.get("")
def listed(caller: Annotated[Principal, allowed(Permission.SEE_MAP)], session: Reader) -> list[dict[str, Any]]:
    """The zones of the towns you may see, most urgent first."""
    return [service.public(zone) for zone in service.listed(session, visible_cities(caller))]


@router.post("", status_code=201)
def draw(wanted: NewZone, caller: Drawer, parts: Parts, work: Writer) -> dict[str, Any]:
    """Draw a zone; an outline that cannot be one is refused with the place and the reason."""
    require_city(caller, wanted.city, "place for a zone")
    now = parts.clock.now()
    zone = service.draw(
        work,
        city=wanted.city,
        name=wanted.name,
        polygon=wanted.polygon,
        at=now,
        by=caller.name,
        kind=wanted.kind,
        priority=wanted.priority,
        notes=wanted.notes,
        simulated=parts.settings.demo,
    )
    audit.record(work.session, caller, "draw", f"zone {zone.id}", city=wanted.city, at=now, detail=wanted.name)
    return service.public(zone)


@router.delete("/{zone_id}")
def archive(zone_id: str, caller: Drawer, parts: Parts, work: Writer) -> dict[str, Any]:
    """Take a zone off the map; flights flown over it keep it."""
    zone = service.get(work.session, zone_id, visible_cities(caller))
    now = parts.clock.now()
    service.archive(work, zone, now)
    audit.record(work.session, caller, "archive", f"zone {zone_id}", city=City(zone.city), at=now)
    return service.public(zone)
