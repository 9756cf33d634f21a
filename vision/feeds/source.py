"""Opens a video file or stream and gives its encoded pictures one by one. Decodes nothing and never reconnects."""

import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import av

from telemetry.clock import as_utc, from_epoch
from telemetry.errors import BadMedia, SourceLost
from vision.feeds.address import Address, Transport, is_address, read_address
from vision.feeds.losses import LossWatch
from vision.feeds.packets import Packet, StreamForm
from vision.feeds.timeline import SteadyTime, Timeline
from vision.fmp4.codecs import codec_string, is_annex_b, parameter_sets
from vision.fmp4.init import initial_segment

OPEN_TIMEOUT_S = 5.0
STALL_S = 2.5
"""A stream without a picture for so long is lost; with the time to notice it, within three seconds."""
_QUICK = {"analyzeduration": "1000000", "fpsprobesize": "0"}
"""FFmpeg looks into a live stream for a second at most, and not for its rate."""
BLOCKS_S = 0.005
"""A packet that took longer to come was not waiting: it is of the present."""
LONGEST_BACKLOG_S = 5.0


class Source:
    """An open source: iterate it once for its packets. Close it, or use it with `with`."""

    def __init__(
        self, container: Any, *, name: str, live: bool, lossy: bool, timeline: Timeline, steady: SteadyTime
    ) -> None:
        """`lossy`: whole pictures may be lost on the way without a word of it."""
        self.name = name
        self.live = live
        self.fault: str | None = None
        """After iterating a file: what was wrong with it, in a sentence, though packets were given."""
        self.jumped = False
        """The packet just given does not continue the one before: the sender's clock began anew."""
        self._container = container
        self._stream = container.streams.video[0]
        self._timeline, self._steady = timeline, steady
        self.form = _form(self._stream)
        self._sets: tuple[bytes, ...] = ()
        self._losses = LossWatch() if lossy else None

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
    def expected_frames(self) -> int | None:
        """How many pictures a file promises; None for a live source and where the file does not tell."""
        if self.live:
            return None
        if self._stream.frames:
            return int(self._stream.frames)
        if self._stream.duration and self._stream.time_base:
            return round(float(self._stream.duration * self._stream.time_base) / self.form.frame_period_s)
        return None

    def __iter__(self) -> Iterator[Packet]:
        """Its packets in decoding order.

        Raises SourceLost when a live source ends, stalls, or goes on in another form. A file that cannot be read to
        its end says so in `fault`.
        """
        period, base = self.form.frame_period_s, float(self.form.time_base)
        last_dts: int | None = None
        for packet, seconds, mono in self._dated():
            dts = _dts(packet)
            at, self.jumped = self._timeline.place(None if dts is None else dts * base, period, seconds)
            if last_dts is not None and not self.jumped and (dts is None or dts <= last_dts):
                dts = last_dts + max(1, round(period / base))
            last_dts = dts = dts or 0
            pts = dts if packet.pts is None else max(packet.pts, dts)
            data = bytes(packet)
            if packet.is_keyframe and self.live:
                self._require_same_form(data)
            torn = self._losses is not None and self._losses.torn(dts, key=packet.is_keyframe)
            yield Packet(
                data, pts, dts, packet.duration or 0, packet.is_keyframe, packet.is_corrupt or torn,
                from_epoch(at + (pts - dts) * base), mono, from_epoch(seconds),
            )  # fmt: skip
        if self.live:
            raise SourceLost(f"{self.name}: the stream ended")

    def _dated(self) -> Iterator[tuple[Any, float, float]]:
        """Packets with their arrival by both clocks; those that FFmpeg read ahead while opening came earlier."""
        packets, ahead = self._encoded(), []
        if self.live:
            before = time.monotonic()
            for packet in packets:
                ahead.append(packet)
                now = time.monotonic()
                if now - before > BLOCKS_S or len(ahead) > 500:
                    break
                before = now
            seconds, mono = self._steady.now()
            self._date_first(ahead)
            for packet in ahead:
                since = float(((_dts(ahead[-1]) or 0) - (_dts(packet) or 0)) * self.form.time_base)
                since = min(max(since, 0.0), LONGEST_BACKLOG_S)
                yield packet, seconds - since, mono - since
        for packet in packets:
            yield packet, *self._steady.now()

    def _date_first(self, packets: list[Any]) -> None:
        """Give times to packets at the beginning that have none, as RTSP's first may: from the one that follows."""
        usual = round(self.form.frame_period_s / self.form.time_base)
        for packet, following in zip(packets[-2::-1], packets[:0:-1], strict=True):
            if _dts(packet) is None and following.dts is not None:
                packet.dts = packet.pts = following.dts - (packet.duration or usual)

    def _encoded(self) -> Iterator[Any]:
        """The picture packets; what else the source sends does not count as a sign of life."""
        packets, last = self._container.demux(), time.monotonic()
        while True:
            try:
                packet = next(packets)
            except StopIteration:
                return
            except av.error.FFmpegError as error:
                if self.live:
                    raise SourceLost(f"{self.name}: {reason(error, STALL_S)}") from error
                self.fault = f"{self.name}: cannot be read to its end ({reason(error)})"
                return
            waited, picture = time.monotonic() - last, packet.stream_index == self._stream.index and packet.size
            if picture:
                last = time.monotonic()
                yield packet
            # At its time limit FFmpeg may first hand out what it held back, and only then report it.
            if self.live and waited >= STALL_S:
                raise SourceLost(f"{self.name}: no picture for {STALL_S:g} s")

    def _require_same_form(self, key_picture: bytes) -> None:
        """Raises SourceLost when the camera was set to another size or profile: then all has to be opened anew."""
        if not is_annex_b(self.form.extradata):
            return
        sets = parameter_sets(self.form.codec, key_picture)
        if sets and self._sets and sets != self._sets:
            raise SourceLost(f"{self.name}: the camera changed the form of its pictures")
        self._sets = sets or self._sets


