"""`vanagas convert`: any plan into any other, whole or not at all."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from mapserver.cli import app
from mission.formats import PlanFile, dump, load
from telemetry.errors import BadInput, BadPlan
from telemetry.positions import Position
from telemetry.transfer.mission_items import MissionItem

WAY = [MissionItem(16, param4=float("nan"), lat=lat, lon=23.2, alt_m=50) for lat in (56.6, 56.601, 56.602)]
PLAN = PlanFile("x", (MissionItem(22, alt_m=20), *WAY, MissionItem(20, 2)), Position(lat=56.6, lon=23.2, alt_m=60))
KEYS = ("plan", "waypoints", "kmz", "kml", "gpx", "geojson")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "x.plan"
    path.write_bytes(dump(PLAN, "plan").content)
    return path


def convert(*args: object) -> Result:
    return CliRunner().invoke(app, ["convert", *map(str, args)])


@pytest.mark.parametrize("begin", KEYS)
@pytest.mark.parametrize("end", KEYS)
def test_any_pair_keeps_the_waypoints(tmp_path: Path, source: Path, begin: str, end: str) -> None:
    middle, out = tmp_path / f"a.{begin}", tmp_path / f"b.{end.upper()}"
    assert convert(source, middle).exit_code == convert(middle, out).exit_code == 0
    there = [(round(item.lat, 7), item.lon, item.alt_m) for item in load(out).items if item.command == 16]
    assert [(item.lat, item.lon, item.alt_m) for item in WAY] == there


def test_what_is_lost_is_told_in_sentences_or_json(tmp_path: Path, source: Path) -> None:
    assert "lost: 1 return to launch left out" in convert(source, tmp_path / "x.gpx").stderr
    told = json.loads(convert(source, tmp_path / "x.gpx", "--json").stdout)
    assert (told["items"], len(told["lost"]) > 1) == (5, True)


def test_items_that_the_autopilot_refuses_are_named_and_the_file_is_written_all_the_same(tmp_path: Path) -> None:
    plan, out = tmp_path / "x.plan", tmp_path / "y.waypoints"
    items = (MissionItem(22, alt_m=20), MissionItem(18, param1=2, lat=56.6, lon=23.2, alt_m=20))
    plan.write_bytes(dump(PlanFile("turns", items), "plan").content)
    assert "refused: item 2, loiter turns (command 18)" in convert(plan, out, "--autopilot", "px4").stderr
    assert json.loads(convert(plan, out, "--autopilot", "ardupilot", "--json").stdout)["refused"] == []
    assert len(load(out).items) == 2


def test_points_without_a_height_get_the_one_named(tmp_path: Path) -> None:
    (tmp_path / "x.geojson").write_text('{"type": "Point", "coordinates": [23.2, 56.6]}')
    assert "80 m above home is taken" in convert(tmp_path / "x.geojson", tmp_path / "y.plan", "--height", 80).stderr
    assert load(tmp_path / "y.plan").items[0].alt_m == 80


def test_nothing_is_written_when_it_cannot_be(tmp_path: Path, source: Path) -> None:
    before = source.read_bytes()
    for args, kind, words in (
        ((source, source), BadInput, "is the file that is read"),
        ((source, tmp_path / "x.doc"), BadPlan, "known are .plan"),
        ((tmp_path / "no.plan", tmp_path / "x.kml"), BadPlan, "No such file"),
        ((source, tmp_path / "x.kmz", "--drone", "kite"), BadPlan, "no aircraft 'kite'"),
        ((source, tmp_path / "no" / "x.kml"), BadInput, "cannot be written"),
    ):
        result = convert(*args)
        assert isinstance(result.exception, kind)
        assert words in result.exception.message
    assert source.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["x.plan"]
