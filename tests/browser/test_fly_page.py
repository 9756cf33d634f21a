"""The fly page in a real browser: the emergency stop stays free, and nothing looks like an order that cannot go out."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Response, Route, WebSocketRoute, expect

from mapserver.core.services import assemble
from mapserver.core.settings import load
from mission.flights.procedure import BoardPlan
from mission.flights.vehicle_checks import VehicleChecks
from telemetry.access import Role
from telemetry.messages import written
from telemetry.vehicles.arming_blocks import ArmingBlocks
from tests.browser.conftest import LONGEST_MS
from tests.browser.maps import wait_for_symbol
from tests.browser.town import found, signed_in
from tests.mapserver.basemap.making import tile_map
from tests.mapserver.basemap.photos import mbtiles
from tests.mapserver.debriefs.test_pages import a_flown_flight
from tests.mission.flights.builders import PILOT, a_drone
from tests.mission.flights.test_vehicle_checks import DEAF, PLAN
from tests.process.running import Program, free_port

Thing = dict[str, Any]


class Air:
    """A flight that landed, shown to the page as one in the air; then whatever a test says of it."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.flight: Thing = {}
        self.unit: Thing = {}
        self._line: WebSocketRoute | None = None
        self._picture: Thing = {}
        self._seq = 0
        page.route_web_socket("**/api/v1/live*", self._live)
        page.goto(address)
        expect(page.locator("#orders")).to_be_visible()
        page.wait_for_selector("#map canvas")

    def tell(self, kind: str, thing: Thing) -> None:
        """A change of the flight or its drone."""
        assert self._line is not None
        self._seq += 1
        change = {"kind": kind, "id": thing["id"], "data": thing}
        delta = {"type": "delta", "epoch": self._picture["epoch"], "seq": self._seq, "changes": [change]}
        self._line.send(json.dumps(delta))

    def tap_map(self) -> Locator:
        """Touch the map; gives the card that it opens."""
        card = self.page.locator(".steering")
        self.page.locator("#map canvas").click(position={"x": 200, "y": 120})
        expect(card).to_be_visible()
        return card

    def _live(self, line: WebSocketRoute) -> None:
        self._line = line
        server = line.connect_to_server()

        def pass_on(message: str | bytes) -> None:
            said = json.loads(message)
            if said["type"] == "snapshot":
                self._in_the_air(said)
                line.send(json.dumps(said))
            elif said["type"] == "alive":
                line.send(json.dumps({**said, "seq": self._seq}))

        server.on_message(pass_on)

    def _in_the_air(self, picture: Thing) -> None:
        (flight,), (unit,) = picture["flights"], picture["units"]
        control = {**flight["control"], "holder": PILOT}
        flight.update(state="flying", landed_at=None, outcome=None, control=control)
        unit.update(height_m=42.0, instruments=instruments(picture["at"]))
        self._picture = picture
        self._seq = picture["seq"]
        self.flight = flight
        self.unit = unit


def instruments(at: str, link: str = "alive") -> Thing:
    return {
        "mode": "mission", "armed": True, "in_air": True, "item": 2, "items": 9, "speed_m_s": 5.0, "gps_ok": True,
        "heard_at": at, "camera_yaw_deg": None, "camera_pitch_deg": None, "link": link,
    }  # fmt: skip


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Callable[[], Air]]:
    data = tmp_path_factory.mktemp("town")
    found(data, {}, {PILOT: Role.PILOT})
    settings = data / "vanagas.toml"
    basemap = json.dumps(str(tile_map(data / "towns.pmtiles")))
    photo = json.dumps(str(mbtiles(data / "photo.mbtiles")))
    ground = f"basemap = {basemap}\northophotos = {{dobele = {photo}}}\n"
    settings.write_text(f"{ground}{settings.read_text()}")
    parts = assemble(load(data))
    a_drone(parts.store)
    flight = a_flown_flight(parts)
    parts.store.close()
    port = free_port()
    with Program("serve", "--data", str(data), "--port", str(port), log=data / "log") as program:
        program.wait_for("ready")
        url = f"http://127.0.0.1:{port}"
        page = signed_in(browser, url, PILOT)
        page.set_default_timeout(LONGEST_MS)
        yield lambda: Air(page, f"{url}/flights/{flight.id}/fly")
        page.context.close()


