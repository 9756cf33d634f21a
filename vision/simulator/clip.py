"""A clip as RTP packets, made once (by FFmpeg) and numbered anew for every viewer. Sends nothing."""

import base64
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av

from telemetry.errors import BadMedia
from vision.fmp4.codecs import is_annex_b, units

RATE = 90_000
"""RTP's clock for video, Hz (RFC 6184, RFC 7798)."""
PAYLOAD_TYPE = 96
_FIELDS = struct.Struct(">HII")
"""Sequence number, time stamp and source (RFC 3550 5.1), from byte 2."""
_NAMES = {"h264": "H264", "hevc": "H265"}


@dataclass(frozen=True)
class Clip:
    """What is sent: of each picture its time and its packets."""

    sdp: str
    """RFC 8866, without the address of its control."""
    pictures: tuple[tuple[float, tuple[bytes, ...]], ...]
    """Seconds from the beginning, and RTP packets."""
    length_s: float

    def packets(self, source: int) -> Iterator[tuple[float, list[bytes]]]:
        """For ever: when a picture is due, in seconds from the first, and its packets as `source` sends them."""
        number = 0
        begins = 0.0
        while True:
            for at, packets in self.pictures:
                stamp = round((begins + at) * RATE) & 0xFFFFFFFF
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
        if data[1] & 0x7F == PAYLOAD_TYPE:
            self.written.append(bytes(data))
        return len(data)


def read_clip(path: Path) -> Clip:
    """The clip in `path`. Raises BadMedia unless it is H.264 or H.265 with start codes, as MPEG-TS has them."""
    with av.open(str(path)) as container:
        stream: Any = container.streams.video[0]
        extradata, name = bytes(stream.codec_context.extradata or b""), _NAMES.get(stream.codec_context.name)
        if name is None or not is_annex_b(extradata):
            raise BadMedia(f"{path}: a simulated camera sends H.264 or H.265 out of an MPEG-TS file")
        pictures = _packetised(container, stream)
        period = float(1 / stream.average_rate) if stream.average_rate else pictures[-1][0] / max(1, len(pictures) - 1)
    return Clip(_sdp(name, extradata), tuple(pictures), pictures[-1][0] + period)


def _packetised(container: Any, stream: Any) -> list[tuple[float, tuple[bytes, ...]]]:
    sink, pictures, first = _Packets(), [], None
    with av.open(sink, "w", format="rtp", options={"packetsize": "1400"}) as muxer:
        out = muxer.add_stream_from_template(stream)
        for packet in container.demux(stream):
            if packet.dts is None:
                continue
            first = packet.dts if first is None else first
            at = float((packet.dts - first) * stream.time_base)
            packet.stream = out
            muxer.mux(packet)
            pictures.append((at, tuple(sink.written)))
            sink.written.clear()
    return pictures


def _sdp(name: str, extradata: bytes) -> str:
    sets = [base64.b64encode(unit).decode() for unit in units(extradata)]
    said = (
        f"packetization-mode=1;sprop-parameter-sets={','.join(sets)}"
        if name == "H264"
        else ";".join(f"sprop-{kind}={value}" for kind, value in zip(("vps", "sps", "pps"), sets, strict=False))
    )
    lines = (
        "v=0", "o=- 0 0 IN IP4 127.0.0.1", "s=Simulated camera", "c=IN IP4 0.0.0.0", "t=0 0", "a=control:*",
        f"m=video 0 RTP/AVP {PAYLOAD_TYPE}", f"a=rtpmap:{PAYLOAD_TYPE} {name}/{RATE}",
        f"a=fmtp:{PAYLOAD_TYPE} {said}", "a=control:video",
    )  # fmt: skip
    return "".join(f"{line}\r\n" for line in lines)
