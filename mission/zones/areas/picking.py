"""The one shape of a file that is planned over: read by the file's ending, picked, mended where that is plain."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mission.parsing import bounded
from mission.zones import repair
from mission.zones.areas import documents, geopackage, shapefile
from mission.zones.areas.feature import Feature
from mission.zones.geometry import load_document
from telemetry.errors import BadGeometry
from telemetry.messages import Message

KNOWN = ".geojson .json .kml .kmz .gpkg .zip (a shapefile) .plan"
MOST_NAMED = 12


def load_shape(path: Path, feature: str | None = None) -> dict[str, Any]:
    """The GeoJSON geometry in a file: that called or numbered `feature`, which is needed where there are several.

    An open ring is closed and a hole that touches is cut out, where there is one way to do so. What the geometry is
    worth is for `read_shape` to say. Raises BadGeometry, or BadPlan for a file that cannot be read at all.
    """
    found = [part for each in _features(path) for part in _parts(each)]
    return repair.repaired(_picked(found, feature, path.name).geometry)


def _features(path: Path) -> list[Feature]:
    match path.suffix.lower():
        case ".kml":
            return documents.of_kml(bounded.xml_of(bounded.bytes_of(path), path.name))
        case ".kmz":
            return _of_kmz(path)
        case ".plan":
            return documents.of_plan(bounded.json_of(bounded.bytes_of(path), path.name), path.name)
        case ".gpkg":
            return geopackage.features(path)
        case ".zip":
            return shapefile.features(bounded.unzipped(bounded.bytes_of(path), path.name), path.name)
        case ".shp":
            raise BadGeometry(Message("areas.zip_together", name=path.name))
        case _:
            return documents.of_geojson(load_document(path))


def _of_kmz(path: Path) -> list[Feature]:
    members = bounded.unzipped(bounded.bytes_of(path), path.name)
    inside = [name for name in members if name.lower().endswith(".kml")]
    if not inside:
        raise BadGeometry(Message("areas.no_kml", name=path.name))
    root = bounded.xml_of(members[inside[0]], f"{path.name}, {inside[0]}")
    return documents.of_kml(root)


def _parts(feature: Feature) -> list[Feature]:
    """The parts of a shape of several, each with the whole's name and its own number."""
    geometry = feature.geometry
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    coordinates = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if kind not in ("MultiPolygon", "MultiLineString", "MultiPoint") or not isinstance(coordinates, list):
        return [feature]
    single = kind.removeprefix("Multi")
    if len(coordinates) == 1:
        return [Feature(feature.name, {"type": single, "coordinates": coordinates[0]})]
    return [
        Feature(f"{feature.name} {number}".strip(), {"type": single, "coordinates": part})
        for number, part in enumerate(coordinates, start=1)
    ]


def _picked(found: Sequence[Feature], wanted: str | None, name: str) -> Feature:
    if not found:
        raise BadGeometry(Message("areas.no_shape", name=name))
    if wanted is None:
        if len(found) > 1:
            raise BadGeometry(Message("areas.pick_one", name=name, features=len(found), listed=_listed(found)))
        return found[0]
    called = [feature for feature in found if feature.name.casefold() == wanted.strip().casefold()]
    if len(called) == 1:
        return called[0]
    if len(called) > 1:
        raise BadGeometry(Message("areas.same_name", name=name, features=len(called), wanted=wanted))
    if wanted.isdecimal() and 1 <= int(wanted) <= len(found):
        return found[int(wanted) - 1]
    raise BadGeometry(Message("areas.no_such_feature", name=name, wanted=wanted[:60], listed=_listed(found)))


def _listed(found: Sequence[Feature]) -> str:
    named = [f"{number} {feature.name[:40]}".strip() for number, feature in enumerate(found[:MOST_NAMED], start=1)]
    listed = ", ".join(named)
    if len(found) <= MOST_NAMED:
        return listed
    return f"{listed} and {len(found) - MOST_NAMED} more"
