"""The calendar in a real browser: blocks lie where their time is, a click chooses a free time, a phone gets a list."""

from datetime import datetime, timedelta

from playwright.sync_api import expect

from tests.browser.demo.conftest import Visit

BLOCK = ".calendar-line[data-unit-id=BC-1] .calendar-block"
BLOCK_TRACK = ".calendar-line[data-unit-id=BC-1] .calendar-track"
TRACK = ".calendar-line[data-unit-id=DRN-1] .calendar-track"
BOTH = """(wanted) => {
  const found = wanted.map((css) => document.querySelector(css)?.getBoundingClientRect().toJSON());
  return found.every((box) => box?.width) && found;
}"""
"""Where both lie at one moment: rows are drawn anew while one looks."""


def test_a_pilot_reads_the_day_opens_a_block_and_chooses_a_free_time(visit: Visit) -> None:
    visit.sign_in("pilot.dobele")
    visit.page.goto(f"{visit.demo.url}/calendar")
    calendar, block, track = (visit.page.locator(css) for css in (".calendar", BLOCK, TRACK))
    expect(block.first).to_be_visible(timeout=60_000)  # by itself, once the demo's inspector holds the camera
    begins, ends, starts = (
        datetime.fromisoformat(value or "")
        for value in (
            calendar.get_attribute("data-begins"),
            calendar.get_attribute("data-ends"),
            block.first.locator("time").first.get_attribute("datetime"),
        )
    )
    box, there = visit.page.wait_for_function(BOTH, arg=[BLOCK_TRACK, BLOCK]).json_value()
    share = (starts - begins) / (ends - begins)
    assert abs(there["x"] - (box["x"] + share * box["width"])) < 2

    block.first.locator("summary").focus()
    visit.page.keyboard.press("Enter")
    expect(block.first.locator(".calendar-card")).to_be_visible()
    visit.page.keyboard.press("Escape")
    expect(block.first.locator(".calendar-card")).to_be_hidden()

    visit.page.goto(visit.page.locator("a[rel=next]").evaluate("a => a.href"))
    track.click(position={"x": box["width"] / 2, "y": 20})
    chosen = datetime.fromisoformat(visit.page.input_value("#schedule [name=at]"))
    tomorrow = (ends + timedelta(hours=12)).date()
    assert (chosen.date(), chosen.hour) == (tomorrow, 12)
    expect(visit.page.locator("#schedule [name=plan_id]")).to_be_focused()


def test_on_a_phone_the_calendar_is_a_list_that_fits_the_screen(visit: Visit) -> None:
    visit.page.set_viewport_size({"width": 390, "height": 844})
    visit.sign_in("coordinator.dobele")
    visit.page.goto(f"{visit.demo.url}/calendar")
    expect(visit.page.locator(BLOCK).first).to_contain_text("Market square")
    expect(visit.page.locator(".calendar-ground")).to_be_hidden()
    assert visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
