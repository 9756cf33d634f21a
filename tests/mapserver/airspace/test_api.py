"""Airspace over the API: a file put in force, zones for the map, permits, and who may do which."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from mapserver import migrations
from mapserver.core.services import Services
from mapserver.demo import synthetic_airspace
from telemetry.access import Role
from telemetry.cities import City, known_towns
from tests.mission.airspace.builders import ed269, file_of

Headers = Callable[..., dict[str, str]]
PERMIT: dict[str, Any] = {
    "city": "dobele", "reference": "CAA-7", "zones": ["LVX1"], "upper": {"value": 120},
    "begins": "2026-06-01T00:00:00Z", "ends": "2026-07-01T00:00:00Z",
}  # fmt: skip


def take(client: TestClient, headers: dict[str, str], content: bytes, **query: Any) -> Any:
    asked = {"city": "dobele", "file_name": "zones.json", **query}
    return client.post("/api/v1/airspace/sets", params=asked, content=content, headers=headers)


def test_a_file_put_in_force_is_on_the_map_with_heights_and_times(client: TestClient, as_role: Headers) -> None:
    pilot = as_role(Role.PILOT)
    answer = take(client, pilot, file_of(ed269(limits={"uomDimensions": "FT", "upperLimit": 400})))
    assert answer.status_code == 201, answer.text
    assert (answer.json()["zones"], answer.json()["in_force"]) == (1, True)
    shown = client.get("/api/v1/airspace/zones?city=dobele", headers=pilot).json()
    feature = shown["features"][0]
    assert feature["geometry"]["type"] == "Polygon"
    assert feature["properties"]["heights"] == "from the ground to 400 ft above ground"
    assert feature["properties"]["upper"]["metres"] == pytest.approx(121.92)
    assert (feature["properties"]["times"], feature["properties"]["active"]) == ("always", True)
    assert shown["doubts"] == []


@pytest.mark.parametrize(("at", "active"), [("2026-06-06T17:30:00Z", True), ("2026-06-06T09:00:00Z", False)])
def test_the_map_says_what_is_active_at_a_moment(client: TestClient, as_role: Headers, at: str, active: bool) -> None:
    evening = {"day": ["SAT"], "startTime": "17:00Z", "endTime": "18:00Z"}
    take(client, as_role(Role.PILOT), file_of(ed269(applicability=[{"permanent": "NO", "schedule": [evening]}])))
    shown = client.get(
        "/api/v1/airspace/zones", params={"city": "dobele", "at": at}, headers=as_role(Role.PILOT)
    ).json()
    said = shown["features"][0]["properties"]
    assert said["active"] is active
    assert said["changes_at"] == ("2026-06-06T18:00:00.000Z" if active else "2026-06-06T17:00:00.000Z")
    assert said["times"] == "SAT 17:00 UTC to 18:00 UTC"


def test_a_town_without_zones_says_so(client: TestClient, as_role: Headers) -> None:
    shown = client.get("/api/v1/airspace/zones?city=dobele", headers=as_role(Role.COORDINATOR)).json()
    assert shown["features"] == []
    assert [doubt["kind"] for doubt in shown["doubts"]] == ["missing"]


def test_an_unclear_file_is_refused_with_zone_and_reason_and_changes_nothing(
    client: TestClient, as_role: Headers
) -> None:
    pilot = as_role(Role.PILOT)
    take(client, pilot, file_of(ed269()))
    refused = take(client, pilot, file_of(ed269(restriction="?")))
    assert refused.status_code == 422
    assert "zones.json is not taken, none of its zones is: zone 1 (LVX1): restriction" in refused.json()["message"]
    assert len(client.get("/api/v1/airspace/zones?city=dobele", headers=pilot).json()["features"]) == 1
    assert take(client, pilot, file_of(ed269(restriction="?")), keep_unclear=True).status_code == 201


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.PILOT, 201), (Role.COORDINATOR, 201), (Role.ADMIN, 201), (Role.INSPECTOR, 403), (Role.SUPERVISOR, 403),
     (Role.DEVICE, 403)],
)  # fmt: skip
def test_who_may_put_zones_in_force(client: TestClient, as_role: Headers, role: Role, status: int) -> None:
    headers = as_role(role, None if role is Role.ADMIN else City("dobele"))
    assert take(client, headers, file_of(ed269())).status_code == status


def test_nobody_changes_or_sees_the_other_town(client: TestClient, as_role: Headers) -> None:
    mine, other = as_role(Role.PILOT), as_role(Role.PILOT, City("siauliai"))
    row = take(client, mine, file_of(ed269())).json()
    paper = client.post("/api/v1/airspace/permits", json=PERMIT, headers=mine).json()
    assert take(client, other, file_of(ed269(identifier="LVX9"))).status_code == 404
    assert client.get("/api/v1/airspace/zones?city=dobele", headers=other).status_code == 404
    assert client.delete(f"/api/v1/airspace/sets/{row['id']}", headers=other).status_code == 404
    assert client.delete(f"/api/v1/airspace/permits/{paper['id']}", headers=other).status_code == 404
    assert client.get("/api/v1/airspace/permits", headers=other).json() == []
    assert client.get("/api/v1/airspace/sets", headers=other).json() == []


def test_a_permit_is_stored_listed_and_withdrawn_and_all_of_it_audited(client: TestClient, as_role: Headers) -> None:
    pilot = as_role(Role.PILOT)
    stored = client.post("/api/v1/airspace/permits", json=PERMIT, headers=pilot)
    assert stored.status_code == 201, stored.text
    kept = {name: value for name, value in stored.json().items() if name != "hints"}
    assert client.get("/api/v1/airspace/permits", headers=pilot).json() == [kept]
    gone = client.delete(f"/api/v1/airspace/permits/{stored.json()['id']}", headers=pilot).json()
    assert gone["withdrawn_by"] == "pilot.dobele"
    assert client.post("/api/v1/airspace/permits", json=PERMIT, headers=as_role(Role.INSPECTOR)).status_code == 403
    entries = client.get("/api/v1/audit", headers=as_role(Role.SUPERVISOR)).json()
    assert [e["action"] for e in entries if e["subject"].startswith("permit")] == ["withdraw", "store"]


def test_a_set_put_away_leaves_the_map(client: TestClient, as_role: Headers) -> None:
    pilot = as_role(Role.PILOT)
    row = take(client, pilot, synthetic_airspace.content(City("dobele")), name="synthetic").json()
    assert row["synthetic"] is True
    assert client.delete(f"/api/v1/airspace/sets/{row['id']}", headers=pilot).json()["in_force"] is False
    assert client.get("/api/v1/airspace/sets", headers=pilot).json() == []
    assert len(client.get("/api/v1/airspace/sets?replaced=true", headers=pilot).json()) == 1


def test_the_schema_is_that_of_the_tables(parts: Services) -> None:
    assert migrations.differences(parts.store) == []


def test_the_demos_towns_fly_by_the_invented_zones(client: TestClient, as_role: Headers) -> None:
    for city in known_towns():
        pilot = as_role(Role.PILOT, city)
        assert take(client, pilot, synthetic_airspace.content(city), city=city).status_code == 201
        shown = client.get(f"/api/v1/airspace/zones?city={city}", headers=pilot).json()
        assert len(json.loads(synthetic_airspace.content(city))["features"]) == len(
            {f["properties"]["zone"] for f in shown["features"]}
        )
        assert [doubt["kind"] for doubt in shown["doubts"]] == ["synthetic"]


def test_the_database_itself_keeps_zone_files_as_they_came(
    parts: Services, client: TestClient, as_role: Headers
) -> None:
    take(client, as_role(Role.PILOT), file_of(ed269()))
    for change in ("UPDATE airspace_files SET sha256 = '0'", "DELETE FROM airspace_files"):
        with pytest.raises(DatabaseError, match="append-only"), parts.store.write() as work:
            work.session.execute(text(change))
