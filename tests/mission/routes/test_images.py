"""How many pictures show each point of an area, and surveys that reach the number asked for."""

import math
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Polygon

from mission.ground import FlatTerrain
from mission.routes.cameras import camera_named
from mission.routes.footprint import footprint_m
from mission.routes.image_count import count_images
from mission.routes.pictures import Pictures, footprints, pictures_of_legs
from mission.routes.route import STRAIGHT_DOWN, Leg, LegKind, Waypoint
from mission.routes.survey import SurveyRequest, plan_survey
from mission.zones.areas import load_shape
from mission.zones.geometry import local_frame, read_area, to_metres
from telemetry.geometry.footprints import ground_corners
from tests.mission.areas import FRAME, HOLE, RECTANGLE, SQUARE, U_SHAPE, Ring, area
from tests.mission.hills import Hills

CAMERA = camera_named("generic")
SAMPLES = Path(__file__).parents[4] / "shared/samples/cases/planning"
STRIP: Ring = [(0, 0), (400, 0), (400, 12), (0, 12)]
BENT: Ring = [(0, 0), (150, 10), (240, 90), (236, 104), (146, 24), (0, 14)]
"""A river of two bends, 14 m wide."""
BLOCK: Ring = [(0, 0), (110, 0), (110, 90), (0, 90)]
COURTYARD: Ring = [(30, 25), (80, 25), (80, 65), (30, 65)]


def leg(*points: tuple[float, float], height_m: float = 60.0) -> Leg:
    corners = tuple(Waypoint(*FRAME.to_degrees(*point), height_m) for point in points)
    return Leg(LegKind.TRANSECT, corners, camera=True, look=STRAIGHT_DOWN)


def test_one_picture_shows_the_ground_of_its_footprint_and_no_more() -> None:
    pictures = pictures_of_legs([leg((200, 200), (200, 201))], trigger_m=50)
    count = count_images(area(SQUARE), pictures, CAMERA)
    across, along = footprint_m(CAMERA, 60)
    assert len(pictures) == 1
    assert set(np.unique(count.seen)) == {0, 1}
    assert count.seen.sum() * count.distance_m**2 == pytest.approx(across * along, rel=0.02)


def test_a_picture_is_taken_at_once_and_after_every_trigger_distance() -> None:
    pictures = pictures_of_legs([leg((0, 0), (40, 0)), leg((40, 0), (40, 35))], trigger_m=15)
    metres = [
        tuple(round(value) for value in FRAME.to_metres(*at)) for at in zip(pictures.lat, pictures.lon, strict=True)
    ]
    assert metres == [(0, 0), (15, 0), (30, 0), (40, 5), (40, 20), (40, 35)]
    assert pictures.heading_deg.round().tolist() == [90, 90, 90, 0, 0, 0]


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.tuples(st.floats(-50, 450), st.floats(-50, 450), st.floats(0, 359), st.floats(-90, -40)), max_size=12)
)
def test_the_raster_counts_as_many_footprints_as_hold_each_point(
    views: list[tuple[float, float, float, float]],
) -> None:
    rows = [(*FRAME.to_degrees(east, north), 60.0, heading, pitch) for east, north, heading, pitch in views]
    polygon = area(U_SHAPE)
    count = count_images(polygon, Pictures.of_rows(rows), CAMERA)
    shapes = [Polygon(each) for each in footprints(Pictures.of_rows(rows), CAMERA, FlatTerrain(), count.frame)]
    at = np.argwhere(count.inside)[:: int(count.inside.sum() / 50)]
    for row, column in at.tolist():
        east, north = count.frame.to_metres(*count.place(row, column))
        near = shapely.Point(east, north)
        if all(shape.exterior.distance(near) > 0.01 for shape in shapes):
            assert count.counts[row, column] == sum(shape.covers(near) for shape in shapes)


def test_all_of_the_area_and_nothing_else_is_looked_at() -> None:
    for polygon in (area(SQUARE, HOLE), area(BENT), area(STRIP)):
        count = count_images(polygon, Pictures.of_rows([]), CAMERA)
        metres = to_metres(polygon, local_frame(polygon))
        assert count.least == 0
        assert count.seen.size * count.distance_m**2 == pytest.approx(metres.area, rel=0.03)


def test_a_camera_that_looks_ahead_shows_the_ground_ahead() -> None:
    corners = ground_corners(
        CAMERA.half_width, CAMERA.half_height, np.array([60.0]), np.array([90.0]), np.array([-60.0])
    )[0]
    assert corners[:, 0].mean() > 60 / math.tan(math.radians(60))
    assert corners[:, 1].mean() == pytest.approx(0, abs=1e-9)


def test_a_picture_shows_less_of_rising_ground() -> None:
    pictures = pictures_of_legs([leg((200, 200), (200, 201))], trigger_m=50, base_m=100.0)
    flat = count_images(area(SQUARE), pictures, CAMERA, FlatTerrain(100.0))
    risen = count_images(area(SQUARE), pictures, CAMERA, FlatTerrain(130.0))
    assert risen.seen.sum() == pytest.approx(flat.seen.sum() / 4, rel=0.1)
    hilly = count_images(area(SQUARE), pictures, CAMERA, Hills())
    assert 0 < hilly.seen.sum() != flat.seen.sum()


