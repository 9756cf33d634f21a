"""Writes of many requests and messages in one commit: a disk makes a commit durable only so many times a second.

Whoever waits while one commit runs is in the next. Knows nothing of what is written.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from anyio import to_thread

from telemetry.store import Store, Work
from telemetry.store.trouble import passing_trouble

T = TypeVar("T")
MOST_TOGETHER = 50
"""Requests in one commit."""


@dataclass(frozen=True)
class _Request:
    write: Callable[[Work], Any]
    answer: "asyncio.Future[Any]"


@dataclass(frozen=True)
class _Refused:
    error: Exception


class JointWrites:
    """Takes writes from an event loop; each is answered after the commit that keeps it."""

    def __init__(self, store: Store) -> None:
        """Keeps in memory only what nobody has a receipt for yet, so each server process may have its own."""
        self._store = store
        self._waiting: list[_Request] = []
        self._turn: asyncio.Task[None] | None = None

    async def run(self, write: Callable[[Work], T]) -> T:
        """What `write` gives, once it is on disk. It runs in a thread, and must not commit.

        Raises what `write` raises, and nothing of it is kept then; those that share its commit are kept all the same.
        Raises StoreUnavailable when the database cannot be written now. A caller that is cancelled may be kept.
        """
        request = _Request(write, asyncio.get_running_loop().create_future())
        self._waiting.append(request)
        if self._turn is None or self._turn.done():
            self._turn = asyncio.create_task(self._write_all())
        answer: T = await request.answer
        return answer

    async def _write_all(self) -> None:
        while self._waiting:
            together = self._waiting[:MOST_TOGETHER]
            del self._waiting[:MOST_TOGETHER]
            outcomes: Sequence[Any]
            try:
                outcomes = await to_thread.run_sync(self._write, [request.write for request in together])
            except Exception as error:  # whatever it is, each of them hears of it
                outcomes = [_Refused(error)] * len(together)
            for request, outcome in zip(together, outcomes, strict=True):
                if request.answer.done():
                    continue
                if isinstance(outcome, _Refused):
                    request.answer.set_exception(outcome.error)
                else:
                    request.answer.set_result(outcome)

    def _write(self, writes: Sequence[Callable[[Work], Any]]) -> list[Any]:
        with self._store.write() as work:
            return [_attempt(work, write) for write in writes]


def _attempt(work: Work, write: Callable[[Work], Any]) -> Any:
    """What `write` gives; _Refused, with nothing of it left in `work`, when it raises."""
    told = len(work.changes)
    try:
        with work.session.begin_nested():
            return write(work)
    except Exception as error:
        if passing_trouble(error) is not None:  # the database itself fails, for all of them
            raise
        del work.changes[told:]
        return _Refused(error)
