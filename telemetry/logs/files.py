"""Logs by the names of their files: read as one table, written as Parquet, JSON lines, GeoJSON or GPX."""

import json
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import numpy as np

from telemetry.clock import from_epoch, iso
from telemetry.errors import BadInput, Misconfigured
from telemetry.files import write_whole
from telemetry.logs.flights import dataflash_table, tlog_table, ulog_table
from telemetry.logs.gpmf import gpmf_table
from telemetry.logs.klv import klv_table
from telemetry.logs.srt import srt_table
from telemetry.logs.table import UNITS, TelemetryTable
from telemetry.messages import Message

READERS: dict[str, Callable[[Path], TelemetryTable]] = {
    ".tlog": tlog_table,
    ".ulg": ulog_table,
    ".bin": dataflash_table,
    ".srt": srt_table,
    ".ts": klv_table,
    ".mpg": klv_table,
    ".klv": klv_table,
    ".mp4": gpmf_table,
    ".gpmf": gpmf_table,
    ".raw": gpmf_table,
}
_FEW = {"lat": 7, "lon": 7, "battery": 4}
"""Digits kept in text; two for the others."""


def load_log(path: Path) -> TelemetryTable:
    """The log in a file, its kind told by its ending. Raises BadInput naming the endings there are."""
    read = READERS.get(path.suffix.lower())
    if read is None:
        raise BadInput(Message("logs.unknown_ending", name=path.name, endings=", ".join(sorted(READERS))))
    return read(path)


def save_log(table: TelemetryTable, path: Path) -> None:
    """Write the table whole or not at all. Raises BadInput naming the endings there are."""
    write = WRITERS.get(path.suffix.lower())
    if write is None:
        raise BadInput(Message("logs.unknown_ending_to_write", name=path.name, endings=", ".join(sorted(WRITERS))))
    write(table, path)


def rows(table: TelemetryTable) -> Iterator[dict[str, Any]]:
    """Row by row for JSON: `at` (ISO 8601, with Z only when UTC) and the columns that are known.

    Of a log whose date is not known `at` is null, and `clock_s` has the seconds since it was switched on.
    """
    for number in range(len(table)):
        row: dict[str, Any] = {"at": time_of(table, number)}
        if not table.dated:
            row["clock_s"] = round(int(table.time_us[number]) / 1e6, 3)
        for name, values in table.columns.items():
            value = float(values[number])
            if math.isfinite(value):
                row[name] = round(value, _FEW.get(name, 2))
        yield row


def time_of(table: TelemetryTable, number: int) -> str | None:
    """When a row was measured, ISO 8601; None where the log does not tell the date."""
    if not table.dated:
        return None
    said = iso(from_epoch(int(table.time_us[number]) / 1e6))
    if table.utc:
        return said
    return said.removesuffix("Z")


def _write_parquet(table: TelemetryTable, path: Path) -> None:
    try:
        import pyarrow  # noqa: PLC0415  large, and nothing else needs it
        import pyarrow.parquet  # noqa: PLC0415
    except ImportError as error:
        raise Misconfigured(Message("server.extra_missing", extra="parquet")) from error
    kind = pyarrow.duration("us")
    if table.dated and table.utc:
        kind = pyarrow.timestamp("us", tz="UTC")
    elif table.dated:
        kind = pyarrow.timestamp("us")
    arrays = {"time": pyarrow.array(table.time_us, kind), **{n: pyarrow.array(v) for n, v in table.columns.items()}}
    said = {"format": table.format, "intact": str(table.intact), "lost": str(table.lost), "units": json.dumps(UNITS)}
    part = path.with_name(f".{path.name}.part")
    pyarrow.parquet.write_table(pyarrow.table(arrays).replace_schema_metadata(said), part)
    part.replace(path)


def _write_lines(table: TelemetryTable, path: Path) -> None:
    write_whole(path, "".join(json.dumps(row) + "\n" for row in rows(table)))


def _write_geojson(table: TelemetryTable, path: Path) -> None:
    every = list(rows(table))
    line = [[row[name] for name in ("lon", "lat", "alt_m") if name in row] for row in every]
    feature = {
        "type": "Feature",
        "geometry": {"type": "LineString", "coordinates": line} if len(line) > 1 else None,
        "properties": {
            "format": table.format,
            "intact": table.intact,
            "lost": table.lost,
            "notes": list(table.notes),
            "units": UNITS,
            "at": [row["at"] for row in every],
            **{
                name: [row.get(name) for row in every]
                for name, values in table.columns.items()
                if name not in ("lat", "lon") and np.isfinite(values).any()
            },
        },
    }
    write_whole(path, json.dumps({"type": "FeatureCollection", "features": [feature]}) + "\n")


def _write_gpx(table: TelemetryTable, path: Path) -> None:
    points = []
    for row in rows(table):
        height = ""
        if "alt_m" in row:
            height = f"<ele>{row['alt_m']}</ele>"
        time = ""
        if table.utc:
            time = f"<time>{row['at']}</time>"
        points.append(
            f"<trkpt lat={quoteattr(str(row['lat']))} lon={quoteattr(str(row['lon']))}>{height}{time}</trkpt>"
        )
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<gpx version="1.1" creator="Vanagas" xmlns="http://www.topografix.com/GPX/1/1">'
    write_whole(path, head + "<trk><trkseg>\n" + "\n".join(points) + "\n</trkseg></trk></gpx>\n")


WRITERS: dict[str, Callable[[TelemetryTable, Path], None]] = {
    ".parquet": _write_parquet,
    ".jsonl": _write_lines,
    ".geojson": _write_geojson,
    ".gpx": _write_gpx,
}
