"""The three lists that a vehicle flies by, put on board together: geofence, rally points, mission. Knows no wire.

The fence goes first, so that no mission is on board without it; where one list fails, or the upload is cancelled half
way, those before it are undone.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from telemetry.finishing import finish_despite
from telemetry.messages import Message
from telemetry.sentences import sentences
from telemetry.transfer.messages import PlanKind
from telemetry.transfer.mission_items import MissionItem
from telemetry.transfer.verified_upload import UNDO_S, OnBoard, TransferBrokenOff, UploadOutcome

UPLOAD_ORDER = (PlanKind.FENCE, PlanKind.RALLY, PlanKind.MISSION)
Put = Callable[[PlanKind, Sequence[MissionItem]], Awaitable[UploadOutcome]]
"""Puts one list on board and reads it back; an empty one clears it."""


@dataclass(frozen=True)
class OnboardPlan:
    """What goes on board, or is there; an empty list leaves none on board."""

    mission: tuple[MissionItem, ...]
    fence: tuple[MissionItem, ...] = ()
    rally: tuple[MissionItem, ...] = ()

    def items(self, kind: PlanKind) -> tuple[MissionItem, ...]:
        """The list of that kind."""
        lists = {PlanKind.MISSION: self.mission, PlanKind.FENCE: self.fence, PlanKind.RALLY: self.rally}
        return lists[kind]


@dataclass(frozen=True)
class PlanOutcome:
    """What came of putting all three on board."""

    outcomes: Mapping[PlanKind, UploadOutcome] = field(default_factory=dict)
    """By kind, in the order they were tried; a kind that is missing was not touched."""
    failed: PlanKind | None = None
    """The list that could not be put on board; None when all were."""

    @property
    def complete(self) -> bool:
        """Whether all three are on board just as they were sent."""
        return self.failed is None

    @property
    def silent(self) -> bool:
        """Whether it failed for want of an answer, so that it may be tried again."""
        return any(outcome.found is None for outcome in self.outcomes.values())

    @property
    def why(self) -> Message:
        """What is on board of each list, and what went wrong, in words."""
        on_board = sentences(self._state(kind) for kind in UPLOAD_ORDER)
        if self.failed is None:
            counts = [
                Message("on_board.count", list=kind.words, items=len(one.found or ()))
                for kind, one in self.outcomes.items()
            ]
            return Message("upload.all_equal", counts=counts)
        return Message(
            "upload.list_failed", list=self.failed.words, why=self.outcomes[self.failed].why, on_board=on_board
        )

    def _state(self, kind: PlanKind) -> Message:
        outcome = self.outcomes.get(kind)
        state = "not_touched"
        if outcome is not None:
            state = outcome.on_board.name.lower()
        return Message("on_board.list", list=kind.words, state=Message(f"on_board.{state}"))


class UploadBrokenOff(asyncio.CancelledError):
    """An upload was cancelled half way, and undone as far as could be."""

    def __init__(self, outcome: PlanOutcome) -> None:
        super().__init__(outcome.why)
        self.outcome = outcome
        """What is on board then."""


async def put_plan_on_board(put: Put, plan: OnboardPlan) -> PlanOutcome:
    """Replace all three lists, empty ones too; where one fails, put back or clear those that were replaced before.

    Cancelled half way it does so too, and raises UploadBrokenOff.
    """
    outcomes: dict[PlanKind, UploadOutcome] = {}
    for kind in UPLOAD_ORDER:
        try:
            outcomes[kind] = await put(kind, plan.items(kind))
        except asyncio.CancelledError as cancelled:
            await finish_despite(_undo(put, outcomes, within_s=UNDO_S))
            outcomes[kind] = _NOT_BEGUN
            if isinstance(cancelled, TransferBrokenOff):
                outcomes[kind] = cancelled.outcome
            raise UploadBrokenOff(PlanOutcome(outcomes, failed=kind)) from cancelled
        if outcomes[kind].on_board is not OnBoard.NEW:
            failed = outcomes.pop(kind)
            await _undo(put, outcomes)
            outcomes[kind] = failed
            return PlanOutcome(outcomes, failed=kind)
    return PlanOutcome(outcomes)


_NOT_BEGUN = UploadOutcome(OnBoard.OLD, Message("upload.broken_off_before"), None, 0)


async def _undo(put: Put, outcomes: dict[PlanKind, UploadOutcome], *, within_s: float | None = None) -> None:
    """Undo the lists that were replaced, the last one first, each within so many seconds."""
    for kind in reversed(list(outcomes)):
        try:
            async with asyncio.timeout(within_s):
                outcomes[kind] = await _undone(put, kind, outcomes[kind])
        except TimeoutError:
            why = Message("upload.not_undone", within_s=within_s)
            outcomes[kind] = replace(outcomes[kind], on_board=OnBoard.UNKNOWN, why=why, found=None)


async def _undone(put: Put, kind: PlanKind, outcome: UploadOutcome) -> UploadOutcome:
    """What is on board of a list after it was put back as it was, or cleared where nobody knows how it was."""
    again = await put(kind, outcome.before or ())
    if again.on_board is not OnBoard.NEW:
        return replace(again, before=outcome.before)
    if outcome.before is None:
        return replace(again, on_board=OnBoard.CLEARED, why=Message("upload.was_cleared"), before=None)
    return replace(again, on_board=OnBoard.OLD, why=Message("upload.was_put_back"), before=outcome.before)
