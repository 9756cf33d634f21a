"""Decodes packets into frames; reads a file from its first frame to its last. Analyses nothing.

One decoding thread a source: with many cameras more threads only add switching (measured, see benchmarks/).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

import av
import numpy as np
from numpy.typing import NDArray

from telemetry.errors import BadMedia
from telemetry.messages import Message
from vision.feeds.containers import reason
from vision.feeds.packets import Packet, StreamForm
from vision.feeds.source import StreamSource, open_source
from vision.frames.rotation import Turner

Image = NDArray[np.uint8]
"""Height x width x 3, blue green red, or height x width for brightness alone."""

LUMA_WIDTH = 160
"""About how many pixels wide the brightness picture is."""
FINE_LUMA_WIDTH = 320
"""The same of a picture more than FINE_FROM pixels wide, in which who is far away would be lost between its rows."""
FINE_FROM = 832
GIVE_UP_AFTER = 100
"""Packets in a row that cannot be decoded before the rest of a file is given up."""

_PLANAR_8_BIT = frozenset({"yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "yuv444p", "yuvj444p", "nv12", "gray"})


@dataclass(frozen=True)
class Frame:
    """One decoded picture; the costly forms of it are made only when asked for."""

    index: int
    """Its number since the source was opened, from 0."""
    at: datetime
    """When it was taken, UTC."""
    seconds: float
    """The same since the first frame."""
    corrupt: bool
    """Damaged, says the decoder or the sender, or drawn from one that is: so are all until the next key frame. What was
    lost is guessed by the decoder from the pictures before."""
    picture: av.VideoFrame
    """As it was decoded; later pictures are drawn from it, so nothing may be written into it."""
    cover: Callable[[Image], Image] | None = None
    """What is done to `image` before anybody sees it: privacy masks are burnt in."""

    @cached_property
    def image(self) -> Image:
        """The whole picture in colour, covered."""
        image = self.picture.to_ndarray(format="bgr24").astype(np.uint8, copy=False)
        if self.cover is None:
            return image
        return self.cover(image)

    @property
    def is_fine(self) -> bool:
        """Whether its `luma` is FINE_LUMA_WIDTH wide."""
        return self.picture.width > FINE_FROM

    @cached_property
    def luma(self) -> Image:
        """Every n-th pixel of every n-th row of the brightness plane, about LUMA_WIDTH wide, or FINE_LUMA_WIDTH;
        nothing is converted."""
        picture = self.picture
        if picture.format.name not in _PLANAR_8_BIT:
            picture = picture.reformat(format="gray")
        plane = picture.planes[0]
        rows = np.frombuffer(cast(Any, plane), np.uint8).reshape(-1, plane.line_size)
        step = max(1, picture.width // (FINE_LUMA_WIDTH if self.is_fine else LUMA_WIDTH))
        return np.ascontiguousarray(rows[: picture.height : step, : picture.width : step])


class Decoder:
    """Turns one run's packets into frames, without the connection they came over."""

    def __init__(self, form: StreamForm) -> None:
        context: Any = av.CodecContext.create(form.codec, "r")
        context.extradata = form.extradata or None
        context.width = form.width
        context.height = form.height
        context.thread_count = 1
        self._context = context
        self._form = form
        self._frames = 0
        self._first = 0.0
        self._last = 0.0
        self._damaged = False
        self._turner = Turner()
        self._rotation = 0
        """What the pictures themselves said last, degrees counter-clockwise: a camera says it with some pictures only
        (ITU-T H.264 D.2.26), and how it hangs changes for none."""
        self.failures = 0
        """Packets in a row that could not be decoded."""
        self.fault: Message | None = None
        """Why the last of them could not."""

    @property
    def pixel_aspect(self) -> Fraction | None:
        """The width of a pixel to its height; None where the stream does not tell."""
        return cast(Fraction | None, self._context.sample_aspect_ratio)

    def decode(self, packet: Packet) -> Iterator[Frame]:
        """The frames that are complete with `packet`; none when it cannot be decoded."""
        encoded = av.Packet(len(packet.data))
        encoded.update(packet.data)  # with FFmpeg's padding behind it, without which decoders read on beyond the end
        encoded.pts = packet.pts
        encoded.dts = packet.dts
        encoded.time_base = self._form.time_base
        encoded.is_keyframe = packet.key
        encoded.is_corrupt = packet.corrupt
        yield from self._decoded(encoded, packet)

    def rest(self, last: Packet) -> Iterator[Frame]:
        """The frames still held back after the `last` packet."""
        yield from self._decoded(None, last)

    def _decoded(self, encoded: Any, packet: Packet) -> Iterator[Frame]:
        try:
            pictures = self._context.decode(encoded)
        except av.error.FFmpegError as error:
            self.failures += 1
            self.fault = Message("feeds.parts_undecodable", reason=reason(error))
            self._damaged = True
            return
        self.failures = 0
        for picture in pictures:
            pts = packet.pts if picture.pts is None else picture.pts
            at = packet.at + timedelta(seconds=float((pts - packet.pts) * self._form.time_base))
            seconds = at.timestamp()
            if not self._frames:
                self._first = seconds
            elif seconds <= self._last:
                seconds = self._last + self._form.frame_period_s
            self._last = seconds
            self._frames += 1
            damaged = bool(picture.is_corrupt or packet.corrupt)
            self._damaged = damaged or (self._damaged and not picture.key_frame)
            self._rotation = int(picture.rotation) or self._rotation
            upright = self._turner.turned(picture, self._rotation or self._form.rotation)
            yield Frame(self._frames - 1, at, seconds - self._first, self._damaged, upright)


