"""What the API answers of problem zones."""

from typing import ClassVar

from mapserver.web.schemas import Answer, Fraction, GeoJsonPolygon, Json, Utc
from mission.zones.attention import Attention


class ZoneAnswer(Answer):
    """A problem zone."""

    EXAMPLE: ClassVar[Json] = {
        "id": "zone-23dd630340cd",
        "city": "dobele",
        "name": "Market square",
        "kind": "illegal_dumping",
        "priority": 3,
        "polygon": {
            "type": "Polygon",
            "coordinates": [[[23.2, 56.6], [23.3, 56.6], [23.3, 56.7], [23.2, 56.6]]],
        },
        "notes": "",
        "attention": {"windows": [], "revisit_min": None, "dwell_min": 30.0, "served_by": ["drone", "tower"]},
        "version": 1,
        "updated_at": "2026-11-30T21:40:12Z",
        "updated_by": "coordinator.dobele",
        "simulated": False,
    }

    id: str
    city: str
    name: str
    kind: str
    priority: int
    """1 to 5, 5 the most urgent."""
    polygon: GeoJsonPolygon
    notes: str
    attention: Attention
    version: int
    """To be sent back with a change."""
    updated_at: Utc
    updated_by: str
    simulated: bool


class OverlapAnswer(Answer):
    """A zone that an outline lies on."""

    zone_id: str
    share: Fraction
    """Of the outline."""
    message: str


class OutlineCheck(Answer):
    """What is wrong with an outline, or which zones it lies on."""

    problem: str | None
    overlaps: list[OverlapAnswer]
    area_m2: float | None


class ZoneFound(Answer):
    """A zone of a file."""

    name: str
    polygon: GeoJsonPolygon
    overlaps: list[OverlapAnswer]


class RefusedFeature(Answer):
    """A feature of a file that is no zone."""

    feature: str
    reason: str


class ZoneImport(Answer):
    """What a file of zones holds, and what was kept of it."""

    found: list[ZoneFound]
    refused: list[RefusedFeature]
    zones: list[ZoneAnswer]
    """Those that were kept."""
