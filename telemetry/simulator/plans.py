"""The vehicle's side of the mission protocol, for its three plans. Messages and the time in, messages out.

Protocol: mavlink.io, "Mission protocol"; asks again for an item every quarter of a second, and gives a transfer up
after five seconds, as PX4 does.
"""

import math
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from telemetry.simulator.flavour import Flavour
from telemetry.transfer.messages import Ack, Count, Item, ItemRequest, PlanKind, PlanMessage, RequestList, Result
from telemetry.transfer.mission_items import MissionItem
from telemetry.transfer.plan_difference import plain_frame
from telemetry.transfer.refusals import ABOVE_GROUND

ASK_AGAIN_S = 0.25
GIVE_UP_S = 5.0
MOST_ITEMS = 2_000


@dataclass
class PlanStore:
    """One plan on board, and the transfer of the next."""

    kind: PlanKind
    flavour: Flavour
    """What it takes of an item, and gives back; it flies by all of it."""
    on_change: Callable[[], None] = lambda: None
    items: list[MissionItem] = field(default_factory=list)
    plan_id: int = 0
    """Another with each change, where the flavour numbers its plans; else 0."""
    _incoming: list[MissionItem] | None = None
    _total: int = 0
    _ask_at: float = 0.0
    _give_up_at: float = 0.0

    def hear(self, message: PlanMessage, now: float) -> list[PlanMessage]:
        """Its answers to one message of its kind."""
        match message:
            case RequestList():
                return [Count(self.kind, len(self.items), self.plan_id)]
            case ItemRequest(sequence=sequence):
                if sequence < len(self.items):
                    return [Item(self.kind, sequence, self.flavour.gives_back(self.items[sequence]))]
                return [Ack(self.kind, Result.INVALID_SEQUENCE)]
            case Count(count=count):
                return self._begin(count, now)
            case Item():
                return self._take(message, now)
            case Ack():
                return []

    def tick(self, now: float) -> list[PlanMessage]:
        """What it says when time has passed."""
        if self._incoming is None:
            return []
        if now >= self._give_up_at:
            self._incoming = None
            return [Ack(self.kind, Result.CANCELLED)]
        if now < self._ask_at:
            return []
        return self._ask(now)

    def clear(self) -> None:
        """Forget the plan."""
        self._incoming = None
        self.change([])

    def change(self, items: Sequence[MissionItem]) -> None:
        """Have another plan from now on."""
        self.items = list(items)
        if self.flavour.numbers_plans and not self.items:
            self.plan_id = 0
        elif self.flavour.numbers_plans:
            self.plan_id = zlib.crc32(repr(self.items).encode(), self.plan_id + 1)
        self.on_change()

    def forget_transfer(self) -> None:
        """As after a reboot."""
        self._incoming = None

    def _begin(self, count: int, now: float) -> list[PlanMessage]:
        if count > MOST_ITEMS:
            return [Ack(self.kind, Result.NO_SPACE)]
        if count == 0:
            self.clear()
            return [Ack(self.kind, Result.ACCEPTED)]
        if self._incoming is None or self.flavour.writes_in_place or not self._incoming:
            self._incoming = []
            self._total = count
            if self.flavour.writes_in_place:
                del self.items[count:]
        self._give_up_at = now + GIVE_UP_S
        return self._ask(now)

    def _take(self, message: Item, now: float) -> list[PlanMessage]:
        if self._incoming is None or message.sequence != len(self._incoming):
            if not self.flavour.nags:
                return []
            return [Ack(self.kind, Result.INVALID_SEQUENCE)]
        if (refusal := self._refusal(message.item)) is not None:
            self._incoming = None
            return [Ack(self.kind, refusal)]
        if self.flavour.writes_in_place:
            self.items[message.sequence : message.sequence + 1] = [message.item]
        self._incoming.append(message.item)
        self._give_up_at = now + GIVE_UP_S
        if len(self._incoming) < self._total:
            return self._ask(now)
        items = self._incoming
        self._incoming = None
        self.change(items)
        return [Ack(self.kind, Result.ACCEPTED)]

    def _refusal(self, item: MissionItem) -> Result | None:
        if self.kind is PlanKind.MISSION and item.command in self.flavour.refusals.commands:
            return Result.UNSUPPORTED
        if self.flavour.refusals.above_ground and plain_frame(item.frame) == ABOVE_GROUND:
            return Result.UNSUPPORTED_FRAME
        if self.flavour.refusals.reason(item) is not None:
            return Result.UNSUPPORTED
        right = self.flavour.keeping.sent(item)
        if [math.isnan(param) for param in item.params] != [math.isnan(param) for param in right.params]:
            return Result.INVALID
        if right.frame != item.frame and not self.flavour.home_is_item_0:  # ArduPilot looks at no frame without a place
            return Result.UNSUPPORTED
        return None

    def _ask(self, now: float) -> list[PlanMessage]:
        self._ask_at = now + ASK_AGAIN_S
        return [ItemRequest(self.kind, len(self._incoming or ()))]
