"""The planner in a real browser: a zone is drawn and changed, a flight planned, compared, scheduled and taken along."""

import json
import re
from pathlib import Path

from playwright.sync_api import Page, Route, expect

from tests.browser.demo.conftest import Visit
from tests.mission.areas import geojson

U_SHAPE = [(-200, -150), (-100, -150), (-100, 40), (20, 40), (20, -150), (120, -150), (120, 150), (-200, 150)]
HOLE = [(-160, 70), (-120, 70), (-120, 110), (-160, 110)]
"""Pixels right and down of the middle of the map."""
BOW_TIE = [(-700, -700), (-600, -600), (-600, -700), (-700, -600)]
SUBSTATION = [(-1_050, -850), (-850, -850), (-850, -700), (-1_050, -700)]
"""Metres from the middle of Dobele: within an invented zone where nobody flies."""


def open_planner(visit: Visit) -> Page:
    visit.sign_in("pilot.dobele")
    visit.page.goto(f"{visit.demo.url}/planner")
    expect(visit.page.locator("body[data-live=live]")).to_be_attached()
    expect(visit.page.locator("#map .is-home")).to_be_visible()
    return visit.page


def middle(page: Page) -> tuple[float, float]:
    box = page.locator("#map").bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def put_corners(page: Page, corners: list[tuple[int, int]]) -> None:
    x, y = middle(page)
    for right, down in corners:
        page.mouse.click(x + right, y + down)
    page.click("[data-tool=finish]")


def test_a_pilot_plans_checks_schedules_and_exports_a_flight_over_a_u_with_a_hole(visit: Visit) -> None:
    page = open_planner(visit)
    length = page.locator("[data-figure=length_m] dd")
    page.click("#zone-new")
    put_corners(page, U_SHAPE)
    expect(page.locator("[data-figure=covered_fraction] dd")).to_contain_text("%")
    without_hole = page.locator("[data-fact=zone]").inner_text()
    page.click("[data-tool=hole]")
    put_corners(page, HOLE)
    expect(page.locator("[data-fact=zone]")).not_to_have_text(without_hole)
    expect(page.locator("#figures.is-asking")).to_have_count(0)

    before = length.inner_text()
    x, y = middle(page)
    page.mouse.move(x + 120, y + 150)
    page.mouse.down()
    page.mouse.move(x + 180, y + 190, steps=5)
    page.mouse.up()
    expect(length).not_to_have_text(before)
    page.keyboard.press("Control+z")
    expect(length).to_have_text(before)

    page.fill("#zone-form input[name=name]", "Yards behind the mill")
    page.click("#tab-plan")
    page.click("#plan-save")
    expect(page.locator("[data-fact=plan]")).to_have_text("v1")
    page.click("#tab-flight")
    page.fill("#wish-altitude_m", "90")
    expect(length).not_to_have_text(before)
    page.click("#tab-plan")
    page.click("#plan-save")
    expect(page.locator("[data-fact=plan]")).to_have_text("v2")
    page.locator("li.version[data-version='1'] button", has_text="Compare").click()
    expect(page.locator("#compared tr", has_text="Length")).to_contain_text(before)

    page.click("#tab-checks")
    page.locator(".verdict.is-acknowledge button").click()
    expect(page.locator("#checks-story")).to_have_text("Nothing stands in the way of this flight.")
    page.click("#tab-plan")
    page.click("#schedule")
    expect(page.locator("#fly-story")).to_contain_text("UTC). It takes off only once you have")
    with page.expect_download() as started:
        page.locator("#exports a", has_text=".plan").click()
    assert json.loads(Path(started.value.path()).read_text())["fileType"] == "Plan"


def test_a_flight_next_to_a_restricted_zone_is_blocked_in_words_and_a_bad_feature_is_refused(
    visit: Visit, tmp_path: Path
) -> None:
    file = tmp_path / "areas.geojson"
    features = [
        {"type": "Feature", "properties": {"name": name}, "geometry": geojson(ring)}
        for name, ring in (("Behind the substation", SUBSTATION), ("Bow tie", BOW_TIE))
    ]
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    page = open_planner(visit)
    page.set_input_files("#zone-file", file)
    expect(page.locator("#import-seen")).to_contain_text("Bow tie crosses itself")
    page.locator("#import-seen button", has_text="Import 1 zone").click()
    expect(page.locator("#zone-form input[name=name]")).to_have_value("Behind the substation")
    page.click("#tab-checks")
    blocked = page.locator(".verdict.is-block[data-check=zones]").first
    expect(blocked).to_contain_text("substation")
    expect(blocked).to_contain_text("To clear it:")


def test_a_coordinator_changes_what_a_zone_wants_and_sees_no_flying(visit: Visit) -> None:
    visit.sign_in("coordinator.dobele")
    page = visit.page
    page.goto(f"{visit.demo.url}/planner?zone=DOB-Z2")
    expect(page.locator("#zone-form input[name=name]")).to_have_value("Riverside path")
    expect(page.locator("#tab-flight")).to_have_count(0)
    page.locator(".wants summary").click()
    page.fill("input[name=revisit_min]", "180")
    page.click("#window-add")
    page.click("#zone-save")
    expect(page.locator("#zone-story")).to_contain_text("Version 2, by coordinator.dobele")
    expect(page.locator("#wants-story")).to_contain_text("1 window, every 3 h")


