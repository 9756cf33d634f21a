"""Encodes pictures for who looks now: H.264, each picture as soon as it is there, to be begun at any key frame."""

from fractions import Fraction

import av
from av.video.frame import PictureType

from vision.feeds.packets import StreamForm
from vision.fmp4.codecs import codec_string
from vision.fmp4.init import Unwritten

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


class Encoder:
    """Encodes pictures that are all like the first."""

    def __init__(self, first: av.VideoFrame, source: StreamForm) -> None:
        """`source` gives the units of time and the usual period. Raises av's FFmpegError for a size that cannot be."""
        self._file = Unwritten("libx264", _OPTIONS)
        stream, context = self._file.stream, self._file.stream.codec_context
        stream.width, stream.height, stream.pix_fmt = first.width, first.height, first.format.name
        context.time_base = source.time_base
        context.framerate = Fraction(1 / source.frame_period_s).limit_denominator(1000)
        for name in ("color_range", "colorspace", "color_primaries", "color_trc"):
            setattr(context, name, getattr(first, name))
        init = self._file.begin()
        self._base = source.time_base
        self._last: int | None = None
        self._key = 0
        """When the last key frame was."""
        # A player drops what comes after a gap of two pictures and is no key frame (Media Source Extensions 3.5.9).
        self._gap = 1.5 * source.frame_period_s
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

    def encode(self, picture: av.VideoFrame, pts: int) -> tuple[bytes, bool] | None:
        """The encoded picture and whether it is a key frame; None for one that is not later than the one before."""
        last = self._last
        if last is not None and pts <= last:
            return None
        key = last is None or (pts - last) * self._base > self._gap or (pts - self._key) * self._base >= KEY_S
        picture.pts, picture.time_base = pts, self._base
        picture.pict_type = PictureType.I if key else PictureType.NONE
        self._last = pts
        if key:
            self._key = pts
        packets = self._file.stream.encode(picture)
        return b"".join(map(bytes, packets)), any(packet.is_keyframe for packet in packets)
