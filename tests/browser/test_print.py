"""An incident on paper: black on white without buttons, by night too, with the map as the server drew it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from telemetry.cities import City
from tests.browser.conftest import LONGEST_MS
from tests.browser.town import signed_in

FAINT = """() => {
  const shown = (node) => node.checkVisibility({ visibilityProperty: true }) && node.getClientRects().length;
  const isWhite = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const { backgroundColor, backgroundImage } = getComputedStyle(at);
      if (backgroundImage !== "none") return false;
      if (!/^rgba\\(.*, 0\\)$/.test(backgroundColor)) return backgroundColor === "rgb(255, 255, 255)";
    }
    return true;
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (texts.nextNode()) {
    const { textContent, parentElement } = texts.currentNode;
    if (!textContent.trim() || !shown(parentElement) || parentElement.closest("script, style, .severity")) continue;
    const { color } = getComputedStyle(parentElement);
    if (color !== "rgb(0, 0, 0)" || !isWhite(parentElement)) found.push(textContent.trim());
  }
  return found;
}"""
"""The words on the page that are not black on white."""
BUTTONS = "button, input, textarea, select, .button, form, nav"


@pytest.fixture(scope="module")
def incident(town: str, browser: Browser) -> Iterator[Page]:
    facts = City("dobele").facts
    place = {"lat": facts.lat, "lon": facts.lon, "accuracy_m": 8}
    inspector = signed_in(browser, town, "janis")
    report = {"category": "fight", "note": "Two men at the fountain", "position": place}
    made = inspector.request.post(f"{town}/api/v1/reports", data=report, headers={"Origin": town})
    assert made.ok, made.text()
    incident_id = made.json()["incident_id"]
    inspector.context.close()
    page = signed_in(browser, town, "ilze")
    page.set_default_timeout(LONGEST_MS)
    page.goto(f"{town}/incidents/{incident_id}")
    page.emulate_media(media="print")
    yield page
    page.context.close()


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_an_incident_is_printed_black_on_white_without_buttons(incident: Page, theme: str) -> None:
    incident.evaluate("theme => localStorage.setItem('vanagas-theme', theme)", theme)
    incident.reload()
    expect(incident.locator("html")).to_have_attribute("data-theme", theme)
    assert incident.evaluate(FAINT) == []
    assert [part for part in incident.locator(BUTTONS).all() if part.is_visible()] == []
    assert "Two men at the fountain" in incident.locator(".timeline").inner_text()
    drawn = incident.locator("img.paper-map")
    assert drawn.is_visible() and drawn.evaluate("image => image.complete && image.naturalWidth") > 0
    assert not incident.locator("#incident-map").is_visible()
    assert incident.pdf(print_background=True).startswith(b"%PDF")


def test_the_live_map_is_printed_light_by_night_with_its_lists(incident: Page) -> None:
    incident.evaluate("localStorage.setItem('vanagas-theme', 'dark')")
    incident.goto(incident.url.partition("/incidents/")[0] + "/map")
    expect(incident.locator("[data-list=incident] .row").first).to_contain_text("Fight")
    expect(incident.locator(".maplibregl-canvas")).to_have_css("filter", "invert(1) hue-rotate(180deg)")
    expect(incident.locator("#place-query")).to_be_hidden()
