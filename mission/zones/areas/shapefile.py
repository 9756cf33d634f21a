"""A zipped ESRI shapefile: its shapes with their names. Reads no measures and no multipatches.

Format: ESRI Shapefile Technical Description (1998); dBASE III for the names. Lengths are in 16-bit words.
"""

import struct
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from pyproj import Transformer
from pyproj.exceptions import ProjError
from shapely import LinearRing, Polygon, box

from mission.zones.areas.feature import Feature
from telemetry.errors import BadGeometry
from telemetry.messages import Message

HEADER = 100
RECORD_HEADER = 8
MAGIC = 9994
POINTS = frozenset({1, 11, 21})
LINES = frozenset({3, 13, 23})
POLYGONS = frozenset({5, 15, 25})
"""Shape types, flat, with heights and with measures."""
NAMES = ("name", "nosaukums", "pavadinimas", "pavadinim", "title", "label", "id")
"""Columns that may hold a name, best first."""
Place = tuple[float, float]


def features(members: dict[str, bytes], name: str) -> list[Feature]:
    """The shapes of the one shapefile among the files of an archive. Raises BadGeometry."""
    stems = [path[:-4] for path in members if path.lower().endswith(".shp")]
    if len(stems) != 1:
        raise BadGeometry(Message("areas.several_shapefiles", name=name, shapefiles=len(stems)))
    parts = {path[len(stems[0]) :].lower(): data for path, data in members.items() if path.startswith(stems[0] + ".")}
    try:
        shapes = list(_shapes(parts[".shp"], _to_degrees(parts.get(".prj"), name), name))
        names = _names(parts.get(".dbf", b""))
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise BadGeometry(Message("areas.cut_off", name=name)) from error
    names += [""] * (len(shapes) - len(names))
    return [Feature(title, shape) for title, shape in zip(names, shapes, strict=False) if shape is not None]


def _to_degrees(projection: bytes | None, name: str) -> Transformer:
    if projection is None:
        raise BadGeometry(Message("areas.no_prj", name=name))
    try:
        return Transformer.from_crs(projection.decode("utf-8", "replace"), "EPSG:4326", always_xy=True)
    except ProjError as error:
        raise BadGeometry(Message("areas.system_not_known", name=name)) from error


def _shapes(data: bytes, to_degrees: Transformer, name: str) -> Iterator[dict[str, Any] | None]:
    """A GeoJSON geometry each record; None for an empty one."""
    if struct.unpack_from(">i", data)[0] != MAGIC:
        raise BadGeometry(Message("areas.no_shapefile", name=name))
    at = HEADER
    while at + RECORD_HEADER <= len(data):
        words = struct.unpack_from(">i", data, at + 4)[0]
        if words < 2:
            raise BadGeometry(Message("areas.damaged_record", name=name, words=words))
        yield _shape(data[at + RECORD_HEADER : at + RECORD_HEADER + 2 * words], to_degrees, name)
        at += RECORD_HEADER + 2 * words


def _shape(record: bytes, to_degrees: Transformer, name: str) -> dict[str, Any] | None:
    kind = struct.unpack_from("<i", record)[0]
    if kind == 0:
        return None
    if kind in POINTS:
        return {"type": "Point", "coordinates": list(to_degrees.transform(*struct.unpack_from("<2d", record, 4)))}
    if kind not in LINES | POLYGONS:
        raise BadGeometry(Message("areas.other_shapes", name=name, type=kind))
    parts, count = struct.unpack_from("<2i", record, 36)
    starts = [*struct.unpack_from(f"<{parts}i", record, 44), count]
    flat = struct.unpack_from(f"<{2 * count}d", record, 44 + 4 * parts)
    xs, ys = to_degrees.transform(flat[::2], flat[1::2])
    places = list(zip(xs, ys, strict=True))
    pieces = [places[start:end] for start, end in pairwise(starts)]
    if kind in LINES:
        return _one_or_many("LineString", [list(map(list, piece)) for piece in pieces])
    return _one_or_many("Polygon", _polygons(pieces))


def _polygons(rings: list[list[Place]]) -> list[list[list[list[float]]]]:
    """Shells go clockwise, holes the other way; a hole belongs to the shell it lies in."""
    shells = [ring for ring in rings if not LinearRing(ring).is_ccw]
    shells = shells or rings
    holes = [ring for ring in rings if ring not in shells]
    made = [[list(map(list, shell))] for shell in shells]
    for hole in holes:
        inside = [n for n, shell in enumerate(shells) if box(*Polygon(shell).bounds).covers(LinearRing(hole))]
        made[next(iter(inside), 0)].append(list(map(list, hole)))
    return made


def _one_or_many(kind: str, parts: list[Any]) -> dict[str, Any]:
    if len(parts) == 1:
        return {"type": kind, "coordinates": parts[0]}
    return {"type": f"Multi{kind}", "coordinates": parts}


def _names(table: bytes) -> list[str]:
    """What the column most like a name says, record by record; nothing without such a column."""
    if len(table) < 32:
        return []
    count, head, size = struct.unpack_from("<IHH", table, 4)
    columns: dict[str, tuple[int, int]] = {}
    at = 32
    offset = 1
    while at + 32 <= head and table[at] != 0x0D:
        title = table[at : at + 11].split(b"\0")[0].decode("ascii", "replace").lower()
        columns[title] = (offset, table[at + 16])
        offset += table[at + 16]
        at += 32
    column = next((columns[wanted] for wanted in NAMES if wanted in columns), None)
    if column is None:
        return []
    start, length = column
    rows = (table[head + n * size : head + (n + 1) * size] for n in range(count))
    return [row[start : start + length].decode("utf-8", "replace").strip() for row in rows]
