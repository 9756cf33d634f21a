"""The bar on top has room for every role's pages at every width, and people are administered on a phone."""

import re

import pytest
from playwright.sync_api import Browser, ViewportSize, expect

from tests.browser.conftest import EVERYBODY
from tests.browser.town import signed_in

PHONE: ViewportSize = {"width": 390, "height": 844}
WIDTHS = (1280, 1024, 390)


@pytest.mark.parametrize("name", EVERYBODY)
def test_the_bar_has_every_page_of_a_role_at_every_width(town: str, browser: Browser, name: str) -> None:
    page = signed_in(browser, town, name)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(f"{town}/account")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        bar = page.locator(".nav > a:visible, .more > summary, .bar-end > :visible")
        boxes = sorted((box["x"], box["x"] + box["width"]) for box in (one.bounding_box() for one in bar.all()) if box)
        assert boxes[0][0] >= 0
        assert max(end for _, end in boxes) <= width
        if page.locator(".more summary").count():
            page.locator(".more summary").press("Enter")
            last = page.locator(".more-pages a").last
            expect(last).to_be_in_viewport()
            page.keyboard.press("Escape")
            expect(last).not_to_be_visible()
    page.context.close()


def test_a_page_that_is_folded_is_marked_where_it_is(town: str, browser: Browser) -> None:
    page = signed_in(browser, town, "petras")
    page.goto(f"{town}/flights")
    expect(page.locator(".nav > [aria-current=page]")).to_have_text("Flights")
    page.goto(f"{town}/papers")
    folded = page.locator(".more summary")
    expect(folded).to_have_class("is-current")
    folded.click()
    expect(page.locator(".more-pages [aria-current=page]")).to_have_text("Papers")
    page.locator("h1").click()
    expect(page.locator(".more-pages")).not_to_be_visible()
    page.context.close()


def test_an_administrator_ends_somebodys_access_on_a_phone(town: str, browser: Browser) -> None:
    theirs = signed_in(browser, town, "saule")
    page = signed_in(browser, town, "adomas")
    page.set_viewport_size(PHONE)
    page.goto(f"{town}/people")
    card = page.locator("#saule")
    card.locator("summary").click()
    card.get_by_role("button", name="Deactivate saule").click()
    expect(card.locator("summary")).to_contain_text("deactivated")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    theirs.goto(f"{town}/incidents")
    expect(theirs).to_have_url(re.compile("/sign-in"))
    for one in (theirs, page):
        one.context.close()
