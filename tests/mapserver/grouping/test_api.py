"""Questions and decisions over the API and on the page; the server settles what follows from them."""

import queue
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from incidents.settling.service import Settler
from mapserver.core.services import Services
from telemetry.access import Role
from telemetry.cities import City
from tests.incidents.settling.test_decisions import APART
from tests.incidents.settling.test_service import CRASH

pytestmark = pytest.mark.both_databases

Headers = Callable[..., dict[str, str]]


def hand_in(client: TestClient, as_role: Headers, *seen: Any) -> list[str]:
    said = [one.model_dump(mode="json") for one in seen]
    answer = client.post("/api/v1/observations", json=said, headers=as_role(Role.DEVICE))
    return [receipt["incident_id"] for receipt in answer.json()]


def settle(parts: Services) -> None:
    Settler(parts.store, parts.rules, parts.clock).look()


@pytest.fixture
def coordinator(as_role: Headers) -> dict[str, str]:
    return as_role(Role.COORDINATOR)


def incidents(client: TestClient, headers: dict[str, str]) -> dict[str, dict[str, Any]]:
    return {one["id"]: one for one in client.get("/api/v1/incidents", headers=headers).json()}


@pytest.fixture
def asked(client: TestClient, parts: Services, as_role: Headers, coordinator: dict[str, str]) -> dict[str, Any]:
    """A question about two incidents that somebody works on."""
    for incident in hand_in(client, as_role, *CRASH):
        client.post(f"/api/v1/incidents/{incident}/state", json={"state": "acknowledged"}, headers=coordinator)
    settle(parts)
    (question,) = client.get("/api/v1/incident-questions", headers=coordinator).json()
    return dict(question)


def test_a_question_is_answered_and_one_incident_is_left(
    client: TestClient, parts: Services, coordinator: dict[str, str], asked: dict[str, Any]
) -> None:
    reply = {"question": asked["id"], "same": True}
    client.post("/api/v1/incident-questions/answers", json=reply, headers=coordinator)
    settle(parts)
    assert list(incidents(client, coordinator)) == [asked["a"]]
    assert client.get(f"/api/v1/incidents/{asked['b']}", headers=coordinator).json()["id"] == asked["a"]
    assert client.get("/api/v1/incident-questions", headers=coordinator).json() == []


def test_the_page_asks_and_takes_the_answer(
    client: TestClient, parts: Services, coordinator: dict[str, str], asked: dict[str, Any]
) -> None:
    assert "One incident or two?" in client.get("/incidents", headers=coordinator).text
    page = client.get(f"/incidents/{asked['a']}", headers=coordinator).text
    assert asked["text"] in page.replace("&#34;", '"')
    form = {"question": asked["id"], "same": "false"}
    client.post(f"/incidents/{asked['a']}/answer", data=form, headers=coordinator)
    settle(parts)
    assert set(incidents(client, coordinator)) == {asked["a"], asked["b"]}
    assert "not the same incident as" in client.get(f"/incidents/{asked['a']}", headers=coordinator).text


def test_the_page_of_an_incident_that_went_into_another_leads_there(
    client: TestClient, parts: Services, as_role: Headers, coordinator: dict[str, str]
) -> None:
    first, second = hand_in(client, as_role, *CRASH)
    settle(parts)
    moved = client.get(f"/incidents/{second}", headers=coordinator, follow_redirects=False)
    assert (moved.status_code, moved.headers["location"]) == (308, f"/incidents/{first}")


def test_incidents_are_joined_and_the_decision_is_taken_back(
    client: TestClient, parts: Services, as_role: Headers, coordinator: dict[str, str]
) -> None:
    first, second = hand_in(client, as_role, *APART)
    join = {"incident": second, "reason": "one lorry load"}
    client.post(f"/api/v1/incidents/{first}/join", json=join, headers=coordinator)
    settle(parts)
    assert list(incidents(client, coordinator)) == [first]
    (act,) = client.get(f"/api/v1/incidents/{first}/decisions", headers=coordinator).json()
    client.post(f"/api/v1/incidents/{first}/decisions/{act['id']}/undo", headers=coordinator)
    settle(parts)
    assert set(incidents(client, coordinator)) == {first, second}


