"""What a connection to a camera hands on: the form of its stream, its packets, and who takes them. Reads nothing."""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Protocol


@dataclass(frozen=True)
class StreamForm:
    """How a stream is encoded: all a muxer or a decoder has to know beforehand. Equal forms can share one file."""

    codec: str
    """FFmpeg's name: h264, hevc, mpeg4, mjpeg, …"""
    codec_string: str | None
    """As a browser asks for it (RFC 6381), such as avc1.64001F or hev1.1.6.L93.B0; None where there is no such form."""
    extradata: bytes
    """Parameter sets as the source gave them: Annex B, avcC, hvcC or the like; may be empty."""
    width: int
    """Pixels."""
    height: int
    """Pixels."""
    time_base: Fraction
    """Seconds of one unit of `pts`, `dts` and `duration`."""
    frame_period_s: float
    """Nominal seconds from picture to picture."""
    init: bytes
    """The fMP4 initialisation segment (ftyp, moov; ISO/IEC 14496-12) that goes before `vision.fmp4` fragments."""
    rotation: int = 0
    """By how many degrees counter-clockwise pictures are to be turned before anybody looks at them; width and height
    are as encoded."""

    @property
    def is_annex_b(self) -> bool:
        """It is H.264 or H.265 whose units are separated by start codes."""
        return self.codec in ("h264", "hevc") and self.extradata[:1] != b"\x01"


@dataclass(frozen=True, slots=True)
class Packet:
    """One encoded picture as the source sent it."""

    data: bytes
    """Annex B or length-prefixed units, as in the form's `extradata`."""
    pts: int
    """When it is shown, in units of the form's time base."""
    dts: int
    """When it is decoded; grows with every packet of a run."""
    duration: int
    """0 when the source does not tell."""
    key: bool
    """Decoding can begin with it."""
    corrupt: bool
    """The sender or the network damaged it: worth keeping, and analysed with less trust."""
    at: datetime
    """When it was taken, UTC: the sender's steps from picture to picture on this machine's monotonic clock, so that
    a step of the wall clock neither repeats nor tears it."""
    arrived: float
    """When it came, on the monotonic clock, in seconds."""
    arrived_at: datetime
    """When it came, on the wall clock, UTC."""


class Sink(Protocol):
    """Takes one stream's packets. Called on the reader's thread, never by two threads at once.

    A run is what came over one connection in one form: `begin`, packets from a key frame on, `lost`. A sink that is
    attached in the middle of a run gets `begin` and every packet since the last key frame at once, so that it can
    show something right away. Every call must return at once and hand over whatever takes time:
    `vision.feeds.packet_queue.PacketQueue` is a sink that does so. A sink that raises is let go, and that is logged.
    """

    def begin(self, form: StreamForm) -> None:
        """A run begins; the packets that follow are of `form`."""

    def take(self, packet: Packet) -> None:
        """The next packet of the run."""

    def lost(self) -> None:
        """The run is over: connection lost, form changed, times jumped, or stopped. Another `begin` may follow."""
