"""A GeoPackage: its shapes with their names, by the SQLite of the standard library. Reads no tiles.

Format: OGC 12-128r18, GeoPackage Encoding Standard, 2.1.3 (GeoPackageBinary: a header before well-known binary).
"""

import contextlib
import json
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError
from shapely.errors import ShapelyError
from shapely.geometry import mapping

from mission.zones.areas.feature import Feature
from mission.zones.areas.shapefile import NAMES
from telemetry.errors import BadGeometry
from telemetry.messages import Message

ENVELOPES = (0, 32, 48, 48, 64)
"""Bytes of the envelope, by its code in the header's flags."""
HEADER = 8
MOST = 500


def features(path: Path) -> list[Feature]:
    """The shapes of all its tables of features. Raises BadGeometry."""
    try:
        with contextlib.closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as file:
            tables = file.execute("SELECT table_name, column_name, srs_id FROM gpkg_geometry_columns").fetchall()
            return [each for table, column, srs in tables for each in _of_table(file, table, column, srs, path.name)]
    except sqlite3.Error as error:
        raise BadGeometry(Message("areas.no_geopackage", name=path.name, reason=str(error))) from error


def _of_table(file: sqlite3.Connection, table: str, column: str, srs: int, name: str) -> list[Feature]:
    titles = {row[1].lower(): row[1] for row in file.execute(f"PRAGMA table_info({_quoted(table)})")}
    title = next((titles[wanted] for wanted in NAMES if wanted in titles), None)
    said = "''"
    if title is not None:
        said = _quoted(title)
    query = f"SELECT {said}, {_quoted(column)} FROM {_quoted(table)} LIMIT {MOST}"  # noqa: S608 - names are quoted
    rows = file.execute(query).fetchall()
    to_degrees = _to_degrees(file, srs, name)
    return [Feature(str(words or ""), _geometry(blob, to_degrees, name)) for words, blob in rows if blob]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _to_degrees(file: sqlite3.Connection, srs: int, name: str) -> Transformer:
    row = file.execute(
        "SELECT organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys WHERE srs_id = ?", (srs,)
    ).fetchone()
    if row is None:
        raise BadGeometry(Message("areas.no_place", name=name))
    try:
        system = CRS.from_authority(row[0], row[1]) if row[0].upper() != "NONE" else CRS.from_wkt(row[2])
    except CRSError as error:
        raise BadGeometry(Message("areas.system_not_known", name=name)) from error
    return Transformer.from_crs(system, "EPSG:4326", always_xy=True)


def _geometry(blob: bytes, to_degrees: Transformer, name: str) -> dict[str, Any]:
    if blob[:2] != b"GP" or len(blob) < HEADER or (blob[3] >> 1 & 7) >= len(ENVELOPES):
        raise BadGeometry(Message("areas.no_binary", name=name))
    try:
        shape = shapely.force_2d(shapely.from_wkb(blob[HEADER + ENVELOPES[blob[3] >> 1 & 7] :]))
    except ShapelyError as error:
        raise BadGeometry(Message("areas.damaged_shape", name=name, reason=str(error))) from error
    moved = shapely.transform(shape, lambda xy: np.column_stack(to_degrees.transform(xy[:, 0], xy[:, 1])))
    geometry: dict[str, Any] = json.loads(json.dumps(mapping(moved)))
    return geometry
