"""An inspector's body camera on a phone, from the dock and back; and the dock, as coordinators see it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from mapserver.core.services import Services, assemble
from mapserver.core.settings import load
from mission.zones import service as zones
from mobile_units.custody import service as custody
from mobile_units.custody.values import GIB
from telemetry.access import Role
from telemetry.cities import City
from telemetry.scopes import LIVE
from telemetry.units.tables import UnitKind, UnitRow
from tests.browser.town import PASSWORD, found, signed_in
from tests.process.running import Program, free_port

PHONE: ViewportSize = {"width": 390, "height": 844}
PEOPLE = {"anna": Role.INSPECTOR, "janis": Role.INSPECTOR, "ilze": Role.COORDINATOR}
THUMB_PX = 60
"""What a thumb hits without looking."""
READINGS = {"BC-1": (0.93, 118), "BC-2": (0.86, 96), "BC-3": (0.79, 61), "BC-4": (0.31, 118)}


@pytest.fixture(scope="module")
def dock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a town with four body cameras in its dock."""
    data = tmp_path_factory.mktemp("dock")
    found(data, {}, PEOPLE)
    parts = assemble(load(data))
    fill(parts)
    parts.store.close()
    port = free_port()
    with Program("serve", "--data", str(data), "--port", str(port), log=data / "log") as program:
        program.wait_for("ready")
        yield f"http://127.0.0.1:{port}"


def fill(parts: Services) -> None:
    now = parts.clock.now()
    town = City("dobele")
    ring = [[23.28, 56.62], [23.29, 56.62], [23.29, 56.63], [23.28, 56.62]]
    with parts.store.write() as work:
        zones.draw(
            work, zone_id="Z1", city=town, scope=LIVE, name="Market square", kind="closed_area", priority=5,
            polygon={"type": "Polygon", "coordinates": [ring]}, notes="", by="ilze", at=now,
        )  # fmt: skip
        for name, (battery, free_gib) in READINGS.items():
            unit = UnitRow(
                id=name,
                city=town,
                kind=UnitKind.BODY_CAMERA,
                name=f"Body camera {name[-1]}",
                scope=LIVE,
                updated_at=now,
            )
            work.session.add(unit)
            work.session.flush()
            custody.note_reading(work, unit, battery=battery, free_bytes=free_gib * GIB, now=now)


def phone(browser: Browser, url: str, name: str, language: str = "en") -> Page:
    page = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True).new_page()
    page.goto(f"{url}/sign-in?lang={language}")
    page.fill("input[name=username]", name)
    page.fill("input[name=password]", PASSWORD)
    page.click("button.primary")
    page.wait_for_url(lambda address: "/sign-in" not in address)
    page.goto(f"{url}/my-camera?lang={language}")
    return page


def test_a_camera_is_taken_handed_over_and_given_back_with_one_thumb(browser: Browser, dock: str) -> None:
    anna = phone(browser, dock, "anna")
    expect(anna.locator(".takeable.is-not-ready")).to_contain_text("charged to 31 %")
    anna.locator(".takeable", has_text="Body camera 1").click()
    anna.get_by_role("button", name="Take it").click()
    expect(anna.locator("#carried")).to_have_text("Body camera 1")
    big_enough(anna)
    anna.locator("#hand-over summary").click()
    anna.get_by_role("button", name="janis").click()
    expect(anna.locator(".waits")).to_contain_text("janis has to confirm")
    janis = phone(browser, dock, "janis")
    janis.get_by_role("button", name="I have it").click()
    expect(janis.locator("#carried")).to_have_text("Body camera 1")
    expect(anna.locator("#take")).to_be_visible()
    janis.get_by_role("button", name="Put into the dock").click()
    expect(janis.locator("#given-back")).to_have_text("You gave back Body camera 1")
    desk = signed_in(browser, dock, "ilze")
    desk.goto(f"{dock}/dock")
    card = desk.locator("[data-camera='BC-1']")
    card.get_by_role("button", name="Nothing was recorded").click()
    card.get_by_role("button", name="Clear").click()
    expect(card).to_contain_text("Cleared")
    expect(janis.locator(".steps .is-done")).to_have_count(4)


@pytest.mark.parametrize(("language", "words"), [("lt", "Pasiimti kamerą"), ("lv", "Paņemt kameru")])
def test_the_page_fits_a_phone_in_every_language(browser: Browser, dock: str, language: str, words: str) -> None:
    page = phone(browser, dock, "anna", language)
    expect(page.locator("#take")).to_have_text(words)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    big_enough(page)


def test_the_code_on_a_camera_chooses_it(browser: Browser, dock: str) -> None:
    page = phone(browser, dock, "anna")
    page.goto(f"{dock}/my-camera?camera=BC-2")
    expect(page.locator("input[value='BC-2']")).to_be_checked()


def test_the_dock_shows_every_camera_with_charge_storage_and_what_comes_off_it(browser: Browser, dock: str) -> None:
    desk = signed_in(browser, dock, "ilze")
    desk.goto(f"{dock}/dock")
    expect(desk.locator(".dock-rows > li")).to_have_count(4)
    expect(desk.locator("[data-camera='BC-4']")).to_contain_text("31 % charged")


def big_enough(page: Page) -> None:
    heights = page.locator(".my-camera .thumb").evaluate_all(
        "all => all.filter((one) => one.checkVisibility()).map((one) => one.getBoundingClientRect().height)"
    )
    assert heights
    assert min(heights) >= THUMB_PX
