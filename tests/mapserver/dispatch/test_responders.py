"""Who goes to an incident: proposed by travel time, sent from its page, with the times of each kept."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from incidents.shifts.tables import ShiftRow
from mapserver.core.services import Services
from mobile_units.assignments.tables import AssignmentRow
from telemetry.access import Role
from telemetry.cities import City
from telemetry.observations.values import SourceKind
from telemetry.positions import Position
from telemetry.scopes import LIVE
from telemetry.units.tables import UnitKind, UnitRow
from tests.builders import observation, place
from tests.mapserver.recordings.test_api import audit_of

pytestmark = pytest.mark.both_databases
Headers = Callable[..., dict[str, str]]
PERSON = "inspector.dobele"


def a_unit(parts: Services, session: Session, id: str, kind: UnitKind, at: Position) -> None:
    """A unit that just said where it is."""
    session.add(
        UnitRow(
            id=id, city="dobele", scope=LIVE, kind=kind, name=f"Unit {id}", lat=at.lat, lon=at.lon, accuracy_m=5,
            range_m=80, hfov_deg=60, updated_at=parts.clock.now(),
        )
    )  # fmt: skip
    session.flush()


def carries(parts: Services, session: Session, unit_id: str, person: str) -> None:
    session.add(
        AssignmentRow(
            id=f"{unit_id}-held", city="dobele", scope=LIVE, unit_id=unit_id, zone_id="Z", holder=person,
            purpose="round", since=parts.clock.now(), made_by="tests",
        )
    )  # fmt: skip


def on_shift(parts: Services, session: Session, person: str) -> None:
    now = parts.clock.now()
    hour = timedelta(hours=1)
    session.add(
        ShiftRow(
            id=f"shift-{person}", city="dobele", scope=LIVE, person=person, role=Role.INSPECTOR, begins=now - hour,
            ends=now + hour, planned_by="tests", planned_at=now,
        )
    )  # fmt: skip


@pytest.fixture
def incident(client: TestClient, as_role: Headers) -> str:
    return reported(client, as_role, "1")


def reported(client: TestClient, as_role: Headers, ref: str, **more: Any) -> str:
    said = [observation(ref, category="fight", position=place(accuracy_m=5), **more).model_dump(mode="json")]
    (receipt,) = client.post("/api/v1/observations", json=said, headers=as_role(Role.DEVICE)).json()
    return str(receipt["incident_id"])


@pytest.fixture
def patrol(parts: Services, as_role: Headers) -> dict[str, str]:
    """An inspector 1 km away with a body camera, and a tower in store 200 m away."""
    headers = as_role(Role.INSPECTOR)
    with parts.store.write() as work:
        a_unit(parts, work.session, "BC-1", UnitKind.BODY_CAMERA, place(east_m=1_003))
        a_unit(parts, work.session, "TWR-1", UnitKind.TOWER, place(north_m=200))
        carries(parts, work.session, "BC-1", PERSON)
    return headers


def proposed(client: TestClient, as_role: Headers, incident: str) -> list[dict[str, Any]]:
    answer = client.get(f"/api/v1/incidents/{incident}/responders", headers=as_role(Role.COORDINATOR))
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.json()
    return found


def send(client: TestClient, as_role: Headers, incident: str, kind: str, id: str) -> Any:
    return client.post(
        f"/api/v1/incidents/{incident}/responders", json={"kind": kind, "id": id}, headers=as_role(Role.COORDINATOR)
    )


def test_the_shortest_way_in_time_comes_first(
    client: TestClient, as_role: Headers, incident: str, patrol: dict[str, str]
) -> None:
    found = proposed(client, as_role, incident)
    assert [(one["kind"], one["id"], one["away_m"]) for one in found] == [
        ("tower", "TWR-1", 200),
        ("inspector", PERSON, 1_000),
    ]
    assert found[1]["travel_s"] == pytest.approx(156, abs=1)


def test_who_is_sent_has_the_five_times_of_their_own(
    client: TestClient, as_role: Headers, incident: str, patrol: dict[str, str]
) -> None:
    assert send(client, as_role, incident, "inspector", PERSON).status_code == 201
    row = client.get(f"/api/v1/incidents/{incident}", headers=patrol).json()
    assert (row["state"], row["assigned"]) == ("dispatched", [PERSON])
    for step in ("going", "there"):
        client.post(f"/api/v1/incidents/{incident}/response", json={"step": step}, headers=patrol)
    reported(client, as_role, "2", kind=SourceKind.BODY_CAMERA, source="BC-1", after_s=60)
    (one,) = client.get(f"/api/v1/incidents/{incident}/responses", headers=patrol).json()
    times = [one[step] for step in ("told", "decided", "on_the_way", "there")]
    assert times == sorted(times)
    assert (one["seen"], one["done"]) == ("2026-11-22T12:01:00.000Z", None)
    assert ("send", f"incident {incident}") in audit_of(client, as_role)


def test_the_entry_says_how_far_and_how_long(
    client: TestClient, as_role: Headers, incident: str, patrol: dict[str, str]
) -> None:
    send(client, as_role, incident, "inspector", PERSON)
    entries = client.get(f"/api/v1/incidents/{incident}/timeline?order=written", headers=patrol).json()
    (entry,) = [entry for entry in entries if entry["kind"] == "dispatch"]
    assert entry["text"].replace("\xa0", " ") == f"{PERSON} is sent: 1.0 km away, about 2 min 36 s"
    assert entry["who"] == "coordinator.dobele"


def test_the_page_offers_and_then_shows_them(
    client: TestClient, as_role: Headers, incident: str, patrol: dict[str, str]
) -> None:
    coordinator = as_role(Role.COORDINATOR)
    assert "Unit TWR-1" in client.get(f"/incidents/{incident}/responders", headers=coordinator).text
    form = {"kind": "inspector", "id": PERSON}
    page = client.post(f"/incidents/{incident}/responders", data=form, headers=coordinator).text
    assert "Decided" in page
    assert f'value="{PERSON}">Send' not in page


def test_a_tower_is_deployed_at_the_place(
    parts: Services, client: TestClient, as_role: Headers, incident: str, patrol: dict[str, str]
) -> None:
    assert send(client, as_role, incident, "tower", "TWR-1").status_code == 201
    held = client.get("/api/v1/assignments", headers=as_role(Role.COORDINATOR)).json()
    assert "TWR-1" in [one["unit_id"] for one in held]
    assert [one["id"] for one in proposed(client, as_role, incident)] == [PERSON]


def test_only_who_is_on_shift_is_proposed_in_a_town_that_plans_shifts(
    parts: Services, client: TestClient, as_role: Headers, incident: str, patrol: dict[str, str], token: Any
) -> None:
    token(Role.INSPECTOR, City("dobele"), name="on.duty")
    with parts.store.write() as work:
        on_shift(parts, work.session, "on.duty")
    found = [one for one in proposed(client, as_role, incident) if one["kind"] == "inspector"]
    assert [(one["id"], one["travel_s"]) for one in found] == [("on.duty", None)]


def test_who_works_on_another_incident_is_not_free_until_they_are_done(
    client: TestClient, as_role: Headers, incident: str, patrol: dict[str, str]
) -> None:
    other = reported(client, as_role, "far", source="cam 2", after_s=-40_000)
    assert other != incident
    client.post(f"/api/v1/incidents/{other}/response", json={"step": "going"}, headers=patrol)
    assert PERSON not in [one["id"] for one in proposed(client, as_role, incident)]
    client.post(f"/api/v1/incidents/{other}/response", json={"step": "done"}, headers=patrol)
    assert PERSON in [one["id"] for one in proposed(client, as_role, incident)]


def test_nobody_is_sent_twice_and_a_drone_goes_by_its_checks(
    client: TestClient, as_role: Headers, incident: str, patrol: dict[str, str]
) -> None:
    send(client, as_role, incident, "inspector", PERSON)
    again = send(client, as_role, incident, "inspector", PERSON)
    assert (again.status_code, "is on the way already" in again.json()["message"]) == (409, True)
    drone = send(client, as_role, incident, "drone", "DRN-1")
    assert (drone.status_code, "checks" in drone.json()["message"]) == (409, True)
    assert send(client, as_role, incident, "tower", "TWR-9").status_code == 404


def test_nobody_is_proposed_for_an_incident_without_a_place(client: TestClient, as_role: Headers) -> None:
    nowhere = observation(kind=SourceKind.REPORT).model_copy(update={"position": None})
    (receipt,) = client.post(
        "/api/v1/observations", json=[nowhere.model_dump(mode="json")], headers=as_role(Role.DEVICE)
    ).json()
    path = f"/api/v1/incidents/{receipt['incident_id']}/responders"
    refused = client.get(path, headers=as_role(Role.COORDINATOR))
    assert (refused.status_code, "place" in refused.json()["message"]) == (422, True)
    assert client.get(path, headers=as_role(Role.INSPECTOR)).status_code == 403
