"""Who asks too often is told to wait, by principal or address; orders to a drone are never refused for it."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from pydantic import ValidationError
from starlette.testclient import WebSocketDenialResponse

from mapserver.core.request_rates import RateSettings, RequestRates, network_of
from mapserver.core.services import Services
from telemetry.access import Principal, Role
from telemetry.cities import City

Headers = Callable[..., dict[str, str]]


@pytest.fixture
def strict(parts: Services) -> None:
    """Two requests an hour of each."""
    parts.settings.rates = RateSettings(person="2/hour", device="3/hour", stranger="2/hour", file="4/hour")


def test_a_user_who_asks_too_often_is_told_when_to_go_on(strict: None, client: TestClient, as_role: Headers) -> None:
    pilot = as_role(Role.PILOT)
    assert [client.get("/api/v1/units", headers=pilot).status_code for _ in range(3)] == [200, 200, 429]
    answer = client.get("/api/v1/units", headers=pilot)
    assert answer.json()["error"] == "TooManyRequests"
    assert 0 < int(answer.headers["retry-after"]) <= 3_600


def test_one_users_requests_are_not_counted_for_another(strict: None, client: TestClient, as_role: Headers) -> None:
    for _ in range(3):
        client.get("/api/v1/units", headers=as_role(Role.PILOT))
    assert client.get("/api/v1/units", headers=as_role(Role.COORDINATOR)).status_code == 200


def test_strangers_of_one_address_are_counted_together_and_members_are_not(
    strict: None, client: TestClient, as_role: Headers
) -> None:
    bad = {"Authorization": "Bearer nobodys"}
    assert [client.get("/api/v1/units", headers=bad).status_code for _ in range(3)] == [401, 401, 429]
    assert client.get("/sign-in").status_code == 429
    assert client.get("/api/v1/units", headers=as_role(Role.PILOT)).status_code == 200


@pytest.mark.parametrize("path", ["/nothing", "/api/v1/nothing", "/static/nothing.js"])
def test_who_asks_for_what_there_is_not_is_told_to_wait(strict: None, client: TestClient, path: str) -> None:
    assert [client.get(f"{path}{number}").status_code for number in range(3)] == [404, 404, 429]
    assert client.post("/healthz").status_code == 429


def test_who_opens_sockets_that_there_are_not_is_told_to_wait(
    strict: None, client: TestClient, as_role: Headers
) -> None:
    def status(path: str) -> int:
        with pytest.raises(WebSocketDenialResponse) as refused, client.websocket_connect(path):
            pass
        return int(refused.value.status_code)

    assert [status(f"/api/v1/nothing{number}") for number in range(3)] == [404, 404, 429]
    assert client.get("/sign-in").status_code == 429
    with client.websocket_connect("/api/v1/live", headers=as_role(Role.PILOT)) as socket:
        assert socket.receive_json()["type"] == "snapshot"


def test_a_stranger_with_too_many_requests_is_turned_away_before_a_route_is_looked_for(
    strict: None, client: TestClient, as_role: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        client.get("/nothing")

    def nothing(*_: object) -> None:
        raise AssertionError("a route was looked for")

    with monkeypatch.context() as patch:
        patch.setattr("starlette.routing.Router.__call__", nothing)
        assert client.get("/api/v1/units").status_code == 429
    assert client.get("/api/v1/units", headers=as_role(Role.PILOT)).status_code == 200


def test_files_are_counted_apart_so_that_a_page_loads_whole(strict: None, client: TestClient) -> None:
    found = [client.get("/static/web/css/base.css").status_code for _ in range(5)]
    assert found == [200, 200, 200, 200, 429]
    assert client.get("/sign-in").status_code == 200


@pytest.mark.parametrize("order", ["pause", "resume", "return", "land"])
def test_orders_are_never_refused_for_their_number(
    strict: None, client: TestClient, as_role: Headers, order: str
) -> None:
    pilot = as_role(Role.PILOT)
    for _ in range(3):
        client.get("/api/v1/units", headers=pilot)
    assert client.post(f"/api/v1/flights/nothing/{order}", headers=pilot).status_code != 429


def test_live_sockets_are_never_refused_for_their_number(strict: None, client: TestClient, as_role: Headers) -> None:
    pilot = as_role(Role.PILOT)
    for _ in range(5):
        client.get("/api/v1/units", headers=pilot)
        with client.websocket_connect("/api/v1/live", headers=pilot) as socket:
            assert socket.receive_json()["type"] == "snapshot"


def test_a_device_may_hand_in_hundreds_a_second() -> None:
    rates = RequestRates(RateSettings())
    device = Principal("camera-1", Role.DEVICE, City("dobele"))
    for _ in range(500):
        rates.count_member(device)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("testclient", "testclient"),
    ],
)
def test_one_line_is_one_sender(address: str, network: str) -> None:
    assert network_of(address) == network


def test_a_rate_that_cannot_be_read_is_refused_by_the_settings() -> None:
    with pytest.raises(ValidationError):
        RateSettings(person="often")
