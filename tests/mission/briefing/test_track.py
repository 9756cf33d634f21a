"""Waypoints, legs and heights as they are printed, from the profile that the checks use."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import ArrayLike, NDArray

from mission.briefing.heights import svg
from mission.checks.segments import SegmentKind
from mission.formats import PlanFile
from telemetry.positions import Position, distance_m
from telemetry.transfer.mission_items import AltitudeFrame, Command, MissionItem
from tests.mission.areas import FRAME
from tests.mission.briefing.builders import at, plan, track


class Hill:
    """Ground that rises 10 m for every 100 m to the north."""

    version = "a hill"

    def heights_m(self, lats: ArrayLike, lons: ArrayLike) -> NDArray[np.float64]:
        north = (np.asarray(lats, dtype=np.float64) - FRAME.lat) * 111_320
        return np.broadcast_to(0.1 * north, np.broadcast_shapes(np.shape(lats), np.shape(lons))).copy()


def waypoint(east_m: float, north_m: float, alt_m: float = 50, **more: float) -> MissionItem:
    place = at(east_m, north_m)
    return MissionItem(Command.WAYPOINT, lat=place.lat, lon=place.lon, alt_m=alt_m, **more)  # type: ignore[arg-type]


def flight(*items: MissionItem, home: Position | None = None) -> PlanFile:
    back = MissionItem(Command.RETURN_TO_LAUNCH, AltitudeFrame.NO_POSITION)
    return PlanFile("A flight", (MissionItem(Command.TAKEOFF, alt_m=50), *items, back), home or at(0, 0))


def test_every_place_that_is_flown_to_has_its_number_and_the_way_to_it() -> None:
    made = track(flight(waypoint(100, 0), waypoint(100, 200), waypoint(100, 200, 80)))
    assert [w.number for w in made.waypoints] == [1, 2, 3]
    assert [round(w.way_m) for w in made.waypoints] == [100, 200, 0]
    assert [round(w.height_m) for w in made.waypoints] == [50, 50, 80]
    assert made.waypoints[-1].along_m == pytest.approx(300, abs=0.5)


def test_what_is_done_at_a_waypoint_is_said_in_words() -> None:
    photo = MissionItem(Command.CAMERA_TRIGGER_DISTANCE, AltitudeFrame.NO_POSITION, 15.0)
    speed = MissionItem(Command.CHANGE_SPEED, AltitudeFrame.NO_POSITION, 1, 6.0)
    made = track(flight(waypoint(100, 0, param1=20), photo, speed, waypoint(200, 0)))
    assert [str(w.does) for w in made.waypoints] == ["hold 20 s, picture every 15 m, 6 m/s", "return to home"]


def test_the_legs_join_from_home_to_home_and_show_where_the_camera_works() -> None:
    made = track(plan())
    legs = list(made.legs())
    assert all(a[-1] == b[0] for (_, a), (_, b) in pairwise(legs))
    assert legs[0][1][0] == legs[-1][1][-1] == (made.home.lat, made.home.lon)
    assert (legs[0][0], legs[-1][0]) == (SegmentKind.TRANSIT, SegmentKind.RETURN)
    worked = [segment for segment in made.profile.segments if segment.kind is SegmentKind.WORK]
    drawn = sum(
        distance_m(Position(lat=a[0], lon=a[1]), Position(lat=b[0], lon=b[1]))
        for kind, line in legs
        if kind is SegmentKind.WORK
        for a, b in pairwise(line)
    )
    assert drawn == pytest.approx(sum(segment.length_m for segment in worked), rel=0.005)


def test_heights_over_rising_ground_are_above_home_and_above_ground() -> None:
    made = track(flight(waypoint(0, 100), waypoint(0, 300)), Hill())
    assert [round(w.height_m) for w in made.waypoints] == [50, 50]
    assert [round(w.agl_m) for w in made.waypoints] == [40, 20]
    assert made.lowest_agl_m == pytest.approx(20, abs=0.5)
    assert made.highest_agl_m == pytest.approx(70, abs=0.5)  # back at home, at the return height
    assert made.return_m == pytest.approx(70, abs=0.01)


def test_a_plan_that_lands_where_it_is_has_no_way_back() -> None:
    there = at(100, 0)
    landing = MissionItem(Command.LAND, lat=there.lat, lon=there.lon)
    flown = flight(waypoint(100, 0))
    made = track(replace(flown, items=(*flown.items[:-1], landing)))
    assert made.return_m is None
    assert (str(made.waypoints[-1].does), round(made.waypoints[-1].height_m)) == ("land", 0)


def test_the_drawing_of_heights_stays_small_and_inside_its_frame() -> None:
    drawn = svg(track(flight(*(waypoint(20.0 * (n % 2), 2.0 * n, 40 + n % 7) for n in range(800)))))
    numbers = [float(x) for pair in drawn.split('points="')[2].split('"')[0].split() for x in pair.split(",")]
    assert len(drawn) < 150_000
    assert min(numbers) >= 0
    assert max(numbers) <= 720
