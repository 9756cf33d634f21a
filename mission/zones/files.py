"""Zones out of a file of somebody else's: GeoJSON with one or many features, or the polygons of a KML. Keeps nothing.

Every feature is either a draft that can be drawn as it is, or refused with the reason; the caller decides what to keep.
Formats: RFC 7946; OGC KML 2.3, sections 9.11 (Placemark) and 10.8 (Polygon).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any
from xml.etree.ElementTree import Element

from pydantic import BaseModel, Field, ValidationError

from mission.parsing.bounded import json_of, xml_of
from mission.zones.attention import Attention
from mission.zones.geometry import LARGEST_FILE
from mission.zones.repair import repaired
from mission.zones.service import LONGEST_NAME, outline
from telemetry.cities import City
from telemetry.errors import BadGeometry, BadInput
from telemetry.messages import Message
from telemetry.validation import reason_of

MOST_FEATURES = 500
"""More than this is somebody's whole map, not a list of problem zones."""


class ZoneWishes(BaseModel):
    """What a feature's properties may say of a zone; other properties are not read."""

    name: str = Field(default="", max_length=LONGEST_NAME)
    kind: str = Field(default="other", pattern=r"^[a-z][a-z0-9_]{0,59}$")
    priority: int = Field(default=3, ge=1, le=5)
    notes: str = Field(default="", max_length=2_000)
    attention: Attention = Attention()


@dataclass(frozen=True)
class ZoneDraft:
    """A zone that can be drawn as it is."""

    name: str
    polygon: dict[str, Any]
    """GeoJSON Polygon."""
    wishes: ZoneWishes


@dataclass(frozen=True)
class ZoneRefusal:
    """A feature that cannot be a zone."""

    feature: str
    """Its place in the file, and its name if it has one."""
    reason: str


def read_zones(data: bytes, filename: str, city: City) -> tuple[list[ZoneDraft], list[ZoneRefusal]]:
    """The zones in a .geojson, .json or .kml file, and the features that cannot be one of `city`.

    Raises BadInput when the file as a whole cannot be read or holds nothing.
    """
    if len(data) > LARGEST_FILE:
        raise BadGeometry(Message("zones.file_too_large", filename=filename, most_mb=LARGEST_FILE // 1000000))
    reader = {".geojson": _geojson, ".json": _geojson, ".kml": _kml}.get(PurePath(filename).suffix.lower())
    if reader is None:
        raise BadGeometry(Message("zones.other_ending", filename=filename))
    drafts = []
    refused = []
    for number, (properties, drawn) in enumerate(reader(data, filename), start=1):
        polygon = repaired(drawn) if isinstance(drawn, dict) else drawn
        if number > MOST_FEATURES:
            raise BadGeometry(Message("zones.too_many_features", filename=filename, most=MOST_FEATURES))
        title = str(properties.get("name") or "").strip()
        try:
            wishes = _wishes({**properties, "name": title})
            name = title or f"{PurePath(filename).stem} {number}"
            outline(polygon, city, name)
            drafts.append(ZoneDraft(name, polygon, wishes))  # type: ignore[arg-type]  # outline has refused anything else
        except BadInput as error:
            place = f"feature {number}"
            if title:
                place = f"{place}, {title[:60]}"
            refused.append(ZoneRefusal(place, error.message))
    if not drafts and not refused:
        raise BadGeometry(Message("zones.no_polygon", filename=filename))
    return drafts, refused


def _wishes(properties: dict[str, Any]) -> ZoneWishes:
    said = {name: properties[name] for name in ZoneWishes.model_fields if properties.get(name) is not None}
    try:
        return ZoneWishes.model_validate(said)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadInput(Message("validation.at", where=where, reason=reason_of(first))) from error


def _geojson(data: bytes, filename: str) -> Iterator[tuple[dict[str, Any], object]]:
    """The properties and the geometry of each feature, a MultiPolygon as its parts."""
    document = json_of(data, filename)
    many = isinstance(document, dict) and document.get("type") == "FeatureCollection"
    features = document.get("features") if many else [document]
    if not many and not (isinstance(document, dict) and isinstance(document.get("type"), str)):
        raise BadGeometry(Message("zones.not_geojson", filename=filename))
    if not isinstance(features, list):
        raise BadGeometry(Message("zones.no_features", filename=filename))
    for feature in features:
        geometry = feature
        said = None
        if isinstance(feature, dict) and feature.get("type") == "Feature":
            geometry = feature.get("geometry")
            said = feature.get("properties")
        properties: dict[str, Any] = {}
        if isinstance(said, dict):
            properties = said
        polygons = _parts(geometry)
        for part, polygon in enumerate(polygons, start=1):
            yield {**properties, "name": _name_of_part(properties.get("name"), part, len(polygons))}, polygon


def _name_of_part(name: Any, part: int, parts: int) -> Any:
    """A feature's name, with a number behind it where it is of several parts."""
    if not name or parts == 1:
        return name
    return f"{name} {part}"


def _parts(geometry: object) -> list[object]:
    if isinstance(geometry, dict) and geometry.get("type") == "MultiPolygon":
        polygons = geometry.get("coordinates")
        if isinstance(polygons, list) and polygons:
            return [{"type": "Polygon", "coordinates": rings} for rings in polygons]
    return [geometry]


def _kml(data: bytes, filename: str) -> Iterator[tuple[dict[str, Any], object]]:
    """The name and description of each placemark with each of its polygons; one without a polygon as None."""
    for placemark in _all(xml_of(data, filename), "Placemark"):
        name = _text(placemark, "name")
        notes = _text(placemark, "description")
        polygons = list(_all(placemark, "Polygon"))
        for part, polygon in enumerate(polygons, start=1):
            yield {"name": _name_of_part(name, part, len(polygons)), "notes": notes}, _rings(polygon)
        if not polygons:
            yield {"name": name}, {"type": "placemark without a polygon"}


def _rings(polygon: Element) -> dict[str, Any]:
    outer = [ring for edge in _all(polygon, "outerBoundaryIs") for ring in _all(edge, "coordinates")]
    inner = [ring for edge in _all(polygon, "innerBoundaryIs") for ring in _all(edge, "coordinates")]
    return {"type": "Polygon", "coordinates": [_points(ring.text or "") for ring in [*outer[:1], *inner]]}


def _points(text: str) -> list[list[float | str]]:
    """Of `lon,lat[,height]` tuples; what is no number stays a text, for the refusal to point at."""
    return [[_number(value) for value in point.split(",")[:2]] for point in text.split()]


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _all(element: Element, name: str) -> Iterator[Element]:
    """Every element below called `name`, whatever its namespace: KML 2.0 to 2.3 and Google's own."""
    return (found for found in element.iter() if isinstance(found.tag, str) and found.tag.rpartition("}")[2] == name)


def _text(element: Element, name: str) -> str:
    return next(((found.text or "").strip() for found in _all(element, name)), "")
