"""An inspector's report on a phone survives a dead network, a lost answer, a session that ended and a broken photo."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, FilePayload, Page, Route, ViewportSize, expect

from telemetry.cities import City
from tests.browser.conftest import LONGEST_MS
from tests.browser.town import PASSWORD

PHONE: ViewportSize = {"width": 390, "height": 844}
KEPT = ".kept-report"
MARK_KEPT_PAGE = """async () => {
  const kept = await caches.open((await caches.keys())[0]);
  const page = await (await kept.match("/report")).text();
  const marked = page.replace("<h1>", "<h1 id='from-the-phone'>");
  await kept.put("/report", new Response(marked, { headers: { "Content-Type": "text/html; charset=utf-8" } }));
}"""
"""Tells the page that the phone keeps from the one that the server sends."""


@dataclass
class Street:
    """A running town and its inspector's phone."""

    url: str
    phone: BrowserContext
    page: Page

    def sign_in(self) -> None:
        """As the inspector, on the page that is open."""
        self.page.fill("input[name=username]", "janis")
        self.page.fill("input[name=password]", PASSWORD)
        self.page.click("button.primary")

    def open(self) -> None:
        """The report page, with what is kept on the phone read."""
        self.page.goto(f"{self.url}/report")
        self.ready()

    def ready(self) -> None:
        """Wait until the page knows what is kept, and where the phone is."""
        self.page.wait_for_selector("body[data-report=ready]")
        self.page.wait_for_function("document.querySelector('[name=lat]').value !== ''")

    def fill(self, note: str, category: str = "noise") -> None:
        """Say what it is."""
        self.page.locator(f"[name=category][value={category}]").check()
        self.page.fill("textarea", note)

    def send(self) -> None:
        """Press the button."""
        self.page.locator("#send").click()

    def received(self) -> None:
        """Wait for the server's receipt to be shown, and for nothing to be left on the phone."""
        expect(self.page.locator("#kept .done")).to_contain_text("Thank you")
        expect(self.page.locator(KEPT)).to_have_count(0)

    def observations(self, note: str) -> list[dict[str, Any]]:
        """What the server has with that note."""
        kept: list[dict[str, Any]] = self.phone.request.get(f"{self.url}/api/v1/observations").json()
        return [one for one in kept if one["summary"] == note]


@pytest.fixture
def street(town: str, browser: Browser) -> Iterator[Street]:
    centre = City("dobele").facts
    phone = browser.new_context(
        viewport=PHONE,
        has_touch=True,
        is_mobile=True,
        reduced_motion="reduce",
        permissions=["geolocation"],
        geolocation={"latitude": centre.lat, "longitude": centre.lon, "accuracy": 8},
    )
    phone.set_default_timeout(LONGEST_MS)
    made = Street(town, phone, phone.new_page())
    made.page.goto(f"{town}/sign-in?next=/report")
    made.sign_in()
    made.ready()
    yield made
    phone.close()


def picture(name: str = "street.jpg") -> FilePayload:
    data = io.BytesIO()
    Image.new("RGB", (64, 48), (90, 120, 30)).save(data, "JPEG")
    return {"name": name, "mimeType": "image/jpeg", "buffer": data.getvalue()}


def test_the_page_opens_without_network_and_keeps_its_report_until_there_is_one(street: Street) -> None:
    expect(street.page.locator("body[data-kept=yes]")).to_be_attached()
    street.page.wait_for_function("() => navigator.serviceWorker.controller")
    street.page.evaluate(MARK_KEPT_PAGE)
    street.phone.set_offline(True)
    street.open()
    expect(street.page.locator("#from-the-phone")).to_be_attached()
    street.fill("A tree lies across the road, no network there")
    street.send()
    expect(street.page.locator(KEPT)).to_contain_text("Waits on this phone")
    street.open()
    expect(street.page.locator(KEPT)).to_have_count(1)
    street.phone.set_offline(False)
    street.received()
    assert len(street.observations("A tree lies across the road, no network there")) == 1


def test_signing_in_forgets_the_page_of_who_was_signed_in_before(street: Street) -> None:
    expect(street.page.locator("body[data-kept=yes]")).to_be_attached()
    street.page.goto(f"{street.url}/sign-in")
    street.page.wait_for_function("async () => (await caches.keys()).length === 0")


