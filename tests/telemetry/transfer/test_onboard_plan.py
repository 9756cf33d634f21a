"""Mission, fence and rally points put on board together, and undone together."""

import asyncio
from collections.abc import Sequence

import pytest

from telemetry.messages import written
from telemetry.transfer.messages import PlanKind
from telemetry.transfer.mission_items import MissionItem
from telemetry.transfer.onboard_plan import UPLOAD_ORDER, OnboardPlan, PlanOutcome, put_plan_on_board
from telemetry.transfer.verified_upload import OnBoard, UploadOutcome

OLD = OnboardPlan((MissionItem(16, lat=1),), (MissionItem(5003, lat=1),), (MissionItem(5100, lat=1),))
NEW = OnboardPlan((MissionItem(16, lat=2), MissionItem(20)), (MissionItem(5003, lat=2),))


class Vehicle:
    """Takes everything but what is named, whose lists are left as they are."""

    def __init__(self, *refuses: PlanKind, unreadable: bool = False, silent: bool = False) -> None:
        self.lists = {kind: OLD.items(kind) for kind in PlanKind}
        self.order: list[PlanKind] = []
        self._refuses, self._unreadable, self._silent = refuses, unreadable, silent

    async def put(self, kind: PlanKind, items: Sequence[MissionItem]) -> UploadOutcome:
        self.order.append(kind)
        before = None if self._unreadable else self.lists[kind]
        if self._silent and kind in self._refuses:
            return UploadOutcome(OnBoard.UNKNOWN, written("it fell silent"), None, 1, before)
        if kind in self._refuses:
            return UploadOutcome(OnBoard.OLD, written("it refused"), self.lists[kind], 1, before)
        self.lists[kind] = tuple(items)
        return UploadOutcome(OnBoard.NEW, written("read back equal"), tuple(items), 1, before)


def put(vehicle: Vehicle, plan: OnboardPlan = NEW) -> PlanOutcome:
    return asyncio.run(put_plan_on_board(vehicle.put, plan))


def test_all_three_lists_are_replaced_the_empty_one_too_and_the_fence_first() -> None:
    vehicle = Vehicle()
    outcome = put(vehicle)
    assert outcome.complete
    assert vehicle.order == list(UPLOAD_ORDER)
    assert vehicle.lists == {kind: NEW.items(kind) for kind in PlanKind}
    assert str(outcome.why) == "all read back equal (items: geofence 1, rally points 0, mission 2)"


@pytest.mark.parametrize("refused", PlanKind)
def test_a_list_that_is_refused_leaves_everything_as_it_was_before(refused: PlanKind) -> None:
    vehicle = Vehicle(refused)
    outcome = put(vehicle)
    assert outcome.failed is refused
    assert vehicle.lists == {kind: OLD.items(kind) for kind in PlanKind}
    assert {one.on_board for one in outcome.outcomes.values()} == {OnBoard.OLD}


def test_what_is_on_board_is_said_of_each_list() -> None:
    assert str(put(Vehicle(PlanKind.RALLY)).why) == (
        "the rally points could not be put on board: it refused "
        "(on board: geofence: old plan; rally points: old plan; mission: not touched)"
    )


def test_lists_whose_old_state_nobody_could_read_are_cleared() -> None:
    vehicle = Vehicle(PlanKind.MISSION, unreadable=True)
    outcome = put(vehicle)
    assert outcome.outcomes[PlanKind.FENCE].on_board is OnBoard.CLEARED
    assert vehicle.lists[PlanKind.FENCE] == ()


def test_a_vehicle_that_fell_silent_is_told_from_one_that_refused() -> None:
    assert put(Vehicle(PlanKind.MISSION, silent=True)).silent
    assert not put(Vehicle(PlanKind.MISSION)).silent
