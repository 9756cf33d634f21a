"""What the map draws of a drone's view is the ground that its camera sees."""

import math
import re

import pytest
from playwright.sync_api import expect

from mission.debrief.seen import Eye, corners
from mission.routes.cameras import Camera
from telemetry.positions import LocalFrame
from tests.browser.demo.conftest import Visit

HFOV_DEG, HEIGHT_M = 70.0, 60.0
CAMERA = Camera(
    title="16 to 9", sensor_width_mm=16, sensor_height_mm=9, focal_mm=8 / math.tan(math.radians(HFOV_DEG / 2)),
    image_width_px=1280, image_height_px=720, min_trigger_s=1,
)  # fmt: skip
LOOKS = [(0, -90), (30, -45), (200, -15), (90, -8), (10, 20)]


def test_the_map_draws_the_ground_that_a_camera_sees(visit: Visit) -> None:
    visit.sign_in("pilot.dobele")
    expect(visit.page).to_have_title(re.compile("Vanagas"))
    frame = LocalFrame(56.62, 23.28)
    for yaw, pitch in LOOKS:
        drawn = visit.page.evaluate(
            "([...told]) => import('/static/js/geo.js').then((geo) => geo.footprint([23.28, 56.62], ...told))",
            [HEIGHT_M, yaw, pitch, HFOV_DEG],
        )
        true = corners(CAMERA, Eye(0, 0, 0, HEIGHT_M, yaw, pitch))
        assert (drawn is None) == (true is None)
        if true is not None:
            found = [frame.to_metres(lat, lon) for lon, lat in drawn["coordinates"][0][:4]]
            for (east, north), (true_east, true_north) in zip(found, true.tolist(), strict=True):
                assert math.dist((east, north), (true_east, true_north)) <= 0.05 + 0.005 * math.hypot(east, north)


def test_a_flying_drones_view_is_where_its_camera_looks_not_where_its_nose_points(visit: Visit) -> None:
    visit.sign_in("pilot.dobele")
    at = {"lat": 56.62, "lon": 23.28}
    camera = {"hfov_deg": HFOV_DEG, "range_m": 120}
    told = {"in_air": True, "camera_yaw_deg": 90, "camera_pitch_deg": -45}
    unit = {"kind": "drone", "position": at, "height_m": HEIGHT_M, "heading_deg": 0, "camera": camera}
    ask = "(unit) => import('/static/js/overlays.js').then((overlays) => overlays.unitField(unit))"
    (seen,) = visit.page.evaluate(ask, {**unit, "instruments": told})
    middle = [sum(corner[axis] for corner in seen["geometry"]["coordinates"][0][:4]) / 4 for axis in (0, 1)]
    east, north = LocalFrame(at["lat"], at["lon"]).to_metres(middle[1], middle[0])
    assert east > HEIGHT_M
    assert north == pytest.approx(0, abs=1)
    without = visit.page.evaluate(ask, {**unit, "instruments": {**told, "camera_pitch_deg": None}})
    assert len(without) == 3  # the cone that fades, ahead of its nose
