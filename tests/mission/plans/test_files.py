"""From a shape in a file to plan files and verdicts, as the command line does it."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
import shapely

from mission.formats import load
from mission.plans.files import Setting, plan_file, plan_file_of
from mission.routes.drones import drone_named
from mission.routes.energy import Wind
from mission.routes.patterns import plan_pattern
from telemetry.errors import BadGeometry, BadInput, BadPlan
from telemetry.positions import Position
from tests.mission.areas import U_SHAPE, geojson

HOME = Position(lat=56.6195, lon=23.279)
NOON = datetime(2026, 6, 1, 9, tzinfo=UTC)
SETTING = Setting(at=NOON, now=NOON, home=HOME)


@pytest.fixture
def area_path(tmp_path: Path) -> Path:
    path = tmp_path / "u.geojson"
    path.write_text(json.dumps(geojson(U_SHAPE)))
    return path


def test_geojson_holds_one_line_and_a_kind_for_each_leg(tmp_path: Path, area_path: Path) -> None:
    told = plan_file("survey", area_path, tmp_path / "out.geojson", {"altitude_m": 60, "spacing_m": 25}, SETTING)
    (feature,) = json.loads((tmp_path / "out.geojson").read_text())["features"]
    line, legs = feature["geometry"]["coordinates"], feature["properties"]["legs"]
    assert feature["geometry"]["type"] == "LineString"
    assert {point[2] for point in line} == {60}
    assert (legs[0]["start"], legs[-1]["end"]) == (0, len(line) - 1)
    assert all(a["end"] == b["start"] for a, b in pairwise(legs))
    assert {leg["kind"] for leg in legs} == {"transect", "turn", "transit"}
    assert feature["properties"]["summary"].items() <= told.items()
    assert (told["outside_m"], told["spacing_m"], told["max_height_agl_m"]) == (0, 25, 60)
    assert told["covered_fraction"] >= 0.995


def test_a_plan_file_is_one_that_can_be_read_back_with_its_fence_and_rally_point(
    tmp_path: Path, area_path: Path
) -> None:
    plan_file("survey", area_path, tmp_path / "out.plan", {"gsd_cm": 2}, SETTING)
    plan = load(tmp_path / "out.plan")
    assert plan.items[0].command == 22
    assert [(place.lat, place.lon) for place in plan.rally] == [(HOME.lat, HOME.lon)]
    fence = shapely.Polygon(plan.fence[0].corners)
    assert all(fence.covers(shapely.Point(item.lat, item.lon)) for item in plan.items if item.command == 16)


def test_a_flight_of_several_batteries_is_a_mission_for_each_and_one_line_in_geojson(
    tmp_path: Path, area_path: Path
) -> None:
    wishes = {"altitude_m": 40, "spacing_m": 8}
    told = plan_file("survey", area_path, tmp_path / "out.plan", wishes, SETTING)
    assert told["files"] == [f"out-{number:02}.plan" for number in range(1, len(told["sorties"]) + 1)]
    assert sum(each["energy_fraction"] for each in told["sorties"]) == pytest.approx(told["energy_fraction"], abs=1e-3)
    assert {each["numbers"]["sortie"] for each in told["verdicts"]} == set(range(1, len(told["files"]) + 1))
    whole = plan_file("survey", area_path, tmp_path / "out.geojson", wishes, SETTING)
    legs = json.loads((tmp_path / "out.geojson").read_text())["features"][0]["properties"]["legs"]
    assert {leg["sortie"] for leg in legs} == set(range(1, len(whole["sorties"]) + 1))


def test_every_check_is_answered_and_the_wind_that_is_planned_for_counts(tmp_path: Path, area_path: Path) -> None:
    windy = replace(SETTING, wind=Wind(270, 14), drone=drone_named("mavic3e"))
    calm, blown = (
        [
            (each["check"], each["level"], each["message"])
            for each in plan_file("orbit", area_path, tmp_path / "out.kmz", {}, setting)["verdicts"]
        ]
        for setting in (SETTING, windy)
    )
    assert {check for check, _, _ in calm} == {check for check, _, _ in blown}
    assert len({check for check, _, _ in calm}) == 16
    assert ("geofence", "pass") in {each[:2] for each in calm}
    assert not any("block" in each for each in calm if each[0] == "weather")
    assert any(each[:2] == ("weather", "block") and "wind of 14.0 m/s" in each[2] for each in blown)


def test_nothing_is_written_when_the_wish_or_the_area_is_wrong(tmp_path: Path, area_path: Path) -> None:
    out = tmp_path / "out.geojson"
    with pytest.raises(BadPlan, match="no camera called"):
        plan_file("survey", area_path, out, {"camera": "box"}, SETTING)
    with pytest.raises(BadPlan, match="no pattern 'spiral'"):
        plan_file("spiral", area_path, out, {}, SETTING)
    with pytest.raises(BadPlan, match=r"out\.doc: a plan is written as"):
        plan_file("survey", area_path, tmp_path / "out.doc", {}, SETTING)
    with pytest.raises(BadGeometry, match="none"):
        plan_file("survey", tmp_path / "none.geojson", out, {}, SETTING)
    with pytest.raises(BadInput, match=r"out\.plan cannot be written: No such file"):
        plan_file("survey", area_path, tmp_path / "nowhere" / "out.plan", {}, SETTING)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["u.geojson"]


def test_a_route_of_several_sorties_is_not_one_plan_file() -> None:
    mast = {"type": "Point", "coordinates": [23.28, 56.62]}
    with pytest.raises(BadPlan, match="needs 3 batteries"):
        plan_file_of(plan_pattern("overwatch", mast, {"minutes_min": 60}, home=HOME), "mast")
