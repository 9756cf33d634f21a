"""A briefing on a USB stick: opened from a file with the network cut, it draws its map all the same."""

from pathlib import Path

from playwright.sync_api import Browser

from mapserver.basemap.mercator import Bounds
from mapserver.basemap.picture import Picture
from mission.briefing import to_html
from telemetry.transfer.mission_items import Command
from tests.mission.briefing.builders import SCRIPT, briefing, zone

LINES = ".folium-map path.leaflet-interactive"


def draw_ground(bounds: tuple[float, float, float, float]) -> tuple[str, str]:
    picture = Picture(Bounds(*bounds))
    return picture.svg(), "Map of the surveyors"


def test_the_map_is_drawn_from_the_file_alone(browser: Browser, tmp_path: Path) -> None:
    html = to_html(briefing(zones=(zone(SCRIPT),), name=SCRIPT), draw_ground)
    (tmp_path / "briefing.html").write_text(html, encoding="utf-8")
    context = browser.new_context(offline=True)
    asked: list[str] = []
    complaints: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page = context.new_page()
    page.on("console", lambda said: complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    page.goto((tmp_path / "briefing.html").as_uri())
    page.wait_for_selector(".mark.home")

    box = page.locator(".map").bounding_box()
    route = page.locator(f'{LINES}[stroke="#0b3d91"]').first.bounding_box()
    area = page.locator(f'{LINES}[stroke="#6b21a8"]').bounding_box()
    ground = page.locator("img.leaflet-image-layer").bounding_box()
    assert ground is not None and box is not None
    assert ground["x"] <= box["x"] + 1 and ground["x"] + ground["width"] >= box["x"] + box["width"] - 1
    assert ground["y"] <= box["y"] + 1 and ground["y"] + ground["height"] >= box["y"] + box["height"] - 1
    assert page.locator("img.leaflet-image-layer").evaluate("image => image.naturalWidth") > 0
    assert "Map of the surveyors." in page.locator(".note").first.inner_text()
    assert box is not None and route is not None and area is not None
    for drawn in (route, area):
        assert box["x"] <= drawn["x"] and drawn["x"] + drawn["width"] <= box["x"] + box["width"]
        assert drawn["width"] > 3 and drawn["height"] > 50
    flown = [item for item in briefing().plan.items if item.command == Command.WAYPOINT]
    assert page.locator(".mark.waypoint").count() == len(flown)
    assert page.locator(".mark.restriction").inner_text().startswith(SCRIPT)
    assert (complaints, [url for url in asked if not url.startswith("file:")]) == ([], [])
    assert len(asked) == 1
    context.close()
