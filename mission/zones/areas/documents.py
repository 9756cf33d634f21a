"""Shapes out of GeoJSON, KML and QGroundControl plans, each with its name. Mends nothing and judges nothing."""

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

from mission.parsing.markup import child, local, named, text
from mission.zones.areas.feature import Feature
from telemetry.errors import BadGeometry
from telemetry.messages import Message

OF_PATTERN = {"survey": "polygon", "CorridorScan": "polyline", "StructureScan": "polygon"}
"""Where each pattern of a .plan file keeps what is flown over."""


def of_geojson(document: object) -> list[Feature]:
    """The features of a GeoJSON document; what is no FeatureCollection is one."""
    if isinstance(document, dict) and document.get("type") == "FeatureCollection":
        listed = document.get("features")
        if not isinstance(listed, list):
            return []
        return [_feature(each) for each in listed]
    return [_feature(document)]


def _feature(document: Any) -> Feature:
    if not isinstance(document, dict) or document.get("type") != "Feature":
        return Feature("", document)
    properties = document.get("properties")
    name = properties.get("name") if isinstance(properties, dict) else None
    return Feature(str(name or ""), document.get("geometry"))  # type: ignore[arg-type]  # refused where it is read


def of_kml(root: Element) -> list[Feature]:
    """Each polygon, line and point of its placemarks: areas where there are any, else lines, else points.

    DJI's mapping missions are KML with one polygon (the field) and need nothing more.
    """
    found: dict[str, list[Feature]] = {"Polygon": [], "LineString": [], "Point": []}
    for placemark in named(root, "Placemark"):
        for element in placemark.iter():
            if local(element) in found:
                found[local(element)].append(Feature(text(placemark, "name") or "", _of_element(element)))
    return found["Polygon"] or found["LineString"] or found["Point"]


def _of_element(element: Element) -> dict[str, Any]:
    if local(element) == "Polygon":
        edges = [*named(element, "outerBoundaryIs"), *named(element, "innerBoundaryIs")]
        rings = [_places(child(ring, "coordinates")) for edge in edges for ring in named(edge, "LinearRing")]
        return {"type": "Polygon", "coordinates": rings}
    places = _places(child(element, "coordinates"))
    if local(element) == "Point":
        return {"type": "Point", "coordinates": next(iter(places), [])}
    return {"type": "LineString", "coordinates": places}


def _places(element: Element | None) -> list[list[float | str]]:
    """Of `lon,lat[,height]` tuples; what is no number stays a text, for the refusal to point at."""
    if element is None:
        return []
    return [[_number(value) for value in place.split(",")[:2]] for place in (element.text or "").split()]


def _number(words: str) -> float | str:
    try:
        return float(words)
    except ValueError:
        return words


def of_plan(document: object, name: str) -> list[Feature]:
    """What the patterns of a QGroundControl plan are flown over. Raises BadGeometry for a plan without any."""
    mission = document.get("mission") if isinstance(document, dict) else None
    items = mission.get("items") if isinstance(mission, dict) else None
    found: list[Feature] = []
    if isinstance(items, list):
        found = list(_patterns(items))
    if not found:
        raise BadGeometry(Message("areas.no_pattern", name=name))
    return found


def _patterns(items: list[Any]) -> Iterator[Feature]:
    for number, item in enumerate(items, start=1):
        kind = item.get("complexItemType") if isinstance(item, dict) else None
        corners = item.get(OF_PATTERN[kind]) if kind in OF_PATTERN else None
        if isinstance(corners, list) and corners:
            places = [corner[1::-1] if isinstance(corner, list) else corner for corner in corners]
            shape = _ring(places)
            if kind == "CorridorScan":
                shape = {"type": "LineString", "coordinates": places}
            yield Feature(f"{kind} {number}", shape)


def _ring(places: list[Any]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [[*places, places[0]]]}
