"""One camera's recording as it grows: packets become parts of at most a second, parts become hourly files.

Knows the times of pictures only from the packets, so the wall clock may be set while it goes on.
"""

import errno
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from telemetry.messages import Message
from vision.feeds.packet_queue import StreamEvent
from vision.feeds.packets import Packet, StreamForm
from vision.fmp4 import TIMESCALE, FragmentSample, fragment, sample_data
from vision.recording.files import RecordingFile
from vision.recording.storage_layout import LONGEST, CameraFolder

log = logging.getLogger(__name__)

PART_S = 0.75
"""A part is written when it has this much: with the time to hand it over, a killed process loses less than a second."""
_ROUNDING = timedelta(milliseconds=1)
GAP_S = 1.0
"""Two pictures further apart than this were not one after the other, unless those before were almost as far apart."""
GAP_STEPS = 2.5
"""So many times as far as those before."""


@dataclass(frozen=True)
class RecordingState:
    """How a recording is."""

    recorded_until: datetime | None
    """End of the last part on disk, UTC."""
    parts: int
    lost_parts: int
    """Not written since the disk refused."""
    error: Message | None
    """Why the last part could not be written; None when it was."""


@dataclass(frozen=True)
class _Picture:
    packet: Packet
    decoded_at: int
    """In TIMESCALE from the file's beginning."""


class Recording:
    """Writes one camera's parts. Fed with the reader's event by one thread."""

    def __init__(self, root: Path, camera_folder: Callable[[], CameraFolder], *, make_room: Callable[[], bool]) -> None:
        """`camera_folder` says where a new file belongs; `make_room` deletes something when the disk is full."""
        self._root = root
        self._camera_folder = camera_folder
        self._make_room = make_room
        self._form: StreamForm | None = None
        self._file: RecordingFile | None = None
        self._begins = self._ends = datetime.min.replace(tzinfo=UTC)
        self._pending: list[_Picture] = []
        self._step = 0.0
        """Seconds between the last two pictures."""
        self._number = 0
        self._parts = self._lost = 0
        self._until: datetime | None = None
        self._error: Message | None = None

    @property
    def path(self) -> Path | None:
        """The file being written."""
        if self._file is None:
            return None
        return self._file.path

    def state(self) -> RecordingState:
        """How it is now."""
        return RecordingState(self._until, self._parts, self._lost, self._error)

    def hear(self, event: StreamEvent) -> None:
        """Take in what the reader says."""
        if isinstance(event, Packet):
            self._take(event)
            return
        self.close()
        self._form = None
        if isinstance(event, StreamForm):
            self._form = event
        if self._form is not None and not self._form.init:
            self._fail(Message("recordings.codec_unfit", codec=self._form.codec))
            self._form = None

    def close(self) -> None:
        """Write what is pending and end the file; more may come and begins another."""
        self._flush(None)
        if self._file is not None:
            self._file.close()
            self._file = None

    def _take(self, packet: Packet) -> None:
        form = self._form
        if form is None:
            return
        decoded = packet.at - timedelta(seconds=float((packet.pts - packet.dts) * form.time_base))
        if self._pending:
            last = self._pending[-1].decoded_at
            now = self._ticks(decoded)
            usual = self._step
            self._step = (now - last) / TIMESCALE
            if self._step > max(GAP_S, GAP_STEPS * usual):
                self._flush(None)
            elif packet.key or now - self._pending[0].decoded_at >= PART_S * TIMESCALE:
                self._flush(now)
        if packet.key and (self._file is None or decoded >= self._ends):
            self._begin_file(decoded, form)
        if self._file is not None:
            after = 0
            if self._pending:
                after = self._pending[-1].decoded_at + 1
            self._pending.append(_Picture(packet, max(after, self._ticks(decoded))))

    def _ticks(self, moment: datetime) -> int:
        return round((moment - self._begins).total_seconds() * TIMESCALE)

    def _begin_file(self, begins: datetime, form: StreamForm) -> None:
        """Begin a file, unless the picture is of a time that is on disk: a sender may repeat what it sent before."""
        self.close()
        if self._until is not None:
            if begins < self._until - _ROUNDING:
                return
            begins = max(begins, self._until)
        self._begins = begins
        self._ends = begins.replace(minute=0, second=0, microsecond=0) + LONGEST
        self._number = 0
        path = self._camera_folder().file(self._root, begins)

        def make() -> None:
            self._file = RecordingFile(path, begins, form.init)

        self._written(make)

    def _flush(self, next_at: int | None) -> None:
        """Write the pending pictures as a part; the last one lasts until `next_at`, or as long as usual."""
        pending = self._pending
        self._pending = []
        file = self._file
        form = self._form
        if not pending or file is None or form is None:
            return
        usual = max(1, round(form.frame_period_s * TIMESCALE))
        times = [picture.decoded_at for picture in pending]
        times.append(times[-1] + usual if next_at is None else next_at)
        scale = form.time_base * TIMESCALE
        samples = [
            FragmentSample(
                sample_data(form.codec, form.extradata, packet.data), max(1, until - at),
                round((packet.pts - packet.dts) * scale), packet.key,
            )
            for packet, at, until in zip((p.packet for p in pending), times, times[1:], strict=False)
        ]  # fmt: skip
        self._number += 1
        content = fragment(self._number, times[0], samples)
        lasts = sum(sample.duration for sample in samples)
        key = pending[0].packet.key
        if self._written(lambda: file.append(content, decoded_at=times[0], lasts=lasts, key=key)):
            self._parts += 1
            self._until = self._begins + timedelta(seconds=(times[0] + lasts) / TIMESCALE)
        else:
            self._lost += 1

    def _written(self, write: Callable[[], None]) -> bool:
        """Whether `write` worked, making room once if the disk is full."""
        for attempt in (1, 2):
            try:
                write()
            except OSError as error:
                full = error.errno in (errno.ENOSPC, errno.EDQUOT)
                if not (full and attempt == 1 and self._make_room()):
                    self._fail(Message("recordings.disk_refuses", reason=error.strerror))
                    return False
            else:
                break
        if self._error is not None:
            log.info("%s is recorded again, %d parts were lost", self._camera_folder().camera_id, self._lost)
            self._error = None
        return True

    def _fail(self, why: Message) -> None:
        if self._error != why:
            log.error("%s is not recorded: %s", self._camera_folder().camera_id, why)
        self._error = why
