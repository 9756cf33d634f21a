"""What PX4 and ArduPilot make of mission items, as their sources say."""

import math
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telemetry.transfer.mission_items import AltitudeFrame, Command, MissionItem
from telemetry.transfer.readback_rules import ARDUPILOT, EXACT, PX4, ReadbackRules
from telemetry.transfer.refusals import REFUSALS, SET_HOME, AutopilotName

CASES = Path(__file__).parents[4] / "shared/samples/cases/flight"

WAYPOINT = MissionItem(Command.WAYPOINT, param1=2.5, param2=3, param3=1, param4=-90, lat=56.6, lon=23.2, alt_m=20)
MOUNT = MissionItem(Command.MOUNT_CONTROL, AltitudeFrame.RELATIVE, -90, alt_m=2)
numbers = st.floats(-720, 720, width=32)
items = st.builds(
    MissionItem,
    st.sampled_from([16, 17, 18, 19, 20, 21, 22, 82, 112, 177, 178, 189, 195, 197, 201, 205, 206, 1000, 2000, 5001]),
    st.sampled_from([0, 2, 3]),
    param1=numbers,
    param2=numbers | st.just(math.nan),
    param3=numbers,
    param4=numbers | st.just(math.nan),
)


@given(st.lists(items, max_size=4), st.sampled_from([EXACT, PX4, ARDUPILOT]))
def test_a_plan_is_not_other_than_itself(plan: list[MissionItem], keeping: ReadbackRules) -> None:
    assert keeping.difference(plan, [keeping.kept(keeping.sent(item)) for item in plan]) is None


def test_px4_turns_a_heading_into_radians_and_back_and_drops_the_pass_by_distance() -> None:
    heading = math.degrees(math.radians(WAYPOINT.param4 + 360) * (1 + 2e-7))
    assert PX4.difference([WAYPOINT], [replace(WAYPOINT, frame=6, param3=0, param4=heading)]) is None
    assert "its heading" in (str(PX4.difference([WAYPOINT], [replace(WAYPOINT, param4=271)]) or ""))
    assert "its acceptance radius" in (str(PX4.difference([WAYPOINT], [replace(WAYPOINT, param2=4)]) or ""))


def test_ardupilot_keeps_whole_seconds_of_a_waypoint_and_nothing_else_of_its_parameters() -> None:
    back = MissionItem(16, AltitudeFrame.RELATIVE, 2, lat=56.6, lon=23.2, alt_m=20)
    assert ARDUPILOT.difference([WAYPOINT], [back]) is None
    assert "its hold time" in (str(ARDUPILOT.difference([WAYPOINT], [replace(back, param1=3)]) or ""))
    assert "its latitude" in (str(ARDUPILOT.difference([WAYPOINT], [replace(back, lat=56.61)]) or ""))


def test_what_has_no_place_is_sent_in_the_frame_that_says_so_for_px4_takes_it_in_no_other() -> None:
    assert [PX4.sent(MOUNT).frame, ARDUPILOT.sent(MOUNT).frame] == [AltitudeFrame.NO_POSITION] * 2
    assert PX4.sent(WAYPOINT) == WAYPOINT


def test_ardupilot_gets_no_nan_but_where_it_takes_it() -> None:
    take_off = MissionItem(Command.TAKEOFF, param2=math.nan, param4=math.nan, alt_m=20)
    sent = ARDUPILOT.sent(take_off)
    assert sent.param2 == 0
    assert math.isnan(sent.param4)
    assert math.isnan(PX4.sent(take_off).param2)


@pytest.mark.parametrize("command", [5000, 5001, 5002, 5003, 5004, 5100])
def test_px4_keeps_of_a_fence_or_rally_point_no_word_of_going_on_by_itself(command: int) -> None:
    sent = MissionItem(command, AltitudeFrame.AMSL, 4, lat=56.6, lon=23.2)
    assert PX4.difference([sent], [replace(sent, frame=5, autocontinue=False)]) is None
    assert "its latitude" in (str(PX4.difference([sent], [replace(sent, lat=56.7, autocontinue=False)]) or ""))
    mission = MissionItem(Command.WAYPOINT, lat=56.6, lon=23.2)
    assert "goes on by itself" in (str(PX4.difference([mission], [replace(mission, autocontinue=False)]) or ""))


@pytest.mark.parametrize("keeping", [PX4, ARDUPILOT])
@pytest.mark.parametrize("found", [0, 2, 3, 6])
def test_home_set_where_the_vehicle_is_means_the_same_in_every_frame(keeping: ReadbackRules, found: int) -> None:
    here = MissionItem(SET_HOME, AltitudeFrame.RELATIVE, 1)
    assert keeping.sent(replace(here, frame=2)).frame == AltitudeFrame.NO_POSITION
    assert keeping.difference([here], [replace(here, frame=found)]) is None
    elsewhere = MissionItem(SET_HOME, AltitudeFrame.RELATIVE, 0, lat=56.6, lon=23.2)
    assert "its latitude" in (str(keeping.difference([elsewhere], [replace(elsewhere, lat=56.7)]) or ""))
    assert "counts from" in (str(keeping.difference([elsewhere], [replace(elsewhere, frame=AltitudeFrame.AMSL)]) or ""))


def test_the_place_of_a_mark_where_landing_begins_is_none_that_px4_flies_to() -> None:
    mark = MissionItem(189, AltitudeFrame.NO_POSITION, lat=56.625, lon=23.279)
    assert PX4.difference([mark], [replace(mark, lat=57.0, lon=23.0)]) is None


@pytest.mark.skipif(not CASES.exists(), reason="the recordings of real autopilots are not here")
@pytest.mark.parametrize("name", AutopilotName)
def test_what_a_real_autopilot_refused_is_known_and_nothing_else_is(name: AutopilotName) -> None:
    lines = (CASES / f"upload-{'px4' if name is AutopilotName.PX4 else 'ardu'}.txt").read_text().splitlines()
    commands = [re.search(r"refused: unsupported; .*differs in command: sent (\d+)", line) for line in lines]
    refused = {int(found.group(1)) for found in commands if found is not None}
    assert refused <= REFUSALS[name].commands | {SET_HOME}
    assert len(refused) >= len(REFUSALS[name].commands)


def test_each_item_that_would_be_refused_is_named_by_number_and_command() -> None:
    plan = [
        MissionItem(Command.TAKEOFF, alt_m=20),
        MissionItem(18, lat=56, lon=23),
        MissionItem(Command.WAYPOINT, 10, lat=56, lon=23),
        MissionItem(SET_HOME, AltitudeFrame.AMSL, 0, lat=56, lon=23),
    ]
    assert [str(reason) for reason in REFUSALS[AutopilotName.PX4].refused(plan)] == [
        "item 2, loiter turns (command 18), is a command that PX4 1.16 does not take in a mission",
        "item 3, waypoint (command 16), has its height above the ground, which PX4 1.16 does not take",
        "item 4, set home (command 179), sets home to a place of its own, which PX4 1.16 does not take in a mission",
    ]
    assert REFUSALS[AutopilotName.ARDUPILOT].refused(plan) == []