@pytest.mark.parametrize("rings", [(RECTANGLE,), (U_SHAPE,), (SQUARE, HOLE), (STRIP,), (BENT,), (BLOCK, COURTYARD)])
@pytest.mark.parametrize("images", [5, 9])
def test_a_survey_shows_every_point_on_as_many_pictures_as_asked_for(rings: tuple[Ring, ...], images: int) -> None:
    polygon = area(*rings)
    route = plan_survey(polygon, SurveyRequest(images_per_point=images))
    again = count_images(polygon, pictures_of_legs(route.legs, route.summary.trigger_m or 0), CAMERA)
    assert again.least >= images
    assert route.summary.images_least == again.least
    assert route.summary.images_wanted == images
    assert route.summary.images_short_fraction == 0


def test_a_survey_that_nobody_asked_for_images_stays_inside_and_tells_what_falls_short() -> None:
    summary = plan_survey(area(BENT), SurveyRequest()).summary
    assert summary.outside_m == 0
    assert summary.images_wanted == 5
    assert summary.images_least is not None
    assert summary.images_least < 5
    assert summary.images_short_fraction is not None
    assert summary.images_short_fraction > 0.1


def test_oblique_pictures_reach_the_number_too() -> None:
    route = plan_survey(area(BLOCK), SurveyRequest(images_per_point=6, gimbal_pitch_deg=-55))
    assert route.summary.images_least is not None
    assert route.summary.images_least >= 6


def test_a_line_that_sees_too_little_for_the_number_gets_more_pictures_not_fewer() -> None:
    wish = SurveyRequest(images_per_point=5, front_overlap=0.2, side_overlap=0.1)
    assert (plan_survey(area(RECTANGLE), wish).summary.images_least or 0) >= 5


@pytest.mark.parametrize("name", ["river_narrow.geojson", "block_courtyard.geojson"])
def test_narrow_samples_reach_five_images_a_point(name: str) -> None:
    if not (SAMPLES / name).exists():
        pytest.skip("the sample files are not here")
    polygon = read_area(load_shape(SAMPLES / name, None), name)
    assert (plan_survey(polygon, SurveyRequest()).summary.images_least or 0) < 5
    assert (plan_survey(polygon, SurveyRequest(images_per_point=5)).summary.images_least or 0) >= 5


@pytest.mark.parametrize("rings", [([(0, 0), (40, 0), (40, 30), (0, 30)],), ([(0, 0), (40, 0), (55, 30), (0, 45)],)])
def test_lines_one_metre_apart_cover_99_5_percent(rings: tuple[Ring]) -> None:
    summary = plan_survey(area(*rings), SurveyRequest(spacing_m=1, altitude_m=30)).summary
    assert summary.covered_fraction is not None
    assert summary.covered_fraction >= 0.995


def test_a_survey_without_a_camera_takes_no_pictures_and_names_what_it_needs() -> None:
    route = plan_survey(area(RECTANGLE), SurveyRequest(without_camera=True, spacing_m=20))
    assert route.summary.photos == 0
    assert not any(leg.camera for leg in route.legs)
    assert (route.summary.covered_fraction or 0) >= 0.995
    assert route.summary.images_least is route.summary.gsd_cm is route.summary.trigger_m is None
    with pytest.raises(ValueError, match="spacing_m"):
        SurveyRequest(without_camera=True)
    with pytest.raises(ValueError, match="images_per_point"):
        SurveyRequest(without_camera=True, spacing_m=20, images_per_point=5)


def test_a_margin_is_surveyed_with_the_area() -> None:
    inside = plan_survey(area(RECTANGLE), SurveyRequest(keep_parallel=True))
    wider = plan_survey(area(RECTANGLE), SurveyRequest(keep_parallel=True, margin_m=30))
    assert inside.summary.outside_m == 0
    assert wider.summary.outside_m is not None
    assert wider.summary.outside_m > 100
    assert (wider.summary.images_least or 0) > (inside.summary.images_least or 0)


def test_a_crosshatch_flies_lines_at_right_angles_too() -> None:
    route = plan_survey(area(RECTANGLE), SurveyRequest(crosshatch=True, angle_deg=90))
    headings = pictures_of_legs(route.legs, route.summary.trigger_m or 0).heading_deg % 180
    assert min(np.sum(np.abs(headings - 90) < 2), np.sum(np.minimum(headings, 180 - headings) < 2)) > 20
    assert route.summary.outside_m == 0


def test_lines_kept_parallel_have_one_direction() -> None:
    route = plan_survey(area(U_SHAPE), SurveyRequest(keep_parallel=True))
    angle = route.summary.angle_deg
    assert angle is not None
    long = [each for each in route.legs if each.kind is LegKind.TRANSECT]
    leaning = [abs((float(pictures_of_legs([each], 1e6).heading_deg[0]) - angle + 90) % 180 - 90) for each in long]
    assert sorted(leaning)[len(leaning) // 2] < 1


def test_there_are_as_many_lines_as_asked_for() -> None:
    route = plan_survey(area(STRIP), SurveyRequest(fewest_lines=3, angle_deg=90))
    norths = {round(FRAME.to_metres(*point.place).north_m) for point in route.points}
    assert len(norths) == 3
    assert route.summary.outside_m == 0
