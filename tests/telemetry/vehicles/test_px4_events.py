"""What keeps PX4 from arming for a mission, by its events alone."""

import struct
from collections.abc import Sequence

import pytest

from telemetry.errors import Conflict
from telemetry.messages import Message, written
from telemetry.vehicles.arming_blocks import ArmingBlocks, ArmingWatch
from telemetry.vehicles.px4_events import ARMING_SUMMARY, EVENT, HEALTH_SUMMARY, MISSION, ArmingEvents
from telemetry.vehicles.vehicle_commands import CommandedVehicle
from tests.telemetry.vehicles.test_arming_blocks import heartbeat, watch_with

GPS, REMOTE_CONTROL, GLOBAL_POSITION, SYSTEM = 3, 7, 24, 20
OFFBOARD = 1 << 14
MANUAL = 1 << 0


def event(number: int, arguments: bytes = b"", system: int = 1) -> bytes:
    """As on the wire: the zeros at the end of the payload are left out."""
    payload = (struct.pack("<IIHBBB", number, 1000, 7, 0, 0, 0x33) + arguments).rstrip(b"\0")
    return bytes([0xFD, len(payload), 0, 0, 0, system, 1]) + EVENT.to_bytes(3, "little") + payload + b"\0\0"


def summary(*parts: int, can_arm: int) -> bytes:
    errors = sum(1 << part for part in parts)
    return event(ARMING_SUMMARY, struct.pack("<BIIII", 0, errors, 0, can_arm, can_arm))


def check(modes: int, part: int) -> bytes:
    return event(0x012F1DC7, struct.pack("<IB", modes, part))


def told(*frames: bytes) -> tuple[str, ...]:
    events = ArmingEvents()
    for frame in frames:
        events.hear(frame)
    return tuple(map(str, events.reasons))


def test_the_checks_that_keep_it_from_a_mission_are_named_and_no_others() -> None:
    assert told(
        summary(GPS, GLOBAL_POSITION, REMOTE_CONTROL, can_arm=0),
        check(MISSION | OFFBOARD, GPS),
        check(MISSION, GLOBAL_POSITION),
        check(MISSION, GLOBAL_POSITION),
        check(MANUAL, REMOTE_CONTROL),
        event(HEALTH_SUMMARY),
    ) == ("PX4's check of GPS", "PX4's check of the global position")


def test_one_that_arms_for_a_mission_is_kept_by_nothing_though_other_modes_are() -> None:
    frames = [summary(SYSTEM, REMOTE_CONTROL, can_arm=MISSION), check(OFFBOARD, SYSTEM), check(MANUAL, REMOTE_CONTROL)]
    assert told(*frames) == ()


def test_where_the_events_of_the_checks_are_lost_the_parts_with_errors_are_named() -> None:
    assert told(summary(GPS, can_arm=MANUAL)) == ("PX4's check of GPS",)
    assert told(summary(can_arm=MANUAL)) == ("a check of PX4 that it does not name",)


def test_the_next_summary_takes_the_place_of_the_one_before() -> None:
    frames = [summary(GPS, can_arm=0), check(MISSION, GPS), summary(can_arm=MISSION)]
    assert told(*frames) == ()


def test_its_own_words_go_before_its_events_and_arming_ends_both() -> None:
    silent, speaking = ArmingWatch(1, 1), watch_with("Preflight Fail: no valid GPS")
    for watch in (silent, speaking):
        watch.hear(event(ARMING_SUMMARY, struct.pack("<BIIII", 0, 1 << SYSTEM, 0, 0, 0), system=2), 0.0)
        watch.hear(summary(GPS, can_arm=0), 0.0)
    assert str(silent.blocks(1.0).words) == "it does not arm: PX4's check of GPS"
    assert speaking.blocks(1.0).reasons == (written("no valid GPS"),)
    silent.hear(heartbeat(armed=True), 2.0)
    assert silent.blocks(2.0) == ArmingBlocks()


class Refusing(CommandedVehicle):
    """Does nothing that it is told, and says nothing."""

    async def command(self, number: int, params: Sequence[float], what: Message, *, frame: int | None = None) -> None:
        raise Conflict(f"the vehicle refuses {what}")

    async def _go_back_to_the_first_item(self) -> None:
        pass


async def test_a_refusal_to_arm_without_a_word_names_what_its_events_tell() -> None:
    vehicle = Refusing("udpin://127.0.0.1:1")
    vehicle._said.arming = ArmingWatch(1, 1)
    vehicle._said.arming.hear(summary(GPS, can_arm=0), 0.0)
    with pytest.raises(Conflict, match="the vehicle refuses getting ready to arm: PX4's check of GPS"):
        await vehicle.start_mission()