def open_source(
    source: str | Path,
    *,
    started_at: datetime | None = None,
    transport: Transport = "tcp",
    timeout_s: float = OPEN_TIMEOUT_S,
    steady: SteadyTime | None = None,
) -> Source:
    """Open a file or a stream's address (see vision.feeds.address), RTSP by `transport`.

    `started_at` is the UTC time of the first picture; when not given, a file's own creation time, else the time it
    was last changed, and for a stream the moment its first picture arrives. `timeout_s` is for opening a stream; a
    caller is waited for as long. Raises BadMedia for what is no video, SourceLost for a stream that does not answer.
    """
    steady = steady or SteadyTime()
    if is_address(source):
        address = read_address(str(source), transport=transport)
        name, container = address.name, _open_stream(address, timeout_s)
    else:
        name, container = str(source), _open_file(Path(source))
    if not container.streams.video:
        kinds = " and ".join(sorted({stream.type for stream in container.streams}))
        container.close()
        raise BadMedia(f"{name}: there is no picture in it, only {kinds or 'nothing'}")
    if is_address(source) and not container.streams.video[0].codec_context.width:
        container.close()
        raise SourceLost(f"{name}: it sends, but has not said how its pictures are encoded")
    if started_at is None and not is_address(source):
        started_at = _file_time(container, Path(source))
    timeline = Timeline(
        live=is_address(source), starts_at=None if started_at is None else as_utc(started_at).timestamp()
    )
    live, lossy = is_address(source), str(source).lower().startswith("rtsp") and transport == "udp"
    return Source(container, name=name, live=live, lossy=lossy, timeline=timeline, steady=steady)


def _open_stream(address: Address, timeout_s: float) -> Any:
    try:
        return av.open(address.url, options=_QUICK | address.options, timeout=(timeout_s, STALL_S))
    except av.error.ProtocolNotFoundError as error:
        raise BadMedia(
            f"{address.name}: the FFmpeg in use does not speak that; put MediaMTX in front and give its rtsp:// address"
        ) from error
    except av.error.FFmpegError as error:
        if address.listens and isinstance(error, av.error.ExitError):
            raise SourceLost(f"{address.name}: nobody sends to it yet") from error
        raise SourceLost(
            f"{address.name}: cannot be opened ({reason(error, timeout_s)}); check the address and the camera"
        ) from error


def _open_file(path: Path) -> Any:
    if path.is_dir():
        raise BadMedia(f"{path}: is a folder; name the video file in it")
    if not path.is_file():
        raise BadMedia(f"{path}: there is no such file")
    if path.stat().st_size == 0:
        raise BadMedia(f"{path}: the file is empty (0 bytes)")
    try:
        # A playlist given as a video must not reach into the network.
        return av.open(str(path.resolve()), options={"protocol_whitelist": "file"})
    except av.error.FFmpegError as error:
        raise BadMedia(f"{path}: is not a video that can be read ({reason(error)}){_guess(path)}") from error


def _dts(packet: Any) -> int | None:
    """When it is decoded, in its own time base, as far as the source tells."""
    return packet.dts if packet.dts is not None else packet.pts  # type: ignore[no-any-return]


def _form(stream: Any) -> StreamForm:
    context = stream.codec_context
    rate = stream.average_rate or stream.guessed_rate
    extradata = bytes(context.extradata or b"")
    return StreamForm(
        codec=context.name,
        codec_string=codec_string(context.name, extradata),
        extradata=extradata,
        width=context.width,
        height=context.height,
        time_base=stream.time_base,
        frame_period_s=float(1 / rate) if rate else 1 / 25,
        init=initial_segment(stream),
    )


def _file_time(container: Any, path: Path) -> datetime:
    with suppress(KeyError, ValueError):
        written = datetime.fromisoformat(container.metadata["creation_time"])
        return written.astimezone(UTC) if written.tzinfo else written.replace(tzinfo=UTC)
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _guess(path: Path) -> str:
    with path.open("rb") as file:
        is_mp4 = file.read(12)[4:8] == b"ftyp"
    return "; an MP4 cut off before its index was written, record it again or repair it" if is_mp4 else ""


def reason(error: av.error.FFmpegError, waited_s: float | None = None) -> str:
    """FFmpeg's error in words."""
    if isinstance(error, av.error.ExitError):
        return "no answer in the time allowed" if waited_s is None else f"no answer for {waited_s:g} s"
    return (error.strerror or type(error).__name__).lower()
