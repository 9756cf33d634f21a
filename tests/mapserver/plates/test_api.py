"""The watch list over HTTP: who may see and keep it, and what is refused."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from mapserver.core.services import Services
from telemetry.access import Role
from telemetry.cities import City
from telemetry.clock import iso
from tests.builders import observation

pytestmark = pytest.mark.both_databases

Headers = Callable[..., dict[str, str]]
WATCH = "/api/v1/plates/watch"


def wanted(parts: Services, **more: object) -> dict[str, object]:
    end = iso(parts.clock.now() + timedelta(days=7))
    return {"city": "dobele", "plate": "kv-2417", "reason": "stolen", "expires_at": end, **more}


def test_an_entry_is_added_prolonged_and_removed(client: TestClient, as_role: Headers, parts: Services) -> None:
    keeper = as_role(Role.COORDINATOR)
    added = client.post(WATCH, json=wanted(parts), headers=keeper).json()
    assert (added["plate"], added["added_by"]) == ("KV2417", "coordinator.dobele")
    later = iso(parts.clock.now() + timedelta(days=30))
    assert (
        client.patch(f"{WATCH}/{added['id']}", json={"expires_at": later}, headers=keeper).json()["expires_at"] == later
    )
    assert [one["id"] for one in client.get(WATCH, headers=as_role(Role.SUPERVISOR)).json()] == [added["id"]]
    assert client.delete(f"{WATCH}/{added['id']}", headers=keeper).json()["removed_by"] == "coordinator.dobele"
    assert client.get(WATCH, headers=keeper).json() == []
    assert client.delete(f"{WATCH}/{added['id']}", headers=keeper).status_code == 409


@pytest.mark.parametrize("role", [Role.PILOT, Role.INSPECTOR, Role.ADMIN, Role.DEVICE])
def test_others_neither_see_nor_keep_it(client: TestClient, as_role: Headers, parts: Services, role: Role) -> None:
    headers = as_role(role, None if role is Role.ADMIN else City("dobele"))
    assert client.get(WATCH, headers=headers).status_code == 403
    assert client.get("/api/v1/plates/hits", headers=headers).status_code == 403
    assert client.post(WATCH, json=wanted(parts), headers=headers).status_code == 403


def test_a_supervisor_sees_it_and_does_not_keep_it(client: TestClient, as_role: Headers, parts: Services) -> None:
    assert client.get(WATCH, headers=as_role(Role.SUPERVISOR)).status_code == 200
    assert client.post(WATCH, json=wanted(parts), headers=as_role(Role.SUPERVISOR)).status_code == 403


def test_the_other_town_knows_nothing_of_it(client: TestClient, as_role: Headers, parts: Services) -> None:
    added = client.post(WATCH, json=wanted(parts), headers=as_role(Role.COORDINATOR)).json()
    other = as_role(Role.COORDINATOR, City("siauliai"))
    assert client.get(WATCH, headers=other).json() == []
    assert client.delete(f"{WATCH}/{added['id']}", headers=other).status_code == 404
    assert client.post(WATCH, json=wanted(parts), headers=other).status_code == 404


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"plate": "*"}, "names 0 letters and digits"),
        ({"reason": "  "}, "with a reason"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "until a time to come"),
        ({"expires_at": "soon"}, "expires_at"),
    ],
)
def test_what_cannot_be_looked_for_is_refused(
    client: TestClient, as_role: Headers, parts: Services, more: dict[str, str], words: str
) -> None:
    answer = client.post(WATCH, json=wanted(parts, **more), headers=as_role(Role.COORDINATOR))
    assert (answer.status_code, words in answer.text) == (422, True), answer.text


def test_a_hit_says_what_was_read_where_and_why_it_is_looked_for(
    client: TestClient, as_role: Headers, parts: Services
) -> None:
    client.post(WATCH, json=wanted(parts), headers=as_role(Role.COORDINATOR))
    seen = observation(source="gate", category="vehicle_seen", attributes={"plate": "KV24I7"})
    client.post("/api/v1/observations", json=[seen.model_dump(mode="json")], headers=as_role(Role.DEVICE))
    (hit,) = client.get("/api/v1/plates/hits", headers=as_role(Role.SUPERVISOR)).json()
    assert (hit["plate"], hit["wanted"], hit["exact"], hit["camera"], hit["reason"]) == (
        "KV24I7", "KV2417", False, "gate", "stolen",
    )  # fmt: skip
