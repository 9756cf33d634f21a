"""A camera is set up in a real browser: a zone is drawn on its still and holds after the page is opened again."""

from playwright.sync_api import expect

from tests.browser.demo.conftest import Visit

CORNERS = [(-200, -60), (200, -60), (220, 120), (-180, 110)]
"""Pixels right and down of the middle of the picture."""


def test_an_administrator_draws_a_zone_and_saves_it(visit: Visit) -> None:
    visit.sign_in("admin")
    page = visit.page
    page.goto(f"{visit.demo.url}/cameras")
    page.locator("#DOB-C02 summary").click()
    page.locator("a[href='/cameras/DOB-C02/setup']").click()
    expect(page.locator("body[data-ready]")).to_be_attached()
    expect(page.locator("#rules-source")).to_contain_text("usual ones")
    page.click("#rule-add")
    box = page.locator("#map").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    for right, down in CORNERS:
        page.mouse.click(x + right, y + down)
    page.click("[data-tool=finish]")
    expect(page.locator("#rule-form")).to_contain_text("4 corners")
    page.locator("#rule-form").get_by_label("Name of the place").fill("The yard")
    page.click("#rules-save")
    expect(page.locator("#rules-source")).to_have_text("They were drawn here.")

    page.reload()
    expect(page.locator("body[data-ready]")).to_be_attached()
    page.locator("#rules-list button", has_text="The yard").click()
    expect(page.locator("#rule-form")).to_contain_text("4 corners")
    expect(page.locator(".corner:not(.is-middle)")).to_have_count(4)
    page.locator("summary", has_text="Versions").first.click()
    expect(page.locator("#rules-versions")).to_contain_text("v1")
    expect(page.locator("#rules-versions")).to_contain_text("admin")
