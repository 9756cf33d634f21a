"""From an area file to a plan file, as the command line does it."""

import json
from itertools import pairwise
from pathlib import Path

import pytest

from mission.formats import load
from mission.plans.files import plan_file
from telemetry.errors import BadGeometry, BadInput, BadPlan
from telemetry.positions import Position
from tests.mission.areas import U_SHAPE, geojson

HOME = Position(lat=56.6195, lon=23.279)


@pytest.fixture
def area_path(tmp_path: Path) -> Path:
    path = tmp_path / "u.geojson"
    path.write_text(json.dumps(geojson(U_SHAPE)))
    return path


def test_geojson_holds_one_line_and_a_kind_for_each_leg(tmp_path: Path, area_path: Path) -> None:
    summary = plan_file(area_path, tmp_path / "out.geojson", altitude_m=60, spacing_m=25, home=HOME)
    (feature,) = json.loads((tmp_path / "out.geojson").read_text())["features"]
    line, legs = feature["geometry"]["coordinates"], feature["properties"]["legs"]
    assert feature["geometry"]["type"] == "LineString"
    assert {point[2] for point in line} == {60}
    assert (legs[0]["start"], legs[-1]["end"]) == (0, len(line) - 1)
    assert all(a["end"] == b["start"] for a, b in pairwise(legs))
    assert {leg["kind"] for leg in legs} == {"transect", "turn", "transit"}
    assert feature["properties"]["summary"] == summary
    assert (summary["outside_m"], summary["spacing_m"], summary["max_height_agl_m"]) == (0, 25, 60)
    assert summary["covered_fraction"] >= 0.995


def test_a_plan_file_is_one_that_can_be_read_back(tmp_path: Path, area_path: Path) -> None:
    plan_file(area_path, tmp_path / "out.plan", gsd_cm=2)
    assert load(tmp_path / "out.plan").items[0].command == 22


def test_nothing_is_written_when_the_wish_or_the_area_is_wrong(tmp_path: Path, area_path: Path) -> None:
    out = tmp_path / "out.geojson"
    with pytest.raises(BadPlan, match="no camera called"):
        plan_file(area_path, out, camera="box")
    with pytest.raises(BadPlan, match="no pattern 'spiral'"):
        plan_file(area_path, out, pattern="spiral")
    with pytest.raises(BadPlan, match=r"out\.doc: a plan is written as"):
        plan_file(area_path, tmp_path / "out.doc")
    with pytest.raises(BadGeometry, match="none"):
        plan_file(tmp_path / "none.geojson", out)
    with pytest.raises(BadInput, match=r"out\.plan cannot be written: No such file"):
        plan_file(area_path, tmp_path / "nowhere" / "out.plan")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["u.geojson"]
