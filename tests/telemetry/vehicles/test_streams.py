"""A vehicle's streams are asked for until they flow."""

from itertools import pairwise

from telemetry.mavlink.gimbals import GIMBAL_DEVICE_ATTITUDE_STATUS, MOUNT_STATUS
from telemetry.vehicles.streams import LONGEST_S, Missing

POSITION, MISSION = 33, 42
WANTED = {POSITION: 4.0, MISSION: 2.0}


def test_all_of_them_are_asked_for_at_the_start_whatever_flows_already() -> None:
    missing = Missing(WANTED)
    missing.heard(POSITION, 0.0)
    assert missing.due(0.0) == [POSITION, MISSION]
    assert missing.due(0.5) == []


def test_one_that_does_not_come_is_asked_for_again_and_again_but_ever_more_seldom() -> None:
    missing, asked = Missing(WANTED), []
    for tick in range(4 * 300):
        missing.heard(POSITION, tick / 4)
        if MISSION in missing.due(tick / 4):
            asked.append(tick / 4)
    assert asked[:5] == [0, 1, 3, 7, 15]
    assert {later - before for before, later in pairwise(asked[6:])} == {LONGEST_S}


def test_one_that_stops_is_asked_for_again_at_once() -> None:
    missing = Missing(WANTED)
    missing.due(0.0)
    for tick in range(100):
        missing.heard(POSITION, tick / 4)
        missing.heard(MISSION, tick / 4)
        assert missing.due(tick / 4) == []
    missing.heard(POSITION, 26.5)
    assert missing.due(27.0) == [MISSION]
    assert missing.due(28.0) == [POSITION, MISSION]


def test_after_a_loss_all_are_asked_for() -> None:
    missing = Missing(WANTED)
    missing.due(0.0)
    missing.forget()
    assert missing.due(0.1) == [POSITION, MISSION]


def test_what_was_not_wanted_is_not_asked_for() -> None:
    missing = Missing(WANTED)
    missing.heard(30, 0.0)
    assert set(missing.due(0.0)) == set(WANTED)


def test_an_older_message_of_the_gimbal_is_asked_for_only_where_the_newer_does_not_come() -> None:
    wanted = {POSITION: 4.0, MOUNT_STATUS: 5.0, GIMBAL_DEVICE_ATTITUDE_STATUS: 5.0}
    tells, silent, asked = Missing(wanted), Missing(wanted), []
    for tick in range(4 * 60):
        now = tick / 4
        assert MOUNT_STATUS not in tells.due(now)
        tells.heard(GIMBAL_DEVICE_ATTITUDE_STATUS, now)
        asked += [now] * (MOUNT_STATUS in silent.due(now))
    assert asked[0] == 1.25  # once the other was asked for twice
