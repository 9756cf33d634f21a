"""Cameras are tried in processes of their own: a camera that hangs, or sends what breaks a decoder, costs no other.

How a picture is taken is `vision.cameras.trial`'s; here is only where, with how much memory, and how long.
"""

from pathlib import Path

from telemetry.messages import Message
from telemetry.workers import WorkerPool
from vision.cameras.trial import WITHIN_S, TrialPicture, take_picture
from vision.feeds.address import Transport
from vision.privacy.masks import NO_MASKS, Masks

AT_ONCE = 2
WAITING = 2
LOOKING_S = 20.0
"""For opening what comes late, loading the detectors and looking for heads."""
MEMORY = 1_536 * 2**20
"""Bytes of a process."""


class TrialWorker:
    """A few processes that try one camera each at a time. Blocks; for threads of requests."""

    def __init__(self, model: str, models_file: Path | None) -> None:
        self._model = model
        self._models_file = models_file
        self._pool = WorkerPool(Message("server.work.trials"), workers=AT_ONCE, waiting=WAITING, memory_bytes=MEMORY)

    def picture(self, source: str, transport: Transport, masks: Masks = NO_MASKS) -> TrialPicture:
        """As `take_picture`. Raises BadMedia, BadInput, SourceLost, Overloaded, Unavailable."""
        return self._pool.run(
            WITHIN_S + LOOKING_S, take_picture, source, transport, self._model, self._models_file, masks
        )

    def close(self) -> None:
        """End the processes."""
        self._pool.close()
