"""`vanagas plan`: every pattern from the command line, with drone, wind, terrain and zones."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from pymavlink.dialects.v20 import ardupilotmega as mavlink
from rasterio.transform import from_origin
from typer.testing import CliRunner

from mapserver.cli import app
from mission.formats import load
from mission.routes.energy import Floats
from telemetry.errors import BadInput, VanagasError
from telemetry.positions import Position
from tests.mission.areas import FRAME, geojson
from tests.telemetry.logs.test_photos import logged

SEVEN = {
    *("length_m", "duration_s", "photos", "covered_fraction", "outside_m", "max_height_agl_m", "energy_fraction"),
    "verdicts",
}
YARD = geojson([(0, 0), (80, 0), (80, 60), (0, 60)])
ROAD = {"type": "LineString", "coordinates": [[23.28, 56.62], [23.284, 56.621]]}
MAST = {"type": "Point", "coordinates": [23.28, 56.62]}


def plan(folder: Path, pattern: str, shape: dict[str, Any], *options: str, out: str = "out.geojson") -> Any:
    path = folder / "shape.geojson"
    path.write_text(json.dumps(shape))
    done = CliRunner().invoke(app, ["plan", pattern, str(path), "-o", str(folder / out), *options])
    if isinstance(done.exception, VanagasError):
        raise done.exception
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("pattern", "shape", "options"),
    [
        ("survey", YARD, ["--altitude", "60", "--spacing", "25"]),
        ("corridor", ROAD, ["--width", "40", "--gsd", "2"]),
        ("perimeter", YARD, ["--distance", "8", "--laps", "2", "--no-clockwise"]),
        ("orbit", MAST, ["--distance", "40", "--turns", "2"]),
        ("overwatch", YARD, ["--minutes", "5", "--pitch", "-60"]),
        ("structure", MAST, ["--structure-height", "25", "--no-from-top"]),
    ],
)
def test_every_pattern_is_planned_with_a_drone_from_home_in_wind(
    tmp_path: Path, pattern: str, shape: dict[str, Any], options: list[str]
) -> None:
    more = ["--home", "56.6195,23.279", "--drone", "m30t", "--wind", "270,6", "--at", "2026-06-01T09:00Z"]
    told = plan(tmp_path, pattern, shape, *options, *more)
    assert set(told) >= SEVEN
    assert told["length_m"] > 0
    checks = {each["check"] for each in told["verdicts"]}
    assert len(checks) == 16 + ("images" in checks)
    assert ("images" in checks) == (pattern == "survey")
    (feature,) = json.loads((tmp_path / "out.geojson").read_text())["features"]
    legs = feature["properties"]["legs"]
    assert (legs[0]["kind"], legs[-1]["kind"]) == ("transit", "transit")
    assert legs[-1]["end"] == len(feature["geometry"]["coordinates"]) - 1


def test_terrain_is_followed_when_asked(tmp_path: Path) -> None:
    rows, _ = np.mgrid[:200, :200]
    north_west = (23.275, 56.625)
    with rasterio.open(
        *(tmp_path / "slope.tif", "w"),
        **{"driver": "GTiff", "count": 1, "dtype": "float32", "crs": 4326, "height": 200, "width": 200},
        transform=from_origin(*north_west, 1e-4, 1e-4),
    ) as file:
        file.write((0.5 * rows).astype(np.float32), 1)
    options = ["--altitude", "50", "--home", "56.6195,23.279", "--terrain", str(tmp_path / "slope.tif")]
    level = plan(tmp_path, "survey", YARD, *options)
    followed = plan(tmp_path, "survey", YARD, *options, "--follow-terrain")
    assert level["max_height_agl_m"] > 52
    assert followed["max_height_agl_m"] == pytest.approx(50, abs=1.5)


@pytest.mark.parametrize(("home", "altitude"), [("56.6195,23.279", None), ("56.6195,23.279,71.5", 71.5)])
def test_the_plan_holds_homes_altitude_where_it_is_told(tmp_path: Path, home: str, altitude: float | None) -> None:
    told = plan(tmp_path, "survey", YARD, "--home", home, "--ground", "60,90", out="out.plan")
    assert load(tmp_path / told["files"][0]).home == Position(lat=56.6195, lon=23.279, alt_m=altitude)
    said = next(each["message"] for each in told["verdicts"] if each["check"] == "height")
    assert "the ground is between 60 and 90 m above the sea by the town's settings" in said


def test_a_zone_that_is_entered_blocks(tmp_path: Path) -> None:
    lat, lon = FRAME.to_degrees(40, 30)
    zone = {
        **{"identifier": "TST001", "country": "LVA", "name": "test", "type": "COMMON", "restriction": "PROHIBITED"},
        **{"reason": ["SENSITIVE"], "zoneAuthority": [{"name": "test", "purpose": "INFORMATION"}]},
        "applicability": [{"permanent": "YES"}],
        "geometry": [
            {
                **{"uomDimensions": "M", "lowerLimit": 0, "lowerVerticalReference": "AGL"},
                **{"upperLimit": 120, "upperVerticalReference": "AGL"},
                "horizontalProjection": {"type": "Circle", "center": [lon, lat], "radius": 30},
            }
        ],
    }
    (tmp_path / "zones.json").write_text(json.dumps({"features": [zone]}))
    told = plan(tmp_path, "survey", YARD, "--zones", str(tmp_path / "zones.json"))
    assert any(each["check"] == "zones" and each["level"] == "block" for each in told["verdicts"])
    assert any("no zone data were given" in each["message"] for each in plan(tmp_path, "survey", YARD)["verdicts"])


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--wind", "strong"], "--wind 'strong' is no wind; write from where"),
        (["--wind", "270,40"], "cannot be flown against"),
        (["--drone", "kite"], "no drone called 'kite'; known are evo2dual"),
        (["--drone", "m30t", "--camera", "mavic3e"], "carries no camera mavic3e"),
        (["--home", "here"], "--home 'here' is no place"),
        (["--home", "55.9,23.3"], "start nearer"),
        (["--terrain", "gone.tif"], "gone.tif cannot be read"),
        (["--zones", "gone.json"], "gone.json"),
        (["--at", "soon"], "--at 'soon' is no time"),
        (["--at", "2026-06-01T10:00"], "--at: 2026-06-01T10:00:00 has no time zone"),
        (["--drones", "gone.toml"], "the catalogue gone.toml cannot be read"),
        (["--reserve", "1"], "a reserve of 1 of the battery"),
    ],
)
def test_what_cannot_be_used_is_refused_in_words_and_nothing_is_written(
    tmp_path: Path, options: list[str], sentence: str
) -> None:
    with pytest.raises(BadInput, match=sentence):
        plan(tmp_path, "survey", YARD, *options)
    assert not (tmp_path / "out.geojson").exists()


def rest(folder: Path, *words: str) -> Any:
    done = CliRunner().invoke(app, ["plan", "rest", str(folder / "out.plan"), "-o", str(folder / "rest.plan"), *words])
    if isinstance(done.exception, VanagasError):
        raise done.exception
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_the_rest_of_a_plan_begins_where_its_flight_was_broken_off(tmp_path: Path) -> None:
    whole = plan(tmp_path, "survey", YARD, "--spacing", "10", "--home", "56.6195,23.279", out="out.plan")
    lines = [item for item in load(tmp_path / "out.plan").items if item.command == 16]
    last = f"{(lines[4].lat + lines[5].lat) / 2},{(lines[4].lon + lines[5].lon) / 2}"
    told = rest(tmp_path, "--from", last, "--at", "2026-06-01T10:00Z")
    assert told["photos"] < whole["photos"]
    assert len({each["check"] for each in told["verdicts"]}) == 16
    left = [item for item in load(tmp_path / "rest.plan").items if item.command == 16]
    assert left[1:] == lines[5:]
    counted = rest(tmp_path, "--item", "6")
    assert "points are left" in counted["notes"][0]


def tlog_of_places(places: Floats) -> bytes:
    """A telemetry log of a vehicle that was at one place after the other, a second apart."""
    mav: Any = mavlink.MAVLink(None, 1, 1)
    frames = []
    for second, (lat, lon) in enumerate(places):
        said = (1000 * second, round(lat * 1e7), round(lon * 1e7), 90_000, 60_000, 0, 0, 0, 0)
        frames.append(logged(mavlink.MAVLink_global_position_int_message(*said).pack(mav), seconds=second))
    return b"".join(frames)


def test_the_rest_is_told_by_the_log_of_the_flight(tmp_path: Path) -> None:
    plan(tmp_path, "survey", YARD, "--spacing", "10", "--home", "56.6195,23.279", out="out.plan")
    corners = [(56.6195, 23.279)] + [
        (item.lat, item.lon) for item in load(tmp_path / "out.plan").items if item.command == 16
    ]
    track = np.array([np.linspace(a, b, 20) for a, b in pairwise(corners[:6])]).reshape(-1, 2)
    (tmp_path / "flight.tlog").write_bytes(tlog_of_places(track))
    told = rest(tmp_path, "--log", str(tmp_path / "flight.tlog"))
    assert f"{len(corners) - 1 - 4} of {len(corners) - 1} points are left" in told["notes"][0]


def test_where_it_was_broken_off_is_told_in_one_way(tmp_path: Path) -> None:
    plan(tmp_path, "survey", YARD, "--home", "56.6195,23.279", out="out.plan")
    with pytest.raises(BadInput, match="by one of --log FILE, --from LAT,LON and --item N"):
        rest(tmp_path)
    with pytest.raises(BadInput, match="m away from every way of out"):
        rest(tmp_path, "--from", "56.7,23.3")
    assert not (tmp_path / "rest.plan").exists()


def test_a_survey_tells_its_images_per_point_and_draws_their_map(tmp_path: Path) -> None:
    image_map = tmp_path / "images.geojson"
    short = plan(tmp_path, "survey", YARD, "--images-map", str(image_map), out="yard.plan")
    found = json.loads(image_map.read_text())
    assert short["images_least"] < 5
    assert found["properties"]["least"] == short["images_least"]
    told = CliRunner().invoke(
        app,
        ["check", str(tmp_path / "yard.plan"), "--area", str(tmp_path / "shape.geojson"), "--images", "5", "--json"],
    )
    (verdict,) = [each for each in json.loads(told.stdout)["verdicts"] if each["check"] == "images"]
    assert (verdict["level"], verdict["numbers"]["least"]) == ("acknowledge", short["images_least"])
    reached = plan(tmp_path, "survey", YARD, "--images-per-point", "5", out="yard.plan")
    assert reached["images_least"] >= 5
    assert reached["outside_m"] > 0


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["check", "OUT", "--images", "5"], "name it with --area"),
        (["check", "OUT", "--images-map", "map.geojson"], "--area"),
        (["plan", "orbit", "SHAPE", "-o", "orbit.plan", "--images-map", "map.geojson"], "only a survey"),
        (["plan", "survey", "SHAPE", "-o", "out.plan", "--without-camera"], "spacing_m"),
    ],
)
def test_an_image_map_of_what_maps_nothing_is_refused_in_words(tmp_path: Path, command: list[str], said: str) -> None:
    plan(tmp_path, "perimeter", YARD, out="out.plan")
    paths = {"OUT": str(tmp_path / "out.plan"), "SHAPE": str(tmp_path / "shape.geojson")}
    done = CliRunner().invoke(app, [paths.get(word, word) for word in command])
    assert isinstance(done.exception, BadInput)
    assert said in done.exception.message
    assert not Path("map.geojson").exists()


def test_exchanged_latitude_and_longitude_are_noticed(tmp_path: Path) -> None:
    with pytest.raises(
        BadInput, match=r"--home '23.279,56.6195' has .* exchanged; write latitude first: 56.6195,23.279"
    ):
        plan(tmp_path, "survey", YARD, "--home", "23.279,56.6195")
    plan(tmp_path, "survey", YARD, "--spacing", "30", "--home", "56.6195,23.279", out="out.plan")
    with pytest.raises(BadInput, match=r"--from .* has longitude and latitude exchanged"):
        rest(tmp_path, "--from", "23.28,56.62")
