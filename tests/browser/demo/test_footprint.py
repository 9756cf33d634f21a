"""What the map draws of a camera's view is what the server says of it."""

import re

from playwright.sync_api import expect

from telemetry.geometry.footprints import footprint
from telemetry.positions import Position
from tests.browser.demo.conftest import Visit

AT = Position(lat=56.62, lon=23.28)


def test_the_map_draws_the_ground_that_the_server_sends(visit: Visit) -> None:
    visit.sign_in("pilot.dobele")
    expect(visit.page).to_have_title(re.compile("Vanagas"))
    told = {"in_air": True, "camera_yaw_deg": 90, "camera_pitch_deg": -45}
    seen = footprint(AT, height_m=60, yaw_deg=90, pitch_deg=-45, hfov_deg=70)
    unit = {"kind": "drone", "position": {"lat": AT.lat, "lon": AT.lon}, "footprint": seen}
    ask = "(unit) => import('/static/web/js/overlays.js').then((overlays) => overlays.unitField(unit))"
    (drawn,) = visit.page.evaluate(ask, {**unit, "instruments": told})
    assert drawn["geometry"] == seen
    fading = visit.page.evaluate(ask, {**unit, "instruments": {**told, "camera_pitch_deg": None}})
    assert len(fading) == 3
    assert fading[0]["geometry"] == seen
    assert visit.page.evaluate(ask, {**unit, "instruments": told, "footprint": None}) == []
    units = visit.page.evaluate("() => fetch('/api/v1/map/snapshot').then((answer) => answer.json())")
    assert any(one["footprint"] for one in units["units"])
    assert all(one["footprint"]["type"] == "Polygon" for one in units["cameras"])
