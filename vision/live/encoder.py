"""Encodes pictures for who looks now: H.264, each picture as soon as it is there, to be begun at any key frame."""

from collections import deque
from dataclasses import dataclass
from fractions import Fraction
from statistics import median

import av
from av.video.frame import PictureType

from vision.feeds.packets import StreamForm
from vision.fmp4.codecs import codec_string
from vision.fmp4.init import Unwritten
from vision.live.mask_cover import COLOURS

KEY_S = 1.0
"""A key frame at least so often: whoever joins has to decode all since the last."""
_OPTIONS = {
    "preset": "ultrafast",
    "tune": "zerolatency",
    "crf": "26",
    "coder": "1",  # CABAC: half the bits for a fifth more work
    "bf": "0",
    "threads": "1",
    "g": "100000",  # key frames come by time, not by number
    "sc_threshold": "0",
    "forced-idr": "1",
}


TOO_LONG = 1.5
"""A step this many times the usual one is a gap. A player drops what comes after one of twice the last picture's
duration and is no key frame (W3C Media Source Extensions 3.5.8)."""


@dataclass(frozen=True)
class Encoded:
    """One picture."""

    data: bytes
    key: bool
    lasts: int
    """For about so long, in the source's units: as the steps before it, since the next is not there yet."""


class Encoder:
    """Encodes pictures that are all like the first."""

    def __init__(self, first: av.VideoFrame, source: StreamForm, *, pixel_aspect: Fraction | None = None) -> None:
        """`source` gives the units of time and the usual period, `pixel_aspect` the width of a pixel to its height.

        Raises av's FFmpegError for a size that cannot be.
        """
        self._file = Unwritten("libx264", _OPTIONS)
        stream = self._file.stream
        context = self._file.stream.codec_context
        stream.width = first.width
        stream.height = first.height
        stream.pix_fmt = first.format.name
        context.time_base = source.time_base
        context.framerate = Fraction(1 / source.frame_period_s).limit_denominator(1000)
        for name in COLOURS:
            setattr(context, name, getattr(first, name))
        if pixel_aspect:
            context.sample_aspect_ratio = pixel_aspect
        init = self._file.begin()
        self._base = source.time_base
        self._last: int | None = None
        self._key = 0
        """When the last key frame was."""
        # Cameras send less often in the dark than they say.
        self._steps = deque([float(source.frame_period_s / source.time_base)], maxlen=5)
        extradata = bytes(context.extradata)
        self.form = StreamForm(
            codec="h264",
            codec_string=codec_string("h264", extradata),
            extradata=extradata,
            width=first.width,
            height=first.height,
            time_base=source.time_base,
            frame_period_s=source.frame_period_s,
            init=init,
        )
        """What comes out."""

    def encode(self, picture: av.VideoFrame, pts: int) -> Encoded | None:
        """The encoded picture; None for one that is not later than the one before."""
        key = self._last is None or (pts - self._key) * self._base >= KEY_S
        if self._last is not None:
            step = pts - self._last
            if step <= 0:
                return None
            key = key or step > TOO_LONG * median(self._steps)
            self._steps.append(step)
        picture.pts = pts
        picture.time_base = self._base
        picture.pict_type = PictureType.I if key else PictureType.NONE
        self._last = pts
        if key:
            self._key = pts
        packets = self._file.stream.encode(picture)
        data = b"".join(map(bytes, packets))
        lasts = max(1, round(median(self._steps)))
        return Encoded(data, any(packet.is_keyframe for packet in packets), lasts)
