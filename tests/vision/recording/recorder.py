"""Records one camera in a process of its own until it is killed; prints how many pictures it has received."""

import sys
from datetime import timedelta
from pathlib import Path

from telemetry.clock import SystemClock
from tests.vision.recording.kept import CAMERA_FOLDER
from vision.feeds.packets import Packet, StreamForm
from vision.feeds.reader import Reader
from vision.recording.recording_worker import DiskSpace, RecordingWorker


class Counting:
    """Prints the number of every picture."""

    def __init__(self) -> None:
        self.count = 0

    def begin(self, form: StreamForm) -> None:
        """Nothing to do."""

    def take(self, packet: Packet) -> None:
        """One more."""
        self.count += 1
        print(self.count, flush=True)

    def lost(self) -> None:
        """Nothing to do."""


def main(address: str, root: str) -> None:
    """Record for ever."""
    desk = RecordingWorker(
        Path(root),
        room=DiskSpace(0),
        keep_for=lambda camera_folder: timedelta(days=1),
        holds=list,
        due_by=SystemClock().now,
    )
    desk.start()
    reader = Reader(CAMERA_FOLDER.camera_id, address, retry_s=0.05)
    desk.record(reader, lambda: CAMERA_FOLDER)
    reader.attach(Counting())
    reader.start()
    sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:3])
