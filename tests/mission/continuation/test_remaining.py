"""What is left of a plan: begun at the last picture, with everything as it was there, and nothing flown twice."""

import math
from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mission.checks.profile import profile_of
from mission.continuation.remaining import BreakOff, PathLeg, path_of, remaining
from mission.continuation.stops import FlownTrack, stop_at, stop_of_item, stop_of_track
from mission.formats import PlanFile
from mission.plans.files import plan_file_of
from mission.routes.energy import Floats
from mission.routes.patterns import plan_pattern
from telemetry.errors import BadPlan
from telemetry.positions import LocalFrame, Position
from telemetry.transfer.mission_items import Command, MissionItem
from telemetry.vehicles import Airframe
from tests.mission.areas import SQUARE, geojson

HOME = Position(lat=56.6195, lon=23.279)
FRAME = LocalFrame(HOME.lat, HOME.lon)


@cache
def survey() -> PlanFile:
    """Ten lines of 400 m."""
    return plan_file_of(plan_pattern("survey", geojson(SQUARE), {"spacing_m": 40}, home=HOME), "fields")


def line_of(plan: PlanFile, *, metres: float) -> Floats:
    """Places every 5 m along the plan's points from home, the first `metres` of them: latitude, longitude."""
    corners = np.array([(0.0, 0.0), *(FRAME.to_metres(leg.ends.lat, leg.ends.lon) for leg in path_of(plan))])
    along = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(corners, axis=0), axis=1))])
    at = np.arange(0, min(metres, along[-1]), 5.0)
    east, north = (np.interp(at, along, corners[:, axis]) for axis in range(2))
    return np.array([FRAME.to_degrees(e, n) for e, n in zip(east, north, strict=True)])


def way_home(places: Floats) -> Floats:
    """The same places, and straight home from the last."""
    back = np.linspace(places[-1], (HOME.lat, HOME.lon), 60)
    return np.concatenate([places, back[1:]])


def pictured(plan: PlanFile) -> float:
    """Metres with the camera on."""
    flown = profile_of(plan.items, home=plan.home, airframe=Airframe(), terrain=None, return_height_m=30.0)
    return sum(segment.length_m for segment in flown.segments if segment.camera)


def metres_to(plan: PlanFile, stop: BreakOff) -> float:
    """Metres along the plan's points from home to where it stopped."""
    legs = path_of(plan)
    number = next(n for n, leg in enumerate(legs) if leg.target == stop.item)
    before = sum(length(leg) for leg in legs[1:number]) + math.hypot(
        *FRAME.to_metres(legs[0].ends.lat, legs[0].ends.lon)
    )
    return before + legs[number].part(stop.lat, stop.lon)[0] * length(legs[number])


def pictured_until(plan: PlanFile, stop: BreakOff) -> float:
    """Metres with the camera on before it stopped."""
    legs = path_of(plan)
    number = next(n for n, leg in enumerate(legs) if leg.target == stop.item)
    last = legs[number]
    part = last.part(stop.lat, stop.lon)[0] if last.takes_pictures else 0.0
    return sum(length(leg) for leg in legs[:number] if leg.takes_pictures) + part * length(last)


def length(leg: PathLeg) -> float:
    return math.hypot(*LocalFrame(leg.begins.lat, leg.begins.lon).to_metres(leg.ends.lat, leg.ends.lon))


@settings(max_examples=25, deadline=None)
@given(st.floats(300, 4300), st.booleans())
def test_what_was_photographed_and_what_is_left_make_the_whole(metres: float, counted: bool) -> None:
    plan = survey()
    track = line_of(plan, metres=metres)
    gone_home = way_home(track)
    stop = stop_of_track(plan, FlownTrack(gone_home[:, 0], gone_home[:, 1]))
    if counted:
        done = next(leg.target for leg in path_of(plan) if leg.target >= stop.item)
        stop = stop_of_track(plan, FlownTrack(track[:, 0], track[:, 1]), done)
    assert metres - 80 < metres_to(plan, stop) <= metres + 1  # the turn before, where the new line was hardly begun
    left = remaining(plan, stop)
    assert left.items[-1].command == Command.RETURN_TO_LAUNCH
    assert pictured(left) == pytest.approx(pictured(plan) - pictured_until(plan, stop), abs=1)


