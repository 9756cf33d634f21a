"""What keeps a vehicle from arming, kept until it says otherwise."""

from typing import Any

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from telemetry.messages import written
from telemetry.vehicles.arming_blocks import FORGET_S, JUST_SAID_S, PREARM, ArmingBlocks, ArmingWatch


def sent(message: Any, system: int = 1) -> bytes:
    packed: bytes = message.pack(mavlink.MAVLink(None, system, 1))
    return packed


def status(*, passes: bool) -> bytes:
    health = PREARM if passes else 0
    return sent(mavlink.MAVLink_sys_status_message(PREARM, PREARM, health, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))


def heartbeat(*, armed: bool) -> bytes:
    base = mavlink.MAV_MODE_FLAG_SAFETY_ARMED if armed else 0
    return sent(mavlink.MAVLink_heartbeat_message(2, 3, base, 0, 3, 3))


def watch_with(*texts: str) -> ArmingWatch:
    watch = ArmingWatch(1, 1)
    for text in texts:
        watch.hear_text(text, 0.0)
    return watch


def test_reasons_are_kept_once_whatever_prefix_they_came_with() -> None:
    watch = watch_with("PreArm: Need Position Estimate", "Arm: Need Position Estimate", "Preflight Fail: compass")
    watch.hear(status(passes=False), 1.0)
    assert watch.blocks(30.0) == ArmingBlocks(
        (written("Need Position Estimate"), written("compass")), checks_pass=False
    )
    assert str(watch.blocks(30.0).words) == "it does not arm: Need Position Estimate; compass"


def test_they_are_gone_when_it_says_that_its_checks_pass_but_not_by_a_word_from_before() -> None:
    watch = watch_with("PreArm: Need Position Estimate")
    watch.hear(status(passes=True), JUST_SAID_S / 2)
    assert watch.blocks(JUST_SAID_S / 2).reasons
    watch.hear(status(passes=True), JUST_SAID_S)
    assert watch.blocks(JUST_SAID_S) == ArmingBlocks((), checks_pass=True)


@pytest.mark.parametrize("at", [FORGET_S, 1000.0])
def test_a_reason_that_is_not_said_again_is_forgotten(at: float) -> None:
    assert watch_with("PreArm: Need Position Estimate").blocks(at).reasons == ()


def test_a_vehicle_that_armed_has_none() -> None:
    watch = watch_with("PreArm: Need Position Estimate")
    watch.hear(heartbeat(armed=False), 1.0)
    assert watch.blocks(1.0).reasons
    watch.hear(heartbeat(armed=True), 1.0)
    assert watch.blocks(1.0).reasons == ()


def test_one_that_gives_no_reason_is_still_said_not_to_arm_and_other_vehicles_are_not_heard() -> None:
    watch = ArmingWatch(1, 1)
    watch.hear(sent(mavlink.MAVLink_sys_status_message(PREARM, PREARM, 0, *[0] * 10), system=2), 0.0)
    assert watch.blocks(0.0) == ArmingBlocks()
    watch.hear(status(passes=False), 0.0)
    assert "do not pass" in str(watch.blocks(0.0).words)
