"""A plan put on board so that it is never half there unnoticed: sent, read back, compared, and told what came of it.

The protocol has no transaction: some vehicles write items over the old plan as they come. So reading back decides, and
a transfer that went wrong is begun again while the vehicle is heard. One that fails for good, or is cancelled half way,
is undone: what was on board is put back, or the vehicle is cleared.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from telemetry.finishing import finish_despite
from telemetry.mavlink.command_names import command_words
from telemetry.messages import Message
from telemetry.transfer.home_item import with_home
from telemetry.transfer.messages import Ack, PlanKind, Result
from telemetry.transfer.mission_items import MissionItem
from telemetry.transfer.plan_channel import MOST_ATTEMPTS, PATIENCE_S, PlanChannel, fetch, send, settle
from telemetry.transfer.plan_difference import first_difference
from telemetry.transfer.plan_receiver import ReceivedPlan
from telemetry.transfer.plan_sender import PlanSendResult
from telemetry.transfer.readback_rules import EXACT, ReadbackRules
from telemetry.transfer.timing import Timing

UNDO_S = 30.0
"""Undoing a cancelled transfer takes no longer: somebody waits for the program to end."""


class OnBoard(StrEnum):
    """What is on board after a transfer."""

    OLD = "old plan"
    """Just what was there before, untouched or put back."""
    NEW = "new plan"
    """Just what was sent, item by item."""
    CLEARED = "no plan"
    """Nothing: the new plan could not be put on board, nor the old one put back."""
    UNKNOWN = "unknown"
    """None of these, or nobody can tell; `UploadOutcome.found` and `why` hold what is known."""


@dataclass(frozen=True)
class UploadOutcome:
    """What came of putting a plan on board."""

    on_board: OnBoard
    why: Message
    """One sentence: what is known and from what."""
    found: tuple[MissionItem, ...] | None
    """What was read back last; None when it could not be."""
    attempts: int
    before: tuple[MissionItem, ...] | None = None
    """What was on board before, as far as it could be read."""
    plan_id: int = 0
    """The vehicle's own number of what was read back; 0 where it gives none."""


class TransferBrokenOff(asyncio.CancelledError):
    """A transfer was cancelled half way, and undone as far as could be."""

    def __init__(self, outcome: UploadOutcome) -> None:
        super().__init__(outcome.why)
        self.outcome = outcome
        """What is on board then; never the new plan."""


async def put_on_board(
    channel: PlanChannel,
    items: Sequence[MissionItem],
    kind: PlanKind = PlanKind.MISSION,
    *,
    before: Sequence[MissionItem] | None = None,
    home: MissionItem | None = None,
    keeping: ReadbackRules = EXACT,
    patience_s: float = PATIENCE_S,
) -> UploadOutcome:
    """Send `items`, read them back, and say what is on board.

    `before` is the plan known to be on board; it is fetched first when not given. `home` is for vehicles that keep
    their home as item 0 (ArduPilot): it goes before the items, and what comes back in its place is the vehicle's own.
    `keeping` is what such a vehicle takes and gives back.
    Gives up after `patience_s` seconds without anything new from the vehicle, or when it refuses the same plan again.
    Cancelled once it has begun to send, it undoes that first, within `UNDO_S` seconds, and raises TransferBrokenOff;
    cancelled again meanwhile, it goes on undoing.
    """
    exchange = _Exchange(channel, kind, home, keeping, Timing(channel.now(), patience_s))
    kept = True
    if before is None:
        fetched = await exchange.fetch()
        before = fetched.items
        kept = fetched.kept
    if not items and not kept:
        return UploadOutcome(OnBoard.NEW, Message("upload.none_kept", list=kind.words), (), 0, ())
    known = None if before is None else tuple(before)
    try:
        outcome = await exchange.put(items, before)
    except asyncio.CancelledError as cancelled:
        undone = await finish_despite(exchange.break_off(items, before))
        raise TransferBrokenOff(replace(undone, before=known)) from cancelled
    return replace(outcome, before=known)


