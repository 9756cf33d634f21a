"""MISB ST 0601 metadata as telemetry tables: where a drone and its camera were, packet by packet.

Format: MISB ST 0601 (UAS Datalink Local Set): a 16-byte key, a BER length, then tag, length and value; tag 1 is a
checksum over everything before it, and a packet that fails it is dropped and counted. Found in the data stream of an
MPEG transport stream, or bare in a file.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import av
import numpy as np

from telemetry.attitude import on_the_globe
from telemetry.errors import BadInput
from telemetry.logs.table import TableBuilder, TelemetryTable
from telemetry.messages import Message

KEY = bytes.fromhex("060e2b34020b01010e01030101000000")
Packet = dict[int, bytes]


def _unsigned(span: float, low: float = 0.0) -> Callable[[bytes], float]:
    return lambda value: low + int.from_bytes(value, "big") * span / (2 ** (8 * len(value)) - 1)


def _signed(span: float) -> Callable[[bytes], float]:
    """Mapped symmetrically; the most negative number means out of range."""

    def read(value: bytes) -> float:
        number = int.from_bytes(value, "big", signed=True)
        most = 2 ** (8 * len(value) - 1) - 1
        if number < -most:
            return np.nan
        return float(number * span / (2 * most))

    return read


TAGS: dict[int, tuple[str, Callable[[bytes], float]]] = {
    5: ("heading_deg", _unsigned(360)),
    6: ("pitch_deg", _signed(40)),
    7: ("roll_deg", _signed(100)),
    13: ("lat", _signed(180)),
    14: ("lon", _signed(360)),
    15: ("alt_m", _unsigned(19_900, -900)),
    16: ("hfov_deg", _unsigned(180)),
    17: ("vfov_deg", _unsigned(180)),
    18: ("gimbal_yaw_deg", _unsigned(360)),
    19: ("gimbal_pitch_deg", _signed(360)),
    20: ("gimbal_roll_deg", _unsigned(360)),
    56: ("speed_m_s", _unsigned(255)),
    90: ("pitch_deg", _signed(180)),
    91: ("roll_deg", _signed(180)),
}
"""Tag, column, and how the standard maps the number. 18 to 20 are relative to the platform."""


def klv_table(path: Path) -> TelemetryTable:
    """The packets in a file. Raises BadInput when it holds none that is intact."""
    packets = []
    lost = 0
    for found in read_packets(_payloads(path)):
        if found is None:
            lost += 1
        elif 2 in found:
            packets.append(found)
    placed = [packet for packet in packets if 13 in packet and 14 in packet]
    if not placed:
        raise BadInput(Message("logs.no_klv_packet", name=path.name, failed=lost))
    table = TableBuilder(np.array([int.from_bytes(packet[2], "big") for packet in placed], np.int64))
    for tag, (name, read) in TAGS.items():
        values = [read(packet[tag]) if packet.get(tag) else np.nan for packet in placed]
        if not np.isnan(values).all():
            table.put(name, values)
    _lay_on_the_globe(table)
    return table.build("MISB ST 0601", utc=True, intact=len(packets), lost=lost)


def _lay_on_the_globe(table: TableBuilder) -> None:
    """Tags 18 to 20 are the camera's angles in the aircraft's frame; the table has them on the globe."""
    names = ("gimbal_yaw_deg", "gimbal_pitch_deg", "gimbal_roll_deg")
    if not {"heading_deg", *names[:2]} <= table.columns.keys():
        for name in names:
            table.columns.pop(name, None)
        return
    level = np.zeros(len(table.time_us))
    pitch, roll = (np.nan_to_num(table.columns.get(name, level)) for name in ("pitch_deg", "roll_deg"))
    aircraft = (table.columns["heading_deg"], pitch, roll)
    gimbal = (table.columns[names[0]], table.columns[names[1]], np.nan_to_num(table.columns.get(names[2], level)))
    for name, angle in zip(names, on_the_globe(aircraft, gimbal), strict=True):
        table.put(name, angle)


def read_packets(data: bytes) -> Iterator[Packet | None]:
    """Each packet by tag; None for one that is cut short or fails its checksum."""
    at = data.find(KEY)
    while at >= 0:
        packet, end = _packet(data, at)
        yield packet
        at = data.find(KEY, end if packet is not None else at + len(KEY))


def checksum(covered: bytes) -> int:
    """The running 16-bit sum of ST 0601 (section "Checksum"): even bytes count 256-fold."""
    return (256 * sum(covered[::2]) + sum(covered[1::2])) & 0xFFFF


def _packet(data: bytes, at: int) -> tuple[Packet | None, int]:
    length, place = _length(data, at + len(KEY))
    end = place + length
    if length < 0 or end > len(data):
        return None, at + len(KEY)
    tags: Packet = {}
    while place < end:
        tag, place = _tag(data, place, end)
        size, place = _length(data, place)
        if size < 0 or place + size > end:
            return None, end
        if tag == 1:
            good = size == 2 and checksum(data[at:place]) == int.from_bytes(data[place : place + 2], "big")
            if not good:
                return None, end
            return tags, end
        tags[tag] = data[place : place + size]
        place += size
    return None, end


def _tag(data: bytes, place: int, end: int) -> tuple[int, int]:
    """A BER-OID tag and what follows it."""
    tag = 0
    while place < end:
        byte = data[place]
        place += 1
        tag = tag << 7 | byte & 0x7F
        if not byte & 0x80:
            break
    return tag, place


def _length(data: bytes, place: int) -> tuple[int, int]:
    """A BER length, short or long form, and what follows it; -1 where the data end."""
    if place >= len(data):
        return -1, place
    first = data[place]
    if first < 0x80:
        return first, place + 1
    size = first & 0x7F
    if size > 4 or place + 1 + size > len(data):
        return -1, place + 1
    return int.from_bytes(data[place + 1 : place + 1 + size], "big"), place + 1 + size


def _payloads(path: Path) -> bytes:
    """Everything in the data streams of a transport stream; a file that is none as it is."""
    try:
        head = path.open("rb").read(400)
        if KEY in head or (head[:1] != b"\x47" and head[4:5] != b"\x47"):
            return path.read_bytes()
        with av.open(str(path), format="mpegts") as container:
            streams = [stream for stream in container.streams if stream.type == "data"]
            if not streams:
                return b""
            return b"".join(bytes(packet) for packet in container.demux(streams))
    except OSError as error:
        raise BadInput(Message("logs.unreadable", name=path.name, reason=error)) from error
    except av.FFmpegError as error:
        raise BadInput(Message("logs.not_transport_stream", name=path.name, reason=error)) from error
