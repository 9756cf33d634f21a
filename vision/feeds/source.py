"""Opens a video file or stream and gives its encoded pictures one by one. Decodes nothing and never reconnects."""

import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import av

from telemetry.clock import as_utc, from_epoch
from telemetry.errors import BadMedia, SourceLost
from telemetry.messages import Message
from vision.feeds.address import Transport, is_address, read_address
from vision.feeds.capture_time import CaptureTimeline, SteadyTime
from vision.feeds.containers import OpenStream, file_rotation, file_time, open_file, open_stream, reason, stream_form
from vision.feeds.packet_loss import PacketLossDetector
from vision.feeds.packets import Packet
from vision.feeds.picture_joiner import PictureJoiner
from vision.feeds.stall_limit import StallLimit
from vision.fmp4.codecs import parameter_sets

OPEN_TIMEOUT_S = 5.0
BLOCKS_S = 0.005
"""A packet that took longer to come was not waiting: it is of the present."""
LONGEST_BACKLOG_S = 5.0
BY_ARRIVAL = Message("feeds.by_arrival")


class StreamSource:
    """An open source: iterate it once for its packets. Close it, or use it with `with`."""

    def __init__(
        self,
        opened: OpenStream,
        *,
        name: str,
        live: bool,
        lossy: bool,
        rotation: int,
        timeline: CaptureTimeline,
        steady: SteadyTime,
        rhythm: StallLimit,
    ) -> None:
        """`lossy`: whole pictures may be lost on the way without a word of it."""
        self.name = name
        self.live = live
        self.fault: Message | None = None
        """After iterating a file: what was wrong with it, in a sentence, though packets were given."""
        self.jumped = False
        """The packet just given does not continue the one before: the sender's clock began anew."""
        self._opened = opened
        self._container = opened.container
        self._stream = self._container.streams.video[0]
        self._timeline = timeline
        self._steady = steady
        self._rhythm = rhythm
        self._limit_s = rhythm.limit_s
        self.form = stream_form(self._stream, rotation=rotation)
        self._sets: frozenset[bytes] = frozenset()
        self._losses = PacketLossDetector() if lossy else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the file or connection back."""
        self._opened.close()

    @property
    def note(self) -> Message | None:
        """What is to be known of its pictures, in a sentence."""
        if self._timeline.by_arrival:
            return BY_ARRIVAL
        return None

    @property
    def promised_frames(self) -> int | None:
        """How many pictures a file says it holds; None for a live source and where the file does not say."""
        if not self.live:
            return int(self._stream.frames) or None
        return None

    @property
    def expected_frames(self) -> int | None:
        """The same, or how many fit between its first time and its last; None where nothing tells."""
        if self.live:
            return None
        if self.promised_frames is not None:
            return self.promised_frames
        if self._stream.duration and self._stream.time_base:
            return round(float(self._stream.duration * self._stream.time_base) / self.form.frame_period_s)
        return None

    def __iter__(self) -> Iterator[Packet]:
        """Its packets in decoding order.

        Raises SourceLost when a live source ends, stalls, or goes on in another form. A file that cannot be read to
        its end says so in `fault`.
        """
        period = self.form.frame_period_s
        base = float(self.form.time_base)
        last_dts: int | None = None
        first_at: float | None = None
        for packet, seconds, mono in self._dated():
            dts = _dts(packet)
            at, self.jumped = self._timeline.place(None if dts is None else dts * base, period, seconds)
            if first_at is None:
                first_at = at
            by_arrival = self._timeline.by_arrival
            if by_arrival:
                dts = round((at - first_at) / base)
            if last_dts is not None and not self.jumped and (dts is None or dts <= last_dts):
                dts = last_dts + (1 if by_arrival else max(1, round(period / base)))
            last_dts = dts = dts or 0
            pts = dts if packet.pts is None or by_arrival else max(packet.pts, dts)
            data = bytes(packet)
            if packet.is_keyframe and self.live and not packet.is_corrupt:
                self._require_same_form(data)
            torn = self._losses is not None and self._losses.torn(dts, key=packet.is_keyframe)
            yield Packet(
                data, pts, dts, packet.duration or 0, packet.is_keyframe, packet.is_corrupt or torn,
                from_epoch(at + (pts - dts) * base), mono, from_epoch(seconds),
            )  # fmt: skip
        if self.live:
            raise SourceLost(Message("feeds.ended", source=self.name))

    def _dated(self) -> Iterator[tuple[Any, float, float]]:
        """Packets with their arrival by both clocks; those that FFmpeg read ahead while opening came earlier."""
        packets = self._encoded()
        ahead = []
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
        packets = self._container.demux()
        last = time.monotonic()
        self._rhythm.begin()
        joiner = None
        if self.form.is_annex_b:
            joiner = PictureJoiner(self.form.codec)
        while True:
            try:
                packet = next(packets)
            except StopIteration:
                yield from () if joiner is None else joiner.rest()
                return
            except av.error.FFmpegError as error:
                if self.live:
                    if isinstance(error, av.error.ExitError):
                        self._rhythm.stalled()
                    raise SourceLost(
                        Message("feeds.failed", source=self.name, reason=reason(error, self._limit_s))
                    ) from error
                self.fault = Message("feeds.cut_off", source=self.name, reason=reason(error))
                return
            now = time.monotonic()
            waited = now - last
            if packet.stream_index == self._stream.index and packet.size:
                last = now
                self._rhythm.came(now)
                yield from (packet,) if joiner is None else joiner.take(packet)
            # At its time limit FFmpeg may first hand out what it held back, and only then report it.
            if self.live and waited >= self._limit_s:
                self._rhythm.stalled()
                raise SourceLost(Message("feeds.no_picture", source=self.name, waited_s=f"{self._limit_s:g}"))

    def _require_same_form(self, key_picture: bytes) -> None:
        """Raises SourceLost when the camera was set to another size or profile: then all has to be opened anew."""
        if not self.form.is_annex_b:
            return
        sets = parameter_sets(self.form.codec, key_picture)
        if not (sets <= self._sets or self._sets <= sets):
            raise SourceLost(Message("feeds.form_changed", source=self.name))
        self._sets |= sets


def open_source(
    source: str | Path,
    *,
    started_at: datetime | None = None,
    transport: Transport = "tcp",
    timeout_s: float = OPEN_TIMEOUT_S,
    steady: SteadyTime | None = None,
    rhythm: StallLimit | None = None,
) -> StreamSource:
    """Open a file or a stream's address (see vision.feeds.address), RTSP by `transport`.

    `started_at` is the UTC time of the first picture; when not given, a file's own creation time, else the time it
    was last changed, and for a stream the moment its first picture arrives. `timeout_s` is for opening a stream; a
    caller is waited for as long. Raises BadMedia for what is no video, SourceLost for a stream that does not answer.
    """
    steady = steady or SteadyTime()
    rhythm = rhythm or StallLimit()
    live = is_address(source)
    rotation = 0
    if live:
        address = read_address(str(source), transport=transport)
        name = address.name
        opened = open_stream(address, timeout_s=max(timeout_s, rhythm.limit_s), stall_s=rhythm.limit_s)
    else:
        name = str(source)
        opened = OpenStream(open_file(Path(source)))
    container = opened.container
    if not container.streams.video:
        kinds = sorted({stream.type for stream in container.streams})
        opened.close()
        if not kinds:
            raise BadMedia(Message("feeds.nothing_in_it", source=name))
        raise BadMedia(Message("feeds.no_picture_in_it", source=name, kinds=kinds))
    if live and not container.streams.video[0].codec_context.width:
        opened.close()
        rhythm.be_patient()
        raise SourceLost(Message("feeds.form_unknown", source=name))
    if not live:
        rotation = file_rotation(container, Path(source))
        started_at = started_at or file_time(container, Path(source))
    timeline = CaptureTimeline(live=live, starts_at=None if started_at is None else as_utc(started_at).timestamp())
    lossy = str(source).lower().startswith("rtsp") and transport == "udp"
    return StreamSource(
        opened, name=name, live=live, lossy=lossy, rotation=rotation, timeline=timeline, steady=steady,
        rhythm=rhythm,
    )  # fmt: skip


def _dts(packet: Any) -> int | None:
    """When it is decoded, in its own time base, as far as the source tells."""
    stamp: int | None = packet.dts
    if stamp is None:
        stamp = packet.pts
    return stamp
