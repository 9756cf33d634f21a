"""GoPro's GPMF metadata as telemetry tables: where a camera was, from the data stream of an MP4 or a bare payload.

Format: github.com/gopro/gpmf-parser, README: nested entries of a four-letter key, a type, a size and a count
(big-endian), padded to four bytes. GPS5 holds latitude, longitude, altitude above the ellipsoid and two speeds, divided
by SCAL; GPSU is the UTC time of the payload, GPSF its fix. GPS9 carries day, second and fix with each sample.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from telemetry.errors import BadInput
from telemetry.logs.table import TableBuilder, TelemetryTable
from telemetry.messages import Message

Floats = NDArray[np.float64]
_EPOCH_2000 = datetime(2000, 1, 1, tzinfo=UTC)
_NESTED = 0
NOTE = "altitudes are above the WGS 84 ellipsoid, not above the sea"


@dataclass(frozen=True)
class GpmfEntry:
    """One key and what stands under it."""

    key: str
    type: int
    size: int
    count: int
    value: bytes


def gpmf_table(path: Path) -> TelemetryTable:
    """The positions in a file. Raises BadInput when it holds none with a fix."""
    blocks = []
    lost = 0
    for payload, at_us in _payloads(path):
        for stream, cut in _streams(payload):
            lost += cut
            block = _positions(stream, at_us)
            if block is not None:
                blocks.append(block)
    fixed = [block for block in blocks if len(block)]
    if not fixed:
        raise BadInput(Message("logs.gpmf_without_fix", name=path.name, blocks=len(blocks)))
    rows = np.concatenate(fixed)
    table = TableBuilder(rows[:, 0].astype(np.int64))
    for number, name in enumerate(("lat", "lon", "alt_m", "speed_m_s"), start=1):
        table.put(name, rows[:, number])
    utc = bool(rows[0, 0] > 1e15)
    return table.build("GoPro GPMF", utc=utc, intact=len(rows), lost=lost, notes=(NOTE,))


def gps_start(path: Path) -> datetime | None:
    """When the video began by its GPS, UTC; None where no part of it has a fix with a time. Raises BadInput."""
    for payload, at_us in _payloads(path):
        for stream, _ in _streams(payload):
            block = _positions(stream, at_us)
            has_time = "GPSU" in stream or "GPS9" in stream
            if block is not None and len(block) and has_time:
                return datetime.fromtimestamp((block[0, 0] - at_us) / 1e6, UTC)
    return None


def entries(data: bytes) -> Iterator[GpmfEntry]:
    """The entries side by side in `data`, up to the first that is cut short."""
    at = 0
    while at + 8 <= len(data):
        key = data[at : at + 4]
        kind, size, count = struct.unpack_from(">BBH", data, at + 4)
        length = size * count
        if not key.isalnum() or at + 8 + length > len(data):
            return
        yield GpmfEntry(key.decode("ascii"), kind, size, count, data[at + 8 : at + 8 + length])
        at += 8 + (length + 3) // 4 * 4


def _streams(payload: bytes) -> Iterator[tuple[dict[str, GpmfEntry], int]]:
    """The STRM entries of every device by key; with each 1 when its device was cut short."""
    at = payload.find(b"DEVC")
    while at >= 0:
        found = list(entries(payload[at:]))
        if not found:
            yield {}, 1
            at = payload.find(b"DEVC", at + 4)
            continue
        for inner in entries(found[0].value):
            if inner.key == "STRM" and inner.type == _NESTED:
                yield {entry.key: entry for entry in entries(inner.value)}, 0
        at = payload.find(b"DEVC", at + 8 + len(found[0].value))


def _positions(stream: dict[str, GpmfEntry], at_us: int) -> Floats | None:
    """Rows of (microseconds, lat, lon, alt, speed); no rows without a fix, None for a stream of something else."""
    if "GPS5" in stream and "SCAL" in stream:
        return _gps5(stream, at_us)
    if "GPS9" in stream and "SCAL" in stream:
        return _gps9(stream)
    return None


def _gps5(stream: dict[str, GpmfEntry], at_us: int) -> Floats:
    samples = np.frombuffer(stream["GPS5"].value, ">i4").reshape(-1, 5) / _scales(stream["SCAL"])
    fix = stream.get("GPSF")
    if fix is not None and int.from_bytes(fix.value[:4], "big") < 2:
        return np.empty((0, 5))
    begun_us = _utc(stream.get("GPSU"))
    if begun_us is None:
        begun_us = at_us
    times = begun_us + np.arange(len(samples)) * 1e6 / max(len(samples), 1)
    return np.column_stack([times, samples[:, :4]])


def _gps9(stream: dict[str, GpmfEntry]) -> Floats:
    raw = np.frombuffer(stream["GPS9"].value, [("whole", ">i4", 7), ("rest", ">u2", 2)])
    samples = np.column_stack([raw["whole"], raw["rest"]]) / _scales(stream["SCAL"])
    samples = samples[samples[:, 8] >= 2]
    times = _EPOCH_2000.timestamp() * 1e6 + samples[:, 5] * 86_400e6 + samples[:, 6] * 1e6
    return np.column_stack([times, samples[:, :4]])


def _scales(entry: GpmfEntry) -> Floats:
    kind = {ord("s"): ">i2", ord("S"): ">u2", ord("l"): ">i4", ord("L"): ">u4"}.get(entry.type, ">i4")
    return np.frombuffer(entry.value, kind).astype(np.float64)


def _utc(entry: GpmfEntry | None) -> int | None:
    """Microseconds since 1970 of a GPSU time, yymmddhhmmss.sss."""
    if entry is None:
        return None
    try:
        text = entry.value.decode("ascii").strip("\0 ")
        at = datetime.strptime(text[:12], "%y%m%d%H%M%S").replace(tzinfo=UTC) + timedelta(
            seconds=float("0" + text[12:])
        )
    except ValueError:
        return None
    return int(at.timestamp() * 1e6)


def _payloads(path: Path) -> list[tuple[bytes, int]]:
    """Payloads with microseconds from the start of the video; a file that is no video is one payload."""
    try:
        with path.open("rb") as file:
            is_video = file.read(12)[4:8] in (b"ftyp", b"moov", b"mdat", b"wide")
        if not is_video:
            return [(path.read_bytes(), 0)]
        with av.open(str(path)) as container:
            streams = [stream for stream in container.streams if stream.type == "data"]
            found = [
                (bytes(p), int(float(p.pts * p.time_base) * 1e6)) for p in container.demux(streams) if p.pts is not None
            ]
            return [one for one in found if one[0].startswith(b"DEVC")]
    except OSError as error:
        raise BadInput(Message("logs.unreadable", name=path.name, reason=error)) from error
    except av.FFmpegError:
        return [(path.read_bytes(), 0)]  # its index is gone, the payloads may be there
