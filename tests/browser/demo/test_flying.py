"""A pilot's day in a real browser: the control handed over, a survey flown on a bad link, and what it brought home."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.demo.bench import Bench
from tests.browser.demo.conftest import Demo, Visit
from tests.browser.maps import wait_for_symbol

PLANNER, FLYER, COORDINATOR = "pilot.siauliai", "relief.siauliai", "coordinator.siauliai"
TEN_SECONDS = re.compile(r"for [1-9]\d s")
SHOWS = """([name, value, within]) =>
    Math.abs(Number(document.querySelector(".instruments").dataset[name] || NaN) - value) <= within"""
PATIENCE_MS = 60_000
"""For what a flight or a machine under load may take."""


@pytest.fixture
def bench(demo: Demo) -> Iterator[Bench]:
    with Bench(demo, "DRN-7", east_m=-900) as made:
        yield made


@pytest.fixture
def other_bench(demo: Demo) -> Iterator[Bench]:
    with Bench(demo, "DRN-8", east_m=-1700) as made:
        yield made


def test_a_pilot_flies_a_survey_through_a_bad_and_a_pulled_link_and_finds_the_debrief(
    visit: Visit, on_phone: Visit, bench: Bench
) -> None:
    flight_id = bench.schedule(PLANNER)
    hand_over(visit, on_phone, bench, flight_id)
    page = on_phone.page
    page.locator(f"[data-flight-id={flight_id}]").get_by_role("button", name="Confirm the start in place of").tap()
    bench.lose(0.2)
    page.locator(f"[data-flight-id={flight_id}] a.fly-button").tap(timeout=PATIENCE_MS)
    shows_state(page, "Flying")
    expect(page.locator("body")).to_contain_text("simulated")

    steer(page, bench)
    lose_and_regain(page, bench)

    page.locator("[data-order=return]").tap()
    shows_state(page, "Returning")
    expect(page.locator("#over a")).to_be_visible(timeout=2 * PATIENCE_MS)
    page.locator("#over a").tap()
    expect(page.locator(".debrief-numbers")).to_contain_text(re.compile(r"Covered\s*\d+ %"), timeout=PATIENCE_MS)
    page.goto(f"{visit.demo.url}/flights/logbook")
    row = page.locator("table.book tr", has_text=bench.name)
    expect(row).to_contain_text(FLYER)
    expect(row).to_contain_text("(simulated)")


def test_a_coordinator_asks_a_pilot_declines_then_sends_and_stops_the_motors_only_on_purpose(
    visit: Visit, on_phone: Visit, other_bench: Bench
) -> None:
    incident, page = other_bench.incident(), on_phone.page
    on_phone.sign_in(FLYER)
    page.goto(f"{visit.demo.url}/flights")
    expect(page.locator("body[data-live=live]")).to_be_attached(timeout=PATIENCE_MS)
    visit.sign_in(COORDINATOR)
    ask(visit, incident)
    asked = page.locator(f"[data-asked='{incident}']")
    asked.locator("[name=reason]").fill("Fog on the river", timeout=PATIENCE_MS)
    with page.expect_response(re.compile("/flights/rows")):
        other_bench.schedule(PLANNER, name="Another flight")
    expect(asked.locator("[name=reason]")).to_have_value("Fog on the river")
    asked.get_by_role("button", name="Decline").tap()
    expect(page.locator("#asked")).to_be_hidden(timeout=PATIENCE_MS)
    expect(visit.page.locator(".timeline")).to_contain_text("declines to send a drone: Fog on the river")
    call_off(page, "Another flight")

    ask(visit, incident)
    page.locator("#asked a").tap(timeout=PATIENCE_MS)
    page.get_by_role("button", name=f"Confirm: send {other_bench.name} now").tap(timeout=PATIENCE_MS)
    shows_state(page, "Flying")
    page.locator("summary", has_text="Emergency").tap()
    page.locator("#typed-stop input").fill("Drone 1")
    page.locator("#typed-stop button").tap()
    expect(page.locator("#said")).to_contain_text(f"type its name, {other_bench.name}")
    on_phone.was_refused(422)
    assert other_bench.truth()["armed"] is True
    page.locator("#hold-stop").dispatch_event("pointerdown", {"button": 0})
    shows_state(page, "Aborted")
    assert other_bench.truth()["armed"] is False


def ask(visit: Visit, incident: str) -> None:
    """The coordinator asks from the incident's page and is back on it."""
    visit.page.goto(f"{visit.demo.url}/incidents/{incident}/drone")
    visit.page.get_by_role("button", name="Ask a pilot to send it").click()
    expect(visit.page.locator(".timeline")).to_contain_text("asks a pilot to send")


