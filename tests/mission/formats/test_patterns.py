"""Patterns of QGroundControl that carry no items: computed as QGroundControl computes them."""

import json
import math
from itertools import pairwise
from typing import Any

import pytest

from mission.formats import PlanFile, load, read
from telemetry.errors import BadPlan
from telemetry.positions import LocalFrame
from telemetry.transfer.mission_items import MissionItem
from tests.mission.formats.plans import SAMPLES

needs_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not beside the clone")
FRAME = LocalFrame(56.62, 23.28)
CALC = {"AdjustedFootprintFrontal": 20, "AdjustedFootprintSide": 25, "DistanceToSurface": 40}
STYLE = {"CameraCalc": CALC, "TurnAroundDistance": 0, "CameraTriggerInTurnAround": False, "Refly90Degrees": False}
SQUARE = [FRAME.to_degrees(x, y) for x, y in ((0, 0), (0, 100), (100, 100), (100, 0))]
SURVEY = {"complexItemType": "survey", "version": 5, "angle": 0, "polygon": SQUARE, "TransectStyleComplexItem": STYLE}
LINE = [FRAME.to_degrees(0, 0), FRAME.to_degrees(0, 200), FRAME.to_degrees(200, 200)]
CORRIDOR = {"complexItemType": "CorridorScan", "version": 2, "CorridorWidth": 48, "polyline": LINE, "EntryPoint": 0}
CORRIDOR |= {"TransectStyleComplexItem": STYLE | {"CameraCalc": CALC | {"AdjustedFootprintSide": 24}}}
SCAN = {"complexItemType": "StructureScan", "version": 3, "polygon": SQUARE, "CameraCalc": CALC, "Layers": 2}
SCAN |= {"EntranceAltitude": 50, "ScanBottomAlt": 10, "StructureHeight": 50, "StartFromTop": False, "GimbalPitch": -10}
LANDING = {"complexItemType": "fwLandingPattern", "version": 2, "loiterRadius": 75, "loiterClockwise": False}
LANDING |= {"landCoordinate": [56.62, 23.28, 0], "landingApproachCoordinate": [56.63, 23.28, 40]}


def plan(entry: dict[str, Any]) -> PlanFile:
    root = {"fileType": "Plan", "version": 1, "mission": {"version": 2, "items": [entry | {"type": "ComplexItem"}]}}
    return read(json.dumps(root).encode(), "x.plan")


def track(items: tuple[MissionItem, ...]) -> list[tuple[int, int]]:
    places = [FRAME.to_metres(item.lat, item.lon) for item in items if item.command == 16]
    return [(round(place.east_m), round(place.north_m)) for place in places]


@needs_samples
def test_a_survey_without_items_is_what_qgroundcontrol_stored_for_the_same_survey() -> None:
    name = "mavsdk_qgroundcontrol_sample_with_survey"
    stored = load(SAMPLES / "plan" / f"{name}.plan").items
    computed = load(SAMPLES / "plan" / f"{name}_missing_items.plan").items
    assert [item.command for item in computed] == [item.command for item in stored]
    for mine, theirs in zip(computed, stored, strict=True):
        apart = [
            a - b
            for a, b in zip(FRAME.to_metres(mine.lat, mine.lon), FRAME.to_metres(theirs.lat, theirs.lon), strict=True)
        ]
        assert math.hypot(*apart) < 0.05
        assert (mine.params[:3], mine.alt_m, mine.frame) == (theirs.params[:3], theirs.alt_m, theirs.frame)


def test_a_survey_flies_lines_a_spacing_apart_and_switches_the_camera_at_both_ends() -> None:
    made = plan(SURVEY)
    columns = sorted({east for east, _ in track(made.items)})
    assert {b - a for a, b in pairwise(columns)} == {25}
    assert {north for _, north in track(made.items)} == {0, 100}
    assert [item.param1 for item in made.items if item.command == 206] == [20, 0] * len(columns)
    assert "the survey carries no items" in str(made.notes[0])


