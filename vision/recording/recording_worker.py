"""The recording desk: one thread that writes every camera's parts, and keeps the disk in order.

One thread for all: a camera gives it a part a second, and what would be gained by more would be lost in switching.
"""

import logging
import shutil
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from telemetry.supervision import Supervisor, ThreadHeartbeat
from vision.feeds.packet_queue import PacketQueue
from vision.feeds.reader import Reader
from vision.recording.expiry import Hold, Sized, expired, surplus
from vision.recording.files import index_of, mend
from vision.recording.recording import Recording, RecordingState
from vision.recording.storage_layout import CameraFolder, RecordedFile, kept

log = logging.getLogger(__name__)

POLL_S = 0.15
"""How often what cameras sent is fetched."""
TIDY_S = 60.0
"""How often it is looked what has to go."""
SILENT_S = 120.0
"""A disk that keeps it waiting for so long does not answer."""
END_S = 10.0
"""So long the last parts may take to be written."""


@dataclass(frozen=True)
class DiskSpace:
    """How much disk recordings may take."""

    reserve: int
    """Bytes that stay free for everything else."""
    most: int | None = None
    """Bytes of all recordings together; None for no such limit."""


def free_bytes(folder: Path) -> int:
    """Bytes that are free where `folder` is."""
    return shutil.disk_usage(folder).free


class RecordingWorker:
    """Writes recordings below `root` between `start` and `stop`."""

    def __init__(
        self,
        root: Path,
        *,
        room: DiskSpace,
        keep_for: Callable[[CameraFolder], timedelta],
        holds: Callable[[], Sequence[Hold]],
        due_by: Callable[[], datetime | None],
        free: Callable[[Path], int] = free_bytes,
        supervisor: Supervisor | None = None,
    ) -> None:
        """`holds` gives the holds that are in force, and is asked before anything is deleted; `due_by` up to which
        moment (UTC) recordings are past their time, None while nothing may go for that."""
        self.root = root
        self._room = room
        self._keep_for = keep_for
        self._holds = holds
        self._due_by = due_by
        self._free = free
        self._recordings: dict[str, tuple[PacketQueue, Recording]] = {}
        self._lock = threading.Lock()
        self._worker = (supervisor or Supervisor()).thread("recordings", self._run, silent_s=SILENT_S)

    def start(self) -> None:
        """Mend what a crash left and begin. Raises OSError when the folder cannot be made."""
        self.root.mkdir(parents=True, exist_ok=True)
        for file in _newest(kept(self.root)):
            if cut := mend(file.path, file.begins):
                log.warning("%s: %d bytes of a part that was never finished are cut off", file.path.name, cut)
        self._worker.start()

    def stop(self) -> None:
        """Write what is pending and end every file. A disk that takes longer than END_S has the rest cut off."""
        self._worker.stop(END_S)

    def record(self, reader: Reader, camera_folder: Callable[[], CameraFolder]) -> Callable[[], None]:
        """Keep what `reader` reads; `camera_folder` says, at each new file, where. Returns the way to end it."""
        packet_queue = PacketQueue(most_packets=2_000)
        recording = Recording(self.root, camera_folder, make_room=self._make_room)
        with self._lock:
            self._recordings[reader.name] = (packet_queue, recording)
        detach = reader.attach(packet_queue)

        def end() -> None:
            detach()
            with self._lock:
                self._recordings.pop(reader.name)
                _write(packet_queue, recording)
                recording.close()

        return end

    def states(self) -> dict[str, RecordingState]:
        """How each recording is, by camera."""
        return {name: recording.state() for name, (_, recording) in list(self._recordings.items())}

    def tidy(self) -> int:
        """Delete what is past its time and what there is no room for; how many files."""
        with self._lock:
            return self._tidy()

    def _run(self, heartbeat: ThreadHeartbeat) -> None:
        due = 0.0
        while not heartbeat.wait(POLL_S):
            with self._lock:
                self._write_all()
                if time.monotonic() >= due:
                    self._guarded(self._tidy)
                    due = time.monotonic() + TIDY_S
            heartbeat.worked()
        with self._lock:
            self._write_all()
            for _, recording in self._recordings.values():
                recording.close()

    def _write_all(self) -> None:
        for packet_queue, recording in self._recordings.values():
            self._guarded(lambda packet_queue=packet_queue, recording=recording: _write(packet_queue, recording))  # type: ignore[misc]

    def _guarded(self, work: Callable[[], object]) -> None:
        try:
            work()
        except Exception:  # one camera's trouble must not end the recording of the others
            log.exception("recording failed")

    def _make_room(self) -> bool:
        """Delete the oldest that may go, though there should be room already; whether there was any."""
        files = self._finished()
        holds = self._holds()
        return self._delete(surplus(files, holds, free=0, reserve=max(1, self._room.reserve), most=None)[:1]) > 0

    def _tidy(self) -> int:
        files = self._finished()
        holds = self._holds()
        due_by = self._due_by()
        gone = 0
        if due_by is not None:
            gone = self._delete(expired(files, holds, self._keep_for, due_by))
        files = [sized for sized in files if sized.file.path.exists()]
        room = self._room
        too_many = surplus(files, holds, free=self._free(self.root), reserve=room.reserve, most=room.most)
        if too_many:
            log.info("no room: %d of the oldest recordings go before their time", len(too_many))
        return gone + self._delete(too_many)

    def _finished(self) -> list[Sized]:
        """The files that nobody writes to."""
        writing = {recording.path for _, recording in self._recordings.values()}
        return [Sized(file, _size(file.path)) for file in kept(self.root) if file.path not in writing]

    def _delete(self, going: Sequence[Sized]) -> int:
        gone = 0
        for sized in going:
            try:
                sized.file.path.unlink(missing_ok=True)
                index_of(sized.file.path).unlink(missing_ok=True)
            except OSError as error:
                log.error("%s cannot be deleted: %s", sized.file.path, error.strerror)
                continue
            gone += 1
        return gone


def _write(packet_queue: PacketQueue, recording: Recording) -> None:
    for event in packet_queue.drain():
        recording.hear(event)


def _size(path: Path) -> int:
    return sum(part.stat().st_size for part in (path, index_of(path)) if part.exists())


def _newest(files: Sequence[RecordedFile]) -> list[RecordedFile]:
    """The newest file of each camera_folder."""
    return list({file.camera_folder: file for file in files}.values())
