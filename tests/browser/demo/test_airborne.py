"""The demo's drone in the air. It flies once, soon after the demo has begun, so this comes before the other tests."""

import re

from playwright.sync_api import expect

from tests.browser.demo.conftest import STORY_MS, Visit


def test_the_drone_moves_on_the_live_map(visit: Visit) -> None:
    visit.page.emulate_media(reduced_motion="no-preference")
    visit.sign_in("coordinator.dobele")
    visit.page.goto(f"{visit.demo.url}/map")
    expect(visit.page.locator("body[data-live=live]")).to_be_attached()
    row = visit.page.locator("li[data-unit-id=DRN-1]")
    expect(row).to_have_attribute("data-status", re.compile("flying|mission|transit|survey"), timeout=STORY_MS)
    before = row.get_attribute("data-lat"), row.get_attribute("data-lon")
    visit.page.wait_for_function(
        "([lat, lon]) => { const r = document.querySelector('li[data-unit-id=\"DRN-1\"]');"
        " return Math.abs(r.dataset.lat - lat) + Math.abs(r.dataset.lon - lon) > 3e-4; }",
        arg=[float(value or 0) for value in before],
        timeout=STORY_MS,
    )
    expect(visit.page.locator("body")).to_contain_text(re.compile("simulated", re.IGNORECASE))
