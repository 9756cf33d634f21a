"""A route as mission items: what the vehicle is told, and that JSON loses none of it."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mission.routes import Leg, LegKind, Waypoint, plan_survey
from mission.routes.mission_items import items_from_json, items_of, items_of_legs, items_to_json
from mission.routes.route import PointOfInterest
from mission.routes.survey import SurveyRequest
from telemetry.errors import BadPlan
from telemetry.positions import Position
from telemetry.transfer.mission_items import AltitudeFrame, Command, MissionItem
from telemetry.transfer.plan_difference import first_difference
from telemetry.vehicles.kinematics import Multirotor
from tests.mission.areas import RECTANGLE, U_SHAPE, area

HOME = Position(lat=56.6195, lon=23.279, alt_m=60.0)
ROUTE = plan_survey(area(U_SHAPE), SurveyRequest(spacing_m=30), home=HOME)

numbers = st.floats(-1e6, 1e6, width=32)
any_items = st.builds(
    MissionItem,
    command=st.integers(0, 65535),
    frame=st.integers(0, 21),
    param4=numbers | st.just(float("nan")),
    lat=st.floats(-90, 90),
    lon=st.floats(-180, 180),
    alt_m=numbers,
    autocontinue=st.booleans(),
)


@given(st.lists(any_items, max_size=6))
def test_items_survive_json(items: list[MissionItem]) -> None:
    assert first_difference(items, items_from_json(items_to_json(items))) is None


def test_it_takes_off_sets_its_speed_flies_every_corner_and_returns() -> None:
    items = items_of(ROUTE)
    assert [item.command for item in items[:2]] == [Command.TAKEOFF, Command.CHANGE_SPEED]
    assert items[-1].command == Command.RETURN_TO_LAUNCH
    corners = [(item.lat, item.lon, item.alt_m) for item in items if item.command == Command.WAYPOINT]
    assert corners == ROUTE.points[1:-1]
    assert {item.frame for item in items if item.command == Command.WAYPOINT} == {AltitudeFrame.RELATIVE}


def test_the_camera_is_off_in_transit_and_switched_only_where_that_changes() -> None:
    switches = [item.param1 for item in items_of(ROUTE) if item.command == Command.CAMERA_TRIGGER_DISTANCE]
    assert all((a > 0) != (b > 0) for a, b in pairwise(switches))
    assert (switches[0] > 0, switches[-1]) == (True, 0)


def test_without_a_home_it_flies_to_the_first_corner_itself() -> None:
    route = plan_survey(area(RECTANGLE), SurveyRequest())
    corners = [(item.lat, item.lon, item.alt_m) for item in items_of(route) if item.command == Command.WAYPOINT]
    assert corners == route.points
    assert LegKind.TRANSIT not in {leg.kind for leg in route.legs}


def test_time_energy_and_pictures_are_what_the_simulated_vehicle_needs() -> None:
    model = Multirotor(HOME)
    model.load(items_of(ROUTE))
    assert model.arm()
    model.fly_mission()
    seconds = 0.0
    while model.armed and seconds < 3600:
        model.step(1)
        seconds += 1
    summary = ROUTE.summary
    assert model.current == len(model.items)
    assert abs(seconds / summary.duration_s - 1) < 0.15
    assert abs((1 - model.battery) / summary.energy_fraction - 1) < 0.15
    assert abs(model.photos / summary.photos - 1) < 0.1


def test_the_camera_looks_down_before_the_first_picture() -> None:
    items = items_of(ROUTE)
    (gimbal,) = [item for item in items if item.command == Command.MOUNT_CONTROL]
    assert (gimbal.param1, gimbal.alt_m) == (-90, 2)
    first_corner = next(n for n, item in enumerate(items) if item.command == Command.WAYPOINT)
    camera = next(n for n, item in enumerate(items) if item.command == Command.CAMERA_TRIGGER_DISTANCE)
    assert first_corner < items.index(gimbal) < camera


def test_a_hold_stays_and_looks_at_its_point_and_lets_go_of_it() -> None:
    at, yard = Waypoint(56.62, 23.28, 50.0), Waypoint(56.621, 23.28, 0.0)
    hold = Leg(LegKind.HOLD, (at, at), camera=False, look=PointOfInterest(yard), hold_s=90)
    items = items_of(replace(ROUTE, legs=(ROUTE.legs[0], hold)))
    roi = next(item for item in items if item.command == Command.SET_ROI_LOCATION)
    assert (roi.lat, roi.lon, roi.alt_m, roi.frame) == (*yard, AltitudeFrame.RELATIVE)
    assert items[items.index(roi) + 1].param1 == 90
    assert [item.command for item in items[-2:]] == [Command.SET_ROI_NONE, Command.RETURN_TO_LAUNCH]


def test_the_region_of_interest_is_set_before_the_camera_is_triggered() -> None:
    here, there, mast = (Waypoint(56.62, 23.28 + east, 40.0) for east in (0.0, 0.001, 0.002))
    leg = Leg(LegKind.ORBIT, (here, there), camera=True, look=PointOfInterest(mast))
    commands = [item.command for item in items_of_legs([leg], speed_m_s=5, trigger_m=10)]
    assert commands.index(Command.SET_ROI_LOCATION) < commands.index(Command.CAMERA_TRIGGER_DISTANCE)


def test_a_route_of_several_batteries_is_not_one_mission() -> None:
    with pytest.raises(BadPlan, match="needs 2 batteries"):
        items_of(replace(ROUTE, sorties=(ROUTE, ROUTE)))
