"""An upload that is cancelled half way: undone like one that was refused, read back, and said."""

import asyncio
import itertools
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telemetry.messages import written
from telemetry.transfer.messages import Item, PlanKind, PlanMessage
from telemetry.transfer.mission_items import MissionItem
from telemetry.transfer.onboard_plan import UPLOAD_ORDER, OnboardPlan, PlanOutcome, UploadBrokenOff, put_plan_on_board
from telemetry.transfer.verified_upload import OnBoard, TransferBrokenOff, UploadOutcome, put_on_board
from tests.telemetry.transfer.test_onboard_plan import NEW as NEW_LISTS
from tests.telemetry.transfer.test_onboard_plan import OLD as OLD_LISTS
from tests.telemetry.transfer.test_onboard_plan import Vehicle
from tests.telemetry.transfer.test_verified_upload import NEW, OLD
from tests.telemetry.transfer.vehicles import Link, Plane


def cancelled_at(plane: Plane, number: int, *, lost_then: bool = False) -> Link:
    """A channel on which the transfer is cancelled with the item that is sent as the `number`th."""
    sent = itertools.count(1)
    is_cut = False

    def up(message: PlanMessage) -> Sequence[PlanMessage]:
        nonlocal is_cut
        if isinstance(message, Item) and next(sent) == number:
            is_cut = lost_then
            raise asyncio.CancelledError
        return [] if is_cut else [message]

    link = Link(plane)
    link.to_plane = up
    return link


def broken_off(link: Link, before: Sequence[MissionItem] | None) -> UploadOutcome:
    with pytest.raises(TransferBrokenOff) as caught:
        asyncio.run(put_on_board(link, NEW, before=before, patience_s=3.0))
    return caught.value.outcome


@settings(max_examples=40)
@given(number=st.integers(1, len(NEW)), in_place=st.booleans(), known=st.booleans())
def test_wherever_it_is_cancelled_the_plan_from_before_is_on_board_and_read_back(
    number: int, in_place: bool, known: bool
) -> None:
    plane = Plane(list(OLD), in_place=in_place)
    outcome = broken_off(cancelled_at(plane, number), OLD if known else None)
    assert plane.items == OLD
    assert (outcome.on_board, outcome.found, outcome.before) == (OnBoard.OLD, tuple(OLD), tuple(OLD))
    assert str(outcome.why).startswith("the upload was broken off; the plan ")


def test_a_vehicle_that_is_silent_then_may_have_anything_on_board() -> None:
    outcome = broken_off(cancelled_at(Plane(list(OLD), in_place=True), 4, lost_then=True), OLD)
    assert (outcome.on_board, outcome.found) == (OnBoard.UNKNOWN, None)
    assert "do not start it" in str(outcome.why)


class Stopping(Vehicle):
    """Somebody cancels while the list that is named goes on board; that list is undone, or was not begun."""

    def __init__(self, at: PlanKind, outcome: UploadOutcome | None) -> None:
        super().__init__()
        self._at = at
        self._outcome = outcome

    async def put(self, kind: PlanKind, items: Sequence[MissionItem]) -> UploadOutcome:
        if kind is self._at and tuple(items) == NEW_LISTS.items(kind):
            raise asyncio.CancelledError if self._outcome is None else TransferBrokenOff(self._outcome)
        return await super().put(kind, items)


def stopped(vehicle: Vehicle, plan: OnboardPlan = NEW_LISTS) -> PlanOutcome:
    with pytest.raises(UploadBrokenOff) as caught:
        asyncio.run(put_plan_on_board(vehicle.put, plan))
    return caught.value.outcome


@pytest.mark.parametrize("at", UPLOAD_ORDER)
@pytest.mark.parametrize("begun", [True, False])
def test_the_lists_that_were_replaced_before_are_put_back_too(at: PlanKind, begun: bool) -> None:
    undone = UploadOutcome(OnBoard.OLD, written("put back"), OLD_LISTS.items(at), 1, OLD_LISTS.items(at))
    vehicle = Stopping(at, undone if begun else None)
    outcome = stopped(vehicle)
    assert vehicle.lists == {kind: OLD_LISTS.items(kind) for kind in PlanKind}
    assert {one.on_board for one in outcome.outcomes.values()} == {OnBoard.OLD}
    assert outcome.failed is at
    assert ("put back" if begun else "before anything of it was sent") in str(outcome.why)


class StoppedAgain(Vehicle):
    """Its upload is cancelled at the mission, and again and again while the lists before it are put back."""

    async def put(self, kind: PlanKind, items: Sequence[MissionItem]) -> UploadOutcome:
        uploading = next(task for task in asyncio.all_tasks() if task.get_name() == "upload")
        if kind is PlanKind.MISSION or kind in self.order:
            uploading.cancel()
            await asyncio.sleep(0)
        return await super().put(kind, items)


async def test_an_upload_that_is_cancelled_again_while_it_is_undone_is_undone_all_the_same() -> None:
    vehicle = StoppedAgain()
    uploading = asyncio.create_task(put_plan_on_board(vehicle.put, NEW_LISTS), name="upload")
    with pytest.raises(UploadBrokenOff) as caught:
        await uploading
    assert vehicle.lists == {kind: OLD_LISTS.items(kind) for kind in PlanKind}
    assert "geofence: old plan; rally points: old plan" in str(caught.value.outcome.why)


class LinkThatGivesWay(Link):
    """Lets a cancel in with every message that is sent."""

    async def send(self, message: PlanMessage) -> None:
        await super().send(message)
        await asyncio.sleep(0)


async def test_a_list_that_is_cancelled_again_while_it_is_undone_is_undone_all_the_same() -> None:
    plane = Plane(list(OLD), in_place=True)
    link = LinkThatGivesWay(plane)
    sent = itertools.count(1)

    def up(message: PlanMessage) -> Sequence[PlanMessage]:
        if isinstance(message, Item) and next(sent) >= 3:
            uploading.cancel()
        return [message]

    link.to_plane = up
    uploading = asyncio.create_task(put_on_board(link, NEW, before=OLD, patience_s=3.0))
    with pytest.raises(TransferBrokenOff) as caught:
        await uploading
    assert plane.items == OLD
    assert caught.value.outcome.on_board is OnBoard.OLD
