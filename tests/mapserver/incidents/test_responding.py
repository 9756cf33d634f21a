"""Whoever goes to an incident says so from the phone: going, there, done."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from telemetry.access import Role
from tests.builders import observation

pytestmark = pytest.mark.both_databases

Headers = Callable[..., dict[str, str]]


@pytest.fixture
def incident(client: TestClient, as_role: Headers) -> str:
    said = [observation().model_dump(mode="json")]
    (receipt,) = client.post("/api/v1/observations", json=said, headers=as_role(Role.DEVICE)).json()
    return str(receipt["incident_id"])


@pytest.fixture
def inspector(as_role: Headers) -> dict[str, str]:
    return as_role(Role.INSPECTOR)


def test_going_there_and_done_are_entries_and_times_of_the_response(
    client: TestClient, incident: str, inspector: dict[str, str]
) -> None:
    path = f"/api/v1/incidents/{incident}"
    for step in ("going", "there", "done"):
        answer = client.post(f"{path}/response", json={"step": step}, headers=inspector)
        assert answer.status_code == 200
    assert answer.json()["assigned"] == ["inspector.dobele"]
    entries = client.get(f"{path}/timeline?order=written", headers=inspector).json()
    assert [entry["text"] for entry in entries[-3:]] == ["going there", "is there", "is done there"]
    times = client.get(f"{path}/response", headers=inspector).json()
    assert times["on_the_way"] == entries[-3]["at"]
    assert times["there"] == entries[-2]["at"]


def test_the_page_offers_the_steps_and_leaves_out_the_one_just_said(
    client: TestClient, incident: str, inspector: dict[str, str]
) -> None:
    assert "I am going" in client.get(f"/incidents/{incident}", headers=inspector).text
    page = client.post(f"/incidents/{incident}/response", data={"step": "going"}, headers=inspector).text
    assert ("I am going" in page, "I am there" in page) == (False, True)
    assert "Yours" in client.get("/incidents", headers=inspector).text


def test_the_same_step_twice_says_so(client: TestClient, incident: str, inspector: dict[str, str]) -> None:
    for _ in range(2):
        answer = client.post(f"/api/v1/incidents/{incident}/response", json={"step": "there"}, headers=inspector)
    assert (answer.status_code, "already" in answer.json()["message"]) == (409, True)


def test_nobody_goes_to_a_closed_incident(
    client: TestClient, incident: str, inspector: dict[str, str], as_role: Headers
) -> None:
    close = {"state": "resolved", "reason": "done"}
    client.post(f"/api/v1/incidents/{incident}/state", json=close, headers=as_role(Role.COORDINATOR))
    answer = client.post(f"/api/v1/incidents/{incident}/response", json={"step": "going"}, headers=inspector)
    assert (answer.status_code, "reopen" in answer.json()["message"]) == (409, True)


def test_a_device_goes_nowhere(client: TestClient, incident: str, as_role: Headers) -> None:
    device = as_role(Role.DEVICE)
    assert (
        client.post(f"/api/v1/incidents/{incident}/response", json={"step": "going"}, headers=device).status_code == 403
    )
