"""Keeps the garbage collector's pauses short: while it looks at every object, no order goes out. Frees nothing itself.

What a slow full collection has left alive is left out of the next ones (`gc.freeze`). What of it dies later in a ring
of references would stay for ever, so once an hour, when a pause delays no order, everything is looked at again.
"""

import gc
import time
from collections.abc import Callable, Mapping

from telemetry.supervision import TaskHeartbeat

LONGEST_S = 0.005
"""Of processor time; a full collection that takes longer leaves what it found out of the next ones."""
ALL_EVERY_S = 3_600.0
YOUNG = 5_000
"""So many young objects are looked at together. Python's own 700 are made by a single array of observations several
times over, all of them alive until it is stored."""
FULL = 2
"""The generation of a full collection."""


class GarbagePauses:
    """From `start` to `stop`; one a process."""

    def __init__(self, may_pause: Callable[[], bool], *, longest_s: float = LONGEST_S) -> None:
        """`may_pause` says whether a pause of half a second delays no order."""
        self._may_pause = may_pause
        self._longest_s = longest_s
        self._began = 0.0
        self._thresholds = gc.get_threshold()

    def start(self) -> None:
        """Leave out what is loaded by now."""
        gc.collect()
        gc.freeze()
        gc.set_threshold(YOUNG, *self._thresholds[1:])
        gc.callbacks.append(self._on_collection)

    def stop(self) -> None:
        """Let the collector go on as it is."""
        gc.callbacks.remove(self._on_collection)
        gc.set_threshold(*self._thresholds)

    async def keep_looking(self, heartbeat: TaskHeartbeat) -> None:
        """Look at everything once an hour, if that may be."""
        while not await heartbeat.wait(ALL_EVERY_S):
            self.look_at_all()
            heartbeat.worked()

    def look_at_all(self) -> None:
        """Free what has died of what was left out, unless a pause may not be now."""
        if not self._may_pause():
            return
        gc.unfreeze()
        gc.collect()
        gc.freeze()

    def _on_collection(self, phase: str, info: Mapping[str, int]) -> None:
        if info["generation"] != FULL:
            return
        if phase == "start":
            self._began = time.thread_time()
        elif time.thread_time() - self._began > self._longest_s:
            gc.freeze()
