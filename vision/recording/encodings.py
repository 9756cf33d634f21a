"""The codecs that clips are encoded in. Browsers play both in MP4; only the encoder of H.264 here is under the GPL.

AV1 is left out: run as root, its encoder (SVT-AV1) takes real-time priority, and starves the link of a flight.
"""

from dataclasses import dataclass
from enum import StrEnum


class ClipCodec(StrEnum):
    """What the setting `clip_codec` names."""

    H264 = "h264"
    VP9 = "vp9"


@dataclass(frozen=True)
class ClipEncoding:
    """How FFmpeg is asked for one of them."""

    encoder: str
    options: dict[str, str]
    live_options: dict[str, str]
    """Beside them, for video that is watched while it is encoded."""


ENCODINGS = {
    ClipCodec.H264: ClipEncoding(
        "libx264", {"preset": "veryfast", "crf": "23", "threads": "1"}, {"tune": "zerolatency", "g": "50"}
    ),
    ClipCodec.VP9: ClipEncoding(
        "libvpx-vp9",
        {"deadline": "realtime", "cpu-used": "7", "crf": "33", "b:v": "0", "threads": "1"},
        {"g": "50"},
    ),
}
"""Settings of about the same quality, for one core."""