def test_a_place_is_found_by_its_name_with_the_keyboard_alone(street: Street) -> None:
    field = street.page.get_by_role("combobox", name="Find a place by its name")
    field.press_sequentially("skol")
    options = street.page.get_by_role("option")
    expect(options).to_have_count(2)
    expect(field).to_have_attribute("aria-expanded", "true")
    field.press("ArrowDown")
    field.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", "place-option-1")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    field.press("Enter")
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(street.page.locator("#place-text")).to_have_text("Skolas iela 5, known to 50 m.")
    assert street.page.locator("[name=lat]").input_value() == "56.621700"
    field.fill("nowhere at all")
    expect(street.page.locator("#place-said")).to_have_text("No place of that name is known.")
    street.page.locator("#locate").click()
    expect(street.page.locator("#place-text")).to_contain_text("Your position")


def test_without_network_a_report_waits_and_is_sent_once_when_it_is_back(street: Street) -> None:
    street.fill("Bag by the river")
    street.page.set_input_files("#photo", picture())
    expect(street.page.locator("#photo-text")).to_have_text("Photo: street.jpg")
    street.phone.set_offline(True)
    street.send()
    expect(street.page.locator(KEPT)).to_contain_text("Waits on this phone. There is no network.")
    street.phone.set_offline(False)
    street.received()
    (seen,) = street.observations("Bag by the river")
    assert len(seen["media"]) == 1


def test_a_report_whose_answer_was_lost_is_sent_again_and_counted_once(street: Street) -> None:
    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    street.fill("One bag, not four")
    street.page.route("**/report", lose, times=1)
    street.send()
    expect(street.page.locator(KEPT)).to_contain_text("The server does not answer.")
    assert len(street.observations("One bag, not four")) == 1
    street.received()  # it is sent again by itself
    (seen,) = street.observations("One bag, not four")
    incidents = street.phone.request.get(f"{street.url}/api/v1/incidents").json()
    sightings = [seen_id for one in incidents for seen_id in one["observation_ids"]]
    assert sightings.count(seen["id"]) == 1


def test_a_report_outlives_the_session_and_is_sent_after_signing_in_again(street: Street) -> None:
    street.fill("Written before the shift's session ended")
    street.phone.clear_cookies()
    street.send()
    expect(street.page.locator("#kept")).to_contain_text("You are signed out")
    street.page.locator("#kept").get_by_role("link", name="Sign in").click()
    street.sign_in()
    street.received()
    assert len(street.observations("Written before the shift's session ended")) == 1


def test_a_draft_with_its_photo_is_there_again_after_the_theme_was_switched(street: Street) -> None:
    street.fill("Half written", "graffiti")
    street.page.set_input_files("#photo", picture("wall.jpg"))
    expect(street.page.locator("#photo-text")).to_have_text("Photo: wall.jpg")
    ref = street.page.locator("[name=ref]").input_value()
    with street.page.expect_navigation():
        street.page.locator("[data-theme-switch]").first.dispatch_event("click")
    street.ready()
    expect(street.page.locator("textarea")).to_have_value("Half written")
    expect(street.page.locator("[value=graffiti]")).to_be_checked()
    expect(street.page.locator("#photo-text")).to_have_text("Photo: wall.jpg")
    assert street.page.locator("[name=ref]").input_value() == ref
    street.send()
    street.received()
    assert len(street.observations("Half written")[0]["media"]) == 1


def test_a_photo_that_cannot_be_read_costs_no_word_of_the_report(street: Street) -> None:
    street.fill("The photo is broken", "street_light")
    street.page.set_input_files("#photo", {"name": "torn.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8torn"})
    expect(street.page.locator("#problem")).to_contain_text("torn.jpg cannot be read as a photo")
    expect(street.page.locator("textarea")).to_have_value("The photo is broken")
    street.send()
    street.received()
    assert len(street.observations("The photo is broken")) == 1


def test_a_report_that_the_server_refuses_comes_back_into_the_form(street: Street) -> None:
    def refuse(route: Route) -> None:
        if route.request.method == "POST":
            route.fulfill(status=422, json={"error": "BadMedia", "message": "the photo cannot be decoded"})
        else:
            route.fallback()

    street.fill("Only the server cannot read it", "left_object")
    street.page.set_input_files("#photo", picture())
    expect(street.page.locator("#photo-text")).to_have_text("Photo: street.jpg")
    street.page.route("**/report", refuse)
    street.send()
    expect(street.page.locator("#problem")).to_contain_text("The photo cannot be decoded.")
    expect(street.page.locator("textarea")).to_have_value("Only the server cannot read it")
    street.page.unroute("**/report")
    street.page.locator("#no-photo").click()
    street.send()
    street.received()
    (seen,) = street.observations("Only the server cannot read it")
    assert seen["media"] == []
