"""Files that other planning programs stumbled over, each with its right answer; beside each one written here."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from mission.airspace.files import read_zones
from mission.formats import dump, read
from mission.routes.patterns import plan_pattern
from mission.routes.route import PointOfInterest, Waypoint
from mission.zones.areas import load_shape
from telemetry.positions import LocalFrame, Position, distance_m

CASES = Path(__file__).parents[3] / "shared/samples/cases/planning"
PREFIXED = """<?xml version="1.0"?><g:gpx xmlns:g="http://www.topografix.com/GPX/1/1" version="1.1" creator="x">
<g:trk><g:trkseg><g:trkpt lat="55.93" lon="23.31"><g:ele>110.5</g:ele></g:trkpt>
<g:trkpt lat="55.931" lon="23.312"><g:ele>111</g:ele></g:trkpt></g:trkseg></g:trk></g:gpx>"""
OVER_TERRAIN = "QGC WPL 110\n0\t0\t0\t16\t0\t0\t0\t0\t57.05\t23.04\t10\t1\n" + "\n".join(
    f"{n}\t0\t10\t16\t0\t0\t0\t0\t57.05{n}\t23.04\t{height}\t1" for n, height in ((1, 40), (2, 45))
)
LONG_BUILDING = {
    "type": "Polygon",
    "coordinates": [[[23.28, 56.62], [23.2816, 56.62], [23.2816, 56.6201], [23.28, 56.6201], [23.28, 56.62]]],
}


def sample(name: str) -> Path:
    path = CASES / name
    if not path.is_file():
        pytest.skip("the samples are not beside the clone")
    return path


def gpx(where: str) -> bytes:
    return sample("gpxpy242_ns2.gpx").read_bytes() if where == "sample" else PREFIXED.encode()


def waypoints(where: str) -> bytes:
    return sample("terr.waypoints").read_bytes() if where == "sample" else OVER_TERRAIN.encode()


@pytest.mark.parametrize("where", ["here", "sample"])
def test_a_track_with_a_prefix_to_its_names_keeps_its_heights_above_the_sea(where: str) -> None:
    plan = read(gpx(where), "track.gpx")
    assert [(item.frame, item.lat, item.alt_m) for item in plan.items] == [(0, 55.93, 110.5), (0, 55.931, 111.0)]


@pytest.mark.parametrize("where", ["here", "sample"])
def test_heights_above_terrain_stay_so_in_a_plan_file(where: str) -> None:
    plan = read(waypoints(where), "over.waypoints")
    written = json.loads(dump(plan, "plan").content)["mission"]["items"]
    over = [item for item in written if item.get("frame") == 10]
    assert len(over) == sum(item.frame == 10 for item in plan.items) > 1
    assert {item["AltitudeMode"] for item in over} == {4}


def test_a_ring_that_is_not_closed_is_closed_and_named() -> None:
    file = read_zones(sample("unclosed_ring.json").read_bytes(), "zones.json")
    (zone,) = file.zones
    assert "is not closed; its last corner is joined to its first" in str(zone.remarks[0])


@pytest.mark.parametrize("where", ["here", "sample"])
def test_the_ends_of_a_long_building_are_looked_at_from_beside_them(where: str) -> None:
    shape = load_shape(sample("long_building_100x12.geojson")) if where == "sample" else LONG_BUILDING
    route = plan_pattern("structure", shape, {"structure_height_m": 12})
    angles = [
        off_wall_deg(leg.points[0], leg.points[-1], at, leg.look)
        for leg in route.legs
        if leg.camera and isinstance(leg.look, PointOfInterest)
        for at in (leg.points[0], leg.points[-1])
        if distance_m(place(leg.points[0]), place(leg.points[-1])) > 60
    ]
    assert len(angles) >= 4
    assert max(angles) < 5


def off_wall_deg(begins: Waypoint, ends: Waypoint, at: Waypoint, look: PointOfInterest) -> float:
    """Degrees by which the camera at a place along a wall looks aside from straight at it."""
    frame = LocalFrame(at.lat, at.lon)
    along = np.subtract(frame.to_metres(*ends.place), frame.to_metres(*begins.place))
    looks = np.array(frame.to_metres(*look.at.place))
    return abs(math.degrees(math.asin(float(along @ looks) / float(np.linalg.norm(along) * np.linalg.norm(looks)))))


def place(at: Waypoint) -> Position:
    return Position(lat=at.lat, lon=at.lon)
