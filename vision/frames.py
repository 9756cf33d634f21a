"""Opens a video file or stream and gives its decoded frames one by one. Analyses nothing and never reconnects.

One decoding thread a source: with many cameras more threads only add switching (measured, see benchmarks/).
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast
from urllib.parse import urlsplit

import av
import numpy as np
from numpy.typing import NDArray

from telemetry.clock import Clock, SystemClock, as_utc
from telemetry.errors import BadMedia, SourceLost

Image = NDArray[np.uint8]
"""Height x width x 3, blue green red, or height x width for brightness alone."""

SCHEMES = frozenset({"rtsp", "rtsps", "http", "https", "rtmp", "srt", "tcp", "udp"})
LUMA_WIDTH = 160
"""About how many pixels wide the brightness picture is."""
DEFAULT_TIMEOUT_S = 5.0
LONGEST_GAP_S = 60.0
"""A larger step between time stamps, or one backwards, is taken for a restart of the sender's clock."""
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
    """The decoder or the sender marked it as damaged."""
    picture: av.VideoFrame

    @cached_property
    def image(self) -> Image:
        """The whole picture in colour."""
        return self.picture.to_ndarray(format="bgr24").astype(np.uint8, copy=False)

    @cached_property
    def luma(self) -> Image:
        """Every n-th pixel of every n-th row of the brightness plane, about LUMA_WIDTH wide; nothing is converted."""
        picture = self.picture
        if picture.format.name not in _PLANAR_8_BIT:
            picture = picture.reformat(format="gray")
        plane = picture.planes[0]
        rows = np.frombuffer(cast(Any, plane), np.uint8).reshape(-1, plane.line_size)
        step = max(1, picture.width // LUMA_WIDTH)
        return np.ascontiguousarray(rows[: picture.height : step, : picture.width : step])


class Video:
    """An open source: iterate it once for its frames. Close it, or use it with `with`."""

    def __init__(self, container: Any, *, name: str, live: bool, started_at: datetime | None, clock: Clock) -> None:
        self.name = name
        self.live = live
        self.fault: str | None = None
        """After iterating a file: what was wrong with it, in a sentence, though frames were given."""
        self._container = container
        self._stream = container.streams.video[0]
        self._stream.codec_context.thread_count = 1
        self._started_at, self._clock = started_at, clock

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the file or connection back."""
        self._container.close()

    @property
    def frame_period_s(self) -> float:
        """Nominal seconds from frame to frame; 1/25 when the source does not tell."""
        rate = self._stream.average_rate or self._stream.guessed_rate
        return float(1 / rate) if rate else 1 / 25

    @property
    def aspect(self) -> float:
        """Width of the picture to its height; 16/9 where the source does not tell before its first frame."""
        return self._stream.width / self._stream.height if self._stream.width and self._stream.height else 16 / 9

    @property
    def expected_frames(self) -> int | None:
        """How many frames a file promises; None for a live source and where the file does not tell."""
        if self.live:
            return None
        if self._stream.frames:
            return int(self._stream.frames)
        if self._stream.duration and self._stream.time_base:
            return round(float(self._stream.duration * self._stream.time_base) / self.frame_period_s)
        return None

    def __iter__(self) -> Iterator[Frame]:
        """Its frames in order. A live source that ends raises SourceLost; a file without any frame raises BadMedia."""
        index, seconds, before = -1, 0.0, None
        start = self._started_at
        for picture, corrupt in self._pictures():
            index += 1
            if index:
                seconds += self._step(before, picture.time)
            start = start or self._clock.now()
            before = picture.time
            yield Frame(index, start + timedelta(seconds=seconds), seconds, corrupt, picture)
        if self.live:
            raise SourceLost(f"{self.name}: the stream ended")
        if index < 0:
            raise BadMedia(f"{self.name}: no frame in it can be decoded ({self.fault or 'it holds none'})")
        expected = self.expected_frames
        if self.fault is None and expected is not None and index + 1 < expected * 0.99 - 2:
            self.fault = f"{self.name}: cut short, {index + 1} of {expected} frames are in it"

    def _step(self, before: float | None, now: float | None) -> float:
        if before is None or now is None or not 0 < now - before <= LONGEST_GAP_S:
            return self.frame_period_s
        return now - before

    def _pictures(self) -> Iterator[tuple[av.VideoFrame, bool]]:
        """Decoded pictures and whether each is damaged; what cannot be decoded is passed over."""
        failures = 0
        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets)
            except StopIteration:
                return
            except av.error.FFmpegError as error:
                if self.live:
                    raise SourceLost(f"{self.name}: {_reason(error)}") from error
                self.fault = f"{self.name}: cannot be read to its end ({_reason(error)})"
                return
            try:
                pictures = packet.decode()
            except av.error.FFmpegError as error:
                failures += 1
                self.fault = f"{self.name}: parts of it cannot be decoded ({_reason(error)})"
                if failures >= GIVE_UP_AFTER and not self.live:
                    return
                continue
            failures = 0
            for picture in pictures:
                yield picture, bool(picture.is_corrupt or packet.is_corrupt)


def open_video(
    source: str | Path,
    *,
    started_at: datetime | None = None,
    timeout_s: float = DEFAULT_TIMEOUT_S,
    clock: Clock | None = None,
) -> Video:
    """Open a file or a stream's address (rtsp://, http://, …).

    `started_at` is the UTC time of the first frame; when not given, a file's own creation time, else the time it was
    last changed, and for a stream the moment its first frame arrives. `timeout_s` holds for opening and for each read
    of a stream. Raises BadMedia for what is no video, SourceLost for a stream that does not answer.
    """
    clock = clock or SystemClock()
    name = display_name(source)
    live = is_address(source)
    options = _stream_options(str(source), name) if live else _file_options(Path(source), name)
    try:
        container = av.open(
            str(source) if live else str(Path(source).resolve()),
            options=options,
            timeout=timeout_s if live else None,
        )
    except av.error.FFmpegError as error:
        if live:
            raise SourceLost(
                f"{name}: cannot be opened ({_reason(error)}); check the address and the camera"
            ) from error
        raise BadMedia(f"{name}: is not a video that can be read ({_reason(error)}){_guess(Path(source))}") from error
    if not container.streams.video:
        kinds = " and ".join(sorted({stream.type for stream in container.streams}))
        container.close()
        raise BadMedia(f"{name}: there is no picture in it, only {kinds or 'nothing'}")
    if started_at is None and not live:
        started_at = _file_time(container, Path(source))
    return Video(container, name=name, live=live, started_at=started_at and as_utc(started_at), clock=clock)


def is_address(source: str | Path) -> bool:
    """Whether `source` is an address rather than a file."""
    return isinstance(source, str) and "://" in source


def display_name(source: str | Path) -> str:
    """`source` as it may be shown and logged: an address without user, password and query."""
    if not is_address(source):
        return str(source)
    parts = urlsplit(str(source))
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _stream_options(address: str, name: str) -> dict[str, str]:
    scheme = urlsplit(address).scheme.lower()
    if scheme not in SCHEMES:
        raise BadMedia(f"{name}: {scheme}:// is not a stream; use a file, or one of {', '.join(sorted(SCHEMES))}")
    return {"rtsp_transport": "tcp"} if scheme.startswith("rtsp") else {}


def _file_options(path: Path, name: str) -> dict[str, str]:
    if path.is_dir():
        raise BadMedia(f"{name}: is a folder; name the video file in it")
    if not path.is_file():
        raise BadMedia(f"{name}: there is no such file")
    if path.stat().st_size == 0:
        raise BadMedia(f"{name}: the file is empty (0 bytes)")
    # A playlist given as a video must not reach into the network.
    return {"protocol_whitelist": "file"}


def _file_time(container: Any, path: Path) -> datetime:
    with suppress(KeyError, ValueError):
        written = datetime.fromisoformat(container.metadata["creation_time"])
        return written.astimezone(UTC) if written.tzinfo else written.replace(tzinfo=UTC)
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _guess(path: Path) -> str:
    with path.open("rb") as file:
        is_mp4 = file.read(12)[4:8] == b"ftyp"
    return "; an MP4 cut off before its index was written, record it again or repair it" if is_mp4 else ""


def _reason(error: av.error.FFmpegError) -> str:
    if isinstance(error, av.error.ExitError):
        return "no answer in the time allowed"
    return (error.strerror or type(error).__name__).lower()
