"""Fetching the plan on board: the protocol's receiver without a wire. Messages and the time go in, messages come out.

One question at a time: some vehicles break off when they are asked for a later item before the earlier one.
"""

from dataclasses import dataclass

from telemetry.messages import Message
from telemetry.transfer.messages import (
    Ack,
    Count,
    Item,
    ItemRequest,
    PlanKind,
    PlanMessage,
    RequestList,
    Result,
    result_words,
)
from telemetry.transfer.mission_items import MissionItem
from telemetry.transfer.timing import Timing

BEGIN_AGAIN_AFTER = 16
"""A vehicle that leaves one question so often unanswered may have forgotten the transfer: it is begun again."""
BEGIN_AGAIN_S = 4.0
"""So may one that has not answered the first question for so long; it costs nothing, then."""
OVERDUE = 3
"""Silences after which the count we know, heard again, is of a transfer that the vehicle has begun anew."""
MOST_BEGINNINGS = 12
"""Times a transfer is begun before it is given up. MAVSDK's server ends one in five at 30 % loss: it sends no item more
than five times."""


@dataclass(frozen=True)
class ReceivedPlan:
    """How fetching ended."""

    items: tuple[MissionItem, ...] | None
    """All of them in order; None when they could not all be had."""
    why: Message
    """In words, for the record."""
    broken_off: bool = False
    """Whether the vehicle ended it, rather than fell silent."""
    plan_id: int = 0
    """The vehicle's own number of the plan; 0 where it gives none."""
    kept: bool = True
    """Whether the vehicle keeps plans of this kind at all."""


class PlanReceiver:
    """One plan being fetched. `outcome` is set when it is over; `deadline` says when `on_time` wants to be called."""

    def __init__(self, kind: PlanKind, now: float, timing: Timing) -> None:
        self._kind = kind
        self._timing = timing
        timing.begin(now)
        self._count: int | None = None
        self._plan_id = 0
        self._items: list[MissionItem] = []
        self._asked_at: float | None = None
        """When the present question was asked; None when it was asked more than once."""
        self._silences = 0
        self._silent_since = now
        self._beginnings = 1
        self.deadline = now
        self.outcome: ReceivedPlan | None = None

    def begin(self, now: float) -> list[PlanMessage]:
        """The first message."""
        return self._ask(now)

    def on_message(self, message: PlanMessage, now: float) -> list[PlanMessage]:
        """What to answer."""
        if self.outcome is not None or message.kind != self._kind:
            return []
        if isinstance(message, Count) and self._is_a_beginning(message.count):
            self._count = message.count
            self._plan_id = message.plan_id
            self._items = []
            return self._go_on(now)
        if isinstance(message, Item) and self._count is not None and message.sequence == len(self._items):
            self._items.append(message.item)
            return self._go_on(now)
        if isinstance(message, Ack) and message.result not in (Result.ACCEPTED, Result.INVALID_SEQUENCE):
            why = Message("transfer.broke_off", result=result_words(message.result))
            kept = message.result != Result.UNSUPPORTED or self._count is not None
            self.outcome = ReceivedPlan(None, why, broken_off=True, kept=kept)
        return []

    def on_time(self, now: float) -> list[PlanMessage]:
        """What to send when nothing new was heard until the deadline."""
        if self.outcome is not None or now < self.deadline:
            return []
        if self._timing.over(now):
            had = Message("transfer.the_count")
            if self._count is not None:
                had = Message("transfer.item_of", number=len(self._items), items=self._count)
            self.outcome = ReceivedPlan(None, Message("transfer.silent_while_giving", what=had))
            return []
        self._silences += 1
        forgotten = not self._items and now - self._silent_since >= BEGIN_AGAIN_S
        if self._count is not None and (forgotten or self._silences >= BEGIN_AGAIN_AFTER):
            self._beginnings += 1
            if self._beginnings > MOST_BEGINNINGS:
                self.outcome = ReceivedPlan(None, Message("transfer.ended_without_word", times=MOST_BEGINNINGS))
                return []
            self._count = None
            self._items = []
            self._heard_something(now)
        self._timing.silence()
        return self._ask(now, again=True)

    def _is_a_beginning(self, count: int) -> bool:
        """Whether a count begins the transfer, or begins it anew: not when it is one we know, come twice."""
        return self._count is None or count != self._count or self._silences >= OVERDUE

    def _heard_something(self, now: float) -> None:
        self._silences = 0
        self._silent_since = now

    def _go_on(self, now: float) -> list[PlanMessage]:
        self._timing.answered(now, self._asked_at)
        self._heard_something(now)
        if len(self._items) == self._count:
            self.outcome = ReceivedPlan(
                tuple(self._items), Message("transfer.fetched", items=self._count), plan_id=self._plan_id
            )
            # Said twice: a vehicle that misses it keeps the transfer open for seconds; some answer nothing else then.
            return [Ack(self._kind, Result.ACCEPTED)] * 2
        return self._ask(now)

    def _ask(self, now: float, *, again: bool = False) -> list[PlanMessage]:
        self._asked_at = None if again else now
        if self._count is None:
            self.deadline = now + self._timing.opening_wait_s
            return [RequestList(self._kind)]
        self.deadline = now + self._timing.wait_s
        return [ItemRequest(self._kind, len(self._items))]
