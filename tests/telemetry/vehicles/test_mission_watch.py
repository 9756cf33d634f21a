"""A mission that somebody else changed, by each of the ways in which a vehicle shows it."""

from typing import Any

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from telemetry.mavlink.extensions import PlanIds, with_current_plan_ids
from telemetry.transfer import readback_rules
from telemetry.transfer.mission_items import MissionItem
from telemetry.vehicles.mission_watch import POLL_S, SETTLE_S, MissionPoll, MissionWatch

PLAN = [MissionItem(16, lat=56 + n / 1e4, lon=23, alt_m=20) for n in range(6)]
LATER = 100.0
ACTIVE = mavlink.MISSION_STATE_ACTIVE


def current(total: int, *, seq: int = 2, mission_id: int = 0, state: int = ACTIVE, system: int = 1) -> bytes:
    message: Any = mavlink.MAVLink_mission_current_message(seq, total, state, 1)
    return with_current_plan_ids(message.pack(mavlink.MAVLink(None, system, 1)), PlanIds(mission_id))


def watch(plan_id: int = 0, how: readback_rules.ReadbackRules = readback_rules.ARDUPILOT) -> MissionWatch:
    watch = MissionWatch(1, how)
    watch.expect(PLAN, plan_id, LATER - SETTLE_S)
    return watch


@pytest.mark.parametrize(
    ("frames", "words"),
    [
        ([current(6), current(4)], "4 items are on board, 6 were read back"),
        ([current(6, mission_id=7), current(6, mission_id=8)], "another one than was read back"),
        ([current(65_535, state=mavlink.MISSION_STATE_NO_MISSION)], "has no mission any more"),
    ],
)
def test_the_vehicles_own_count_or_number_of_its_mission_shows_it(frames: list[bytes], words: str) -> None:
    watched = watch()
    for frame in frames:
        watched.hear(frame, LATER)
    assert words in (str(watched.changed or ""))


@pytest.mark.parametrize("frame", [current(6), current(0), current(65_535), current(4, system=2)])
def test_our_own_mission_and_other_vehicles_are_no_change(frame: bytes) -> None:
    watched = watch()
    watched.hear(frame, LATER)
    assert watched.changed is None


def test_what_may_be_older_than_our_reading_is_none() -> None:
    watched = watch(plan_id=7)
    watched.hear(current(4, mission_id=6), LATER - 0.1)
    watched.hear_text("Flight plan received", LATER - 0.1)
    assert watched.changed is None
    watched.suspend()
    watched.hear(current(4, mission_id=6), LATER)
    assert watched.changed is None


def test_a_mission_received_later_is_somebody_elses() -> None:
    watched = watch()
    watched.hear_text("Flight plan received", LATER)
    assert str(watched.changed) == 'the vehicle says "Flight plan received"'
    watched.hear(current(6), LATER + 10)
    assert watched.changed is not None


def test_the_count_and_the_current_item_are_polled_now_and_then_and_compared() -> None:
    watched = watch()
    watched.hear(current(6, seq=3), LATER)
    assert watched.poll_at(LATER - SETTLE_S + POLL_S) == 2
    assert watched.poll_at(LATER - SETTLE_S + POLL_S + 1) is None
    watched.polled(MissionPoll(6, 2, PLAN[2]), LATER + 10)
    assert watched.changed is None
    watched.polled(MissionPoll(6, 2, PLAN[1]), LATER + 20)
    assert str(watched.changed) == "item 3 on board is not the one that was read back"


def test_a_vehicle_that_numbers_its_missions_is_not_polled() -> None:
    watched = watch(plan_id=7, how=readback_rules.PX4)
    assert watched.poll_at(LATER + POLL_S) is None
    watched.polled(MissionPoll(4), LATER)
    assert watched.changed is not None
