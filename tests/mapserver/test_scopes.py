"""What belongs to another scope is as invisible as another town's, for every role."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from telemetry.access import Role
from telemetry.scopes import DEMO, LIVE, Scope
from tests.builders import observation

Headers = Callable[..., dict[str, str]]
SPRING = Scope("exercise/spring")
SCOPES = (LIVE, DEMO, SPRING)


def hand_in(client: TestClient, headers: dict[str, str], **more: object) -> dict[str, str]:
    body = observation(**more).model_dump(mode="json", exclude={"scope"})  # type: ignore[arg-type]
    answer = client.post("/api/v1/observations", json=[body], headers=headers)
    assert answer.status_code == 200, answer.text
    return dict(answer.json()[0])


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("role", [Role.PILOT, Role.INSPECTOR, Role.COORDINATOR, Role.SUPERVISOR])
def test_an_incident_is_seen_in_its_own_scope_only(
    client: TestClient, as_role: Headers, role: Role, scope: Scope
) -> None:
    receipt = hand_in(client, as_role(Role.DEVICE, scope=scope))
    for viewer in SCOPES:
        headers = as_role(role, scope=viewer)
        seen = client.get(f"/api/v1/incidents/{receipt['incident_id']}", headers=headers).status_code
        listed = client.get("/api/v1/incidents", headers=headers).json()
        on_map = client.get("/api/v1/map/snapshot", headers=headers).json()["incidents"]
        assert (seen, len(listed), len(on_map)) == ((200, 1, 1) if viewer == scope else (404, 0, 0))


def test_one_name_in_three_scopes_is_three_events_in_three_incidents(client: TestClient, as_role: Headers) -> None:
    receipts = [hand_in(client, as_role(Role.DEVICE, scope=scope)) for scope in SCOPES]
    assert {receipt["outcome"] for receipt in receipts} == {"accepted"}
    assert len({receipt["incident_id"] for receipt in receipts}) == len(SCOPES)


def test_what_a_live_device_calls_simulated_is_the_demos(client: TestClient, as_role: Headers) -> None:
    receipt = hand_in(client, as_role(Role.DEVICE), attributes={"simulated": True})
    where = f"/api/v1/incidents/{receipt['incident_id']}"
    assert client.get(where, headers=as_role(Role.COORDINATOR)).status_code == 404
    assert client.get(where, headers=as_role(Role.COORDINATOR, scope=DEMO)).json()["simulated"] is True


def test_what_names_an_exercise_that_is_not_the_senders_is_refused(client: TestClient, as_role: Headers) -> None:
    body = [observation(scope=SPRING).model_dump(mode="json")]
    for sender, status in ((LIVE, 403), (DEMO, 403), (SPRING, 200)):
        headers = as_role(Role.DEVICE, scope=sender)
        assert client.post("/api/v1/observations", json=body, headers=headers).status_code == status


def test_administrators_see_the_people_of_their_scope_only(client: TestClient, as_role: Headers) -> None:
    as_role(Role.PILOT, scope=SPRING)
    live = as_role(Role.ADMIN, None)
    assert {one["scope"] for one in client.get("/api/v1/people", headers=live).json()} == {"live"}
    assert client.get("/api/v1/people/pilot.dobele.spring", headers=live).status_code == 404
    theirs = as_role(Role.ADMIN, None, SPRING)
    assert client.get("/api/v1/people/pilot.dobele.spring", headers=theirs).status_code == 200
