"""The model of the simulated multirotor: limits of the airframe, missions flown to their end."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telemetry.positions import LocalFrame
from telemetry.transfer.mission_items import AltitudeFrame, Command, MissionItem
from telemetry.vehicles import Airframe
from telemetry.vehicles.kinematics import Mode, Multirotor
from tests.telemetry.vehicles.links import HOME, short_mission

points = st.tuples(st.floats(-300, 300), st.floats(-300, 300), st.floats(5, 100))


def waypoint(east: float, north: float, up: float) -> MissionItem:
    lat, lon = LocalFrame(HOME.lat, HOME.lon).to_degrees(east, north)
    return MissionItem(Command.WAYPOINT, lat=lat, lon=lon, alt_m=up)


def flying(items: list[MissionItem]) -> Multirotor:
    model = Multirotor(HOME)
    model.load(items)
    assert model.arm()
    model.fly_mission()
    return model


def test_a_mission_ends_on_the_ground_at_home_disarmed() -> None:
    model = flying(short_mission())
    done = model.step(300)
    assert (done, model.current, model.armed, model.up) == (6, 6, False, 0.0)
    assert math.hypot(model.east, model.north) < 1.5


@settings(max_examples=40, deadline=None)
@given(st.lists(points, min_size=1, max_size=4), st.floats(1, 20))
def test_it_never_exceeds_its_speed_acceleration_or_climb(corners: list[tuple[float, ...]], speed: float) -> None:
    frame = Airframe()
    model = flying(
        [
            MissionItem(Command.TAKEOFF, alt_m=10),
            MissionItem(Command.CHANGE_SPEED, AltitudeFrame.NO_POSITION, 1, speed),
            *[waypoint(*corner) for corner in corners],
            MissionItem(Command.RETURN_TO_LAUNCH, AltitudeFrame.NO_POSITION),
        ]
    )
    before = (model.v_east, model.v_north)
    while model.armed:
        model.step(0.1)
        assert model.ground_speed_m_s <= frame.max_speed_m_s + 1e-6
        assert -frame.descent_m_s - 1e-6 <= model.v_up <= frame.climb_m_s + 1e-6
        if model.in_air:
            change = math.hypot(model.v_east - before[0], model.v_north - before[1])
            assert change <= frame.acceleration_m_s2 * 0.1 + 1e-6
        before = (model.v_east, model.v_north)
    assert model.current == len(model.items)


def test_a_hold_stops_it_and_the_mission_goes_on_from_there() -> None:
    model = flying([MissionItem(Command.TAKEOFF, alt_m=20), waypoint(0, 200, 20), waypoint(50, 200, 20)])
    model.step(12)
    model.turn_to(Mode.HOLD)
    model.step(10)
    north = model.north
    model.step(10)
    assert 0 < model.north < 190
    assert model.north == pytest.approx(north, abs=0.5)
    model.fly_mission()
    model.step(120)
    assert model.current == 3
    assert math.hypot(model.east - 50, model.north - 200) < 1


def test_pictures_are_taken_at_the_distance_asked() -> None:
    model = flying(short_mission())
    model.step(300)
    assert model.photos == pytest.approx(1 + 100 // 10, abs=1)


def test_an_altitude_above_the_sea_is_reached_relative_to_home() -> None:
    model = flying([MissionItem(Command.TAKEOFF, AltitudeFrame.AMSL, alt_m=85.0)])
    model.step(30)
    assert model.up == pytest.approx(25.0, abs=0.5)


def test_an_empty_battery_lands_it_where_it_is_and_a_low_one_does_not_arm() -> None:
    model = Multirotor(HOME, battery=0.2)
    model.load([MissionItem(Command.TAKEOFF, alt_m=20), waypoint(0, 20_000, 20)])
    assert model.arm()
    model.fly_mission()
    model.step(3600)
    assert (model.armed, model.up, model.battery) == (False, 0.0, 0.0)
    assert not model.arm()


@given(st.floats(0, 5000), st.floats(0.5, 15))
def test_a_leg_takes_longer_the_longer_it_is_and_never_beats_its_speed(length_m: float, speed: float) -> None:
    frame = Airframe()
    seconds = frame.leg_seconds(length_m, speed)
    assert seconds >= length_m / speed - 1e-9
    assert frame.leg_seconds(length_m + 1, speed) > seconds
