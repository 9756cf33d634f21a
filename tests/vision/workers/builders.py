"""What tests of workers need: tasks, and a sink that collects."""

import threading

from vision.findings import Finding
from vision.setups.setup import Setup
from vision.workers.protocol import StreamTask

SOON_S = 30.0


class Collects:
    """Collects findings and lets a test wait for them."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self._came = threading.Condition()

    def __call__(self, finding: Finding) -> None:
        with self._came:
            self.findings.append(finding)
            self._came.notify_all()

    def wait_for(self, count: int) -> bool:
        with self._came:
            return self._came.wait_for(lambda: len(self.findings) >= count, SOON_S)


def task(name: str, *, setup: Setup | None = None, weight: float = 1.0, reads_plates: bool = False) -> StreamTask:
    """One stream to analyse; its source is for who opens it."""
    return StreamTask(name, f"rtsp://127.0.0.1/{name}", "tcp", weight, setup or Setup(), reads_plates)
