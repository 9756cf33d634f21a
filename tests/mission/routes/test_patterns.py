"""Orbit, perimeter, overwatch and structure: where they fly, where they look, and what they refuse."""

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LinearRing, LineString, Polygon

from mission.routes import LegKind, Route
from mission.routes.cameras import camera_named
from mission.routes.drones import drone_named
from mission.routes.energy import Wind
from mission.routes.footprint import footprint_m
from mission.routes.mission_items import items_of
from mission.routes.overwatch import in_view
from mission.routes.patterns import PATTERNS, plan_pattern
from mission.routes.route import PointOfInterest
from mission.routes.structure import StructureRequest, layers
from telemetry.errors import BadPlan
from telemetry.positions import Position
from telemetry.transfer.mission_items import Command
from tests.mission.areas import FRAME, HOLE, RECTANGLE, SQUARE, U_SHAPE, Ring, geojson
from tests.mission.hills import Hills

HOME = Position(lat=56.6195, lon=23.279)
MAST = {"type": "Point", "coordinates": [23.28, 56.62]}
HOUSE: Ring = [(0, 0), (12, 0), (12, 8), (0, 8)]


def metres(route: Route, kind: LegKind) -> list[list[tuple[float, float]]]:
    return [
        [tuple(FRAME.to_metres(*point.place)) for point in leg.points]  # type: ignore[misc]
        for leg in route.legs
        if leg.kind is kind
    ]


@given(st.floats(5, 800), st.integers(1, 5), st.booleans())
def test_an_orbits_corners_lie_on_the_circle_and_its_chords_close_to_it(
    distance: float, turns: int, clockwise: bool
) -> None:
    wishes = {"distance_m": distance, "turns": turns, "clockwise": clockwise}
    rings = metres(plan_pattern("orbit", MAST, wishes), LegKind.ORBIT)
    assert len(rings) == turns
    for ring in rings:
        assert np.hypot(*np.array(ring).T) == pytest.approx(distance, abs=0.05)
        middles = (np.array(ring)[1:] + np.array(ring)[:-1]) / 2
        assert np.hypot(*middles.T).min() > distance - 0.5
        assert LinearRing(ring).is_ccw is not clockwise


def test_an_orbit_begins_towards_home_and_looks_at_the_middle_until_it_leaves() -> None:
    route = plan_pattern("orbit", MAST, {"photos_per_turn": 36, "look_height_m": 12}, home=HOME)
    first = FRAME.to_metres(*route.legs[1].points[0].place)
    toward = FRAME.to_metres(HOME.lat, HOME.lon)
    assert math.atan2(*first) == pytest.approx(math.atan2(*toward), abs=0.01)
    assert route.legs[1].look == PointOfInterest((56.62, 23.28, 12))  # type: ignore[arg-type]
    assert route.summary.photos == pytest.approx(36, abs=1)
    commands = [item.command for item in items_of(route)]
    assert commands.index(Command.SET_ROI_LOCATION) < commands.index(Command.SET_ROI_NONE)


def test_an_orbit_round_an_area_keeps_its_distance_from_all_of_it() -> None:
    (ring,) = metres(plan_pattern("orbit", geojson(RECTANGLE), {"distance_m": 30}), LegKind.ORBIT)
    assert LineString(ring).distance(Polygon(RECTANGLE)) > 29