def test_what_is_pressed_twice_is_kept_once_and_a_change_meanwhile_is_not_called_saved(visit: Visit) -> None:
    visit.sign_in("pilot.dobele")
    page, held = visit.page, list[Route]()

    def hold(route: Route) -> None:
        if route.request.method == "POST":
            held.append(route)
        else:
            route.continue_()

    page.goto(f"{visit.demo.url}/planner?zone=DOB-Z2")
    page.click("#tab-plan")
    page.route(re.compile("/api/v1/plans$"), hold)
    page.dblclick("#plan-save")
    page.click("#tab-flight")
    page.fill("#wish-altitude_m", "110")
    expect(page.locator("#figures.is-asking")).to_have_count(0)
    held[0].continue_()
    expect(page.locator("[data-fact=plan]")).to_have_text("v1 *")
    assert len(held) == 1


def test_a_zone_kept_after_another_was_taken_in_hand_does_not_take_its_place(visit: Visit) -> None:
    visit.sign_in("coordinator.siauliai")
    page, held = visit.page, list[Route]()

    def hold(route: Route) -> None:
        held.append(route)

    page.goto(f"{visit.demo.url}/planner?zone=SIA-Z1")
    name = page.locator("#zone-form input[name=name]")
    name.fill("Renamed yard")
    page.route("**/api/v1/zones/SIA-Z1", hold)
    page.dblclick("#zone-save")
    page.select_option("#zone-pick", "SIA-Z2")
    expect(name).not_to_have_value("Renamed yard")
    with page.expect_response("**/api/v1/zones/SIA-Z1"):
        held[0].continue_()
    expect(page.locator("#zone-pick option", has_text="Renamed yard")).to_be_attached()
    expect(page.locator("#zone-story")).to_contain_text("Version 1")
    expect(page.locator("#zone-save")).to_be_disabled()
    assert len(held) == 1


def test_until_the_last_word_old_verdicts_are_marked_as_such_and_nothing_can_be_saved(visit: Visit) -> None:
    visit.sign_in("pilot.dobele")
    page, held = visit.page, list[Route]()
    page.goto(f"{visit.demo.url}/planner?zone=DOB-Z2")
    page.click("#tab-checks")
    story, verdicts, save = page.locator("#checks-story"), page.locator("#verdicts"), page.locator("#plan-save")
    expect(verdicts.locator("li").first).to_be_visible()
    expect(page.locator("[data-fact=checks]")).not_to_have_text("…")
    expect(save).to_be_enabled()
    length = page.locator("[data-figure=length_m] dd")
    before = length.inner_text()
    page.route(re.compile("/api/v1/plans/preview$"), lambda route: held.append(route))  # noqa: PLW0108
    page.click("#tab-flight")
    with page.expect_request(re.compile("/api/v1/plans/preview$")):
        page.fill("#wish-altitude_m", "40")
    expect(verdicts).to_have_class(re.compile("is-old"))
    expect(story).to_have_text("The flight is being checked. Below is what was said before the last change.")
    expect(page.locator("[data-fact=checks]")).to_have_text("…")
    expect(save).to_be_disabled()
    with page.expect_request(re.compile("/api/v1/plans/preview$")):
        held[0].continue_()
    expect(length).not_to_have_text(before)
    expect(verdicts).to_have_class(re.compile("is-old"))
    expect(save).to_be_disabled()
    assert [(json.loads(each.request.post_data or "")["quick"]) for each in held[:1]] == [True]
    assert "quick" not in json.loads(held[1].request.post_data or "")
    held[1].continue_()
    expect(verdicts).not_to_have_class(re.compile("is-old"))
    expect(save).to_be_enabled()


def test_a_plan_file_that_flies_outside_the_zone_is_shown_and_asked_about(visit: Visit, tmp_path: Path) -> None:
    row = "{}\t0\t{}\t{}\t0\t0\t0\t0\t{}\t{}\t{}\t1"
    rows = [row.format(0, 0, 16, 56.62, 23.28, 60), row.format(1, 3, 22, 56.62, 23.28, 40)]
    rows += [row.format(2 + n, 3, 16, 56.6, 23.3 + n / 500, 40) for n in range(4)]
    file = tmp_path / "elsewhere.waypoints"
    file.write_text("\n".join(["QGC WPL 110", *rows]))
    visit.sign_in("pilot.dobele")
    page = visit.page
    page.goto(f"{visit.demo.url}/planner?zone=DOB-Z2")
    page.click("#tab-plan")
    page.set_input_files("#plan-file", file)
    asked = page.locator("#plan-file-seen")
    expect(asked).to_contain_text("outside Riverside path. It is shown on the map. Is it meant for this zone?")
    asked.locator("button", has_text="Leave it").click()
    expect(asked).to_be_hidden()
    expect(page.locator("li.version", has_text="elsewhere")).to_have_count(0)
