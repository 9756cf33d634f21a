"""The hub numbers every change and keeps the last ones, so that a viewer who fell behind catches up without a gap.

Viewers of the same towns share a channel with its own count, so nobody sees a gap where another town's news would be.
Holds nothing that the database does not: after a restart viewers notice the new epoch and take a new snapshot.
"""

import asyncio
import secrets
import threading
from collections import deque
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from telemetry.cities import City
from telemetry.store import Change

KEPT = 5_000
"""Changes a channel remembers; a viewer further behind takes a new snapshot."""


class Missed(Exception):
    """The changes asked for are gone; only a new snapshot helps."""


class Hub:
    """All channels. `publish` may be called from any thread; `wait` belongs to the event loop given to `attach`."""

    def __init__(self) -> None:
        self.epoch = secrets.token_hex(8)
        """Changes with every start of the program; sequence numbers of another epoch mean nothing."""
        self._lock = threading.Lock()
        self._channels: dict[frozenset[City], _Channel] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """Wake waiting viewers on `loop`."""
        self._loop = loop

    def publish(self, changes: Sequence[Change]) -> None:
        """Number `changes` in every channel that may hear of them, in this order."""
        with self._lock:
            touched = {c for change in changes for c in self._channels.values() if c.add(change)}
        if self._loop is not None and touched and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(_wake, touched)

    def seq(self, cities: Iterable[City]) -> int:
        """The number of the newest change in the channel of `cities`. Read it before the database, never after."""
        with self._lock:
            return self._channel(cities).seq

    def since(self, cities: Iterable[City], seq: int) -> list[dict[str, Any]]:
        """The changes after `seq`, each with its number. Raises Missed when some are gone or `seq` is of the future."""
        with self._lock:
            return self._channel(cities).since(seq)

    async def wait(self, cities: Iterable[City], seq: int, *, timeout_s: float) -> None:
        """Return when there is a change after `seq`, or after `timeout_s` seconds."""
        with self._lock:
            channel = self._channel(cities)
            if channel.seq > seq:
                return
            news = channel.news
        try:
            async with asyncio.timeout(timeout_s):
                await news.wait()
        except TimeoutError:
            return

    def _channel(self, cities: Iterable[City]) -> "_Channel":
        scope = frozenset(cities)
        return self._channels.setdefault(scope, _Channel(scope))


class _Channel:
    def __init__(self, scope: frozenset[City]) -> None:
        self.scope = scope
        self.seq = 0
        self.news = asyncio.Event()
        self._kept: deque[dict[str, Any]] = deque(maxlen=KEPT)

    def add(self, change: Change) -> bool:
        if not change.cities & self.scope:
            return False
        self.seq += 1
        shown = {"kind": change.kind, "id": change.id, "data": change.data}
        self._kept.append({"seq": self.seq, "changes": [shown]})
        return True

    def since(self, seq: int) -> list[dict[str, Any]]:
        behind = self.seq - seq
        if behind < 0 or behind > len(self._kept):
            raise Missed
        return list(islice(self._kept, len(self._kept) - behind, None))

    def wake(self) -> None:
        self.news.set()
        self.news = asyncio.Event()


def _wake(channels: Iterable[_Channel]) -> None:
    for channel in channels:
        channel.wake()
