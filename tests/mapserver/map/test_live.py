"""The live feed: a snapshot with a number, then every change after it, in order and without a gap."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from mapserver.core.hub import Hub, Missed
from mapserver.core.services import Services, assemble
from mapserver.program.app import create_app
from telemetry.access import Role
from telemetry.cities import City, all_towns, known_towns
from telemetry.scopes import LIVE
from telemetry.store import Change
from telemetry.visibility import EVERYTHING
from tests.builders import live, observation, place

pytestmark = pytest.mark.both_databases
Headers = Callable[..., dict[str, str]]


def next_delta(socket: WebSocketTestSession) -> dict[str, Any]:
    """The next change; a few signs of life in between are no news, many mean that none is coming."""
    for _ in range(6):
        message: dict[str, Any] = socket.receive_json()
        if message["type"] != "alive":
            return message
    raise AssertionError("nothing but signs of life")


def change(city: City, number: int) -> Change:
    return Change("unit", str(number), frozenset({city}), LIVE, {"n": number})


@given(st.lists(st.sampled_from(known_towns()), max_size=60), st.integers(0, 60))
def test_each_towns_viewers_count_without_a_gap_from_wherever_they_were(cities: list[City], seen: int) -> None:
    hub = Hub()
    viewers = [live(City("siauliai")), live(City("dobele")), live(*all_towns())]
    before = {visible: hub.seq(visible) for visible in viewers}
    hub.publish([change(city, n) for n, city in enumerate(cities)])
    for visible in viewers:
        mine = [n for n, city in enumerate(cities) if visible.covers(city, LIVE)]
        start = min(seen, len(mine))
        news = hub.after(visible, hub.place(visible, before[visible] + start))
        assert [one.seq for one in news] == list(range(start + 1, len(mine) + 1))
        assert [one.shown["data"]["n"] for one in news] == mine[start:]


def test_a_number_of_the_future_is_missed_not_guessed() -> None:
    with pytest.raises(Missed):
        Hub().place(EVERYTHING, 5)


def test_the_socket_gives_a_snapshot_and_then_the_next_number(client: TestClient, as_role: Headers) -> None:
    with client.websocket_connect("/api/v1/live", headers=as_role(Role.COORDINATOR)) as socket:
        snapshot = socket.receive_json()
        assert (snapshot["type"], snapshot["incidents"]) == ("snapshot", [])
        body = [observation(str(n), position=place(east_m=n * 2_000)).model_dump(mode="json") for n in range(3)]
        client.post("/api/v1/observations", json=body, headers=as_role(Role.DEVICE))
        deltas = [next_delta(socket) for _ in range(3)]
    assert [delta["seq"] for delta in deltas] == [snapshot["seq"] + n for n in (1, 2, 3)]
    assert {delta["changes"][0]["kind"] for delta in deltas} == {"incident"}


def test_news_of_an_incident_says_how_many_observations_it_has_and_not_which(
    client: TestClient, as_role: Headers
) -> None:
    with client.websocket_connect("/api/v1/live", headers=as_role(Role.COORDINATOR)) as socket:
        socket.receive_json()
        for ref in ("1", "2"):
            body = [observation(ref).model_dump(mode="json")]
            client.post("/api/v1/observations", json=body, headers=as_role(Role.DEVICE))
        told = [next_delta(socket)["changes"][0]["data"] for _ in range(2)]
    assert [data["observation_count"] for data in told] == [1, 2]
    assert not any("observation_ids" in data for data in told)


def test_a_viewer_who_was_away_resumes_where_it_was(client: TestClient, as_role: Headers) -> None:
    headers = as_role(Role.COORDINATOR)
    start = client.get("/api/v1/map/snapshot", headers=headers).json()
    client.post("/api/v1/observations", json=[observation().model_dump(mode="json")], headers=as_role(Role.DEVICE))
    with client.websocket_connect(
        f"/api/v1/live?epoch={start['epoch']}&since={start['seq']}", headers=headers
    ) as socket:
        assert socket.receive_json()["type"] == "resumed"
        assert next_delta(socket)["seq"] == start["seq"] + 1


def test_a_viewer_from_before_a_restart_gets_a_new_snapshot(client: TestClient, as_role: Headers) -> None:
    with client.websocket_connect("/api/v1/live?epoch=old&since=7", headers=as_role(Role.COORDINATOR)) as socket:
        assert socket.receive_json()["type"] == "snapshot"


def test_the_other_towns_news_is_neither_seen_nor_counted(client: TestClient, as_role: Headers) -> None:
    with client.websocket_connect("/api/v1/live", headers=as_role(Role.COORDINATOR, City("siauliai"))) as socket:
        seq = socket.receive_json()["seq"]
        client.post("/api/v1/observations", json=[observation().model_dump(mode="json")], headers=as_role(Role.DEVICE))
        mine = observation("2", city=City("siauliai")).model_dump(mode="json")
        client.post("/api/v1/observations", json=[mine], headers=as_role(Role.DEVICE, City("siauliai")))
        delta = next_delta(socket)
    assert (delta["seq"], delta["changes"][0]["data"]["city"]) == (seq + 1, "siauliai")


def test_an_administrator_sees_the_map_but_no_incident(client: TestClient, as_role: Headers) -> None:
    client.post("/api/v1/observations", json=[observation().model_dump(mode="json")], headers=as_role(Role.DEVICE))
    headers = as_role(Role.ADMIN, None)
    with client.websocket_connect("/api/v1/live", headers=headers) as socket:
        assert socket.receive_json()["incidents"] == []
        again = observation("2", position=place(east_m=3_000)).model_dump(mode="json")
        client.post("/api/v1/observations", json=[again], headers=as_role(Role.DEVICE))
        assert next_delta(socket)["changes"] == []


def test_news_of_clips_is_for_those_who_may_see_footage(parts: Services, client: TestClient, as_role: Headers) -> None:
    news = Change("clip", "c", frozenset({City("dobele")}), LIVE, {"camera": "DOB-C1", "state": "working", "done": 0.5})
    for role, told in ((Role.INSPECTOR, []), (Role.COORDINATOR, ["clip"])):
        with client.websocket_connect("/api/v1/live", headers=as_role(role)) as socket:
            socket.receive_json()
            parts.store.run(lambda work: work.tell(news))
            assert [change["kind"] for change in next_delta(socket)["changes"]] == told


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}])
def test_a_stranger_is_turned_away(client: TestClient, headers: dict[str, str]) -> None:
    with client.websocket_connect("/api/v1/live", headers=headers) as socket, pytest.raises(WebSocketDisconnect):
        socket.receive_json()


def test_what_passes_reaches_whoever_looks_and_takes_no_number(
    parts: Services, client: TestClient, as_role: Headers
) -> None:
    with client.websocket_connect("/api/v1/live", headers=as_role(Role.COORDINATOR)) as socket:
        seq = socket.receive_json()["seq"]
        parts.store.announce(change(City("dobele"), 1))
        parts.store.run(lambda work: work.tell(change(City("dobele"), 2)))
        passing = next_delta(socket)
        assert (passing["type"], passing["changes"][0]["id"]) == ("passing", "1")
        delta = next_delta(socket)
        assert (delta["seq"], delta["changes"][0]["id"]) == (seq + 1, "2")


def test_a_viewer_of_one_server_goes_on_at_another_of_the_same_database(
    parts: Services, client: TestClient, as_role: Headers, tmp_path_factory: pytest.TempPathFactory
) -> None:
    headers = as_role(Role.COORDINATOR)
    start = client.get("/api/v1/map/snapshot", headers=headers).json()
    settings = parts.settings.model_copy(
        update={"data_dir": tmp_path_factory.mktemp("other"), "database_url": parts.settings.database}
    )
    other = assemble(settings)
    with TestClient(create_app(other), base_url="http://testserver") as there:
        client.post("/api/v1/observations", json=[observation().model_dump(mode="json")], headers=as_role(Role.DEVICE))
        resume = f"/api/v1/live?epoch={start['epoch']}&since={start['seq']}"
        with there.websocket_connect(resume, headers=headers) as socket:
            assert socket.receive_json()["type"] == "resumed"
            assert next_delta(socket)["seq"] == start["seq"] + 1
            again = observation("2", position=place(east_m=3_000)).model_dump(mode="json")
            client.post("/api/v1/observations", json=[again], headers=as_role(Role.DEVICE))
            assert next_delta(socket)["seq"] == start["seq"] + 2
    other.store.close()
