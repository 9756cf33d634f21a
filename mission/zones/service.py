"""What can be done with a zone: draw, edit, list, archive. One verb a function; the caller's unit of work commits."""

import uuid
from datetime import datetime
from typing import Any

from shapely import Polygon
from sqlmodel import Session, col, select

from mission.zones.attention import Attention
from mission.zones.geometry import read_area, to_geojson
from mission.zones.tables import ZoneRow
from telemetry.cities import City
from telemetry.clock import iso
from telemetry.errors import BadGeometry, BadInput, Conflict, NotFound
from telemetry.messages import Message
from telemetry.positions import Position, distance_m
from telemetry.scopes import Scope
from telemetry.store import Change, Work
from telemetry.visibility import Visibility

FARTHEST_M = 50_000.0
"""A zone farther from its town's centre than this is a slip of the hand or of the format."""
LONGEST_NAME = 120
WHENEVER = Attention()
"""What a zone wants that asks for nothing in particular."""


def draw(
    work: Work,
    *,
    city: City,
    scope: Scope,
    name: str,
    polygon: object,
    at: datetime,
    by: str,
    kind: str = "other",
    priority: int = 3,
    notes: str = "",
    attention: Attention = WHENEVER,
    zone_id: str | None = None,
) -> ZoneRow:
    """Keep a new zone. `polygon` is GeoJSON as it came. Raises BadGeometry, or BadInput for an empty name."""
    title = _title(name, priority)
    zone = ZoneRow(
        id=zone_id or f"zone-{uuid.uuid4().hex[:12]}",
        city=city,
        scope=scope,
        name=title,
        kind=kind,
        priority=priority,
        polygon=to_geojson(outline(polygon, city, title)),
        notes=notes,
        attention=attention.model_dump(mode="json"),
        created_at=at,
        created_by=by,
    )
    work.session.add(zone)
    work.session.flush()  # plans of the same work refer to it
    work.tell(change(zone))
    return zone


def edit(
    work: Work,
    zone: ZoneRow,
    *,
    version: int,
    name: str,
    polygon: object,
    kind: str,
    priority: int,
    notes: str,
    attention: Attention,
    at: datetime,
    by: str,
) -> None:
    """Change a zone that was read as `version`; plans made over an older shape keep theirs.

    Raises Conflict when somebody else changed it since or it is archived, BadGeometry, BadInput.
    """
    if zone.archived_at is not None:
        raise Conflict(Message("zones.archived", zone=zone.name))
    if zone.version != version:
        raise Conflict(Message("zones.changed_meanwhile", who=zone.updated_by or zone.created_by, zone=zone.name))
    title = _title(name, priority)
    zone.polygon = to_geojson(outline(polygon, City(zone.city), title))
    zone.name = title
    zone.kind = kind
    zone.priority = priority
    zone.notes = notes
    zone.attention = attention.model_dump(mode="json")
    zone.version = version + 1
    zone.updated_at = at
    zone.updated_by = by
    work.session.add(zone)
    work.tell(change(zone))


def get(session: Session, zone_id: str, visible: Visibility) -> ZoneRow:
    """The zone, archived or not, if it is in `visible`. Raises NotFound."""
    zone = session.get(ZoneRow, zone_id)
    if zone is None or not visible.shows(zone):
        raise NotFound(Message("zones.not_found", zone_id=zone_id))
    return zone


def listed(session: Session, visible: Visibility) -> list[ZoneRow]:
    """The zones of `visible` that are not archived, most urgent first."""
    return list(
        session.exec(
            select(ZoneRow)
            .where(visible.rows(ZoneRow), col(ZoneRow.archived_at).is_(None))
            .order_by(col(ZoneRow.priority).desc(), col(ZoneRow.name), col(ZoneRow.id))
        )
    )


def archive(work: Work, zone: ZoneRow, at: datetime) -> None:
    """Take the zone off the map; it stays in the database for the flights flown over it."""
    if zone.archived_at is not None:
        return
    zone.archived_at = at
    work.session.add(zone)
    work.tell(change(zone))


def area_of(zone: ZoneRow) -> Polygon:
    """Its polygon in (longitude, latitude) degrees."""
    return read_area(zone.polygon, zone.name)


def outline(polygon: object, city: City, name: Message | str) -> Polygon:
    """The polygon of GeoJSON as it came, if it can be a zone of `city`. Raises BadGeometry saying why not."""
    area = read_area(polygon, name)
    _near_town(area, city, name)
    return area


def attention_of(zone: ZoneRow) -> Attention:
    """What it wants."""
    return Attention.model_validate(zone.attention)


def public(zone: ZoneRow) -> dict[str, Any]:
    """The zone as the API and the map show it."""
    return {
        "id": zone.id,
        "city": zone.city,
        "name": zone.name,
        "kind": zone.kind,
        "priority": zone.priority,
        "polygon": zone.polygon,
        "notes": zone.notes,
        "attention": attention_of(zone).model_dump(mode="json"),
        "version": zone.version,
        "updated_at": iso(zone.updated_at or zone.created_at),
        "updated_by": zone.updated_by or zone.created_by,
        "simulated": zone.simulated,
    }


def change(zone: ZoneRow) -> Change:
    """The news of the zone for the live map: gone once archived."""
    return Change(
        "zone", zone.id, frozenset({City(zone.city)}), Scope(zone.scope), None if zone.archived_at else public(zone)
    )


def _title(name: str, priority: int) -> str:
    title = name.strip()
    if not title or len(title) > LONGEST_NAME:
        raise BadInput(Message("zones.name_missing", most=LONGEST_NAME))
    if not 1 <= priority <= 5:
        raise BadInput(Message("zones.priority", zone=title, priority=priority))
    return title


def _near_town(area: Polygon, city: City, name: Message | str) -> None:
    town = city.facts
    middle = Position(lat=area.centroid.y, lon=area.centroid.x)
    away = distance_m(middle, Position(lat=town.lat, lon=town.lon))
    if away > FARTHEST_M:
        raise BadGeometry(
            Message("zones.too_far", name=name, away_km=away / 1000, town=town.name, most_km=FARTHEST_M / 1000)
        )