@settings(max_examples=30, deadline=None)
@given(st.sampled_from([(RECTANGLE,), (U_SHAPE,), (SQUARE, HOLE)]), st.floats(1, 45), st.integers(1, 3), st.booleans())
def test_a_patrol_stays_its_distance_inside_the_edge(
    rings: tuple[Ring, ...], distance: float, laps: int, clockwise: bool
) -> None:
    polygon = Polygon(rings[0], rings[1:])
    wishes = {"distance_m": distance, "laps": laps, "clockwise": clockwise}
    route = plan_pattern("perimeter", geojson(*rings), wishes, home=HOME)
    for lap in metres(route, LegKind.PATROL):
        assert LineString(lap).distance(polygon.boundary) > distance - 0.6
        assert polygon.covers(LineString(lap))
        assert LinearRing(lap).is_ccw is not clockwise
    assert len(metres(route, LegKind.PATROL)) % laps == 0
    assert (route.summary.outside_m, route.summary.photos, route.summary.covered_fraction) == (0, 0, None)
    looks = [leg.look for leg in route.legs if leg.kind is LegKind.PATROL]
    assert all(
        isinstance(look, PointOfInterest) and polygon.covers(shapely.Point(FRAME.to_metres(*look.at.place)))
        for look in looks
    )


def test_a_patrol_of_parts_flies_from_one_to_the_other_inside() -> None:
    hourglass: Ring = [(0, 0), (100, 0), (53, 50), (100, 100), (0, 100), (47, 50)]
    route = plan_pattern("perimeter", geojson(hourglass), {"distance_m": 10})
    assert [leg.kind for leg in route.legs] == [LegKind.PATROL, LegKind.TURN, LegKind.PATROL]
    assert all(a.points[-1] == b.points[0] for a, b in pairwise(route.legs))
    assert route.summary.outside_m == 0


@given(st.floats(-85, -15), st.sampled_from(["generic", "mavic3t_thermal", "h20t_zoom"]))
def test_the_circle_that_is_said_to_be_in_view_is_in_the_picture(pitch: float, name: str) -> None:
    """Each point of the circle is projected into the picture: the check is another formula than the planner's."""
    camera, angle = camera_named(name), math.radians(-pitch)
    radius, aim = in_view(camera, pitch), 1 / math.tan(angle)
    ahead, down = np.array([math.cos(angle), 0, -math.sin(angle)]), np.array([math.sin(angle), 0, math.cos(angle)])
    for turn in np.linspace(0, 2 * math.pi, 73):
        ray = np.array([aim + radius * math.cos(turn), radius * math.sin(turn), -1.0])
        depth = ray @ ahead
        assert depth > 0
        assert abs(ray[1] / depth * camera.focal_mm) <= camera.sensor_width_mm / 2 * 1.001
        assert abs(ray @ down / depth * camera.focal_mm) <= camera.sensor_height_mm / 2 * 1.001


def test_an_overwatch_stays_where_the_area_is_in_view_and_looks_at_its_middle() -> None:
    yard: Ring = [(0, 0), (60, 0), (60, 40), (0, 40)]
    route = plan_pattern("overwatch", geojson(yard), {"minutes_min": 5, "side_deg": 180}, home=HOME)
    (hold,) = [leg for leg in route.legs if leg.kind is LegKind.HOLD]
    at, look = hold.points[-1], hold.look
    assert hold.hold_s == 300
    assert isinstance(look, PointOfInterest)
    east, north = FRAME.to_metres(*at.place)
    assert (east, north) == pytest.approx((30, 20 - at.height_m), abs=0.1)  # 45 degrees down, from the south
    assert FRAME.to_metres(*look.at.place) == pytest.approx((30, 20), abs=0.1)
    assert 300 < route.summary.duration_s < 420
    assert next(item.param1 for item in items_of(route) if item.param1 == 300) == 300


def test_an_area_too_wide_to_be_in_view_is_refused_with_the_height_it_takes() -> None:
    with pytest.raises(BadPlan, match=r"from 120 m at -45° .* in view, and this is 566 m wide: it needs \d+ m"):
        plan_pattern("overwatch", geojson(SQUARE), {})
    with pytest.raises(BadPlan, match="from 30 m"):
        plan_pattern("overwatch", geojson(RECTANGLE), {"altitude_m": 30})


