"""A thousand minor incidents in a real browser: the fire below them is first in the list and on the map."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from incidents.merging import State
from mapserver.core.services import assemble
from mapserver.core.settings import load
from telemetry.access import Role
from tests.browser.maps import worst_incident
from tests.browser.town import WAIT_MS, found, signed_in
from tests.builders import incident_row
from tests.process.running import Program, free_port

MINOR, CLOSED = 1_000, 450
FIRE_IN_THE_MIDDLE = """() => {
    const map = document.getElementById("map").glMap;
    const { x, y } = map.project(map.getCenter());
    const near = map.queryRenderedFeatures([[x - 30, y - 30], [x + 30, y + 30]], { layers: ["incident-mark"] });
    return !map.isMoving() && near.some((symbol) => symbol.properties.worst === "5Fire");
}"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Page]:
    data = tmp_path_factory.mktemp("town")
    found(data, {}, {"ilze": Role.COORDINATOR})
    parts = assemble(load(data))
    at = parts.clock.now() - timedelta(hours=2)
    with parts.store.write() as work:
        work.session.add(incident_row(0, severity=5, title="Fire", at=at))
        work.session.add_all([incident_row(n, at=at) for n in range(1, MINOR + 1)])
        work.session.add_all([incident_row(2_000 + n, state=State.RESOLVED, at=at) for n in range(CLOSED)])
    parts.store.close()
    port = free_port()
    with Program("serve", "--data", str(data), "--port", str(port), log=data / "log") as program:
        program.wait_for("ready")
        opened = signed_in(browser, f"http://127.0.0.1:{port}", "ilze")
        yield opened
        opened.context.close()


def go(page: Page, path: str) -> None:
    page.goto(page.url.partition("//")[0] + "//" + page.url.partition("//")[2].partition("/")[0] + path)


def test_the_live_map_counts_them_all_and_has_the_fire_first(page: Page) -> None:
    go(page, "/map")
    expect(page.locator("[data-tab=incident] [data-count]")).to_have_text("1,001", timeout=WAIT_MS)
    expect(page.locator("[data-list=incident] .row").first).to_contain_text("Fire")
    expect(page.locator("#list-incident [data-note]")).to_contain_text("200 of 450 incidents closed")


def test_what_lies_on_top_of_each_other_has_the_worst_on_top_and_opens_as_a_list(page: Page) -> None:
    worst = worst_incident(page)
    assert worst["worst"] == "5Fire"
    assert worst["point_count"] > 1
    page.locator("#map canvas").click(position={"x": worst["x"], "y": worst["y"] - 20})
    stack = page.locator(".stack-card")
    expect(stack.locator("h2")).to_contain_text("in one place")
    expect(stack.locator("li").first).to_contain_text("Fire")
    stack.get_by_role("button", name="Fire").press("Enter")
    expect(stack).to_be_hidden()
    expect(page.locator(".map-card h2")).to_have_text("Fire")
    expect(page.locator("[data-list=incident] .row[aria-current=true]")).to_contain_text("Fire")
    page.wait_for_function(FIRE_IN_THE_MIDDLE, timeout=WAIT_MS)
    page.locator("#map canvas").press("Enter")
    expect(stack.locator("li").first).to_contain_text("Fire")


def test_a_lost_graphics_context_is_said_and_the_map_comes_back_as_it_was(page: Page) -> None:
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.evaluate(
        "() => { const gl = document.querySelector('#map canvas').getContext('webgl2');"
        " window.context = gl.getExtension('WEBGL_lose_context'); window.context.loseContext(); }"
    )
    lost = page.locator("#map .map-lost")
    expect(lost).to_contain_text("lost the map")
    page.locator("[data-layer=zones]").dispatch_event("change")
    expect(lost.get_by_role("button", name="Load the page again")).to_be_visible()
    page.evaluate("() => window.context.restoreContext()")
    expect(lost).to_be_hidden()
    assert worst_incident(page)["worst"] == "5Fire"
    assert complaints == []


def test_without_a_map_of_the_town_the_page_shows_a_grid_and_says_so(page: Page) -> None:
    expect(page.locator(".maplibregl-ctrl-attrib")).to_contain_text("No map of the towns is set", timeout=WAIT_MS)


def test_the_rows_that_are_not_drawn_yet_are_counted_and_a_button_away(page: Page) -> None:
    rows, more = page.locator("[data-list=incident] .row"), page.locator("#list-incident [data-more]")
    expect(rows).to_have_count(300, timeout=WAIT_MS)
    expect(more).to_have_text("Show more (901 are not drawn yet)")
    for _ in range(4):
        more.dispatch_event("click")  # drawing the map by the processor keeps the page busy
    expect(rows).to_have_count(MINOR + 1 + 200)
    expect(more).to_be_hidden()


def test_the_list_has_every_open_incident_and_its_older_pages_end_with_the_oldest(page: Page) -> None:
    go(page, "/incidents?category=illegal_dumping")
    rows = page.locator(".incident-row")
    expect(rows).to_have_count(MINOR + 1 + 200, timeout=WAIT_MS)
    expect(rows.first).to_contain_text("Fire")
    for count in (200, 50):
        page.get_by_role("link", name="Older").click()
        expect(rows).to_have_count(count)
        expect(page.locator("select[name=category]")).to_have_value("illegal_dumping")
    expect(page.get_by_role("link", name="Older")).to_have_count(0)
    page.get_by_role("link", name="First page").click()
    expect(rows.first).to_contain_text("Fire")


def test_a_severe_incident_is_seen_and_heard_until_somebody_acknowledges_it(page: Page) -> None:
    page.add_init_script(
        "window.tones = 0; const start = OscillatorNode.prototype.start;"
        "OscillatorNode.prototype.start = function (at) { window.tones += 1; start.call(this, at); };"
    )
    go(page, "/incidents")
    alarm = page.locator("#alarm")
    expect(alarm).to_contain_text("Critical: Fire", timeout=WAIT_MS)
    expect(page).to_have_title(re.compile(r"^\(1\) Fire"))
    page.locator("h1").click()
    page.wait_for_function("() => window.tones >= 3")
    alarm.get_by_role("button", name="Silence").click()
    expect(alarm.get_by_role("button", name="Silence")).to_have_count(0)
    expect(alarm).to_contain_text("Fire")
    alarm.get_by_role("link").click()
    page.get_by_role("button", name="Acknowledge").click()
    expect(alarm).to_be_hidden()
    expect(page).not_to_have_title(re.compile(r"^\(1\)"))


def test_an_incident_is_printed_black_on_white_without_anything_to_press(page: Page) -> None:
    go(page, "/incidents/incident-00000")
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name="Fire")).to_be_visible()
    assert page.locator("button:visible, .bar:visible, form:visible").count() == 0
    colours = page.evaluate(
        "() => [getComputedStyle(document.body).backgroundColor, getComputedStyle(document.querySelector('h1')).color]"
    )
    assert colours == ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]
    page.emulate_media(media="screen")
