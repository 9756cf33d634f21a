"""What a person said on a timeline is corrected by an entry that strikes it through; nothing is lost by it."""

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from telemetry.access import Role
from telemetry.cities import City
from tests.builders import observation
from tests.mapserver.recordings.test_api import audit_of

pytestmark = pytest.mark.both_databases
Headers = Callable[..., dict[str, str]]
WRONG = "the car is blue"


@pytest.fixture
def incident(client: TestClient, as_role: Headers) -> str:
    """An incident with a coordinator's note, which is its third entry."""
    said = [observation().model_dump(mode="json")]
    (receipt,) = client.post("/api/v1/observations", json=said, headers=as_role(Role.DEVICE)).json()
    path = f"/api/v1/incidents/{receipt['incident_id']}/notes"
    noted = {"text": WRONG, "happened_at": "2026-11-22T11:30:00Z"}
    client.post(path, json=noted, headers=as_role(Role.COORDINATOR))
    return str(receipt["incident_id"])


def strike(
    client: TestClient, headers: dict[str, str], incident: str, seq: int = 3, *, undo: bool = False, **body: str
) -> tuple[int, str]:
    path = f"/api/v1/incidents/{incident}/timeline/{seq}/correction" + ("/undo" if undo else "")
    answer = client.post(path, json={"reason": "misheard", **body}, headers=headers)
    return answer.status_code, answer.json().get("message", "")


def timeline(client: TestClient, as_role: Headers, incident: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(
        f"/api/v1/incidents/{incident}/timeline?order=written", headers=as_role(Role.COORDINATOR)
    ).json()
    return found


def test_the_earlier_entry_stays_struck_through_with_who_and_why(
    client: TestClient, as_role: Headers, incident: str
) -> None:
    assert strike(client, as_role(Role.COORDINATOR), incident, text="the car is green")[0] == 200
    wrong, right = timeline(client, as_role, incident)[-2:]
    assert wrong["text"] == WRONG
    struck = wrong["struck"]
    assert (struck["by"], struck["reason"], struck["seq"]) == ("coordinator.dobele", "misheard", 4)
    assert (right["kind"], right["struck"]) == ("correction", None)
    assert right["text"] == "the car is green (in place of entry 3: misheard)"
    assert right["happened_at"] == wrong["happened_at"]
    assert audit_of(client, as_role)[0] == ("correct", f"incident {incident}")


def test_it_is_taken_back_the_same_way_and_strikes_the_correction_through(
    client: TestClient, as_role: Headers, incident: str
) -> None:
    headers = as_role(Role.COORDINATOR)
    strike(client, headers, incident, text="the car is green")
    assert strike(client, headers, incident, undo=True, reason="it was blue")[0] == 200
    wrong, correction, again = timeline(client, as_role, incident)[-3:]
    assert (wrong["struck"], again["text"]) == (None, "entry 3 stands again: it was blue")
    assert correction["struck"]["reason"] == "it was blue"
    assert strike(client, headers, incident)[0] == 200


def test_it_cannot_be_done_twice(client: TestClient, as_role: Headers, incident: str) -> None:
    headers = as_role(Role.COORDINATOR)
    status, said = strike(client, headers, incident, undo=True)
    assert (status, said) == (409, "entry 3 is not struck through")
    strike(client, headers, incident)
    status, said = strike(client, headers, incident)
    assert (status, said) == (409, "entry 3 is struck through already; take that back first")


def test_the_author_or_a_coordinator_corrects_and_nobody_else(
    client: TestClient, as_role: Headers, incident: str
) -> None:
    inspector = as_role(Role.INSPECTOR)
    status, said = strike(client, inspector, incident)
    assert (status, said) == (403, "coordinator.dobele wrote that; they, a coordinator or a supervisor can correct it")
    client.post(f"/api/v1/incidents/{incident}/response", json={"step": "there"}, headers=inspector)
    assert strike(client, inspector, incident, 4)[0] == 200
    assert strike(client, as_role(Role.SUPERVISOR), incident)[0] in (200, 403)
    assert strike(client, as_role(Role.COORDINATOR, City("siauliai")), incident)[0] == 404


def test_only_what_a_person_said_is_corrected_and_with_a_reason(
    client: TestClient, as_role: Headers, incident: str
) -> None:
    headers = as_role(Role.COORDINATOR)
    assert strike(client, headers, incident, 1)[0] == 422
    assert strike(client, headers, incident, 99)[0] == 404
    status, said = strike(client, headers, incident, reason=" ")
    assert (status, said) == (422, "say why it is wrong; that stays on the timeline")


def test_a_step_that_is_struck_through_counts_in_no_time(client: TestClient, as_role: Headers, incident: str) -> None:
    inspector = as_role(Role.INSPECTOR)
    client.post(f"/api/v1/incidents/{incident}/response", json={"step": "there"}, headers=inspector)
    strike(client, inspector, incident, 4)
    assert client.get(f"/api/v1/incidents/{incident}/response", headers=inspector).json()["there"] is None
    again = client.post(f"/api/v1/incidents/{incident}/response", json={"step": "there"}, headers=inspector)
    assert again.status_code == 200


def test_the_page_strikes_it_through_and_offers_to_take_that_back(
    client: TestClient, as_role: Headers, incident: str
) -> None:
    headers = as_role(Role.COORDINATOR)
    form = {"reason": "misheard", "text": "the car is green"}
    page = client.post(f"/incidents/{incident}/timeline/3/correction", data=form, headers=headers).text
    assert f"<s>{WRONG}</s>" in page
    assert "struck through by coordinator.dobele" in page
    assert "Let it stand again" in page
    assert "Let it stand again" not in client.get(f"/incidents/{incident}", headers=as_role(Role.INSPECTOR)).text
    refused = client.post(f"/incidents/{incident}/timeline/3/correction", data=form, headers=headers)
    assert (refused.status_code, "struck through already" in refused.text) == (409, True)


def test_the_export_has_both_and_its_pages_strike_it_through(
    client: TestClient, as_role: Headers, incident: str
) -> None:
    headers = as_role(Role.COORDINATOR)
    strike(client, headers, incident)
    bundle = client.post(f"/api/v1/incidents/{incident}/export", headers=headers).content
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        entries = json.loads(archive.read("timeline.json"))["timeline"]
        page = archive.read("page.en.html").decode()
    assert [entry["struck"]["reason"] for entry in entries if entry["struck"]] == ["misheard"]
    assert f"<s>{WRONG}</s> struck through by coordinator.dobele" in page