def test_the_card_of_a_point_leaves_the_typed_stop_free_and_goes_with_the_flight(opened: Callable[[], Air]) -> None:
    air = opened()
    air.page.locator("summary", has_text="Emergency").click()
    card = air.tap_map()
    field = air.page.locator("#typed-stop input")
    field.fill("Drone")
    air.page.locator("#typed-stop button").click(trial=True)
    air.page.locator("#hold-stop").click(trial=True)
    air.tell("flight", {**air.flight, "state": "landed", "landed_at": air.flight["started_at"], "outcome": "landed"})
    expect(card).to_be_hidden()
    expect(air.page.locator("#over")).to_be_visible()


def test_without_network_the_orders_are_off_and_the_remedy_is_said(opened: Callable[[], Air]) -> None:
    air = opened()
    air.page.context.set_offline(True)
    expect(air.page.locator("[data-order=pause]")).to_be_disabled()
    expect(air.page.locator("#hold-stop")).to_be_disabled()
    expect(air.page.locator("#no-orders")).to_contain_text("no order goes out. Use the remote control.")
    air.page.context.set_offline(False)
    expect(air.page.locator("[data-order=pause]")).to_be_enabled()
    expect(air.page.locator("#no-orders")).to_be_hidden()


def test_the_map_switches_to_the_orthophoto_and_says_which_town_has_none(opened: Callable[[], Air]) -> None:
    page = opened().page
    switch = page.get_by_role("button", name="Photo")
    with page.expect_response(lambda answer: "/map/orthophotos/dobele/" in answer.url and answer.ok):
        switch.click()
    expect(switch).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".ground-note")).to_contain_text("No orthophoto of Šiauliai is set")
    switch.click()
    expect(switch).to_have_attribute("aria-pressed", "false")


def test_a_point_outside_the_flight_is_asked_about_and_goes_out_once_confirmed(opened: Callable[[], Air]) -> None:
    air = opened()
    bodies: list[Thing] = []

    def answer(route: Route) -> None:
        bodies.append(route.request.post_data_json or {})
        asks = [{"subject": "fence", "message": "the point is 140 m outside the geofence of this flight"}]
        if "acknowledged" in bodies[-1]:
            route.fulfill(status=202, json={"status": "diverted"})
        else:
            route.fulfill(status=409, json={"error": "OrderAsks", "message": "confirm it", "asks": asks})

    air.page.route("**/goto", answer)
    card = air.tap_map()
    card.get_by_role("button", name="Go there").click()
    expect(card).to_contain_text("140 m outside the geofence")
    card.get_by_role("button", name="Go there all the same").click()
    expect(card).to_be_hidden()
    assert [body.get("acknowledged") for body in bodies] == [None, ["fence"]]
    air.page.unroute("**/goto")


def test_a_drone_that_is_lost_or_fell_says_where_it_was_last_seen(opened: Callable[[], Air]) -> None:
    air = opened()
    start = air.flight["route"]["coordinates"][0]
    away = {**air.unit["position"], "lat": start[1] + 0.00347, "lon": start[0]}
    lost = instruments(air.unit["updated_at"], link="lost")
    air.tell("unit", {**air.unit, "position": away, "instruments": lost})
    seen = air.page.locator("#last-seen")
    expect(seen).to_contain_text(
        f"was last seen at {away['lat']:.6f}, {away['lon']:.6f}, 386 m from its start, 42 m up"
    )
    name = wait_for_symbol(air.page, "drone-mark", air.unit["id"], 'symbol.name.includes("last seen")')["name"]
    assert name.startswith(f"{air.unit['name']} · last seen ")
    air.tell("flight", {**air.flight, "state": "aborted", "landed_at": air.unit["updated_at"], "outcome": "motors off"})
    expect(seen).to_contain_text("386 m from its start, at")
    expect(air.page.locator("[data-cell='to home'] dd")).to_have_text("386 m")


