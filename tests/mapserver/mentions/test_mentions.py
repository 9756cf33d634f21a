"""A note that names somebody of the town reaches them, and nobody else."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from telemetry.access import Role
from telemetry.cities import City
from tests.builders import observation

pytestmark = pytest.mark.both_databases
Headers = Callable[..., dict[str, str]]


@pytest.fixture
def incident(client: TestClient, as_role: Headers) -> str:
    said = [observation().model_dump(mode="json")]
    (receipt,) = client.post("/api/v1/observations", json=said, headers=as_role(Role.DEVICE)).json()
    return str(receipt["incident_id"])


def test_a_note_reaches_whom_it_names_until_it_is_read(client: TestClient, incident: str, as_role: Headers) -> None:
    inspector = as_role(Role.INSPECTOR)
    note = {"text": "@inspector.dobele please photograph the fence, @coordinator.dobele waits"}
    client.post(f"/api/v1/incidents/{incident}/notes", json=note, headers=as_role(Role.COORDINATOR))
    (told,) = client.get("/api/v1/mentions", headers=inspector).json()
    assert (told["incident_id"], told["said_by"], told["text"]) == (incident, "coordinator.dobele", note["text"])
    assert client.get("/api/v1/mentions", headers=as_role(Role.COORDINATOR)).json() == []
    assert "photograph the fence" in client.get("/mentions", headers=inspector).text
    opened = client.post(f"/mentions/{told['id']}/read", headers=inspector, follow_redirects=False)
    assert opened.headers["location"].startswith(f"/incidents/{incident}#entry-")
    (read,) = client.get("/api/v1/mentions", headers=inspector).json()
    assert read["read_at"] is not None


def test_nobody_of_another_town_is_reached_or_reads_it(client: TestClient, incident: str, as_role: Headers) -> None:
    neighbour = as_role(Role.COORDINATOR, City("siauliai"))
    supervisor = as_role(Role.SUPERVISOR)
    note = {"text": "@coordinator.siauliai @supervisor.dobele"}
    client.post(f"/incidents/{incident}/notes", data=note, headers=as_role(Role.COORDINATOR))
    assert client.get("/api/v1/mentions", headers=neighbour).json() == []
    (told,) = client.get("/api/v1/mentions", headers=supervisor).json()
    for other in (neighbour, as_role(Role.COORDINATOR)):
        assert client.post(f"/api/v1/mentions/{told['id']}/read", headers=other).status_code == 404
    assert client.post(f"/api/v1/mentions/{told['id']}/read", headers=supervisor).json()["read_at"] is not None


def test_the_page_of_an_incident_offers_the_names(client: TestClient, incident: str, as_role: Headers) -> None:
    as_role(Role.INSPECTOR)
    page = client.get(f"/incidents/{incident}", headers=as_role(Role.COORDINATOR)).text
    assert "inspector.dobele" in page.partition("data-people=")[2].partition(">")[0]
