"""Live video in a real browser, of cameras read over RTSP: close to now, back after a stall, honest about itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from telemetry.access import Role
from telemetry.scopes import DEMO
from tests.browser.town import WAIT_MS, found, signed_in
from tests.process.line import Line
from tests.process.running import Program, free_port
from tests.vision.packets import camera_clip
from vision.simulator import SimulatedCamera


@dataclass
class Town:
    """A running town with two cameras: C1 sends H.264, C2 H.265."""

    line: Line
    gate: SimulatedCamera
    page: Page


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Town]:
    data = tmp_path_factory.mktemp("town")
    with (
        SimulatedCamera(camera_clip(data, fps=15)) as gate,
        SimulatedCamera(camera_clip(data, codec="libx265")) as square,
    ):
        cameras = {"C1": ("Gate", gate.address), "C2": ("Square", square.address)}
        found(data, cameras, {"ilze": Role.COORDINATOR}, scope=DEMO)
        port = free_port()
        with (
            Program("serve", "--data", str(data), "--port", str(port), log=data / "log") as program,
            Line(port) as line,
        ):
            program.wait_for("ready")
            page = signed_in(browser, f"http://127.0.0.1:{line.port}", "ilze")
            yield Town(line, gate, page)
            page.context.close()


def until_behind(page: Page, test: str) -> None:
    """Wait until how far the picture is behind now, in seconds, is as `test` says."""
    page.wait_for_function(
        f"() => {{ const b = document.querySelector('video')?.dataset.behind; return b && Number(b) {test}; }}",
        timeout=WAIT_MS,
    )


def open_camera(town: Town, camera_id: str) -> Page:
    town.page.goto(f"http://127.0.0.1:{town.line.port}/cameras/{camera_id}")
    return town.page


def test_the_picture_rests_close_to_now_and_is_back_there_after_the_network_stalled(town: Town) -> None:
    page = open_camera(town, "C1")
    expect(page.locator("#badge")).to_have_text("Live", timeout=WAIT_MS)
    until_behind(page, "< 0.5")
    moved = "before => document.querySelector('video').currentTime > before + 2"
    page.wait_for_function(moved, arg=page.evaluate("document.querySelector('video').currentTime"), timeout=WAIT_MS)
    until_behind(page, "< 0.5")
    town.line.flowing.clear()
    page.wait_for_function(
        "() => /^[5-9] s behind$/.test(document.getElementById('badge').textContent)", timeout=WAIT_MS
    )
    town.line.flowing.set()
    until_behind(page, "< 1")
    expect(page.locator("#badge")).to_have_text("Live", timeout=WAIT_MS)
    until_behind(page, "< 0.5")


def test_a_pulled_plug_is_seen_on_the_wall_said_once_and_healed(town: Town) -> None:
    page = town.page
    page.goto(f"http://127.0.0.1:{town.line.port}/wall")
    gate = page.locator("[data-stream-id=C1]")
    expect(gate).to_have_attribute("data-status", "running", timeout=WAIT_MS)
    expect(gate.locator("img")).to_be_visible(timeout=WAIT_MS)
    expect(gate).to_contain_text("stand-in video")
    page.uncheck("#where-it-moves")  # else it may begin to play just before it is pressed, which would end it
    expect(gate).to_have_attribute("data-player", "")
    gate.locator("button").click()
    expect(gate).to_have_attribute("data-player", "playing", timeout=WAIT_MS)
    town.gate.stop()
    expect(gate).to_have_attribute("data-status", "lost", timeout=WAIT_MS)
    expect(gate).to_contain_text("Lost since")
    expect(page.locator("#news .is-lost")).to_contain_text("Gate: lost")
    town.gate.start()
    expect(gate).to_have_attribute("data-status", "running", timeout=WAIT_MS)
    expect(gate).to_have_attribute("data-player", "playing", timeout=WAIT_MS)
    expect(page.locator("#news .is-back")).to_contain_text("Gate: back after")
    expect(page.locator("#news li")).to_have_count(2)


def test_an_answer_that_is_older_than_the_news_of_a_stream_is_not_believed(town: Town) -> None:
    told: list[bool] = town.page.evaluate(
        """async () => {
          const { Asking } = await import("/static/video/asking.js");
          const asking = new Asking(), seen = [];
          let answer;
          window.fetch = () => new Promise((done) => (answer = () => done(new Response("[]"))));
          const first = asking.streams(), late = answer;
          asking.told("C1");
          late();
          await first;
          seen.push(asking.isOld("C1"), asking.isOld("C2"));
          const second = asking.streams(), slow = answer;
          const third = asking.streams();
          answer();
          await third;
          slow();
          seen.push((await second) === null, asking.isOld("C1"));
          return seen;
        }"""
    )
    assert told == [True, False, True, False]


def test_a_codec_that_the_browser_lacks_is_converted_while_somebody_looks_and_that_is_said(town: Town) -> None:
    page = open_camera(town, "C2")
    expect(page.locator("#badge")).to_have_text("Live, converted from H.265", timeout=WAIT_MS)
    assert page.evaluate("document.querySelector('video').videoWidth") == 320
    moved = "before => document.querySelector('video').currentTime > before + 1"
    page.wait_for_function(moved, arg=page.evaluate("document.querySelector('video').currentTime"), timeout=WAIT_MS)


def test_on_the_wall_only_the_tile_that_somebody_presses_is_converted(town: Town) -> None:
    page = town.page
    page.goto(f"http://127.0.0.1:{town.line.port}/wall")
    square = page.locator("[data-stream-id=C2]")
    expect(square).to_contain_text("H.265, which this browser cannot play; press to have it converted", timeout=WAIT_MS)
    square.locator("button").click()
    expect(square.locator(".tile-live")).to_have_text("Live, converted from H.265", timeout=WAIT_MS)
    square.locator("button").click()
    expect(square).to_have_attribute("data-player", "")


def test_a_stale_picture_is_said_to_be_stale_how_old_and_why_and_looks_it(town: Town) -> None:
    town.page.goto(f"http://127.0.0.1:{town.line.port}/wall")
    town.page.wait_for_selector("[data-stream-id=C1]")
    seen: dict[str, Any] = town.page.evaluate(
        """async () => {
          const { Tile } = await import("/static/video/tile.js");
          const now = Date.now(), since = new Date(now - 95_000).toISOString();
          const stale = { since, why: "none of the 507 pictures that came can be decoded" };
          const stream = { id: "C9", name: "Yard", kind: "fixed_camera", status: "running", since, error: null,
            looked_per_s: 0, detected_per_s: 0, moving: false, still_at: null, simulated: false, stand_in: false,
            footage: null, recorded: false, video: null, stale, notes: [] };
          const tile = new Tile(stream, () => {});
          document.getElementById("tiles").append(tile.el);
          const look = () => ({ words: tile.says.textContent, state: tile.state.textContent,
            outline: getComputedStyle(tile.el).outlineStyle, colour: getComputedStyle(tile.state).color });
          tile.update(stream, now);
          const before = look();
          tile.update({ ...stream, stale: null }, now);
          const after = look();
          tile.el.remove();
          return { before, after };
        }"""
    )
    words = "Stale: no picture looked at for 1 min, none of the 507 pictures that came can be decoded"
    assert seen["before"]["words"] == seen["before"]["state"] == words
    assert (seen["before"]["outline"], seen["after"]["outline"]) == ("dashed", "solid")
    assert seen["before"]["colour"] != seen["after"]["colour"]
    assert (seen["after"]["words"], seen["after"]["state"]) == ("", "Running")


def test_the_pace_leads_to_rest_from_wherever_it_begins_and_never_past_what_is_there(town: Town) -> None:
    rested: list[dict[str, Any]] = town.page.evaluate(
        """async () => {
          const { pace } = await import("/static/video/pace.js");
          return [0.02, 0.2, 0.3, 0.6, 0.99, 1.2, 5].map((begins) => {
            let at = 100 - begins, end = 100, jumps = 0, past = 0;
            for (let step = 0; step < 200; step += 1) {
              const { jump, rate } = pace(at, 90, end);
              if (jump !== null) { at = jump; jumps += 1; }
              at += rate * 0.1; end += 0.1;
              if (at > end) past += 1;
            }
            return { behind: end - at, jumps, past };
          });
        }"""
    )
    assert [round(one["behind"], 1) for one in rested] == [0.3] * 7
    assert [(one["jumps"], one["past"]) for one in rested] == [(0, 0)] * 5 + [(1, 0)] * 2


def test_all_tiles_are_seen_at_once_where_they_can_be_and_the_chosen_ones_play_first(town: Town) -> None:
    page = town.page
    assert page.evaluate("import('/static/video/choice.js').then((m) => m.columns(37, 1416, 700, 8))") == 7
    assert page.evaluate("import('/static/video/choice.js').then((m) => m.columns(37, 360, 700, 8))") == 1
    played = page.evaluate(
        """async () => {
          const { toPlay } = await import("/static/video/choice.js");
          const made = (id, moving, status = "running") => ({ id, moving, status });
          const all = [made("a", true), made("b", false), made("c", true), made("d", true), made("e", true, "lost")];
          const wish = { limit: 2, moving: true };
          return [
            [...toPlay(all, [], new Set(), wish)],
            [...toPlay(all, ["b"], new Set(["d"]), wish)],
            [...toPlay(all, ["e"], new Set(), { limit: 2, moving: false })],
          ];
        }"""
    )
    assert played == [["a", "c"], ["b", "d"], []]
