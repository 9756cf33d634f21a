"""The hub numbers every change and keeps the last ones, so that a viewer who fell behind catches up without a gap.

Viewers of the same towns and scope share a channel with its own count: nobody sees a gap where others' news would be.
The counts are those of the stored change log: every server of a database has the same, also after a restart.
"""

import asyncio
import secrets
import threading
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from telemetry.store import Change
from telemetry.store.change_log import MOST_KEPT, LogState
from telemetry.visibility import Visibility

KEPT = MOST_KEPT
"""Changes a channel remembers; a viewer further behind takes a new snapshot."""


class Missed(Exception):
    """The changes asked for are gone; only a new snapshot helps."""


@dataclass(frozen=True)
class News:
    """One change on its way to the viewers of a channel."""

    place: int
    """Where it stands among all that this process has told the channel of, numbered or not."""
    seq: int | None
    """Its number in the channel; None for one that is not stored, which nobody is owed."""
    shown: dict[str, Any]
    """Kind, id and data."""


class Hub:
    """All channels. `publish` may be called from any thread; `wait` belongs to the event loop given to `attach`."""

    def __init__(self) -> None:
        self.epoch = secrets.token_hex(8)
        """Sequence numbers of another epoch mean nothing."""
        self._lock = threading.Lock()
        self._counts: Counter[Visibility] = Counter()
        """How many numbered changes there have ever been for each audience."""
        self._recent: deque[tuple[Visibility, dict[str, Any]]] = deque(maxlen=KEPT)
        """The last of them, for channels that nobody has looked at yet."""
        self._channels: dict[Visibility, _Channel] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """Wake waiting viewers on `loop`."""
        self._loop = loop

    def go_on_from(self, state: LogState) -> None:
        """Number what comes next after what is in the change log."""
        with self._lock:
            self.epoch = state.epoch
            self._counts = Counter(state.counts)
            self._recent = deque(((change.audience, _shown(change)) for change in state.recent), maxlen=KEPT)
            self._channels = {}

    def publish(self, changes: Sequence[Change]) -> None:
        """Number `changes` in every channel that may hear of them, in this order; those in passing have no number."""
        with self._lock:
            touched = {channel for change in changes for channel in self._add(change)}
        if self._loop is not None and touched and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(_wake, touched)

    def seq(self, visible: Visibility) -> int:
        """The number of the newest change in the channel of `visible`. Read it before the database, never after."""
        with self._lock:
            return self._channel(visible).seq

    def newest(self, visible: Visibility) -> int:
        """The place of the newest change, numbered or not, among those that this process has told the channel of."""
        with self._lock:
            return self._channel(visible).place

    def place(self, visible: Visibility, seq: int) -> int:
        """Where whoever has heard of everything up to the number `seq` goes on.

        Raises Missed when something after it is gone, or `seq` is of the future.
        """
        with self._lock:
            return self._channel(visible).place_of(seq)

    def after(self, visible: Visibility, place: int) -> list[News]:
        """The changes after `place`. Raises Missed when some are gone."""
        with self._lock:
            return self._channel(visible).after(place)

    async def wait(self, visible: Visibility, place: int, *, timeout_s: float) -> None:
        """Return when there is a change after `place`, or after `timeout_s` seconds."""
        with self._lock:
            channel = self._channel(visible)
            if channel.place > place:
                return
            news = channel.news
        try:
            async with asyncio.timeout(timeout_s):
                await news.wait()
        except TimeoutError:
            return

    def _add(self, change: Change) -> "list[_Channel]":
        shown = _shown(change)
        audience = change.audience
        if not change.passing:
            self._counts[audience] += 1
            self._recent.append((audience, shown))
        hearing = [channel for channel in self._channels.values() if audience.meets(channel.visible)]
        for channel in hearing:
            channel.add(shown, numbered=not change.passing)
        return hearing

    def _channel(self, visible: Visibility) -> "_Channel":
        found = self._channels.get(visible)
        if found is None:
            heard = [shown for audience, shown in self._recent if audience.meets(visible)]
            count = sum(count for audience, count in self._counts.items() if audience.meets(visible))
            found = self._channels[visible] = _Channel(visible, count - len(heard))
            for shown in heard:
                found.add(shown, numbered=True)
        return found


class _Channel:
    def __init__(self, visible: Visibility, seq: int) -> None:
        """`seq`: the number of the last change that is not remembered."""
        self.visible = visible
        self.seq = seq
        self.place = 0
        self.news = asyncio.Event()
        self._kept: deque[News] = deque(maxlen=KEPT)

    def add(self, shown: dict[str, Any], *, numbered: bool) -> None:
        self.place += 1
        if numbered:
            self.seq += 1
        self._kept.append(News(self.place, self.seq if numbered else None, shown))

    def place_of(self, seq: int) -> int:
        behind = self.seq - seq
        if behind < 0:
            raise Missed
        if behind == 0:
            return self.place
        for news in reversed(self._kept):
            if news.seq == seq + 1:
                return news.place - 1
        raise Missed

    def after(self, place: int) -> list[News]:
        behind = self.place - place
        if behind < 0 or behind > len(self._kept):
            raise Missed
        return list(islice(self._kept, len(self._kept) - behind, None))

    def wake(self) -> None:
        self.news.set()
        self.news = asyncio.Event()


def _shown(change: Change) -> dict[str, Any]:
    return {"kind": change.kind, "id": change.id, "data": change.data}


def _wake(channels: Iterable[_Channel]) -> None:
    for channel in channels:
        channel.wake()
