"""Pages that keep themselves new: nothing that happens while one opens is missed, and no press on one is lost."""

import json
import re

import httpx
from playwright.sync_api import Route, WebSocketRoute, expect

from tests.browser.demo.conftest import Demo, Visit, token

PERSON, INSPECTOR = "coordinator.dobele", "inspector.dobele"


def post(demo: Demo, path: str, by: str, body: dict[str, object]) -> dict[str, str]:
    """Have the API do something as one of the demo's people."""
    headers = {"Authorization": f"Bearer {token(demo, by)}"}
    answer = httpx.post(f"{demo.url}/api/v1{path}", json=body, headers=headers, trust_env=False, timeout=30)
    assert answer.is_success, answer.text
    said: dict[str, str] = answer.json()
    return said


def reported(demo: Demo, note: str, *, lat: float) -> str:
    """An incident of its own."""
    place = {"lat": lat, "lon": 23.31, "accuracy_m": 8}
    return post(demo, "/reports", INSPECTOR, {"category": "noise", "note": note, "position": place})["incident_id"]


def test_what_happens_while_a_page_opens_is_not_missed(visit: Visit) -> None:
    incident = reported(visit.demo, "Drums in the park", lat=56.6301)
    visit.sign_in(PERSON)

    def meanwhile(route: Route) -> None:
        post(visit.demo, f"/incidents/{incident}/notes", PERSON, {"text": "The band has a permit"})
        route.continue_()

    def late(route: Route) -> None:
        visit.page.wait_for_timeout(1_500)  # the live feed's first word is there before the scripts of the map are
        route.continue_()

    visit.page.route("**/document_page.js", meanwhile)
    visit.page.route("**/incident_map.js", late)
    visit.page.goto(f"{visit.demo.url}/incidents/{incident}")
    expect(visit.page.locator(".timeline")).to_contain_text("The band has a permit")


def test_what_is_pressed_is_not_taken_away_before_it_is_let_go(visit: Visit) -> None:
    incident = reported(visit.demo, "Drums by the lake", lat=56.6102)
    visit.sign_in(PERSON)
    page = visit.page
    page.goto(f"{visit.demo.url}/incidents/{incident}")
    expect(page.locator("body[data-live=live]")).to_be_attached()
    page.locator(".timeline summary").first.hover()
    with page.expect_response(re.compile("/timeline")) as asked:
        page.mouse.down()
        post(visit.demo, f"/incidents/{incident}/notes", PERSON, {"text": "Quiet again"})
    asked.value.finished()
    page.wait_for_function("() => !document.querySelector('.htmx-request')")
    page.mouse.up()
    expect(page.locator(".timeline details").first).to_have_attribute("open", "")
    expect(page.locator(".timeline")).to_contain_text("Quiet again")
    expect(page.locator(".timeline details").first).to_have_attribute("open", "")


def test_what_happened_on_a_flight_is_not_overwritten_by_an_answer_that_comes_late(visit: Visit) -> None:
    visit.sign_in("pilot.dobele")
    page = visit.page
    page.goto(f"{visit.demo.url}/flights")
    flight_id = page.locator("li[data-flight-id]").first.get_attribute("data-flight-id")
    at, told = "2026-11-28T19:00:00Z", ["planned", "uploaded"]
    events = [{"at": at, "state": "ready", "who": "system", "why": why} for why in told]
    held: list[Route] = []

    def answer(route: Route) -> None:
        """The first question is answered last, as it was when it was asked."""
        if not held:
            held.append(route)
        else:
            route.fulfill(json=events)

    def live(line: WebSocketRoute) -> None:
        server = line.connect_to_server()

        told_of: list[str] = []

        def pass_on(message: str | bytes) -> None:
            if told_of:  # the page has all that the test asks for; the rest would only keep this thread busy
                return
            line.send(message)
            said = json.loads(message)
            if said["type"] == "snapshot":
                told_of.append(flight_id or "")
                changed = next(flight for flight in said["flights"] if flight["id"] == flight_id)
                change = {"kind": "flight", "id": flight_id, "data": {**changed, "updated_at": at}}
                delta = {"type": "delta", "epoch": said["epoch"], "seq": said["seq"] + 1, "changes": [change]}
                line.send(json.dumps(delta))

        server.on_message(pass_on)

    page.route(f"**/{flight_id}/events", answer)
    page.route_web_socket("**/api/v1/live*", live)
    page.goto(f"{visit.demo.url}/flights/{flight_id}/fly")
    expect(page.locator("#told li")).to_have_count(2)
    with page.expect_response("**/events"):
        held[0].fulfill(json=events[:1])
    page.evaluate("() => new Promise(requestAnimationFrame)")
    expect(page.locator("#told")).to_contain_text("uploaded")


STEERED = """async () => {
  const { Map } = await import("/static/vendor/maplibre-gl/maplibre-gl.mjs");
  const { offerSteering } = await import("/static/web/js/steering.js");
  const { World } = await import("/static/web/js/store.js");
  const place = document.createElement("div");
  place.style = "position: fixed; inset: 0; z-index: 1";
  document.body.append(place);
  const empty = { version: 8, sources: {}, layers: [] };
  const map = new Map({ container: place, style: empty, center: [23.3, 56.6], zoom: 14 });
  await new Promise((done) => map.once("load", done));
  const flight = { id: "F1", unit_id: "D1", started_at: "now", state: "flying", control: { holder: "me" } };
  const world = new World();
  world.things.unit.set("D1", { id: "D1", name: "Drone 1", height_m: 40 });
  offerSteering(map, world, "me", () => [flight]);
}"""


def test_an_order_pressed_twice_is_given_once_and_its_answer_leaves_the_next_point_alone(visit: Visit) -> None:
    visit.sign_in("pilot.dobele")
    page, held = visit.page, list[Route]()

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/flights/F1/goto", hold)
    page.evaluate(STEERED)
    go = page.get_by_role("button", name="Go there")
    page.mouse.click(400, 300)
    go.dblclick()
    page.mouse.click(600, 400)
    expect(go).to_be_visible()
    with page.expect_response("**/goto"):
        held[0].fulfill(json={"status": "diverted"})
    page.evaluate("() => new Promise(requestAnimationFrame)")
    expect(go).to_be_visible()
    assert len(held) == 1


def test_a_form_whose_button_is_pressed_again_before_the_answer_is_sent_once(visit: Visit) -> None:
    incident = reported(visit.demo, "Drums at the mill", lat=56.6187)
    visit.sign_in(PERSON)
    page, held = visit.page, list[Route]()

    def hold(route: Route) -> None:
        held.append(route)

    page.goto(f"{visit.demo.url}/incidents/{incident}")
    page.fill("form[action$=notes] textarea", "The neighbours rang")
    page.route("**/notes", hold)
    button = page.get_by_role("button", name="Write it down")
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    assert box is not None
    with page.expect_request("**/notes"):
        page.mouse.click(box["x"] + 9, box["y"] + 9)
    for _ in range(2):  # as a hand does, that waits for no answer
        page.mouse.click(box["x"] + 9, box["y"] + 9)
    held[0].continue_()
    expect(page.locator(".timeline .entry-text", has_text="The neighbours rang")).to_have_count(1)
    assert len(held) == 1
