"""Working an incident over the API and on its page."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from telemetry.access import Role
from tests.builders import observation

Headers = Callable[..., dict[str, str]]


@pytest.fixture
def incident(client: TestClient, as_role: Headers) -> str:
    body = [observation().model_dump(mode="json")]
    receipt = client.post("/api/v1/observations", json=body, headers=as_role(Role.DEVICE)).json()[0]
    return f"/api/v1/incidents/{receipt['incident_id']}"


def test_an_incident_goes_its_way_by_named_transitions(client: TestClient, incident: str, as_role: Headers) -> None:
    headers = as_role(Role.COORDINATOR)
    assert client.get(incident, headers=headers).json()["transitions"][0] == "acknowledge"
    taken = client.post(f"{incident}/transitions", json={"transition": "acknowledge"}, headers=headers).json()
    assert (taken["state"], taken["owner"]) == ("acknowledged", "coordinator.dobele")
    closing = {"transition": "false_alarm", "reason": "a cat", "closing_code": "camera_mistaken"}
    closed = client.post(f"{incident}/transitions", json=closing, headers=headers).json()
    assert (closed["closing_code"], closed["transitions"]) == ("camera_mistaken", ["reopen"])
    again = {"transition": "reopen", "reason": "not a cat"}
    assert client.post(f"{incident}/transitions", json=again, headers=headers).json()["state"] == "acknowledged"


def test_acknowledging_no_longer_opens_a_closed_incident(client: TestClient, incident: str, as_role: Headers) -> None:
    headers = as_role(Role.COORDINATOR)
    client.post(f"{incident}/state", json={"state": "resolved", "reason": "done"}, headers=headers)
    refused = client.post(f"{incident}/state", json={"state": "acknowledged"}, headers=headers)
    assert (refused.status_code, "reopen it first" in refused.json()["message"]) == (409, True)


def test_closing_codes_are_listed_in_the_language_of_the_request(client: TestClient, as_role: Headers) -> None:
    headers = {**as_role(Role.INSPECTOR), "Accept-Language": "lv"}
    listed = client.get("/api/v1/closing-codes", headers=headers).json()
    assert {"name": "warned", "closes_as": "resolved", "title": "Persona brīdināta"} in listed


def test_people_and_severity_are_set_and_audited(client: TestClient, incident: str, as_role: Headers) -> None:
    headers = as_role(Role.COORDINATOR)
    as_role(Role.INSPECTOR)
    client.put(f"{incident}/severity", json={"severity": 5, "reason": "a child"}, headers=headers)
    client.put(f"{incident}/owner", json={"owner": "inspector.dobele"}, headers=headers)
    wanted = {"assigned": ["inspector.dobele", "coordinator.dobele"]}
    answer = client.put(f"{incident}/assigned", json=wanted, headers=headers).json()
    assert (answer["severity"], answer["owner"]) == (5, "inspector.dobele")
    assert answer["assigned"] == ["coordinator.dobele", "inspector.dobele"]
    audited = client.get("/api/v1/audit", headers=as_role(Role.SUPERVISOR)).json()
    assert {"change_severity", "change_owner", "assign"} <= {entry["action"] for entry in audited}


def test_nobody_of_another_town_or_scope_can_be_put_to_it(client: TestClient, incident: str, as_role: Headers) -> None:
    refused = client.put(f"{incident}/owner", json={"owner": "stranger"}, headers=as_role(Role.COORDINATOR))
    assert (refused.status_code, "works on incidents of Dobele" in refused.json()["message"]) == (422, True)


def test_an_inspector_sees_it_and_does_not_move_it(client: TestClient, incident: str, as_role: Headers) -> None:
    headers = as_role(Role.INSPECTOR)
    assert client.post(f"{incident}/transitions", json={"transition": "resolve"}, headers=headers).status_code == 403
    page = client.get(incident.removeprefix("/api/v1"), headers=headers).text
    assert 'name="transition"' not in page


def test_the_page_offers_what_is_possible_and_says_why_not(client: TestClient, incident: str, as_role: Headers) -> None:
    headers = as_role(Role.COORDINATOR)
    page = incident.removeprefix("/api/v1")
    closing = {"transition": "resolve", "reason": "done", "closing_code": "hoax"}
    refused = client.post(f"{page}/transitions", data=closing, headers=headers)
    assert (refused.status_code, "does not say how an incident ends" in refused.text) == (422, True)
    closed = client.post(f"{page}/transitions", data={**closing, "closing_code": "warned"}, headers=headers).text
    assert ('value="reopen"' in closed, "Person warned" in closed) == (True, True)
    assert 'value="acknowledge"' not in closed


def test_the_form_of_people_changes_only_what_differs(client: TestClient, incident: str, as_role: Headers) -> None:
    headers = as_role(Role.COORDINATOR)
    page = incident.removeprefix("/api/v1")
    form = {"owner": "coordinator.dobele", "assigned": ["coordinator.dobele"]}
    for _ in range(2):
        assert client.post(f"{page}/people", data=form, headers=headers).status_code == 200
    kinds = [entry["kind"] for entry in client.get(f"{incident}/timeline", headers=headers).json()]
    assert kinds.count("people") == 2
