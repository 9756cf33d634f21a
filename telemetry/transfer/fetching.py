"""Fetching the plan on board: the protocol's receiver without a wire. Messages and the time go in, messages come out.

One question at a time: some vehicles break off when they are asked for a later item before the earlier one.
"""

from dataclasses import dataclass

from telemetry.transfer.messages import Ack, Count, Item, Message, PlanKind, Request, RequestList, Result, result_words
from telemetry.transfer.timing import Timing
from telemetry.vehicles.protocol import MissionItem

BEGIN_AGAIN_AFTER = 16
"""A vehicle that leaves one question so often unanswered may have forgotten the transfer: it is begun again."""


@dataclass(frozen=True)
class Fetched:
    """How fetching ended."""

    items: tuple[MissionItem, ...] | None
    """All of them in order; None when they could not all be had."""
    why: str
    """In words, for the record."""
    broken_off: bool = False
    """Whether the vehicle ended it, rather than fell silent."""


class Fetching:
    """One plan being fetched. `outcome` is set when it is over; `deadline` says when `on_time` wants to be called."""

    def __init__(self, kind: PlanKind, now: float, *, patience_s: float) -> None:
        self._kind = kind
        self._timing = Timing(now, patience_s)
        self._count: int | None = None
        self._items: list[MissionItem] = []
        self._asked_at: float | None = None
        """When the present question was asked; None when it was asked more than once."""
        self._most_answers = 0
        """The furthest it ever was: a transfer that is begun again and again is no progress."""
        self._silences = 0
        self.deadline = now
        self.outcome: Fetched | None = None

    def begin(self, now: float) -> list[Message]:
        """The first message."""
        return self._ask(now)

    def on_message(self, message: Message, now: float) -> list[Message]:
        """What to answer."""
        if self.outcome is not None or message.kind != self._kind:
            return []
        if isinstance(message, Count) and self._count is None:
            self._count = message.count
            return self._go_on(now)
        if isinstance(message, Item) and self._count is not None and message.sequence == len(self._items):
            self._items.append(message.item)
            return self._go_on(now)
        if isinstance(message, Ack) and message.result not in (Result.ACCEPTED, Result.INVALID_SEQUENCE):
            self.outcome = Fetched(None, f"the vehicle broke off: {result_words(message.result)}", broken_off=True)
        return []

    def on_time(self, now: float) -> list[Message]:
        """What to send when nothing new was heard until the deadline."""
        if self.outcome is not None or now < self.deadline:
            return []
        if self._timing.over(now):
            had = "the count" if self._count is None else f"item {len(self._items)} of {self._count}"
            self.outcome = Fetched(None, f"the vehicle fell silent before giving {had}")
            return []
        self._silences += 1
        if self._silences % BEGIN_AGAIN_AFTER == 0:
            self._count, self._items = None, []
        self._timing.silence()
        return self._ask(now, again=True)

    def _go_on(self, now: float) -> list[Message]:
        answers = 1 + len(self._items)
        self._timing.answered(now, self._asked_at, news=answers > self._most_answers)
        self._most_answers = max(self._most_answers, answers)
        self._silences = 0
        if len(self._items) == self._count:
            self.outcome = Fetched(tuple(self._items), f"all {self._count} items fetched")
            return [Ack(self._kind, Result.ACCEPTED)]
        return self._ask(now)

    def _ask(self, now: float, *, again: bool = False) -> list[Message]:
        self._asked_at = None if again else now
        self.deadline = now + self._timing.wait_s
        return [RequestList(self._kind) if self._count is None else Request(self._kind, len(self._items))]
