"""Zones, volumes and zone files that tests need; each takes only what the scenario is about."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from shapely import Polygon, box

from mission.airspace.evaluate import Airspace
from mission.airspace.volume import Volume
from mission.airspace.zones import Restriction, UasZone, ZoneVolume
from telemetry.cities import City

NOON = datetime(2026, 6, 3, 12, 0, tzinfo=UTC)
"""A Wednesday."""
LAT, LON = City("dobele").facts.lat, City("dobele").facts.lon
SQUARE = box(LON, LAT, LON + 0.01, LAT + 0.01)


def zone(*volumes: ZoneVolume, identifier: str = "LVX1", **more: Any) -> UasZone:
    """A prohibited zone; over the test square, from the ground upward, unless told otherwise."""
    restriction = more.pop("restriction", Restriction.PROHIBITED)
    return UasZone(identifier, "LVA", f"zone {identifier}", restriction, volumes or (ZoneVolume(SQUARE),), **more)


def volume(
    west: float = 0.001,
    south: float = 0.001,
    size: float = 0.001,
    *,
    lower: float = 130,
    upper: float = 150,
    ground: tuple[float, float] = (70, 70),
    begins: datetime = NOON,
    minutes: float = 10,
    outline: Polygon | None = None,
) -> Volume:
    """A box of air `west` and `south` degrees from the test square's corner; heights above the sea."""
    place = box(LON + west, LAT + south, LON + west + size, LAT + south + size)
    return Volume(
        place if outline is None else outline, lower, upper, *ground, begins, begins + timedelta(minutes=minutes)
    )


def meets(found: UasZone, asked: Volume) -> bool:
    """Whether a volume meets a zone."""
    return bool(Airspace([found]).findings([asked]))


RING = [[LON, LAT], [LON + 0.01, LAT], [LON + 0.01, LAT + 0.01], [LON, LAT + 0.01], [LON, LAT]]


def ed269(
    *, outline: dict[str, Any] | None = None, limits: dict[str, Any] | None = None, **more: Any
) -> dict[str, Any]:
    """One zone of an ED-269 document."""
    heights = {
        "uomDimensions": "M", "lowerLimit": 0, "lowerVerticalReference": "AGL",
        "upperLimit": 120, "upperVerticalReference": "AGL",
    }  # fmt: skip
    shape = outline or {"type": "Polygon", "coordinates": [RING]}
    return {
        "identifier": "LVX1", "country": "LVA", "name": "Yard", "type": "COMMON", "restriction": "PROHIBITED",
        "reason": ["SENSITIVE"], "applicability": [{"permanent": "YES"}],
        "zoneAuthority": [{"name": "Agency", "purpose": "AUTHORIZATION", "intervalBefore": "P3DT12H"}],
        "geometry": [{**heights, **(limits or {}), "horizontalProjection": shape}], **more,
    }  # fmt: skip


def ed318(
    *, geometry: dict[str, Any] | None = None, layer: dict[str, Any] | None = None, **more: Any
) -> dict[str, Any]:
    """One zone of an ED-318 document."""
    heights = {"upper": 120, "upperReference": "AGL", "lower": 0, "lowerReference": "AGL", "uom": "m"} | (layer or {})
    shape = geometry or {"type": "Polygon", "coordinates": [RING], "layer": heights}
    said = {"identifier": "LVX1", "country": "LVA", "name": [{"text": "Yard", "lang": "en-GB"}],
            "type": "PROHIBITED", "variant": "COMMON", "reason": ["SENSITIVE"]}  # fmt: skip
    return {"type": "Feature", "geometry": shape, "properties": {**said, **more}}


def file_of(*features: Any, **head: Any) -> bytes:
    """The bytes of a document with these zones; ED-269 unless they are GeoJSON features."""
    geojson = bool(features) and isinstance(features[0], dict) and features[0].get("type") == "Feature"
    start = {"type": "FeatureCollection"} if geojson else {"title": "Test zones"}
    return json.dumps({**start, **head, "features": list(features)}).encode()
