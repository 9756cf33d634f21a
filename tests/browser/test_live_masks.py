"""A mask drawn in one browser is in the picture that another one plays: read back from the pixels it shows."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from telemetry.access import Role
from telemetry.scopes import DEMO
from tests.browser.town import WAIT_MS, found, signed_in
from tests.process.running import Program, free_port
from tests.vision.packets import camera_clip
from vision.privacy.masks import FILL
from vision.simulator import SimulatedCamera

CORNERS = [(-200, -60), (200, -60), (200, 60), (-200, 60)]
"""Pixels right and down of the middle of the picture."""
GROUND = 90
"""The grey of the clip beside what moves in it."""
LOOK = """() => {
  const video = document.querySelector("[data-stream-id=C1] video, #video");
  if (!video || video.readyState < 2) return null;
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
  const context = canvas.getContext("2d");
  context.drawImage(video, 0, 0);
  const at = (x, y) => [...context.getImageData(x * canvas.width, y * canvas.height, 1, 1).data].slice(0, 3);
  return { middle: at(0.5, 0.5), corner: at(0.03, 0.03) };
}"""
LOOK_AT_ALL = f"""async () => {{
  const look = {LOOK}, video = document.querySelector("[data-stream-id=C1] video, #video"), seen = [];
  while (seen.length < 30) {{
    await new Promise((next) => video.requestVideoFrameCallback(next));
    seen.push(look());
  }}
  return seen;
}}"""
GREY = f"() => {{ const seen = ({LOOK})(); return seen?.middle.every((one) => Math.abs(one - {FILL}) < 8); }}"


@dataclass
class Town:
    """A running town with a camera C1, another, C2, that can be stopped, and who looks: a coordinator, and a supervisor
    who draws."""

    url: str
    square: SimulatedCamera
    coordinator: Page
    supervisor: Page


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Town]:
    data = tmp_path_factory.mktemp("town")
    clip = camera_clip(data, fps=15)
    with SimulatedCamera(clip) as gate, SimulatedCamera(clip) as square:
        cameras = {"C1": ("Gate", gate.address), "C2": ("Square", square.address)}
        found(data, cameras, {"ilze": Role.COORDINATOR, "sanita": Role.SUPERVISOR}, scope=DEMO)
        port = free_port()
        with Program("serve", "--data", str(data), "--port", str(port), log=data / "log") as program:
            program.wait_for("ready")
            url = f"http://127.0.0.1:{port}"
            pages = [signed_in(browser, url, name) for name in ("ilze", "sanita")]
            yield Town(url, square, *pages)
            for page in pages:
                page.context.close()


def near(levels: list[int], level: int) -> bool:
    return all(abs(one - level) < 8 for one in levels)


def draw_a_mask(page: Page, url: str, camera_id: str) -> None:
    page.goto(f"{url}/cameras/{camera_id}/setup")
    expect(page.locator("body[data-ready]")).to_be_attached(timeout=WAIT_MS)
    page.click("#tab-masks")
    page.click("#mask-add")
    box = page.locator("#map").bounding_box()
    assert box is not None
    for right, down in CORNERS:
        page.mouse.click(box["x"] + box["width"] / 2 + right, box["y"] + box["height"] / 2 + down)
    page.click("[data-tool=finish]")
    page.get_by_label("What is there").fill("The window")
    page.click("#masks-save")
    expect(page.locator("#masks-save")).to_be_disabled(timeout=WAIT_MS)


def test_a_mask_is_seen_grey_in_the_picture_that_plays_on_the_wall_meanwhile(town: Town) -> None:
    page = town.coordinator
    page.goto(f"{town.url}/wall")
    tile = page.locator("[data-stream-id=C1]")
    expect(tile).to_have_attribute("data-status", "running", timeout=WAIT_MS)
    if tile.get_attribute("data-player") != "playing":
        tile.locator("button").click()
    expect(tile).to_have_attribute("data-player", "playing", timeout=WAIT_MS)
    before = page.evaluate(LOOK)
    assert near(before["corner"], GROUND)
    assert not near(before["middle"], FILL)
    draw_a_mask(town.supervisor, town.url, "C1")
    page.wait_for_function(GREY, timeout=WAIT_MS)
    seen = page.evaluate(LOOK_AT_ALL)
    assert all(near(one["middle"], FILL) and near(one["corner"], GROUND) for one in seen)


def test_of_a_camera_that_is_lost_not_even_the_last_picture_stays_when_a_mask_is_drawn(town: Town) -> None:
    page, video = town.coordinator, town.coordinator.locator("#video")
    page.goto(f"{town.url}/cameras/C2")
    expect(page.locator("#badge")).to_have_text("Live", timeout=WAIT_MS)
    town.square.stop()
    expect(video).to_have_attribute("data-state", "lost", timeout=WAIT_MS)
    assert page.evaluate(LOOK) is not None
    draw_a_mask(town.supervisor, town.url, "C2")
    page.wait_for_function(f"() => ({LOOK})() === null", timeout=WAIT_MS)
    town.square.start()
    page.wait_for_function(GREY, timeout=WAIT_MS)
