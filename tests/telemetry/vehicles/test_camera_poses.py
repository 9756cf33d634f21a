"""Where a vehicle's camera was and looked when a picture was taken, from what it said before and after."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from telemetry.vehicles.camera_poses import KEPT_S, CameraPose, NoPose
from tests.telemetry.vehicles.poses import LAT, LON, Told, attitude, gimbal, home, place


def pose(told: Told, moment: float) -> CameraPose:
    found = told.poses.at(moment)
    assert isinstance(found, CameraPose), found
    return found


def test_between_two_words_it_is_between_the_two() -> None:
    told = Told()
    told.hear(10.0, place(north=4.0, east=3.0), attitude(90), gimbal(0, -45))
    told.hear(10.2, place(LAT + 2e-5, LON + 4e-5, 64.0, north=4.0, east=3.0), attitude(100), gimbal(0, -55))
    found = pose(told, 10.05)
    assert (found.lat, found.lon, found.height_m) == pytest.approx((LAT + 0.5e-5, LON + 1e-5, 61.0), abs=2e-7)
    assert (found.yaw_deg, found.pitch_deg, found.roll_deg) == pytest.approx((92.5, -47.5, 0), abs=0.05)
    assert (found.north_m_s, found.east_m_s, found.held_s) == pytest.approx((4, 3, 0))


@given(begins=st.floats(0, 359.9), turn=st.floats(-170, 170), share=st.floats(0.01, 0.99))
def test_a_heading_turns_the_short_way(begins: float, turn: float, share: float) -> None:
    told = Told()
    told.hear(1.0, place(), attitude(begins), gimbal(0, -30))
    told.hear(2.0, place(), attitude(begins + turn), gimbal(0, -30))
    off = (pose(told, 1.0 + share).yaw_deg - begins - share * turn + 180) % 360 - 180
    assert off == pytest.approx(0, abs=0.01)


@given(yaw=st.floats(0, 359.9), heading=st.floats(0, 359.9))
def test_straight_down_the_pictures_upper_edge_points_where_the_drone_is_turned(yaw: float, heading: float) -> None:
    told = Told()
    told.hear(1.0, place(), attitude(heading), gimbal(yaw, -90))
    found = pose(told, 1.0)
    off = (found.yaw_deg - yaw - heading + 180) % 360 - 180
    assert (off, found.pitch_deg, found.roll_deg) == pytest.approx((0, -90, 0), abs=0.1)


def test_a_gimbal_that_counts_from_north_needs_no_heading() -> None:
    told = Told()
    told.hear(1.0, place(), gimbal(200, -45, flags=64))
    assert pose(told, 1.0).yaw_deg == pytest.approx(200, abs=1e-3)


def test_a_gimbal_that_counts_from_the_nose_is_turned_by_the_heading_at_the_pictures_moment() -> None:
    told = Told()
    for step in range(11):
        told.hear(1 + step / 10, place(), attitude(30 * step / 10))
    told.hear(1.0, gimbal(10, -45))
    told.hear(2.0, gimbal(10, -45))
    assert pose(told, 1.5).yaw_deg == pytest.approx(25, abs=1e-2)
    assert pose(told, 1.5).turn_deg_s == pytest.approx(30, abs=0.1)


def test_a_heading_told_with_the_place_does_where_no_attitude_comes() -> None:
    told = Told()
    told.hear(1.0, place(heading=77), gimbal(0, -45))
    assert pose(told, 1.2).yaw_deg == pytest.approx(77, abs=1e-3)


def test_without_a_heading_a_gimbal_that_counts_from_the_nose_says_nothing() -> None:
    told = Told()
    told.hear(1.0, place(), gimbal(0, -45))
    assert told.poses.at(1.0) is NoPose.NO_HEADING


def test_without_a_place_and_without_a_gimbal_it_says_so() -> None:
    told = Told()
    told.hear(1.0, attitude(0))
    assert told.poses.at(1.0) is NoPose.NO_PLACE
    told.hear(1.0, place(0, 0))  # as is said before there is a fix
    assert told.poses.at(1.0) is NoPose.NO_PLACE
    told.hear(1.0, place())
    assert told.poses.at(1.0) is NoPose.NO_GIMBAL


@pytest.mark.parametrize("silent", ["place", "attitude", "gimbal"])
def test_what_is_more_than_a_second_away_is_stale_before_and_after(silent: str) -> None:
    told = Told()
    said = {"place": place(), "attitude": attitude(0), "gimbal": gimbal(0, -45)}
    told.hear(5.0, said.pop(silent))
    for moment in (3.0, 3.9, 4.1, 5.0, 5.9, 6.1, 7.0):
        told.hear(moment, *said.values())
    assert told.poses.at(3.9) is NoPose.STALE
    assert pose(told, 4.1).held_s == pytest.approx(0.9)
    assert pose(told, 5.9).held_s == pytest.approx(0.9)
    assert told.poses.at(6.1) is NoPose.STALE


def test_in_the_middle_of_a_long_gap_nothing_is_known_near_its_ends_it_is() -> None:
    told = Told()
    for moment in (1.0, 6.0):
        told.hear(moment, place(), attitude(0), gimbal(0, -45))
    assert told.poses.at(3.0) is NoPose.STALE
    assert pose(told, 1.5).held_s == 0


def test_only_the_last_seconds_are_kept() -> None:
    told = Told()
    for second in range(100):
        told.hear(float(second), place(), attitude(0), gimbal(0, -45))
    assert pose(told, 99 - KEPT_S).held_s == 0
    assert told.poses.at(99 - KEPT_S - 1.1) is NoPose.STALE


def test_of_two_gimbals_the_first_is_believed_and_the_other_when_that_is_silent() -> None:
    told = Told()
    told.hear(1.0, place(), attitude(0), gimbal(0, -45, number=1), gimbal(0, -80, number=2))
    assert pose(told, 1.0).pitch_deg == pytest.approx(-45, abs=1e-3)
    told.hear(4.0, place(), attitude(0), gimbal(0, -80, number=2))
    assert pose(told, 4.0).pitch_deg == pytest.approx(-80, abs=1e-3)


def test_an_older_message_does_where_the_newer_does_not_come() -> None:
    told = Told()
    told.hear(1.0, place(), attitude(90), mavlink.MAVLink_mount_status_message(0, 0, -4_500, 0, 1_000))
    assert (pose(told, 1.0).yaw_deg, pose(told, 1.0).pitch_deg) == pytest.approx((100, -45))


def test_another_vehicles_words_and_another_components_place_are_not_taken() -> None:
    told = Told()
    told.hear(1.0, place(), attitude(0), gimbal(0, -45), system=2)
    assert told.poses.at(1.0) is NoPose.NO_PLACE
    told.hear(1.0, place(), attitude(0), component=154)
    assert told.poses.at(1.0) is NoPose.NO_PLACE
    told.hear(1.0, place(), attitude(0))
    told.hear(1.0, gimbal(0, -45), component=154)
    assert pose(told, 1.0).pitch_deg == pytest.approx(-45, abs=1e-3)


def test_without_a_satellite_fix_its_place_is_not_believed() -> None:
    told = Told()
    told.hear(1.0, place(), attitude(0), gimbal(0, -45), mavlink.MAVLink_gps_raw_int_message(0, 1, *[0] * 8))
    assert told.poses.at(1.0) is NoPose.NO_FIX
    told.hear(1.1, mavlink.MAVLink_gps_raw_int_message(0, 3, *[0] * 8))
    assert pose(told, 1.0).accuracy_m is None


def test_how_well_its_receiver_knows_its_place_and_its_home_are_told_with_it() -> None:
    told = Told()
    told.hear(1.0, place(), attitude(0), gimbal(0, -45))
    assert (pose(told, 1.0).accuracy_m, pose(told, 1.0).home) == (None, None)
    fix = mavlink.MAVLink_gps_raw_int_message(0, 3, 0, 0, 0, 80, 90, 0, 0, 14, h_acc=850)
    told.hear(1.0, fix, home(56.6, 23.3))
    assert (pose(told, 1.0).accuracy_m, pose(told, 1.0).home) == (0.85, (56.6, 23.3))
