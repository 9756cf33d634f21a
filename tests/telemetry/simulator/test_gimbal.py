"""The simulated gimbal looks where it is told to, by orders and by the mission."""

import pytest

from telemetry.attitude import of_quaternions
from telemetry.positions import Position
from telemetry.simulator.autopilot import Autopilot
from telemetry.simulator.flavour import PX4
from telemetry.simulator.gimbal import Gimbal
from telemetry.transfer.mission_items import AltitudeFrame, Command, MissionItem
from telemetry.vehicles.kinematics import Multirotor
from tests.telemetry.vehicles.links import HOME


def looking(up_m: float = 60.0, heading_deg: float = 0.0) -> Gimbal:
    model = Multirotor(HOME)
    model.up, model.heading_deg = up_m, heading_deg
    return Gimbal(model)


def angles(gimbal: Gimbal) -> list[float]:
    return [float(angle) for angle in of_quaternions(*gimbal.turn)]


def north_of_home(metres: float, alt_m: float | None) -> Position:
    return Position(lat=HOME.lat + metres / 111_340, lon=HOME.lon, alt_m=alt_m)


def test_it_looks_straight_down_until_told_otherwise() -> None:
    assert angles(looking())[1] == pytest.approx(-90)


def test_a_point_as_far_as_it_is_high_is_looked_at_at_45_degrees_and_from_the_nose() -> None:
    gimbal = looking(heading_deg=270)
    gimbal.look_at = north_of_home(60, HOME.alt_m)
    assert angles(gimbal) == pytest.approx([90, -45, 0], abs=0.1)


def test_a_higher_point_is_looked_at_less_steeply() -> None:
    gimbal = looking()
    gimbal.look_at = north_of_home(60, (HOME.alt_m or 0) + 60)
    assert angles(gimbal)[1] == pytest.approx(0, abs=0.1)


def test_a_mission_turns_it_and_has_it_look_at_a_point_until_it_lets_go() -> None:
    gimbal = looking()
    gimbal.follow(MissionItem(Command.MOUNT_CONTROL, AltitudeFrame.NO_POSITION, -30, alt_m=2))
    assert angles(gimbal)[1] == pytest.approx(-30)
    point = north_of_home(60, None)
    gimbal.follow(MissionItem(Command.SET_ROI_LOCATION, AltitudeFrame.RELATIVE, lat=point.lat, lon=point.lon, alt_m=0))
    assert angles(gimbal)[1] == pytest.approx(-45, abs=0.1)
    gimbal.follow(MissionItem(Command.SET_ROI_NONE, AltitudeFrame.NO_POSITION))
    assert angles(gimbal)[1] == pytest.approx(-30)


def test_the_autopilot_turns_it_when_its_mission_comes_to_that() -> None:
    pilot = Autopilot(Multirotor(HOME), PX4)
    pilot.model.load(
        [
            MissionItem(Command.TAKEOFF, alt_m=10),
            MissionItem(Command.MOUNT_CONTROL, AltitudeFrame.NO_POSITION, -45, alt_m=2),
            MissionItem(Command.WAYPOINT, lat=HOME.lat + 0.001, lon=HOME.lon, alt_m=10),
        ]
    )
    pilot.model.armed = True
    pilot.model.fly_mission()
    pilot.tick(1.0, 1.0)
    assert pilot.gimbal.pitch_deg == -90
    for second in range(2, 20):
        pilot.tick(1.0, float(second))
    assert pilot.gimbal.pitch_deg == -45
