"""The demo's story in a real browser: an incident grows from many sources, and the pages say so."""

import re
from pathlib import Path

import httpx
from playwright.sync_api import Route, expect

from incidents.evidence.verifier import verify
from tests.browser.demo.conftest import STORY_MS, Demo, Visit, token
from tests.browser.maps import wait_for_symbol

STORY = ("drone", "tower", "fixed_camera", "inspector")


def test_an_incident_grows_from_four_kinds_of_source_and_its_timeline_shows_them(visit: Visit) -> None:
    visit.sign_in("coordinator.dobele")
    visit.page.goto(f"{visit.demo.url}/map")
    grown = "".join(f'[data-sources*="{kind}"]' for kind in STORY)
    incident = visit.page.locator(f"li[data-incident-id]{grown}").first
    expect(incident).to_be_attached(timeout=STORY_MS)
    visit.page.goto(f"{visit.demo.url}/incidents/{incident.get_attribute('data-incident-id')}")
    for kind in STORY:
        expect(visit.page.locator(f".timeline [data-source={kind}]").first).to_be_visible()
    expect(visit.page.locator(".snapshots img").first).to_be_visible()
    wait_for_symbol(visit.page, "sighting-mark", None, box="incident-map")
    why = visit.page.locator(".timeline > .entry > .entry-body > details[id^=why-]").last
    why.locator("summary").click()
    expect(why).to_contain_text("m apart")


def test_footage_around_a_finding_is_pulled_from_its_incident_and_plays(visit: Visit) -> None:
    visit.sign_in("coordinator.dobele")
    visit.page.goto(f"{visit.demo.url}/map")
    incident = visit.page.locator('li[data-incident-id][data-sources*="tower"]').first
    expect(incident).to_be_attached(timeout=STORY_MS)
    visit.page.goto(f"{visit.demo.url}/incidents/{incident.get_attribute('data-incident-id')}")
    visit.page.locator('.timeline [data-source=tower] a[href^="/footage/"]').first.click()
    form = visit.page.locator("form[action$=clips]")
    form.locator("input[name=why]").fill("a vehicle where none may be")
    form.locator("button").click()
    video = visit.page.locator("video").first
    expect(video).to_be_attached()
    expect(visit.page.locator("article").first).to_contain_text("stand-in footage")
    video.evaluate("video => { video.muted = true; video.play(); }")
    visit.page.wait_for_function("() => document.querySelector('video').currentTime > 0.5", timeout=STORY_MS)


def test_a_note_of_a_colleague_appears_without_reloading(visit: Visit) -> None:
    visit.sign_in("coordinator.dobele")
    visit.page.goto(f"{visit.demo.url}/incidents")
    visit.page.locator("li[data-incident-id] a").first.click(timeout=STORY_MS)
    expect(visit.page.locator("body[data-live=live]")).to_be_attached()
    incident_id = visit.page.url.rsplit("/", 1)[1]
    answer = httpx.post(
        f"{visit.demo.url}/api/v1/incidents/{incident_id}/notes",
        json={"text": "Patrol two is on its way"},
        headers={"Authorization": f"Bearer {token(visit.demo, 'coordinator.dobele')}"},
        trust_env=False,
    )
    assert answer.status_code == 200
    expect(visit.page.locator(".timeline")).to_contain_text("Patrol two is on its way")


def test_a_page_whose_words_come_late_is_live_all_the_same(visit: Visit) -> None:
    visit.sign_in("coordinator.dobele")
    held: list[Route] = []
    visit.page.route("**/messages/*.js", lambda route: held.append(route))  # noqa: PLW0108  Playwright wants a function
    visit.page.goto(f"{visit.demo.url}/incidents", wait_until="domcontentloaded")
    for request in held:
        request.continue_()
    expect(visit.page.locator("body[data-live=live]")).to_be_attached()