def aboard(checks: VehicleChecks, plan: BoardPlan = PLAN, arming: ArmingBlocks | None = None) -> Thing:
    """What the server answers of a flight that waits, as the API gives it."""
    return {
        **checks.as_json(plan, is_on_board=False, arming=arming),
        "link": "udpin://127.0.0.1:14540", "driver": "mavsdk", "is_connected": True,
    }  # fmt: skip


def test_before_the_start_the_card_says_what_is_on_board_and_asks_for_a_yes_to_nothing(
    opened: Callable[[], Air],
) -> None:
    air = opened()
    checks = VehicleChecks(DEAF)
    blocks = ArmingBlocks((written("PreArm: Compass not healthy"),))
    said: list[list[str]] = []

    def answer(route: Route) -> None:
        if route.request.method == "POST":
            said.append((route.request.post_data_json or {})["subjects"])
            checks.accept(frozenset(said[-1]), PLAN)
        route.fulfill(json=aboard(checks, arming=blocks))

    air.page.route("**/aboard", answer)
    air.page.route("**/failsafes", answer)
    waiting = {**air.flight, "state": "scheduled", "started_at": None, "confirmed_by": None}
    another = {**waiting, "control": {**waiting["control"], "holder": "janis"}}
    card = air.page.locator("#aboard")
    yes = card.get_by_role("button", name="Yes, fly all the same")

    air.tell("flight", another)
    expect(card).to_contain_text("Survey: 2 items")
    expect(card).to_contain_text("3 corners, at a breach it flies home")
    expect(card).to_contain_text("It does not arm: PreArm: Compass not healthy")
    for one in DEAF.words:
        expect(card).to_contain_text(str(one))
    expect(card).to_contain_text("Whoever has the control says yes to this before the start.")
    expect(yes).to_be_hidden()

    air.tell("flight", waiting)
    expect(yes).to_be_visible()
    yes.click()
    expect(yes).to_be_hidden()
    assert said == [["link loss"]]


def test_a_fence_that_the_vehicle_does_not_keep_is_a_warning_that_no_yes_takes_away(opened: Callable[[], Air]) -> None:
    air = opened()
    through = replace(DEAF, reactions=(), fence_enforced=False, fence_setting="FENCE_ENABLE is 0")
    air.page.route("**/aboard", lambda route: route.fulfill(json=aboard(VehicleChecks(through))))
    air.tell("flight", {**air.flight, "state": "scheduled", "started_at": None})
    card = air.page.locator("#aboard")
    expect(card).to_contain_text("the vehicle would fly through its fence, as FENCE_ENABLE is 0")
    expect(card).to_contain_text("NOT kept by the vehicle")
    expect(card.get_by_role("button")).to_have_count(0)


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1024, 768)])
def test_on_phone_and_tablet_every_order_is_in_reach_large_enough_for_gloves(
    opened: Callable[[], Air], width: int, height: int
) -> None:
    air = opened()
    air.page.set_viewport_size({"width": width, "height": height})
    wanted = [air.page.locator(f"[data-order={order}]") for order in ("pause", "return", "resume", "look")]
    wanted += [air.page.locator("summary", has_text=words) for words in ("Land where it is", "Emergency")]
    for target in wanted:
        expect(target).to_be_in_viewport(ratio=1)
        box = target.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 48
    assert air.page.evaluate("document.documentElement.scrollWidth") <= width
    air.page.set_viewport_size({"width": 1440, "height": 900})


def test_the_flight_lies_on_the_town_s_own_map(opened: Callable[[], Air]) -> None:
    sent: list[Response] = []
    opened().page.on("response", lambda answer: sent.append(answer) if "/map/tiles/" in answer.url else None)
    air = opened()
    expect(air.page.locator(".maplibregl-ctrl-attrib")).to_contain_text("© Surveyors of Dobele")
    assert 200 in {answer.status for answer in sent} <= {200, 204}
