"""A clip as RTP packets, made once (by FFmpeg) and numbered anew for every viewer. Sends nothing."""

import base64
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av

from telemetry.errors import BadMedia
from vision.fmp4.codecs import START, is_annex_b, units

RATE = 90_000
"""RTP's clock for video, Hz (RFC 6184, RFC 7798)."""
PAYLOAD_TYPE = 96
JPEG_TYPE = 26
"""Of what the description names, and of JPEG (RFC 3551 6)."""
_FIELDS = struct.Struct(">HII")
"""Sequence number, time stamp and source (RFC 3550 5.1), from byte 2."""
_KEY_SLICE = 5
_SETS = (7, 8)
"""Units of H.264 (ITU-T H.264 table 7-1)."""
_NAMES = {"h264": "H264", "hevc": "H265", "mpeg4": "MP4V-ES", "mjpeg": "JPEG"}


@dataclass(frozen=True)
class Clip:
    """What is sent: of each picture its time and its packets."""

    sdp: str
    """RFC 8866, without the address of its control."""
    pictures: tuple[tuple[float, tuple[bytes, ...]], ...]
    """Seconds from the beginning, and RTP packets."""
    length_s: float

    def packets(
        self, source: int, clock: Callable[[float], float] = lambda seconds: seconds
    ) -> Iterator[tuple[float, list[bytes]]]:
        """For ever: when a picture is due, in seconds from the first, and its packets as `source` sends them.

        `clock` is what the sender's clock shows so many seconds after the beginning.
        """
        number = 0
        begins = 0.0
        while True:
            for at, packets in self.pictures:
                stamp = round(clock(begins + at) * RATE) & 0xFFFFFFFF
                numbered = []
                for packet in packets:
                    numbered.append(packet[:2] + _FIELDS.pack(number & 0xFFFF, stamp, source) + packet[12:])
                    number += 1
                yield begins + at, numbered
            begins += self.length_s


class _Packets:
    """Where FFmpeg writes; each write is one RTP or RTCP packet."""

    def __init__(self) -> None:
        self.written: list[bytes] = []

    def write(self, data: bytes) -> int:
        if data[1] & 0x7F in (PAYLOAD_TYPE, JPEG_TYPE):
            self.written.append(bytes(data))
        return len(data)


def read_clip(path: Path, *, repeats_sets: bool = False) -> Clip:
    """The clip in `path`. Raises BadMedia unless it is H.264 or H.265 with start codes, as MPEG-TS has them, MPEG-4
    or Motion JPEG.

    `repeats_sets`: H.264's parameter sets are sent before each slice of a key picture, as GStreamer's rtph264pay does.
    """
    with av.open(str(path)) as container:
        stream: Any = container.streams.video[0]
        extradata = bytes(stream.codec_context.extradata or b"")
        name = _NAMES.get(stream.codec_context.name)
        if name is None or not is_annex_b(extradata):
            raise BadMedia(f"{path}: a simulated camera sends H.264, H.265 or MPEG-4 out of an MPEG-TS file, or JPEG")
        pictures = _packetised(container, stream, repeats_sets=repeats_sets)
        period = float(1 / stream.average_rate) if stream.average_rate else pictures[-1][0] / max(1, len(pictures) - 1)
    return Clip(_sdp(name, extradata), tuple(pictures), pictures[-1][0] + period)


def _packetised(container: Any, stream: Any, *, repeats_sets: bool) -> list[tuple[float, tuple[bytes, ...]]]:
    sink = _Packets()
    pictures = []
    first = None
    with av.open(sink, "w", format="rtp", options={"packetsize": "1400"}) as muxer:
        out = muxer.add_stream_from_template(stream)
        for packet in container.demux(stream):
            if packet.dts is None:
                continue
            if first is None:
                first = packet.dts
            at = float((packet.dts - first) * stream.time_base)
            sent = packet
            if repeats_sets and packet.is_keyframe:
                sent = _with_sets_repeated(packet)
            sent.stream = out
            muxer.mux(sent)
            pictures.append((at, tuple(sink.written)))
            sink.written.clear()
    return pictures


def _with_sets_repeated(packet: Any) -> Any:
    """A key picture of H.264 with its parameter sets before each of its slices."""
    parts = list(units(bytes(packet)))
    sets = [unit for unit in parts if unit[0] & 0x1F in _SETS]
    again = [one for unit in parts for one in ((*sets, unit) if unit[0] & 0x1F == _KEY_SLICE else (unit,))]
    repeated = av.Packet(b"".join(b"\x00" + START + unit for unit in again))
    repeated.pts = packet.pts
    repeated.dts = packet.dts
    repeated.time_base = packet.time_base
    repeated.is_keyframe = True
    return repeated


def _sdp(name: str, extradata: bytes) -> str:
    kind = JPEG_TYPE
    if name != "JPEG":
        kind = PAYLOAD_TYPE
    said = _parameters(name, extradata)
    lines = (
        "v=0", "o=- 0 0 IN IP4 127.0.0.1", "s=Simulated camera", "c=IN IP4 0.0.0.0", "t=0 0", "a=control:*",
        f"m=video 0 RTP/AVP {kind}", f"a=rtpmap:{kind} {name}/{RATE}", *([f"a=fmtp:{kind} {said}"] if said else []),
        "a=control:video",
    )  # fmt: skip
    return "".join(f"{line}\r\n" for line in lines)


def _parameters(name: str, extradata: bytes) -> str:
    """What is said of the pictures beforehand (RFC 6184 8.2, RFC 7798 7.1, RFC 6416 7.1)."""
    sets = [base64.b64encode(unit).decode() for unit in units(extradata)]
    match name:
        case "H264":
            return f"packetization-mode=1;sprop-parameter-sets={','.join(sets)}"
        case "H265":
            return ";".join(f"sprop-{kind}={value}" for kind, value in zip(("vps", "sps", "pps"), sets, strict=False))
        case "MP4V-ES":
            return f"profile-level-id=1;config={extradata.hex().upper()}"
        case _:
            return ""