@given(st.floats(4, 120), st.floats(5, 60), st.floats(0.1, 0.9), st.booleans())
def test_layers_overlap_as_asked_and_reach_from_the_ground_to_the_top(
    height: float, distance: float, overlap: float, from_top: bool
) -> None:
    camera = camera_named("mavic3e")
    request = StructureRequest(
        structure_height_m=height, distance_m=distance, vertical_overlap=overlap, from_top=from_top, lowest_m=1
    )
    _, tall = footprint_m(camera, distance)
    try:
        heights = layers(request, camera)
    except BadPlan:
        assert height / (tall * (1 - overlap)) > 50
        return
    assert heights == sorted(heights, reverse=from_top)
    assert all(tall - abs(b - a) >= overlap * tall - 1e-6 for a, b in pairwise(heights))
    assert min(heights) - tall / 2 <= 1e-6 or min(heights) == 1
    assert max(heights) + tall / 2 >= height - 1e-6


def whole_rings(parts: list[Any]) -> list[list[Any]]:
    """The rings that facets flown one after the other make up."""
    rings: list[list[Any]] = []
    for part in parts:
        corners = [tuple(place) for place in part]
        if rings and rings[-1][0] != rings[-1][-1]:
            rings[-1] += corners[1:]
        else:
            rings.append(corners)
    return rings


L_SHAPE = [(0, 0), (40, 0), (40, 12), (12, 12), (12, 30), (0, 30)]
LONG = [(0, 0), (100, 0), (100, 12), (0, 12)]


@pytest.mark.parametrize("outline", [LONG, L_SHAPE, HOUSE])
@pytest.mark.parametrize("clockwise", [True, False])
def test_each_wall_is_looked_at_at_right_angles(outline: list[Any], clockwise: bool) -> None:
    wishes = {"structure_height_m": 12, "distance_m": 8, "clockwise": clockwise}
    route = plan_pattern("structure", geojson(outline), wishes, home=HOME)
    body = Polygon(outline)
    seen = 0.0
    for leg in (leg for leg in route.legs if leg.kind is LegKind.ORBIT):
        assert isinstance(leg.look, PointOfInterest)
        at = FRAME.to_metres(leg.look.at.lat, leg.look.at.lon)
        line = LineString([FRAME.to_metres(*point.place) for point in leg.points])
        for along in np.arange(0.2, line.length, 0.5):
            place = line.interpolate(along)
            towards = shapely.shortest_line(place, body.exterior).coords[-1]
            ways = [math.atan2(to[1] - place.y, to[0] - place.x) for to in (at, towards)]
            assert abs(math.remainder(ways[0] - ways[1], 2 * math.pi)) < math.radians(4)
            assert leg.look.at.height_m == leg.points[0].height_m
            seen += 0.5
    assert seen > body.exterior.length * 0.9


@pytest.mark.parametrize("shape", [MAST, geojson(HOUSE)])
def test_a_structure_is_flown_round_ring_by_ring_at_its_distance(shape: dict[str, Any]) -> None:
    wishes = {"structure_height_m": 40, "distance_m": 12, "radius_m": 4}
    route = plan_pattern("structure", shape, wishes, home=HOME)
    body = shapely.Point(0, 0).buffer(4, quad_segs=64) if shape is MAST else Polygon(HOUSE)
    rings = whole_rings(metres(route, LegKind.ORBIT))
    assert all(11.4 <= LineString(ring).distance(body) <= 12.1 for ring in rings)
    assert all(shapely.hausdorff_distance(LineString(ring), body.buffer(12).exterior) < 0.8 for ring in rings)
    heights = [leg.points[0].height_m for leg in route.legs if leg.kind is LegKind.ORBIT]
    assert heights == sorted(heights, reverse=True)
    assert len(rings) == len(set(heights))
    assert {point.height_m for leg in route.legs if leg.kind is LegKind.TRANSIT for point in leg.points} == {50}
    assert all(a.points[-1] == b.points[0] for a, b in pairwise(route.legs))
    assert not any(leg.camera for leg in route.legs if leg.kind is LegKind.CLIMB)