class Video:
    """An open file or stream, read through once: iterate it for its frames. Close it, or use it with `with`."""

    def __init__(self, source: StreamSource) -> None:
        self.name = source.name
        self.fault: Message | None = None
        """After iterating a file: what was wrong with it, in a sentence, though frames were given."""
        self._source = source

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._source.close()

    @property
    def frame_period_s(self) -> float:
        """Nominal seconds from frame to frame; 1/25 when the source does not tell."""
        return self._source.form.frame_period_s

    @property
    def aspect(self) -> float:
        """Width of the picture to its height; 16/9 where the source does not tell before its first frame."""
        form = self._source.form
        if not form.width or not form.height:
            return 16 / 9
        if form.rotation % 180:
            return form.height / form.width
        return form.width / form.height

    @property
    def note(self) -> Message | None:
        """What is to be known of its pictures though nothing is wrong with them, in a sentence."""
        return self._source.note

    @property
    def expected_frames(self) -> int | None:
        """About how many frames a file holds; None for a live source and where nothing tells."""
        return self._source.expected_frames

    def __iter__(self) -> Iterator[Frame]:
        """Its frames in order. A live source that ends raises SourceLost; a file without any frame raises BadMedia."""
        count = damaged = 0
        for frame in self._decoded():
            count += 1
            damaged += frame.corrupt
            yield frame
        self.fault = self.fault or self._source.fault
        if not count:
            why = self.fault or Message("feeds.holds_none")
            raise BadMedia(Message("feeds.no_frame", source=self.name, reason=why))
        promised = self._source.promised_frames
        if self.fault is None and promised is not None and count < promised * 0.99 - 2:
            self.fault = Message("feeds.cut_short", source=self.name, number=count, promised=promised)
        if damaged:
            hurt = Message("feeds.damaged", number=damaged, total=count)
            if self.fault is None:
                self.fault = Message("feeds.failed", source=self.name, reason=hurt)
            else:
                self.fault = Message("feeds.both", one=self.fault, other=hurt)

    def _decoded(self) -> Iterator[Frame]:
        """Frames; what cannot be decoded is passed over, and from the middle of nowhere a file is given up."""
        decoder = Decoder(self._source.form)
        packet = None
        for packet in self._source:
            yield from decoder.decode(packet)
            if decoder.fault is not None:
                self.fault = Message("feeds.failed", source=self.name, reason=decoder.fault)
            if decoder.failures >= GIVE_UP_AFTER and not self._source.live:
                return
        if packet is not None:
            yield from decoder.rest(packet)


def open_video(source: str | Path, *, started_at: datetime | None = None) -> Video:
    """Open a file or a stream's address to be read through; `started_at` and errors as in open_source."""
    return Video(open_source(source, started_at=started_at))
