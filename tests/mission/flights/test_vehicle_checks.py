"""What a connected vehicle says of itself before its start: a reaction that is nothing waits for the pilot's yes."""

from dataclasses import replace

import pytest

from mission.flights.procedure import BoardPlan
from mission.flights.vehicle_checks import VehicleChecks
from telemetry.errors import Conflict
from telemetry.messages import written
from telemetry.transfer.mission_items import MissionItem
from telemetry.transfer.onboard_plan import OnboardPlan
from telemetry.vehicles.arming_blocks import ArmingBlocks
from telemetry.vehicles.failsafes import Cause, Failsafe, Failsafes, Reaction

ITEM = MissionItem(command=16, lat=56.62, lon=23.27, alt_m=30.0)
PLAN = BoardPlan("Survey", OnboardPlan((ITEM, ITEM), (ITEM, ITEM, ITEM), (ITEM,)))
GOOD = Failsafes(
    tuple(Failsafe(cause, Reaction.RETURNS, parameter=f"P_{cause.name}") for cause in Cause),
    fence_enforced=True,
    return_height_m=30.0,
)
DEAF = replace(
    GOOD,
    reactions=(Failsafe(Cause.LINK_LOSS, Reaction.NOTHING, parameter="FS_GCS_ENABLE"), *GOOD.reactions[1:]),
)


def test_nothing_stands_in_the_way_of_a_vehicle_that_reacts_to_everything() -> None:
    assert VehicleChecks(GOOD).standing(PLAN) is None


def test_failsafes_that_could_not_be_read_are_shown_as_unknown_and_block_nothing() -> None:
    checks = VehicleChecks()
    assert checks.standing(PLAN) is None
    assert checks.as_json(PLAN, is_on_board=False, arming=None)["failsafes"] is None


def test_what_an_answer_that_was_lost_left_open_is_read_again_and_never_forgotten() -> None:
    open_ = replace(GOOD, reactions=(Failsafe(Cause.LINK_LOSS, Reaction.UNKNOWN), *GOOD.reactions[1:]))
    checks = VehicleChecks()
    assert not checks.is_whole
    checks.take(open_)
    assert not checks.is_whole
    assert checks.standing(PLAN) != ""
    checks.take(GOOD)
    checks.take(open_)
    assert checks.is_whole
    assert checks.standing(PLAN) is None


def test_a_vehicle_that_does_nothing_on_link_loss_waits_for_a_yes() -> None:
    checks = VehicleChecks(DEAF)
    assert "link loss" in str(checks.standing(PLAN))
    (asked,) = checks.as_json(PLAN, is_on_board=True, arming=None)["asks"]
    checks.accept(frozenset({asked["subject"]}), PLAN)
    assert checks.standing(PLAN) is None
    assert checks.as_json(PLAN, is_on_board=True, arming=None)["asks"] == []


def test_a_yes_to_something_else_is_none() -> None:
    assert VehicleChecks(DEAF, frozenset({"low battery"})).standing(PLAN) != ""


def test_a_yes_to_what_nobody_asks_about_is_refused_and_none_of_it_kept() -> None:
    checks = VehicleChecks(DEAF)
    with pytest.raises(Conflict, match="nobody asks about low battery"):
        checks.accept(frozenset({"link loss", "low battery"}), PLAN)
    assert checks.standing(PLAN) != ""


def test_a_fence_that_the_vehicle_does_not_keep_blocks_and_no_yes_passes_it() -> None:
    checks = VehicleChecks(replace(GOOD, fence_enforced=False, fence_setting="FENCE_ENABLE 0"))
    assert "FENCE_ENABLE" in str(checks.standing(PLAN))
    assert checks.as_json(PLAN, is_on_board=True, arming=None)["fence_warning"] != ""
    without = BoardPlan("Survey", replace(PLAN.lists, fence=()))
    assert checks.standing(without) is None


def test_the_page_is_told_the_lists_the_words_and_what_keeps_it_from_arming() -> None:
    told = VehicleChecks(GOOD).as_json(
        PLAN, is_on_board=True, arming=ArmingBlocks((written("PreArm: Compass not healthy"),))
    )
    assert (told["mission_items"], told["fence_points"], told["rally_points"]) == (2, 3, 1)
    assert told["arming"] == ["PreArm: Compass not healthy"]
    assert any("link loss" in words for words in told["by_itself"])
