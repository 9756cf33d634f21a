"""Links between incidents over the API, on their pages and in the evidence bundle: who may, and what is refused."""

import io
import json
import zipfile
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from mapserver.core.services import Services
from telemetry.access import Role
from telemetry.audit import service as audit
from telemetry.visibility import EVERYTHING
from tests.incidents.grouping.builders import word
from tests.mapserver.grouping.test_api import hand_in

pytestmark = pytest.mark.both_databases

Headers = Callable[..., dict[str, str]]
CRASH = word("crash", "traffic_accident", accuracy_m=10)
JAM = word("jam", "traffic_jam", minutes=20, east_m=900, accuracy_m=10)


@pytest.fixture
def two(client: TestClient, as_role: Headers) -> tuple[str, str]:
    """A crash and a traffic jam."""
    crash, jam = hand_in(client, as_role, CRASH, JAM)
    return crash, jam


def body(incident: str, relation: str = "caused_by", reason: str = "it blocks the road") -> dict[str, str]:
    return {"incident": incident, "relation": relation, "reason": reason}


def test_a_link_is_set_read_from_both_sides_and_taken_back(
    client: TestClient, parts: Services, as_role: Headers, two: tuple[str, str]
) -> None:
    crash, jam = two
    coordinator = as_role(Role.COORDINATOR)
    made = client.post(f"/api/v1/incidents/{jam}/links", json=body(crash), headers=coordinator)
    assert made.status_code == 201
    (other_side,) = client.get(f"/api/v1/incidents/{crash}/links", headers=coordinator).json()
    assert (other_side["relation"], other_side["incident"]["id"]) == ("caused", jam)
    where = f"/api/v1/incidents/{crash}/links/{made.json()['id']}"
    gone = client.delete(where, params={"reason": "it stood there before"}, headers=coordinator)
    assert gone.status_code == 200
    assert client.get(f"/api/v1/incidents/{jam}/links", headers=coordinator).json() == []
    with parts.store.read() as session:
        said = [(one["action"], one["subject"]) for one in audit.about(session, EVERYTHING, {f"incident {crash}"})]
    assert said == [("link_incidents", f"incident {crash}"), ("unlink_incidents", f"incident {crash}")]


@pytest.mark.parametrize(
    ("change", "status"),
    [({"reason": " "}, 422), ({"relation": "cousin"}, 422), ({"incident": "nothing"}, 404)],
)
def test_what_cannot_be_linked_is_refused_in_words(
    client: TestClient, as_role: Headers, two: tuple[str, str], change: dict[str, str], status: int
) -> None:
    crash, jam = two
    wanted = body(crash) | change
    answer = client.post(f"/api/v1/incidents/{jam}/links", json=wanted, headers=as_role(Role.COORDINATOR))
    assert answer.status_code == status
    assert answer.json()["message"]


def test_two_are_linked_once(client: TestClient, as_role: Headers, two: tuple[str, str]) -> None:
    crash, jam = two
    coordinator = as_role(Role.COORDINATOR)
    client.post(f"/api/v1/incidents/{jam}/links", json=body(crash), headers=coordinator)
    again = client.post(f"/api/v1/incidents/{crash}/links", json=body(jam, "related"), headers=coordinator)
    assert (again.status_code, "already" in again.json()["message"]) == (409, True)


def test_who_does_not_work_on_incidents_sets_no_link(
    client: TestClient, as_role: Headers, two: tuple[str, str]
) -> None:
    crash, jam = two
    answer = client.post(f"/api/v1/incidents/{jam}/links", json=body(crash), headers=as_role(Role.INSPECTOR))
    assert answer.status_code == 403


def test_an_incident_of_another_town_is_not_there_to_be_linked(
    client: TestClient, as_role: Headers, two: tuple[str, str]
) -> None:
    crash, jam = two
    elsewhere = as_role(Role.COORDINATOR, "siauliai")
    assert client.post(f"/api/v1/incidents/{jam}/links", json=body(crash), headers=elsewhere).status_code == 404
    assert client.get(f"/api/v1/incidents/{jam}/links", headers=elsewhere).status_code == 404


def test_the_page_links_shows_it_on_both_and_takes_it_back(
    client: TestClient, as_role: Headers, two: tuple[str, str]
) -> None:
    crash, jam = two
    coordinator = as_role(Role.COORDINATOR)
    form = {"other": crash, "relation": "caused_by", "reason": "it blocks the road"}
    client.post(f"/incidents/{jam}/links", data=form, headers=coordinator)
    for incident, relation, other in ((jam, "Was caused by", crash), (crash, "Caused", jam)):
        page = client.get(f"/incidents/{incident}", headers=coordinator).text
        assert relation in page
        assert f'href="/incidents/{other}"' in page
        assert "it blocks the road" in page
    (known,) = client.get(f"/api/v1/incidents/{jam}/links", headers=coordinator).json()
    client.post(f"/incidents/{jam}/links/{known['id']}/undo", data={"reason": "no"}, headers=coordinator)
    assert client.get(f"/api/v1/incidents/{jam}/links", headers=coordinator).json() == []


def test_an_evidence_bundle_names_the_links(client: TestClient, as_role: Headers, two: tuple[str, str]) -> None:
    crash, jam = two
    coordinator = as_role(Role.COORDINATOR)
    client.post(f"/api/v1/incidents/{jam}/links", json=body(crash), headers=coordinator)
    made = client.post(f"/incidents/{jam}/export", headers=coordinator)
    with zipfile.ZipFile(io.BytesIO(made.content)) as bundle:
        (said,) = json.loads(bundle.read("timeline.json"))["links"]
        page = bundle.read("page.en.html").decode()
    assert (said["relation"], said["incident"]["id"]) == ("caused_by", crash)
    assert "Was caused by" in page
    assert crash in page