def test_a_note_is_found_where_the_map_shows_and_its_incident_is_exported_whole(visit: Visit, tmp_path: Path) -> None:
    visit.sign_in("coordinator.dobele")
    page = visit.page
    page.goto(f"{visit.demo.url}/incidents")
    page.locator("li[data-incident-id] a").first.click(timeout=STORY_MS)
    page.locator("#incident").wait_for()
    page.locator("form[action$=notes] textarea[name=text]").fill("Šuo pie Zaļā tilta")
    page.locator("form[action$=notes] button:not([data-record])").click()
    expect(page.locator(".timeline")).to_contain_text("Zaļā tilta")
    page.goto(f"{visit.demo.url}/incidents")
    page.locator(".said-search input").fill("zala tilt suo")
    page.locator(".said-search button").click()
    expect(page.locator(".hit")).to_have_count(1)
    expect(page.locator("#search-map .maplibregl-canvas")).to_be_visible()
    page.locator("#area-of-map").click()
    expect(page.locator("#area")).to_have_value(re.compile("^([0-9.]+,[0-9.]+ ?){4}$"))
    page.locator("button.primary").click()
    page.locator(".hit a").click()
    with page.expect_download() as sent:
        page.locator("form[action$=export] button").click()
    bundle = tmp_path / "bundle.zip"
    sent.value.save_as(bundle)
    assert verify(bundle).problems == ()


def test_things_that_are_not_the_same_stay_apart(demo: Demo, visit: Visit) -> None:
    visit.sign_in("coordinator.dobele")
    visit.page.goto(f"{visit.demo.url}/map")
    expect(visit.page.locator("li[data-incident-id]").nth(1)).to_be_attached(timeout=STORY_MS)
    headers = {"Authorization": f"Bearer {token(demo, 'coordinator.dobele')}"}
    incidents = httpx.get(f"{demo.url}/api/v1/incidents", headers=headers, trust_env=False).json()
    assert len({incident["category"] for incident in incidents}) > 1
    assert all(incident["simulated"] for incident in incidents)


def test_the_inspector_sees_the_camera_and_reports_on_a_phone(visit: Visit) -> None:
    visit.page.set_viewport_size({"width": 390, "height": 844})
    visit.sign_in("inspector.dobele")
    expect(visit.page.locator("body")).to_contain_text("Yours: Body camera 1")
    visit.page.locator("label", has_text="Noise").click()
    visit.page.evaluate(
        "() => { const f = document.querySelector('form.report').elements;"
        " f.lat.value = '56.6215'; f.lon.value = '23.2790'; f.accuracy_m.value = '9'; }"
    )
    visit.page.click("#send")
    expect(visit.page.locator("[role=status]", has_text="Thank you")).to_be_visible()


def test_the_pilot_sees_the_flight_and_the_way_to_plan_another(visit: Visit) -> None:
    visit.sign_in("pilot.dobele")
    visit.page.goto(f"{visit.demo.url}/flights")
    flight = visit.page.locator("li[data-flight-id]", has_text="Survey of the market square").first
    expect(flight).to_contain_text("Survey of the market square")
    expect(flight).to_contain_text("simulated")
    visit.page.click("a[href='/planner'].button")
    expect(visit.page.locator("#zone-pick option", has_text="Market square")).to_be_attached()


def test_the_other_towns_coordinator_sees_none_of_it(visit: Visit) -> None:
    visit.sign_in("coordinator.siauliai")
    visit.page.goto(f"{visit.demo.url}/map")
    expect(visit.page.locator("li[data-unit-id=TWR-2]")).to_be_attached()
    expect(visit.page.locator("li[data-unit-id=DRN-1]")).to_have_count(0)


def test_everything_that_the_demo_keeps_is_for_its_own_user_alone(demo: Demo) -> None:
    kept = [path for path in demo.data.rglob("*") if not path.is_symlink() and path.exists()]
    assert any(path.suffix == ".db-wal" for path in kept)
    assert [str(path) for path in (demo.data, *kept) if path.stat().st_mode & 0o077] == []
