"""Counts in windows of time for the package `limits`, in memory and without threads.

Its own storage in memory starts a thread for most counts, and the event loop waits until that runs; and it goes by the
clock, so that one that is set back keeps senders out. This one forgets while it counts, and goes by monotonic time.
"""

import threading
import time
from dataclasses import dataclass

from limits.storage import Storage

SWEPT_FROM = 1_024
"""So many windows are kept before those that are over are looked for."""


@dataclass
class _Window:
    count: int
    ends_at: float


class WindowCounts(Storage):
    """One count for each key, until its window ends. May be asked on any thread."""

    STORAGE_SCHEME = None
    base_exceptions = ()

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._windows: dict[str, _Window] = {}
        self._sweep_at = SWEPT_FROM

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """The count of `key` with `amount` added; its window lasts `expiry` seconds from the first on."""
        now = time.monotonic()
        with self._lock:
            window = self._windows.get(key)
            if window is None or window.ends_at <= now:
                window = self._windows[key] = _Window(0, now + expiry)
                self._sweep(now)
            window.count += amount
            return window.count

    def get(self, key: str) -> int:
        """The count of `key` in the present window."""
        window = self._windows.get(key)
        if window is None or window.ends_at <= time.monotonic():
            return 0
        return window.count

    def get_expiry(self, key: str) -> float:
        """When the window of `key` ends, by the monotonic clock; now, where there is none."""
        window = self._windows.get(key)
        if window is None:
            return time.monotonic()
        return window.ends_at

    def check(self) -> bool:
        """It is always there."""
        return True

    def reset(self) -> int:
        """Forget all; gives how many there were."""
        with self._lock:
            forgotten = len(self._windows)
            self._windows.clear()
            return forgotten

    def clear(self, key: str) -> None:
        """Forget `key`."""
        with self._lock:
            self._windows.pop(key, None)

    def _sweep(self, now: float) -> None:
        if len(self._windows) < self._sweep_at:
            return
        self._windows = {key: window for key, window in self._windows.items() if window.ends_at > now}
        self._sweep_at = max(SWEPT_FROM, 2 * len(self._windows))
