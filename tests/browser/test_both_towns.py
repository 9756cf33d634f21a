"""The live map of somebody who serves both towns: each has a view of its own, near enough to see something."""

from playwright.sync_api import Browser, expect

from telemetry.cities import City
from tests.browser.conftest import LONGEST_MS
from tests.browser.town import signed_in

FITTED = """([lat, lon, box]) => {
    const map = document.getElementById(box).glMap;
    const { lat: north, lng: east } = map?.getCenter() ?? { lat: 0, lng: 0 };
    return Math.abs(north - lat) < 0.02 && Math.abs(east - lon) < 0.04 && map.getZoom() > 12;
}"""


def test_both_towns_open_as_two_views_and_one_town_as_one(browser: Browser, town: str) -> None:
    page = signed_in(browser, town, "adomas")
    page.goto(f"{town}/map")

    def is_fitted(box: str, city: City) -> None:
        page.wait_for_function(FITTED, arg=[city.facts.lat, city.facts.lon, box], timeout=LONGEST_MS)

    is_fitted("map", City("dobele"))
    is_fitted("second-map", City("siauliai"))
    expect(page.locator("[data-town-name]:visible")).to_have_text(["Dobele", "Šiauliai"])
    page.locator("#towns label", has_text="Šiauliai").click()
    expect(page.locator("#second-map")).to_be_hidden()
    expect(page.locator("[data-town-name]:visible")).to_have_count(0)
    is_fitted("map", City("siauliai"))
    page.locator("#towns label", has_text="All towns").click()
    is_fitted("map", City("dobele"))
    expect(page.locator("#second-map")).to_be_visible()
    page.context.close()
