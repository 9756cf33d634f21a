"""What PX4 and ArduPilot make of mission items, as their sources say."""

import math
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from telemetry.transfer.keeping import ARDUPILOT, EXACT, PX4, Keeping
from telemetry.vehicles import Command, Frame, MissionItem

WAYPOINT = MissionItem(Command.WAYPOINT, param1=2.5, param2=3, param3=1, param4=-90, lat=56.6, lon=23.2, alt_m=20)
MOUNT = MissionItem(Command.MOUNT_CONTROL, Frame.RELATIVE, -90, alt_m=2)
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
def test_a_plan_is_not_other_than_itself(plan: list[MissionItem], keeping: Keeping) -> None:
    assert keeping.difference(plan, [keeping.kept(keeping.sent(item)) for item in plan]) is None


def test_px4_turns_a_heading_into_radians_and_back_and_drops_the_pass_by_distance() -> None:
    heading = math.degrees(math.radians(WAYPOINT.param4 + 360) * (1 + 2e-7))
    assert PX4.difference([WAYPOINT], [replace(WAYPOINT, frame=6, param3=0, param4=heading)]) is None
    assert "param4" in (PX4.difference([WAYPOINT], [replace(WAYPOINT, param4=271)]) or "")
    assert "param2" in (PX4.difference([WAYPOINT], [replace(WAYPOINT, param2=4)]) or "")


def test_ardupilot_keeps_whole_seconds_of_a_waypoint_and_nothing_else_of_its_parameters() -> None:
    back = MissionItem(16, Frame.RELATIVE, 2, lat=56.6, lon=23.2, alt_m=20)
    assert ARDUPILOT.difference([WAYPOINT], [back]) is None
    assert "param1" in (ARDUPILOT.difference([WAYPOINT], [replace(back, param1=3)]) or "")
    assert "lat" in (ARDUPILOT.difference([WAYPOINT], [replace(back, lat=56.61)]) or "")


def test_what_has_no_place_is_sent_in_the_frame_that_says_so_for_px4_takes_it_in_no_other() -> None:
    assert [PX4.sent(MOUNT).frame, ARDUPILOT.sent(MOUNT).frame] == [Frame.NO_POSITION] * 2
    assert PX4.sent(WAYPOINT) == WAYPOINT


def test_ardupilot_gets_no_nan_but_where_it_takes_it() -> None:
    take_off = MissionItem(Command.TAKEOFF, param2=math.nan, param4=math.nan, alt_m=20)
    sent = ARDUPILOT.sent(take_off)
    assert sent.param2 == 0
    assert math.isnan(sent.param4)
    assert math.isnan(PX4.sent(take_off).param2)