def call_off(page: Page, name: str) -> None:
    """What was scheduled on the same drone makes room."""
    row = page.locator("[data-flight-id]", has_text=name)
    row.locator("summary", has_text="Call it off").tap()
    row.locator("[name=reason]").fill("The drone is needed elsewhere")
    row.get_by_role("button", name="Call it off").tap()
    expect(row).to_have_attribute("data-state", "aborted")


def hand_over(visit: Visit, on_phone: Visit, bench: Bench, flight_id: str) -> None:
    """The planner takes the control and offers it; the other accepts, and the planner is told who has it."""
    visit.sign_in(PLANNER)
    visit.page.goto(f"{visit.demo.url}/flights")
    control = visit.page.locator(f"[data-control={bench.unit_id}]")
    control.get_by_role("button", name="Take it").click()
    control.get_by_role("combobox").select_option(FLYER)
    control.get_by_role("button", name="Hand it over").click()
    expect(control).to_contain_text(f"offered to {FLYER}")
    on_phone.sign_in(FLYER)
    on_phone.page.goto(f"{visit.demo.url}/flights")
    on_phone.page.locator(f"[data-control={bench.unit_id}]").get_by_role("button", name="Accept it").tap()
    expect(visit.page.locator(f"[data-flight-id={flight_id}]")).to_contain_text(f"{FLYER} has the control")


def steer(page: Page, bench: Bench) -> None:
    """Each order is seen to be obeyed by the vehicle itself."""
    page.locator("[data-order=pause]").tap()
    shows_state(page, "Paused")
    assert bench.truth()["mode"] == "hold"
    wait_for_symbol(page, "drone-mark", bench.unit_id)
    page.locator("#map canvas").tap(position={"x": 250, "y": 60})
    page.get_by_role("button", name="Look there").tap()
    expect(page.locator(".steering")).to_be_hidden()
    assert bench.truth()["look_at"] is not None
    page.locator("#map canvas").tap(position={"x": 250, "y": 60})
    page.keyboard.press("Escape")  # and soon again: a second point, and no zooming in
    page.locator("#map canvas").tap(position={"x": 250, "y": 60})
    page.get_by_role("button", name="Go there", exact=True).tap()
    beyond = page.get_by_role("button", name="Go there all the same")  # the point may be outside the flight's area
    expect(beyond.or_(page.locator("#state", has_text="Diverted"))).to_be_visible()
    if beyond.is_visible():
        beyond.tap()
    shows_state(page, "Diverted")
    assert bench.truth()["mode"] == "goto"
    page.locator("[data-order=resume]").tap()
    shows_state(page, "Flying")
    assert bench.truth()["mode"] == "mission"


def lose_and_regain(page: Page, bench: Bench) -> None:
    """The plug pulled for ten seconds: seen, and afterwards the screen is the vehicle, field by field."""
    told = page.locator(".instruments")
    bench.lose(1)
    expect(told).to_have_attribute("data-link", "lost", timeout=PATIENCE_MS)
    expect(page.locator(".instruments-alarm")).to_contain_text(f"no word from {bench.name} for")
    expect(page.locator("#told")).to_contain_text("link lost")
    expect(page.locator(".instruments-alarm")).to_contain_text(TEN_SECONDS, timeout=PATIENCE_MS)
    bench.lose(0.2)
    expect(told).to_have_attribute("data-link", "heard", timeout=PATIENCE_MS)
    expect(page.locator("#told")).to_contain_text("link back")
    page.locator("[data-order=pause]").tap()
    shows_state(page, "Paused")
    expect(told.locator("[data-cell=speed] dd")).to_have_text("0 m/s", timeout=PATIENCE_MS)
    equals(page, bench)


def equals(page: Page, bench: Bench) -> None:
    """Every field of the screen is the vehicle's own."""
    truth, told = bench.truth(), page.locator(".instruments")
    expect(told).to_have_attribute("data-mode", truth["mode"])
    expect(told).to_have_attribute("data-armed", str(truth["armed"]).lower())
    expect(told).to_have_attribute("data-item", str(truth["item"]))
    for name, value, within in (
        ("lat", truth["lat"], 1e-5),
        ("lon", truth["lon"], 2e-5),
        ("height", truth["height_m"], 0.5),
        ("battery", truth["battery"], 0.02),
    ):
        page.wait_for_function(SHOWS, arg=[name, value, within])


def shows_state(page: Page, state: str) -> None:
    expect(page.locator("#state")).to_have_text(state, timeout=PATIENCE_MS)