def test_speed_gimbal_and_camera_are_set_again_and_the_camera_last() -> None:
    plan = survey()
    leg = next(leg for leg in path_of(plan)[3:] if leg.takes_pictures)
    left = remaining(plan, BreakOff(leg.target, leg.begins.lat, leg.begins.lon))
    assert [int(item.command) for item in left.items[:5]] == [22, 178, 16, 205, 206]
    assert left.items[5:] == plan.items[leg.target :]
    assert (left.fence, left.rally, left.home) == (plan.fence, plan.rally, plan.home)


def test_it_begins_at_the_last_picture_that_the_vehicle_told_of() -> None:
    plan = survey()
    leg = next(leg for leg in path_of(plan)[4:] if leg.takes_pictures)
    ends = np.array([(leg.begins.lat, leg.begins.lon), (leg.ends.lat, leg.ends.lon)])
    on_the_way = np.linspace(ends[0], ends[0] + 0.8 * (ends[1] - ends[0]), 40)
    taken = np.linspace(ends[0], ends[0] + 0.6 * (ends[1] - ends[0]), 12)
    stop = stop_of_track(plan, FlownTrack(on_the_way[:, 0], on_the_way[:, 1], taken), leg.target)
    assert (stop.lat, stop.lon) == pytest.approx(taken[-1], abs=1e-6)
    assert stop_at(plan, *taken[-1]).item == leg.target


def test_a_height_that_changes_along_the_way_is_kept_where_it_begins() -> None:
    first, second = (Position(lat=HOME.lat + d, lon=HOME.lon) for d in (0.001, 0.003))
    items = (
        MissionItem(22, alt_m=40, lat=HOME.lat, lon=HOME.lon),
        MissionItem(206, 2, 10, 0, 1),
        MissionItem(16, lat=first.lat, lon=first.lon, alt_m=40),
        MissionItem(16, lat=second.lat, lon=second.lon, alt_m=80),
        MissionItem(20, 2),
    )
    left = remaining(PlanFile("slope", items, HOME), BreakOff(3, HOME.lat + 0.002, HOME.lon))
    assert [(item.command, item.alt_m) for item in left.items] == [
        (22, 40),
        (16, 40),
        (16, 60),
        (206, 0),
        (16, 80),
        (20, 0),
    ]
    assert [a.lat for a, b in pairwise(left.items) if a.command == b.command == 16] == [pytest.approx(HOME.lat + 0.002)]


def test_where_no_pictures_are_taken_on_the_way_it_goes_on_at_the_next_point() -> None:
    points = [MissionItem(16, lat=HOME.lat + n / 1000, lon=HOME.lon, alt_m=30) for n in range(1, 5)]
    plan = PlanFile("patrol", (MissionItem(22, alt_m=30), *points, MissionItem(20, 2)), HOME)
    left = remaining(plan, stop_of_item(plan, 3))
    assert left.items == (plan.items[0], *points[2:], plan.items[-1])


def test_what_cannot_be_continued_is_refused_in_words() -> None:
    plan = survey()
    with pytest.raises(BadPlan, match="nothing of fields was flown yet"):
        remaining(plan, stop_of_item(plan, 0))
    with pytest.raises(BadPlan, match="nothing of it is left"):
        remaining(plan, stop_of_item(plan, len(plan.items) - 1))
    with pytest.raises(BadPlan, match="has no item 999; its items are 0 to"):
        stop_of_item(plan, 999)
    with pytest.raises(BadPlan, match="m away from every way of fields on which pictures are taken"):
        stop_at(plan, 56.7, 23.3)
    jumping = replace(plan, items=(*plan.items, MissionItem(Command.JUMP, 2, 1, 2)))
    with pytest.raises(BadPlan, match="repeats items by a jump"):
        remaining(jumping, BreakOff(5, HOME.lat, HOME.lon))
    with pytest.raises(BadPlan, match="is it of another flight"):
        stop_of_track(plan, FlownTrack(np.array([50.0, 50.1]), np.array([20.0, 20.0])))
