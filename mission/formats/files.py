"""The formats of plan files by extension: any file to a plan, any plan to a file. Knows no format itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from mission.formats import geojson, gpx, kml, qgc, wpl, wpml
from mission.formats.document import DEFAULT_HEIGHT_M, Dump, PlanFile
from mission.parsing import bounded
from telemetry.errors import BadPlan
from telemetry.messages import Message


@dataclass(frozen=True)
class PlanFormat:
    """One format of plan files."""

    key: str
    """Its first extension without the dot; also what the API calls it."""
    title: str
    extensions: tuple[str, ...]
    media_type: str
    read: Callable[[bytes, str, float], PlanFile]
    """Content, file name, and the height above home in metres for points that have none."""
    write: Callable[[PlanFile], Dump]


KNOWN = (
    PlanFormat("plan", "QGroundControl plan", (".plan",), "application/json", qgc.read, qgc.write),
    PlanFormat("waypoints", "QGC WPL 110", (".waypoints", ".txt"), "text/plain; charset=utf-8", wpl.read, wpl.write),
    PlanFormat("kmz", "DJI WPML", (".kmz",), "application/vnd.google-earth.kmz", wpml.read, wpml.write),
    PlanFormat("kml", "KML", (".kml",), "application/vnd.google-earth.kml+xml", wpml.read_kml, kml.write),
    PlanFormat("gpx", "GPX", (".gpx",), "application/gpx+xml", gpx.read, gpx.write),
    PlanFormat("geojson", "GeoJSON", (".geojson", ".json"), "application/geo+json", geojson.read, geojson.write),
)
FORMATS: Mapping[str, PlanFormat] = {extension: known for known in KNOWN for extension in known.extensions}
"""By extension, with its dot and in small letters."""


def load(path: Path, *, height_m: float = DEFAULT_HEIGHT_M) -> PlanFile:
    """The plan in a file. Raises BadPlan naming the file, the place in it and the reason.

    `height_m` is the height above home for points of a file that gives none (KML, GPX, GeoJSON); a note says so.
    """
    _reader(path.name)
    return read(bounded.bytes_of(path), path.name, height_m=height_m)


def read(content: bytes, name: str, *, height_m: float = DEFAULT_HEIGHT_M) -> PlanFile:
    """The plan in the content of a file called `name`, as `load`."""
    reader = _reader(name)
    bounded.want_size(content, name)
    if reader is geojson.read and b'"fileType"' in content and b'"mission"' in content:
        reader = qgc.read  # some name those .json
    return reader(content, name, bounded.height_of(height_m, "the height for points without one"))


def dump(plan: PlanFile, format: str, *, aircraft: str | None = None) -> Dump:
    """The plan as a file of `format`: a key or an extension, with or without a dot.

    `aircraft` is one of `wpml.AIRCRAFT`, for DJI's files alone. Raises BadPlan when there is no such format or the
    format cannot hold the plan at all.
    """
    known = format_of(f"plan.{format.removeprefix('.')}")
    if known.key == "kmz":
        return wpml.write(plan, aircraft)
    return known.write(plan)


def format_of(name: str) -> PlanFormat:
    """The format of a file by the end of its name. Raises BadPlan."""
    known = FORMATS.get(Path(name).suffix.lower())
    if known is None:
        raise BadPlan(Message("plans.no_such_format", name=name, known=list(FORMATS)))
    return known


def _reader(name: str) -> Callable[[bytes, str, float], PlanFile]:
    """What reads a file of this name; waylines.wpml taken out of its KMZ is read, never written."""
    if name.lower().endswith(".wpml"):
        return wpml.read_waylines
    return format_of(name).read