def test_observations_are_split_off_on_the_page(
    client: TestClient, parts: Services, as_role: Headers, coordinator: dict[str, str]
) -> None:
    first, _ = hand_in(client, as_role, *CRASH)
    settle(parts)
    form = {"observation": [CRASH[1].id], "reason": "a quarrel next door"}
    client.post(f"/incidents/{first}/split", data=form, headers=coordinator)
    settle(parts)
    assert len(incidents(client, coordinator)) == 2
    entries = client.get(f"/api/v1/incidents/{first}/timeline", headers=coordinator).json()
    assert [entry["observation"]["id"] for entry in entries if entry["moved_to"]] == [CRASH[1].id]


def test_a_split_of_nothing_says_so_on_the_page(
    client: TestClient, as_role: Headers, coordinator: dict[str, str]
) -> None:
    first, _ = hand_in(client, as_role, *CRASH)
    answer = client.post(f"/incidents/{first}/split", data={"reason": "so"}, headers=coordinator)
    assert (answer.status_code, "choose at least one" in answer.text) == (422, True)


@pytest.mark.parametrize("what", ["join", "part"])
def test_another_towns_incident_is_not_there_to_decide_about(
    client: TestClient, as_role: Headers, coordinator: dict[str, str], what: str
) -> None:
    (first,) = hand_in(client, as_role, APART[0])
    elsewhere = CRASH[0].model_copy(update={"city": City("siauliai")})
    said = [elsewhere.model_dump(mode="json")]
    device = as_role(Role.DEVICE, City("siauliai"))
    (other,) = (one["incident_id"] for one in client.post("/api/v1/observations", json=said, headers=device).json())
    body = {"incident": other, "reason": "it is"}
    assert client.post(f"/api/v1/incidents/{first}/{what}", json=body, headers=coordinator).status_code == 404


def test_who_only_sees_incidents_decides_nothing(client: TestClient, as_role: Headers, asked: dict[str, Any]) -> None:
    reply = {"question": asked["id"], "same": True}
    pilot = as_role(Role.PILOT)
    assert client.post("/api/v1/incident-questions/answers", json=reply, headers=pilot).status_code == 403


def test_the_server_settles_by_itself(
    client: TestClient, parts: Services, as_role: Headers, coordinator: dict[str, str]
) -> None:
    heard: queue.SimpleQueue[object] = queue.SimpleQueue()
    stop = parts.store.listen(heard.put)
    first, second = hand_in(client, as_role, *CRASH)
    while list(incidents(client, coordinator)) != [first]:
        heard.get(timeout=60)
    stop()
    assert second != first


def test_what_and_where_it_is_is_said_over_the_api_and_taken_back(
    client: TestClient, as_role: Headers, coordinator: dict[str, str]
) -> None:
    (first,) = hand_in(client, as_role, APART[0])
    path = f"/api/v1/incidents/{first}"
    named = client.put(f"{path}/category", json={"category": "fire", "reason": "smoke"}, headers=coordinator).json()
    where = {"lat": 56.62, "lon": 23.28, "accuracy_m": 5}
    put = client.put(f"{path}/place", json={"position": where, "reason": "I am there"}, headers=coordinator).json()
    assert (named["category"], put["position"]) == ("fire", where)
    back = client.put(f"{path}/category", json={"category": None, "reason": "steam"}, headers=coordinator)
    assert back.status_code == 200
    page = client.post(
        f"/incidents/{first}/category", data={"category": "nonsense", "reason": "x"}, headers=coordinator
    )
    assert (page.status_code, "no category" in page.text) == (422, True)
