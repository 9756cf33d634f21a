"""Sending a plan: the protocol's sender without a wire. Messages and the time go in, messages come out.

The vehicle asks for each item; what it asks for is answered at once and as often as it asks. The next few are sent
before it asks: one that has taken the item before them takes them as they come, any other passes over them, so a
question that is lost costs nothing, and a long way there and back is waited for once for many items. After a silence
all that it may be waiting for goes again, and that is one more than was ever sent: it may have taken all of it. What a
vehicle says at the end is taken as a hint only: reading back decides (`telemetry.transfer.verified_upload`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from telemetry.messages import Message
from telemetry.transfer.messages import Ack, Count, Item, ItemRequest, PlanKind, PlanMessage, Result, result_words
from telemetry.transfer.mission_items import MissionItem
from telemetry.transfer.timing import Timing

_HARMLESS = frozenset({Result.INVALID_SEQUENCE})
"""An item that came twice or early: said by some vehicles, while the transfer goes on."""
FIRST_AHEAD = 2
MOST_AHEAD = 8
"""Items on their way at once: at first, and when all goes well. Eight are 70 ms of a 57,600 baud radio."""
SOON_S = 0.004
"""An item whose answer is due already is sent again this much later: the answer may be just behind."""
PAUSE_AFTER = 10
PAUSE_S = 1.2
"""After every so many silences none of this is sent for so long. Some vehicles (MAVSDK's server) put off asking again
with each item that they hear, wanted or not: in the pause they ask for what they want."""
MOST_RESTARTS = 10
"""Times a vehicle may begin again from a lower item before it is taken for confused."""
LAST_WORDS = 9
"""Once the last item has been sent, silence after so many tries is not waited out: reading back will tell."""


@dataclass(frozen=True)
class PlanSendResult:
    """How sending ended."""

    accepted: bool
    """Whether the vehicle said that it has everything."""
    why: Message
    """In words, for the record."""
    asked_for: int
    """Items the vehicle asked for."""
    announced: int
    """How often it was told how many items are to come: one that was told twice may begin a second time."""
    refused: Message | None = None
    """What it refused with, in words; None where it refused nothing. It was waiting for the last item asked for."""


class PlanSender:
    """One plan being sent. `outcome` is set when it is over; `deadline` says when `on_time` wants to be called."""

    def __init__(
        self,
        items: Sequence[MissionItem],
        kind: PlanKind,
        now: float,
        timing: Timing,
        *,
        patience_s: float | None = None,
    ) -> None:
        """`patience_s` if it is to be other than usual."""
        self._items = list(items)
        self._kind = kind
        self._timing = timing
        timing.begin(now, patience_s)
        self._asked = -1
        """The furthest item the vehicle has asked for; -1 before it has asked for any."""
        self._ahead = FIRST_AHEAD
        self._next = 0
        """The first item that is not on its way."""
        self._furthest = -1
        """The furthest item sent since the vehicle began, or began again."""
        self._sent_at: dict[int, float] = {}
        """When each item was last sent; the count of items is -1."""
        self._again: set[int] = set()
        """Those sent more than once."""
        self._announced = 0
        self._silences = 0
        self._behind: int | None = None
        """The last item asked for that lies behind: a question overtaken on its way, or the vehicle beginning again."""
        self._restarts = 0
        self.deadline = now
        self.outcome: PlanSendResult | None = None

    def begin(self, now: float) -> list[PlanMessage]:
        """The first message."""
        return self._announce(now)

    def on_message(self, message: PlanMessage, now: float) -> list[PlanMessage]:
        """What to answer."""
        if self.outcome is not None or message.kind != self._kind:
            return []
        if isinstance(message, ItemRequest) and 0 <= message.sequence < len(self._items):
            return self._on_request(message.sequence, now)
        if isinstance(message, Ack):
            self._on_ack(message.result)
        return []

    def on_time(self, now: float) -> list[PlanMessage]:
        """What to send when nothing new was heard until the deadline."""
        if self.outcome is not None or now < self.deadline:
            return []
        self._silences += 1
        if self._timing.over(now):
            self._end(accepted=False, why=Message("transfer.silent_after", items=self._asked + 1))
        elif self._furthest == len(self._items) - 1 and self._silences > LAST_WORDS:
            self._end(accepted=False, why=Message("transfer.silent_at_end"))
        if self.outcome is not None:
            return []
        self._timing.silence()
        if self._asked < 0:
            return self._announce(now)
        if self._silences % PAUSE_AFTER == 0:
            self.deadline = now + max(PAUSE_S, self._timing.wait_s)
            return []
        self.deadline = now + self._timing.wait_s
        self._ahead = max(FIRST_AHEAD, self._ahead // 2)
        self._next = self._asked
        behind = []
        if self._behind is not None:
            behind = self._once(self._behind, now)
        return behind + self._window(now, more=1)

    def _announce(self, now: float) -> list[PlanMessage]:
        self._announced += 1
        self._note(-1, now)
        self.deadline = now + self._timing.opening_wait_s
        return [Count(self._kind, len(self._items))]

    def _on_request(self, sequence: int, now: float) -> list[PlanMessage]:
        if sequence == self._asked:
            return self._once(sequence, now)
        if sequence < self._asked:
            if self._behind is None or sequence != self._behind + 1:
                self._behind = sequence
                return self._once(sequence, now)
            self._restarts += 1  # two in a row: it has begun again
            if self._restarts > MOST_RESTARTS:
                self._end(accepted=False, why=Message("transfer.began_again", times=MOST_RESTARTS))
                return []
            self._next = sequence
            self._furthest = sequence
        before = sequence - 1
        self._timing.answered(now, None if before in self._again else self._sent_at.get(before))
        self._asked = sequence
        self._silences = 0
        self._behind = None
        self._ahead = min(self._ahead + 1, MOST_AHEAD)
        self._next = max(self._next, sequence)
        answers = self._window(now)
        self.deadline = max(self._sent_at[sequence] + self._timing.wait_s, now + SOON_S)
        return answers

    def _once(self, sequence: int, now: float) -> list[PlanMessage]:
        self._note(sequence, now)
        return [Item(self._kind, sequence, self._items[sequence])]

    def _window(self, now: float, more: int = 0) -> list[PlanMessage]:
        """The items from the next unsent one as far ahead as may be on their way, `more` than were ever sent."""
        # What has been sent once may have been taken, only the next question lost: so all of it goes again.
        # What goes again measures nothing: until the round trip is known, as little as may be is on its way at once.
        ahead = 1
        if self._timing.known:
            ahead = self._ahead
        end = min(max(self._asked + ahead, self._furthest + 1 + more), len(self._items))
        numbers = range(self._next, end)
        self._next, self._furthest = max(self._next, end), max(self._furthest, end - 1)
        for number in numbers:
            self._note(number, now)
        return [Item(self._kind, number, self._items[number]) for number in numbers]

    def _note(self, number: int, now: float) -> None:
        if number in self._sent_at:
            self._again.add(number)
        self._sent_at[number] = now

    def _on_ack(self, result: int) -> None:
        if result == Result.ACCEPTED:
            self._end(accepted=True, why=Message("transfer.accepted_after", items=self._asked + 1))
        elif result not in _HARMLESS:
            refused = result_words(result)
            self._end(accepted=False, why=Message("transfer.refused", refused=refused), refused=refused)

    def _end(self, *, accepted: bool, why: Message, refused: Message | None = None) -> None:
        self.outcome = PlanSendResult(accepted, why, self._asked + 1, self._announced, refused)