def test_heights_of_a_structure_are_above_its_own_ground() -> None:
    hills = Hills(15, 400)
    home = Position(lat=56.6195, lon=23.2785)
    far = {"type": "Point", "coordinates": [23.2816, 56.62]}
    rise = float(hills.heights_m(56.62, 23.2816) - hills.heights_m(home.lat, home.lon))
    flat, hilly = (
        min(point.height_m for point in plan_pattern("structure", far, {}, home=home, terrain=ground).points)
        for ground in (None, hills)
    )
    assert abs(rise) > 5
    assert hilly - flat == pytest.approx(rise, abs=0.05)


@pytest.mark.parametrize("name", sorted(PATTERNS))
def test_every_pattern_describes_its_wishes_for_a_form(name: str) -> None:
    fields = PATTERNS[name].form()
    assert {"camera", "speed_m_s"} <= {each["name"] for each in fields}
    for each in fields:
        assert each["help"].endswith(".")
        assert each["kind"] in ("number", "whole", "choice", "switch")
        if each["kind"] in ("number", "whole"):
            assert each["max"] is not None
            assert each["unit"] or each["name"].endswith(("overlap", "turns", "laps", "per_turn", "per_point", "lines"))


@pytest.mark.parametrize("name", sorted(PATTERNS))
def test_every_pattern_gives_the_same_route_for_the_same_wish_with_a_drone_in_wind(name: str) -> None:
    shape = geojson([(0, 0), (80, 0), (80, 50), (0, 50)])
    routes = [plan_pattern(name, shape, {}, home=HOME, drone=drone_named("m30t"), wind=Wind(200, 7)) for _ in range(2)]
    assert routes[0] == routes[1]
    calm = plan_pattern(name, shape, {}, home=HOME, drone=drone_named("m30t"))
    assert calm.summary.energy_fraction < routes[0].summary.energy_fraction


@pytest.mark.parametrize(
    ("pattern", "shape", "wishes", "sentence"),
    [
        ("spiral", MAST, {}, "no pattern 'spiral'; known are survey, corridor, perimeter"),
        ("survey", MAST, {}, "the outline is a point; the survey is flown over an area"),
        ("perimeter", geojson(RECTANGLE), {"distance_m": 90}, "its widest place is 150 m wide"),
        ("orbit", geojson([(0, 0), (4500, 0), (4500, 4500), (0, 4500)]), {}, "orbit something smaller"),
        ("orbit", MAST, {"turns": 0}, "the orbit cannot be planned: turns: 0 is too little; give"),
        ("structure", MAST, {"structure_height_m": 300, "vertical_overlap": 0.95}, "rings, more than 60"),
        ("structure", MAST, {"structure_height_m": 30, "lowest_m": 100}, "above the top of the structure, 30 m"),
        ("structure", geojson(HOUSE), {"camera": "box"}, "no camera called 'box'"),
        ("overwatch", MAST, {"colour": "red"}, "colour"),
    ],
)
def test_what_cannot_be_flown_is_refused_in_words(
    pattern: str, shape: object, wishes: dict[str, object], sentence: str
) -> None:
    with pytest.raises(BadPlan, match=sentence):
        plan_pattern(pattern, shape, wishes)


def test_a_reserve_or_a_camera_the_drone_does_not_have_is_refused() -> None:
    with pytest.raises(BadPlan, match="a reserve of 1"):
        plan_pattern("orbit", MAST, {}, reserve=1.0)
    with pytest.raises(BadPlan, match="carries no camera generic"):
        plan_pattern("orbit", MAST, {"camera": "generic"}, drone=drone_named("m30t"))


def test_a_long_hold_is_shared_between_batteries() -> None:
    route = plan_pattern("overwatch", MAST, {"minutes_min": 60}, home=HOME)
    assert len(route.sorties) == 3
    assert all(sortie.summary.energy_fraction <= 0.7 for sortie in route.sorties)
    assert route.as_json()["sorties"][0]["energy_fraction"] <= 0.7
