"""The timeline over the API and on the page: in the order in which things happened, and as it was written."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from mapserver.core.services import Services
from telemetry.access import Role
from telemetry.clock import iso
from tests.builders import observation
from tests.incidents.grouping.builders import word

pytestmark = pytest.mark.both_databases

Headers = Callable[..., dict[str, str]]


@pytest.fixture
def incident(client: TestClient, as_role: Headers) -> str:
    """Of a word at noon, some days ago."""
    return hand_in(client, as_role, observation())


def hand_in(client: TestClient, as_role: Headers, seen: Any) -> str:
    said = [seen.model_dump(mode="json")]
    (receipt,) = client.post("/api/v1/observations", json=said, headers=as_role(Role.DEVICE)).json()
    return str(receipt["incident_id"])


@pytest.fixture
def coordinator(as_role: Headers) -> dict[str, str]:
    return as_role(Role.COORDINATOR)


def note(client: TestClient, headers: dict[str, str], incident: str, **said: Any) -> Any:
    return client.post(f"/api/v1/incidents/{incident}/notes", json={"text": "a note", **said}, headers=headers)


def test_a_note_stands_at_the_minute_that_it_tells_of_and_last_in_the_record(
    client: TestClient, coordinator: dict[str, str], incident: str
) -> None:
    before = iso(observation().started_at - timedelta(minutes=10))
    note(client, coordinator, incident, happened_at=before)
    timeline = f"/api/v1/incidents/{incident}/timeline"
    happened = client.get(timeline, headers=coordinator).json()
    written = client.get(timeline, params={"order": "written"}, headers=coordinator).json()
    assert (happened[0]["kind"], happened[0]["happened_at"]) == ("note", before)
    assert [entry["seq"] for entry in written] == [1, 2, 3]
    assert written[-1]["kind"] == "note"


def test_a_note_about_what_has_not_happened_is_refused(
    client: TestClient, parts: Services, coordinator: dict[str, str], incident: str
) -> None:
    later = iso(parts.clock.now() + timedelta(hours=1))
    refused = note(client, coordinator, incident, happened_at=later)
    assert (refused.status_code, "later than now" in refused.json()["message"]) == (422, True)


def test_the_page_takes_the_minute_on_the_towns_clock(
    client: TestClient, coordinator: dict[str, str], incident: str
) -> None:
    form = {"text": "the gate stood open", "happened": "2026-11-22T13:30"}
    client.post(f"/incidents/{incident}/notes", data=form, headers=coordinator)
    entries = client.get(f"/api/v1/incidents/{incident}/timeline", headers=coordinator).json()
    (entry,) = (one for one in entries if one["kind"] == "note")
    assert entry["happened_at"] == "2026-11-22T11:30:00.000Z"


def test_a_camera_that_sees_the_same_again_is_one_line_on_the_page(
    client: TestClient, as_role: Headers, coordinator: dict[str, str], incident: str
) -> None:
    for number in range(2, 6):
        hand_in(client, as_role, observation(str(number), after_s=30 * number))
    page = client.get(f"/incidents/{incident}", headers=coordinator).text
    assert "5 times until" in page


def test_what_comes_in_after_it_was_closed_is_on_the_list_of_what_changed_since(
    client: TestClient, parts: Services, as_role: Headers, coordinator: dict[str, str]
) -> None:
    now = parts.clock.now()
    first = word("1", "litter").model_copy(update={"started_at": now - timedelta(minutes=9)})
    second = word("2", "litter").model_copy(update={"started_at": now - timedelta(minutes=8)})
    incident = hand_in(client, as_role, first)
    close = {"state": "resolved", "reason": "swept"}
    client.post(f"/api/v1/incidents/{incident}/state", json=close, headers=coordinator)
    assert "Changed since" not in client.get("/incidents", headers=coordinator).text
    assert hand_in(client, as_role, second) == incident
    assert "Changed since" in client.get("/incidents", headers=coordinator).text


def test_an_incident_that_may_be_one_that_was_just_closed_says_so(
    client: TestClient, parts: Services, as_role: Headers, coordinator: dict[str, str]
) -> None:
    first = hand_in(client, as_role, word("1", "fight").model_copy(update={"started_at": parts.clock.now()}))
    close = {"state": "resolved", "reason": "they went home"}
    client.post(f"/api/v1/incidents/{first}/state", json=close, headers=coordinator)
    again = word("2", "fight", east_m=20).model_copy(update={"started_at": parts.clock.now()})
    second = hand_in(client, as_role, again)
    assert second != first
    page = client.get(f"/incidents/{second}", headers=coordinator).text
    assert "Is it that one again?" in page