class _Exchange:
    """With one vehicle, about its plan of one kind."""

    def __init__(
        self, channel: PlanChannel, kind: PlanKind, home: MissionItem | None, keeping: ReadbackRules, timing: Timing
    ) -> None:
        self._channel = channel
        self._kind = kind
        self._home = home
        self._keeping = keeping
        self._timing = timing

    async def put(self, items: Sequence[MissionItem], before: Sequence[MissionItem] | None) -> UploadOutcome:
        """Send `items` until they are read back equal, or undo what was done of it."""
        sent, fetched, said = await self._try(items)
        if self._is(items, fetched):
            return _read_back(OnBoard.NEW, Message("upload.items_equal", items=len(items)), fetched, len(said) + 1)
        return await self._conclude(items, before, sent, fetched, said)

    async def break_off(self, items: Sequence[MissionItem], before: Sequence[MissionItem] | None) -> UploadOutcome:
        """Undo what was done of sending `items`, which was cancelled."""
        why = Message("upload.broken_off")
        sent = PlanSendResult(accepted=False, why=why, asked_for=0, announced=1)
        try:
            async with asyncio.timeout(UNDO_S):
                await self._channel.send(Ack(self._kind, Result.CANCELLED))
                return await self._conclude(items, before, sent, await self.fetch(), [why])
        except TimeoutError:
            return UploadOutcome(
                OnBoard.UNKNOWN, Message("upload.broken_off_not_undone", why=why, within_s=UNDO_S), None, 1
            )

    async def _conclude(
        self,
        items: Sequence[MissionItem],
        before: Sequence[MissionItem] | None,
        sent: PlanSendResult,
        fetched: ReceivedPlan,
        said: Sequence[Message],
    ) -> UploadOutcome:
        """What is on board after a transfer that failed, and undo it; `said` is what each attempt said."""
        why = said[-1]
        if fetched.items is None:
            why = Message("upload.cannot_be_told", why=why)
            return UploadOutcome(OnBoard.UNKNOWN, why, None, len(said))
        if before is not None and first_difference(before, fetched.items) is None:
            return _read_back(OnBoard.OLD, Message("upload.old_is_on_board", why=why), fetched, len(said))
        if not self._may_undo(items, before, sent, fetched.items):
            why = Message("upload.of_somebody_else", why=why, items=len(fetched.items))
            return _read_back(OnBoard.UNKNOWN, why, fetched, len(said))
        return await self._undo(before, why, len(said))

    async def fetch(self, plan: Sequence[MissionItem] = ()) -> ReceivedPlan:
        """What is on board; `plan` was just sent, and is given again to a vehicle that asks for it."""
        has_home = self._home is not None
        return await fetch(self._channel, self._kind, home=has_home, timing=self._timing, plan=plan)

    async def _try(self, items: Sequence[MissionItem]) -> tuple[PlanSendResult, ReceivedPlan, list[Message]]:
        """Send and read back until it is right or hopeless: the last of each, and what each failed attempt said."""
        to_send = self._on_the_wire(items)
        said: list[Message] = []
        for _ in range(MOST_ATTEMPTS):
            sent = await send(self._channel, to_send, self._kind, self._timing)
            fetched = await self.fetch(to_send)
            if sent.announced > 1 and self._is(items, fetched):
                # It may have begun twice, and what we were given be a copy from between: the next is from after both.
                fetched = await self.fetch(to_send)
            if self._is(items, fetched):
                return sent, fetched, said
            said.append(self._attempt_in_words(sent, fetched, items))
            if fetched.items is None:
                return sent, fetched, said  # no word from it for as long as patience lasts
            if len(said) > 1 and said[-1] == said[-2]:
                break  # it will not say anything else the next time
        await settle(self._channel, self._kind, to_send, self._timing)
        fetched = await self.fetch(to_send)
        if self._is(items, fetched):
            said.pop()
        return sent, fetched, said

    async def _undo(self, before: Sequence[MissionItem] | None, why: Message, attempts: int) -> UploadOutcome:
        """Put back what was on board; where that is not known, or fails, clear it. Reads back."""
        if before:
            _, fetched, _ = await self._try(before)
            if self._is(before, fetched):
                words = Message("upload.put_back", why=why)
                return _read_back(OnBoard.OLD, words, fetched, attempts)
            why = Message("upload.not_put_back", why=why)
            if fetched.items is None:
                return UploadOutcome(
                    OnBoard.UNKNOWN, Message("upload.do_not_start", why=why, reason=fetched.why), None, attempts
                )
        _, fetched, said = await self._try(())
        if fetched.items == ():
            left = OnBoard.CLEARED
            if before is not None and not before:
                left = OnBoard.OLD
            return _read_back(left, Message("upload.cleared", why=why), fetched, attempts)
        why = Message("upload.not_cleared", why=why, said=said[-1])
        return _read_back(OnBoard.UNKNOWN, why, fetched, attempts)

    def _may_undo(
        self,
        items: Sequence[MissionItem],
        before: Sequence[MissionItem] | None,
        sent: PlanSendResult,
        found: Sequence[MissionItem],
    ) -> bool:
        """Whether what is on board came of this transfer: ours as the vehicle changed it, or half ours, half old."""
        if sent.accepted and len(found) == len(items):
            return True
        if before is None:
            return True
        candidates = (items, before)
        return all(any(self._same(plan, found, number) for plan in candidates) for number in range(len(found)))

    def _same(self, plan: Sequence[MissionItem], found: Sequence[MissionItem], number: int) -> bool:
        here = slice(number, number + 1)
        return number < len(plan) and self._keeping.difference(plan[here], found[here]) is None

    def _on_the_wire(self, items: Sequence[MissionItem]) -> list[MissionItem]:
        return with_home([self._keeping.sent(item) for item in items], self._home)

    def _is(self, items: Sequence[MissionItem], fetched: ReceivedPlan) -> bool:
        return fetched.items is not None and self._keeping.difference(items, fetched.items) is None

    def _attempt_in_words(self, sent: PlanSendResult, fetched: ReceivedPlan, items: Sequence[MissionItem]) -> Message:
        said = sent.why
        if sent.refused:
            said = self._refusal_in_words(sent, items)
        if fetched.items is None:
            return Message("upload.not_read_back", said=said, why=fetched.why)
        return Message("upload.read_back", said=said, difference=self._keeping.difference(items, fetched.items))

    def _refusal_in_words(self, sent: PlanSendResult, items: Sequence[MissionItem]) -> Message:
        """Which item it was waiting for when it refused, and why as far as that is known."""
        at = sent.asked_for - 1 - int(self._home is not None)
        if not 0 <= at < len(items):
            return Message("upload.list_refused", list=self._kind.words, refused=sent.refused)
        return Message(
            "upload.item_refused",
            list=self._kind.words,
            refused=sent.refused,
            number=at + 1,
            command=command_words(items[at].command),
        )


def _read_back(on_board: OnBoard, why: Message, fetched: ReceivedPlan, attempts: int) -> UploadOutcome:
    return UploadOutcome(on_board, why, fetched.items, attempts, plan_id=fetched.plan_id)
