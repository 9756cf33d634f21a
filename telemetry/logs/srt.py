"""Subtitles that DJI drones write beside their video (.SRT) as telemetry tables: a row a picture.

There is no published format; the dialects are told apart by their words: `[latitude: …] [longitude: …]` of the modern
drones, `GPS (lon, lat, alt) … H 85.8m … G.PRY (…)` of the Phantom 4 RTK, `GPS(lon,lat,n) BAROMETER:…` of the early
Mavics. A drone writes the time of its owner's clock, without a zone.
"""

import math
import re
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from telemetry.errors import BadInput
from telemetry.logs.table import TableBuilder, TelemetryTable
from telemetry.messages import Message

LARGEST = 200_000_000
"""Bytes; an hour of video has about 60 MB of subtitles."""
_NUMBER = r"(-?\d+(?:\.\d+)?)"
_BLOCKS = re.compile(r"\n\s*\n")
_SPAN = re.compile(r"(\d+):(\d\d):(\d\d)[,.](\d{3})\s*-->")
_DATE = re.compile(r"(\d{4})[-.](\d\d)[-.](\d\d) (\d\d):(\d\d):(\d\d)(?:[.,](\d{1,6}))?")
_PAIRS = {
    "lat": re.compile(rf"\[?latitude\s*:\s*{_NUMBER}"),
    "lon": re.compile(rf"\[?long(?:t)?itude\s*:\s*{_NUMBER}"),
    "height_m": re.compile(rf"rel_alt\s*:\s*{_NUMBER}"),
    "alt_m": re.compile(rf"abs_alt\s*:\s*{_NUMBER}"),
    "gimbal_yaw_deg": re.compile(rf"gb_yaw\s*:\s*{_NUMBER}"),
    "gimbal_pitch_deg": re.compile(rf"gb_pitch\s*:\s*{_NUMBER}"),
    "gimbal_roll_deg": re.compile(rf"gb_roll\s*:\s*{_NUMBER}"),
}
_GPS = re.compile(rf"GPS\s*\(\s*{_NUMBER}\s*,\s*{_NUMBER}\s*,\s*{_NUMBER}\s*m?\s*\)")
_HEIGHT = re.compile(rf"(?:\bH\s+{_NUMBER}\s*m|BAROMETER\s*:\s*{_NUMBER})")
_FOCAL = re.compile(rf"focal_len\s*:\s*{_NUMBER}")
_SPEED = re.compile(rf"\bH\.S\s+{_NUMBER}\s*m/s")
_GIMBAL = re.compile(rf"G\.PRY\s*\(\s*{_NUMBER}[^,]*,\s*{_NUMBER}[^,]*,\s*{_NUMBER}")
_FLIGHT = re.compile(rf"F\.PRY\s*\(\s*{_NUMBER}[^,]*,\s*{_NUMBER}[^,]*,\s*{_NUMBER}")
Row = dict[str, float]


def srt_table(path: Path) -> TelemetryTable:
    """The subtitles in a file. Raises BadInput when it holds no position."""
    try:
        if path.stat().st_size > LARGEST:
            raise BadInput(Message("logs.srt_too_large", name=path.name, most_mb=LARGEST // 1000000))
        text = path.read_bytes().decode("utf-8-sig", "replace")
    except OSError as error:
        raise BadInput(Message("logs.unreadable", name=path.name, reason=error.strerror)) from error
    blocks = [block for block in _BLOCKS.split(text.replace("\r", "")) if block.strip()]
    read = [_row(block) for block in blocks]
    rows = [row for row in read if row is not None]
    if not rows:
        raise BadInput(Message("logs.srt_without_position", name=path.name, entries=len(blocks)))
    dated = all(row["dated"] for row in rows)
    table = TableBuilder(np.array([row["time_us"] for row in rows]).astype(np.int64))
    for name in {name for row in rows for name in row} - {"time_us", "dated"}:
        table.put(name, [row.get(name, np.nan) for row in rows])
    clock = "counted from the start of the video"
    if dated:
        clock = "the drone's own clock, which tells no zone"
    lost = len(blocks) - len(rows)
    return table.build("DJI subtitles", utc=False, intact=len(rows), lost=lost, notes=(f"the times are {clock}",))


def _row(block: str) -> Row | None:
    """One entry; None when it is cut short or tells no place."""
    row: Row = {name: float(found[1]) for name, pattern in _PAIRS.items() if (found := pattern.search(block))}
    if (gps := _GPS.search(block)) and "lat" not in row:
        row["lon"], row["lat"] = float(gps[1]), float(gps[2])
        if height := _HEIGHT.search(block):
            row["height_m"] = float(height[1] or height[2])
    if focal := _FOCAL.search(block):
        row["hfov_deg"] = _field_of_view(float(focal[1]))
    if speed := _SPEED.search(block):
        row["speed_m_s"] = float(speed[1])
    if gimbal := _GIMBAL.search(block):
        row["gimbal_pitch_deg"], row["gimbal_roll_deg"], row["gimbal_yaw_deg"] = (float(g) for g in gimbal.groups())
    if flight := _FLIGHT.search(block):
        row["pitch_deg"], row["roll_deg"], yaw = (float(g) for g in flight.groups())
        row["heading_deg"] = yaw % 360
    span = _SPAN.search(block)
    if span is None or not {"lat", "lon"} <= row.keys():
        return None
    hours, minutes, seconds, millis = (int(part) for part in span.groups())
    since_start = ((hours * 60 + minutes) * 60 + seconds) * 1_000_000 + millis * 1_000
    dated_at = _clock(block)
    if dated_at is None:
        return {**row, "time_us": float(since_start), "dated": 0.0}
    return {**row, "time_us": float(dated_at), "dated": 1.0}


def _field_of_view(focal_len: float) -> float:
    """Degrees across, of a focal length told as for 35 mm film (36 mm across); older drones write ten times that."""
    focal_mm = focal_len
    if focal_mm >= 100:
        focal_mm /= 10
    if focal_mm <= 0:
        return np.nan
    return math.degrees(2 * math.atan(18 / focal_mm))


def _clock(block: str) -> int | None:
    """Microseconds since 1970 of the date in an entry, its zone taken for UTC; None where there is none."""
    found = _DATE.search(block)
    if found is None:
        return None
    *parts, fraction = found.groups()
    try:
        at = datetime(*(int(part) for part in parts), tzinfo=UTC)  # type: ignore[misc, arg-type]
    except ValueError:
        return None
    return int(at.timestamp()) * 1_000_000 + int((fraction or "0").ljust(6, "0"))
