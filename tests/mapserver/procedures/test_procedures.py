"""The checklist of an incident over the API and on its page."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from telemetry.access import Role
from tests.builders import observation

Headers = Callable[..., dict[str, str]]


@pytest.fixture
def incident(client: TestClient, as_role: Headers) -> str:
    body = [observation(category="fire").model_dump(mode="json")]
    receipt = client.post("/api/v1/observations", json=body, headers=as_role(Role.DEVICE)).json()[0]
    return f"/api/v1/incidents/{receipt['incident_id']}"


def steps_of(answer: dict[str, Any]) -> dict[str, str | None]:
    return {step["id"]: step["outcome"] for step in answer["steps"]}


def test_a_checklist_is_worked_through(client: TestClient, incident: str, as_role: Headers) -> None:
    headers = as_role(Role.COORDINATOR)
    start = client.get(f"{incident}/procedure", headers=headers).json()
    assert (start["procedure"], steps_of(start)) == ("fire", {"brigade": None, "people": None, "drone": None})
    said = {"verb": "done", "answer": "yes"}
    after = client.put(f"{incident}/procedure/steps/people", json=said, headers=headers).json()
    assert steps_of(after)["warn"] is None
    undone = client.put(f"{incident}/procedure/steps/people", json={"verb": "undo"}, headers=headers).json()
    assert "warn" not in steps_of(undone)
    assert client.put(f"{incident}/procedure/steps/x", json={"verb": "done"}, headers=headers).status_code == 404


def test_a_category_without_a_procedure_has_no_checklist(client: TestClient, as_role: Headers) -> None:
    body = [observation(category="noise").model_dump(mode="json")]
    receipt = client.post("/api/v1/observations", json=body, headers=as_role(Role.DEVICE)).json()[0]
    where = f"/api/v1/incidents/{receipt['incident_id']}/procedure"
    headers = as_role(Role.COORDINATOR)
    assert client.get(where, headers=headers).json() == {"procedure": None, "title": None, "steps": []}
    assert client.put(f"{where}/steps/x", json={"verb": "done"}, headers=headers).status_code == 404


def test_resolving_skips_what_is_left_over_for_the_same_reason(
    client: TestClient, incident: str, as_role: Headers
) -> None:
    closing = {"transition": "resolve", "reason": "a barbecue"}
    client.post(f"{incident}/transitions", json=closing, headers=as_role(Role.COORDINATOR))
    long_ago = {"since": "2020-01-01T00:00:00Z", "until": "2100-01-01T00:00:00Z"}
    skipped = client.get("/api/v1/procedures/skipped", params=long_ago, headers=as_role(Role.SUPERVISOR)).json()
    assert {(one["step"], one["reason"]) for one in skipped} == {("brigade", "a barbecue"), ("people", "a barbecue")}
    assert "a barbecue" in client.get("/procedures", headers=as_role(Role.SUPERVISOR)).text
    refused = client.get("/api/v1/procedures/skipped", params=long_ago, headers=as_role(Role.COORDINATOR))
    assert refused.status_code == 403


def test_a_false_alarm_skips_nothing(client: TestClient, incident: str, as_role: Headers) -> None:
    headers = as_role(Role.COORDINATOR)
    closing = {"transition": "false_alarm", "reason": "fog"}
    client.post(f"{incident}/transitions", json=closing, headers=headers)
    assert set(steps_of(client.get(f"{incident}/procedure", headers=headers).json()).values()) == {None}


def test_the_page_ticks_and_refuses_in_words(client: TestClient, incident: str, as_role: Headers) -> None:
    headers = {**as_role(Role.COORDINATOR), "Accept-Language": "lt"}
    page = incident.removeprefix("/api/v1")
    done = client.post(f"{page}/procedure/brigade", data={"verb": "done"}, headers=headers).text
    assert "Iškviesti ugniagesius" in done
    assert 'class="is-done" data-step="brigade"' in done
    refused = client.post(f"{page}/procedure/people", data={"verb": "skip"}, headers=headers)
    assert (refused.status_code, "reikia priežasties" in refused.text) == (422, True)
    part = client.get(f"{page}/procedure", headers=headers).text
    assert 'value="undo"' in part


def test_an_inspector_reads_the_checklist_and_ticks_nothing(
    client: TestClient, incident: str, as_role: Headers
) -> None:
    headers = as_role(Role.INSPECTOR)
    assert client.put(f"{incident}/procedure/steps/brigade", json={"verb": "done"}, headers=headers).status_code == 403
    part = client.get(f"{incident.removeprefix('/api/v1')}/procedure", headers=headers).text
    assert ("Call the fire brigade" in part, "<form" in part) == (True, False)


def test_every_procedure_is_listed_for_programs_and_people(client: TestClient, as_role: Headers) -> None:
    headers = as_role(Role.COORDINATOR)
    listed = client.get("/api/v1/procedures", headers=headers).json()
    assert {"fire", "gas", "violence"} <= {one["name"] for one in listed}
    page = client.get("/procedures", headers=headers).text
    assert ("Smell of gas" in page, "Mandatory steps skipped" in page) == (True, False)