@pytest.mark.parametrize(("entry", "east", "north"), [(0, 0, 0), (1, 1, 0), (2, 0, 1), (3, 1, 1)])
def test_the_entry_location_chooses_the_corner(entry: int, east: int, north: int) -> None:
    first, other = track(plan(SURVEY | {"entryLocation": entry}).items)[0], track(plan(SURVEY).items)[0]
    assert (first[0] > 50, first[1] != other[1]) == (bool(east), bool(north))


def test_refly_turnarounds_hover_and_alternate_lines_change_the_flight() -> None:
    plain = track(plan(SURVEY).items)
    refly = track(plan(SURVEY | {"TransectStyleComplexItem": STYLE | {"Refly90Degrees": True}}).items)
    turned = track(plan(SURVEY | {"TransectStyleComplexItem": STYLE | {"TurnAroundDistance": 30}}).items)
    assert (refly[: len(plain)], len(refly) > len(plain)) == (plain, True)
    assert {north for _, north in turned} == {-30, 0, 100, 130}
    assert sorted(track(plan(SURVEY | {"flyAlternateTransects": True}).items)) == sorted(plain)
    hover = plan(SURVEY | {"TransectStyleComplexItem": STYLE | {"HoverAndCapture": True}}).items
    assert {item.param1 for item in hover if item.command == 16} == {4.0}
    assert sum(item.command == 2000 for item in hover) == sum(item.command == 16 for item in hover)


def test_a_survey_of_the_old_shape_is_expanded_too() -> None:
    old = {"complexItemType": "survey", "version": 3, "polygon": SQUARE, "cameraTriggerDistance": 20}
    grid = {"altitude": 40, "angle": 0, "relativeAltitude": True, "spacing": 25, "turnAroundDistance": 0}
    made = plan(old | {"grid": grid, "cameraTriggerInTurnaround": False})
    assert track(made.items) == track(plan(SURVEY).items)


def test_a_corridor_is_flown_on_both_sides_of_its_line() -> None:
    assert track(plan(CORRIDOR).items) == [(-12, 0), (-12, 212), (200, 212), (200, 188), (12, 188), (12, 0)]
    assert track(plan(CORRIDOR | {"CorridorWidth": 0}).items) == [(0, 0), (0, 200), (200, 200)]
    other = track(plan(CORRIDOR | {"EntryPoint": 3}).items)
    assert other[0] == (200, 188)


def test_a_structure_is_flown_round_clockwise_in_layers_and_the_camera_looks_at_it() -> None:
    items = plan(SCAN).items
    loop = track(items)[1:6]
    assert loop == [(-40, -40), (-40, 140), (140, 140), (140, -40), (-40, -40)]
    assert sorted({item.alt_m for item in items if item.command == 16}) == [20, 40, 50]
    look = next(item for item in items if item.command == 196)
    assert (look.lat, look.alt_m) == (-10, 90)
    assert [item.command for item in items][-2:] == [197, 16]


def test_a_landing_pattern_approaches_and_lands() -> None:
    assert [(item.command, item.param2, item.alt_m) for item in plan(LANDING).items] == [
        (189, 0, 0),
        (31, -75, 40),
        (21, 0, 0),
    ]


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (SURVEY | {"polygon": SQUARE[:2]}, r"polygon: 2 different corners"),
        (SURVEY | {"angle": "north"}, r"angle: not a number"),
        (SURVEY | {"version": 1}, "survey has version 1"),
        (SURVEY | {"TransectStyleComplexItem": {}}, r"CameraCalc: not an object"),
        (SURVEY | {"TransectStyleComplexItem": STYLE | {"CameraCalc": CALC | {"AdjustedFootprintSide": None}}}, "Side"),
        (CORRIDOR | {"polyline": []}, "0 different corners"),
        (SCAN | {"Layers": 100_000}, "Layers: 100,000 is not between"),
        (SCAN | {"polygon": [SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3]]}, "crosses itself"),
        (LANDING | {"landCoordinate": 3}, "landCoordinate: not"),
        ({"complexItemType": "Spiral", "version": 1}, "a Spiral cannot be read"),
    ],
)
def test_settings_that_make_no_flight_are_refused_by_place(entry: dict[str, Any], words: str) -> None:
    with pytest.raises(BadPlan, match=rf"x\.plan, mission\.items\[0\].*{words}"):
        plan(entry)
