"""Writes of many requests and messages in one commit: a disk makes a commit durable only so many times a second.

Whoever waits while one commit runs is in the next. Knows nothing of what is written.
"""

import asyncio
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from anyio import to_thread
from sqlalchemy.exc import IntegrityError

from telemetry.store import Store, Work
from telemetry.store.trouble import is_conflict, is_worth_doing_again, passing_trouble

S = TypeVar("S")
T = TypeVar("T")
MOST_TOGETHER = 50
"""Requests in one commit."""


@dataclass(frozen=True)
class _Request:
    kind: Hashable
    """Those of one kind are written by one call."""
    write: Callable[[Work, Sequence[Any]], Sequence[Any]]
    item: Any
    answer: "asyncio.Future[Any]"


@dataclass(frozen=True)
class _Refused:
    error: Exception


@dataclass(frozen=True)
class _Answered:
    request: _Request
    outcome: Any


class JointWrites:
    """Takes writes from an event loop; each is answered after the commit that keeps it."""

    def __init__(self, store: Store, begin: Callable[[Work], None] = lambda _: None) -> None:
        """Keeps in memory only what nobody has a receipt for yet, so each server process may have its own.

        `begin` is the first thing in each commit, such as waiting for this process's turn.
        """
        self._store = store
        self._begin = begin
        self._waiting: list[_Request] = []
        self._turn: asyncio.Task[None] | None = None

    async def run(self, write: Callable[[Work], T]) -> T:
        """What `write` gives, once it is on disk. It runs in a thread, and must not commit.

        Raises what `write` raises, and nothing of it is kept then; those that share its commit are kept all the same.
        Raises StoreUnavailable when the database cannot be written now. A caller that is cancelled may be kept.
        """
        return await self.run_alike(object(), lambda work, _: [write(work)], None)

    async def run_alike(self, kind: Hashable, write: Callable[[Work, Sequence[S]], Sequence[T]], item: S) -> T:
        """As `run`, for writes that cost less together: what `write` gives for `item`, one result for each item.

        The items of one `kind` that wait together are given to one call of `write`. When that raises, nothing of it is
        kept and it is called again with one half of them and then the other, so that in the end only what cannot be
        written is refused.
        """
        request = _Request(kind, write, item, asyncio.get_running_loop().create_future())
        self._waiting.append(request)
        if self._turn is None or self._turn.done():
            self._turn = asyncio.create_task(self._write_all())
        answer: T = await request.answer
        return answer

    async def _write_all(self) -> None:
        while self._waiting:
            together = self._waiting[:MOST_TOGETHER]
            del self._waiting[:MOST_TOGETHER]
            try:
                answered = await to_thread.run_sync(self._write, together)
            except Exception as error:  # whatever it is, each of them hears of it
                answered = [_Answered(request, _Refused(error)) for request in together]
            for one in answered:
                _answer(one.request, one.outcome)

    def _write(self, requests: Sequence[_Request]) -> list[_Answered]:
        alike: dict[Hashable, list[_Request]] = {}
        for request in requests:
            alike.setdefault(request.kind, []).append(request)

        def write_all(work: Work) -> list[_Answered]:
            self._begin(work)
            return [answered for of_kind in alike.values() for answered in _attempt(work, of_kind)]

        try:
            return self._store.run(write_all)
        except IntegrityError:  # on a database server only, and not of one that has passed by now
            if len(requests) == 1:
                raise
        half = len(requests) // 2
        return self._write(requests[:half]) + self._write(requests[half:])


def _attempt(work: Work, alike: Sequence[_Request]) -> list[_Answered]:
    """What became of each; nothing is left in `work` of those that are refused."""
    told = len(work.changes)
    try:
        with work.session.begin_nested():
            outcomes = alike[0].write(work, [request.item for request in alike])
            return [_Answered(request, outcome) for request, outcome in zip(alike, outcomes, strict=True)]
    except Exception as error:
        if passing_trouble(error) is not None or is_conflict(error) or is_worth_doing_again(error):  # for all of them
            raise
        del work.changes[told:]
        if len(alike) == 1:
            return [_Answered(alike[0], _Refused(error))]
    half = len(alike) // 2
    return _attempt(work, alike[:half]) + _attempt(work, alike[half:])


def _answer(request: _Request, outcome: Any) -> None:
    if request.answer.done():  # its caller was cancelled
        return
    if isinstance(outcome, _Refused):
        request.answer.set_exception(outcome.error)
    else:
        request.answer.set_result(outcome)
