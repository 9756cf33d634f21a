"""A vehicle and a bad link for the transfer tests, on a clock that jumps: no wire, no waiting.

The vehicle follows the mission protocol as PX4 does (a plan replaced as a whole, at the end) or as ArduPilot does
(items written over the old ones as they come); it asks again by a timer of its own.
"""

import heapq
import itertools
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from telemetry.transfer.messages import Ack, Count, Item, ItemRequest, PlanKind, PlanMessage, RequestList, Result
from telemetry.transfer.mission_items import MissionItem

ASK_AGAIN_S = 0.5
ASK_AT_MOST = 10
SENT_AT_MOST = 5


@dataclass
class Plane:
    """A conforming vehicle. `in_place` writes over the old plan item by item."""

    items: list[MissionItem] = field(default_factory=list)
    in_place: bool = False
    nags: bool = False
    """Answers an item it did not wait for with INVALID_SEQUENCE."""
    puts_off: bool = False
    """Each item that it hears, wanted or not, puts off its asking again, as with MAVSDK's server."""
    ends_reading: bool = False
    """Sends an item of its plan five times at most and then knows nothing of the transfer, as MAVSDK's server does."""
    refuses: int | None = None
    """A command it takes in no plan."""
    incoming: list[MissionItem] | None = None
    expected: int = 0
    asked: int = 0
    timer: float | None = None
    _sent: tuple[int, int] | None = (-1, 0)
    """The item sent last and how often; None when it is not being read."""

    def hear(self, message: PlanMessage, now: float) -> list[PlanMessage]:
        """Its answers to one message."""
        kind = PlanKind.MISSION
        if isinstance(message, RequestList):
            self._sent = (-1, 0)
            return [Count(kind, len(self.items))]
        if isinstance(message, ItemRequest):
            return self._give(message.sequence)
        if isinstance(message, Count):
            return self._begin(message.count, now)
        if isinstance(message, Item):
            return self._take(message, now)
        return []

    def ring(self, now: float) -> list[PlanMessage]:
        """What it says when its timer has run out."""
        if self.timer is None or now < self.timer or self.incoming is None:
            return []
        self.asked += 1
        if self.asked > ASK_AT_MOST:
            self.incoming, self.timer = None, None
            return [Ack(PlanKind.MISSION, Result.CANCELLED)]
        self.timer = now + ASK_AGAIN_S
        return [ItemRequest(PlanKind.MISSION, self.expected)]

    def reboot(self) -> None:
        """Forget what was under way."""
        self.incoming, self.timer, self.expected = None, None, 0

    def _give(self, sequence: int) -> list[PlanMessage]:
        if self.ends_reading and not self._goes_on_reading(sequence):
            return []
        if sequence < len(self.items):
            return [Item(PlanKind.MISSION, sequence, self.items[sequence])]
        return [Ack(PlanKind.MISSION, Result.INVALID_SEQUENCE)]

    def _goes_on_reading(self, sequence: int) -> bool:
        if self._sent is None or sequence not in (self._sent[0], self._sent[0] + 1):
            return False
        self._sent = (sequence, self._sent[1] + 1 if sequence == self._sent[0] else 1)
        if self._sent[1] > SENT_AT_MOST:
            self._sent = None
        return self._sent is not None

    def _begin(self, count: int, now: float) -> list[PlanMessage]:
        if count == 0:
            self.items = []
            return [Ack(PlanKind.MISSION, Result.ACCEPTED)]
        if self.incoming is not None and not self.in_place and self.expected:
            return []
        self.incoming, self.total, self.expected = [], count, 0
        if self.in_place:
            del self.items[count:]
        return self._ask(now)

    def _take(self, message: Item, now: float) -> list[PlanMessage]:
        if self.puts_off and self.timer is not None:
            self.timer = now + ASK_AGAIN_S
        if self.incoming is None or message.sequence != self.expected:
            return [Ack(PlanKind.MISSION, Result.INVALID_SEQUENCE)] if self.nags else []
        if message.item.command == self.refuses:
            self.incoming, self.timer = None, None
            return [Ack(PlanKind.MISSION, Result.UNSUPPORTED)]
        self.incoming.append(message.item)
        if self.in_place:
            self.items[self.expected : self.expected + 1] = [message.item]
        self.expected += 1
        if self.expected < self.total:
            return self._ask(now)
        self.items, self.incoming, self.timer = self.incoming, None, None
        return [Ack(PlanKind.MISSION, Result.ACCEPTED)]

    def _ask(self, now: float) -> list[PlanMessage]:
        self.asked, self.timer = 0, now + ASK_AGAIN_S
        return [ItemRequest(PlanKind.MISSION, self.expected)]


@dataclass
class Link:
    """A channel to `plane` that loses, delays, doubles and reorders in both directions, reproducibly."""

    plane: Plane
    loss: float = 0.0
    delay_s: float = 0.005
    jitter_s: float = 0.005
    doubled: float = 0.0
    overtaken: float = 0.02
    """Share of messages that later ones overtake; the rest arrive in the order they left."""
    seed: int = 0
    to_plane: Callable[[PlanMessage], Sequence[PlanMessage]] = lambda message: [message]
    """What becomes of a message on its way up, before the link's own troubles: for faults made on purpose."""
    to_ground: Callable[[PlanMessage], Sequence[PlanMessage]] = lambda message: [message]

    def __post_init__(self) -> None:
        self._now = 0.0
        self._random = random.Random(self.seed)
        self._order = itertools.count()
        self._air: list[tuple[float, int, bool, PlanMessage]] = []
        self._last_arrival = {True: 0.0, False: 0.0}

    def now(self) -> float:
        return self._now

    async def send(self, message: PlanMessage) -> None:
        for one in self.to_plane(message):
            self._fly(one, up=True)

    async def receive(self, until: float) -> PlanMessage | None:
        while True:
            timer = self.plane.timer
            arrival = self._air[0][0] if self._air else until
            at = min(until, arrival, until if timer is None else timer)
            self._now = max(self._now, at)
            if self._air and self._air[0][0] <= self._now:
                _, _, up, message = heapq.heappop(self._air)
                if not up:
                    return message
                self._answer(self.plane.hear(message, self._now))
            elif timer is not None and timer <= self._now:
                self._answer(self.plane.ring(self._now))
            elif self._now >= until:
                return None

    def _answer(self, messages: Sequence[PlanMessage]) -> None:
        for message in messages:
            for one in self.to_ground(message):
                self._fly(one, up=False)

    def _fly(self, message: PlanMessage, *, up: bool) -> None:
        for _ in range(2 if self._random.random() < self.doubled else 1):
            if self._random.random() >= self.loss:
                at = self._now + self.delay_s + self._random.random() * self.jitter_s
                if self._random.random() >= self.overtaken:
                    at = self._last_arrival[up] = max(at, self._last_arrival[up])
                else:
                    at += self.delay_s
                heapq.heappush(self._air, (at, next(self._order), up, message))
