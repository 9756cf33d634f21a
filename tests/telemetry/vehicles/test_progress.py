"""How far a vehicle says it is, message by message, with some of them lost."""

from typing import Any

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from telemetry.simulator.autopilot import Autopilot
from telemetry.simulator.flavour import FLAVOURS, FlavourName
from telemetry.vehicles.kinematics import Multirotor
from telemetry.vehicles.progress import MissionProgress
from tests.telemetry.vehicles.links import HOME, short_mission

ACTIVE, COMPLETE = mavlink.MISSION_STATE_ACTIVE, mavlink.MISSION_STATE_COMPLETE


def current(seq: int, total: int, state: int = ACTIVE) -> Any:
    return mavlink.MAVLink_mission_current_message(seq, total, state)


def reached(seq: int) -> Any:
    return mavlink.MAVLink_mission_item_reached_message(seq)


def heartbeat(*, armed: bool) -> Any:
    base = mavlink.MAV_MODE_FLAG_SAFETY_ARMED if armed else 0
    return mavlink.MAVLink_heartbeat_message(2, 3, base, 0, 4, 3)


def told(progress: MissionProgress, *messages: Any, system: int = 1, armed: bool = True) -> int:
    mav = mavlink.MAVLink(None, system, 1)
    for message in [heartbeat(armed=armed), *messages]:
        progress.hear(message.pack(mav))
    return progress.done


@pytest.mark.parametrize(("home_is_item_0", "last"), [(False, 5), (True, 6)])
def test_a_complete_mission_counts_though_the_word_for_its_last_item_was_lost(home_is_item_0: bool, last: int) -> None:
    progress = MissionProgress(system=1, home_is_item_0=home_is_item_0)
    progress.begin()
    assert told(progress, current(last, 6)) == 5
    assert told(progress, current(last, 6, COMPLETE)) == 6


def test_the_item_reached_counts_before_the_next_is_current() -> None:
    assert told(MissionProgress(system=1, home_is_item_0=True), reached(2)) == 2
    assert told(MissionProgress(system=1, home_is_item_0=False), reached(2), current(1, 6)) == 3


def test_a_mission_that_was_complete_before_this_one_began_counts_for_nothing() -> None:
    progress = MissionProgress(system=1, home_is_item_0=False)
    told(progress, current(5, 6), current(5, 6, COMPLETE))
    progress.begin()
    assert told(progress, current(0, 6, COMPLETE)) == 0
    assert told(progress, current(1, 6), current(1, 6, COMPLETE)) == 6


def test_what_is_said_before_the_motors_start_is_of_a_flight_before() -> None:
    """As in the recording ardu-stale_rally: four items of the mission before were counted into one of three."""
    progress = MissionProgress(system=1, home_is_item_0=True)
    assert told(progress, current(0, 4, COMPLETE), reached(4), armed=False) == 0
    progress.begin()
    assert told(progress, current(0, 3, COMPLETE), current(3, 4), armed=False) == 0
    assert told(progress, current(1, 3), current(3, 3), reached(3)) == 3


def test_a_vehicle_that_does_not_tell_how_many_items_it_has_is_not_taken_to_be_done() -> None:
    progress = MissionProgress(system=1, home_is_item_0=False)
    assert told(progress, current(2, 0), current(2, 65_535, COMPLETE)) == 2
    assert progress.total == 0


def test_another_vehicle_on_the_link_counts_for_nothing() -> None:
    assert told(MissionProgress(system=1, home_is_item_0=False), current(4, 6), system=2) == 0


@pytest.mark.parametrize("flavour", FlavourName)
def test_all_that_is_said_again_and_again_is_enough_to_count_a_whole_flight(flavour: FlavourName) -> None:
    pilot = Autopilot(Multirotor(HOME), FLAVOURS[flavour])
    pilot.reporter.ask("MISSION_CURRENT", 2)
    pilot.model.load(short_mission())
    progress = MissionProgress(system=1, home_is_item_0=pilot.flavour.home_is_item_0)
    progress.begin()
    pilot.model.arm()
    pilot.model.fly_mission()
    now, seen = 0.0, {0}
    while pilot.model.armed or now < 5:
        now += 0.25
        for frame in pilot.tick(0.25, now):
            if frame[7] != mavlink.MAVLINK_MSG_ID_MISSION_ITEM_REACHED:
                progress.hear(frame)
        assert progress.done <= pilot.model.current
        seen.add(progress.done)
    for frame in pilot.tick(1, now + 1):
        progress.hear(frame)
    assert (progress.done, progress.total) == (6, 6)
    assert 5 in seen
