"""Zones through the API: edited without undoing a colleague, checked while drawn, imported whole or not at all."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from telemetry.access import Role
from telemetry.cities import City
from tests.mission.areas import RECTANGLE, SQUARE, geojson

pytestmark = pytest.mark.both_databases

Headers = Callable[..., dict[str, str]]
BOW_TIE = geojson([(0, 0), (100, 100), (100, 0), (0, 100)])


@pytest.fixture
def zone(client: TestClient, as_role: Headers) -> dict[str, Any]:
    body = {"city": "dobele", "name": "Yard", "polygon": geojson(RECTANGLE)}
    made: dict[str, Any] = client.post("/api/v1/zones", json=body, headers=as_role(Role.PILOT)).json()
    return made


def collection(*features: tuple[str, Any]) -> bytes:
    made = [{"type": "Feature", "properties": {"name": name}, "geometry": shape} for name, shape in features]
    return json.dumps({"type": "FeatureCollection", "features": made}).encode()


def test_an_edit_is_kept_counted_and_written_down(client: TestClient, as_role: Headers, zone: dict[str, Any]) -> None:
    wish = {"revisit_min": 60, "served_by": ["drone"], "windows": [{"days": ["FRI"], "begins": "20:00"}]}
    body = {"name": "Big yard", "polygon": geojson(SQUARE), "version": 1, "attention": wish}
    edited = client.put(f"/api/v1/zones/{zone['id']}", json=body, headers=as_role(Role.PILOT)).json()
    assert (edited["name"], edited["version"], edited["attention"]["revisit_min"]) == ("Big yard", 2, 60)
    trail = client.get("/api/v1/audit", headers=as_role(Role.SUPERVISOR)).json()
    assert any(entry["action"] == "edit" and "new outline" in entry["detail"] for entry in trail)


def test_two_who_edit_at_once_do_not_undo_each_other(
    client: TestClient, as_role: Headers, zone: dict[str, Any]
) -> None:
    body = {"name": "Yard", "polygon": geojson(RECTANGLE), "version": 1}
    answers = [
        client.put(f"/api/v1/zones/{zone['id']}", json=body, headers=as_role(role)).status_code
        for role in (Role.PILOT, Role.COORDINATOR)
    ]
    assert answers == [200, 409]


@pytest.mark.parametrize(("role", "city"), [(Role.INSPECTOR, City("dobele")), (Role.PILOT, City("siauliai"))])
def test_who_may_not_draw_or_is_of_the_other_town_cannot_edit(
    client: TestClient, as_role: Headers, zone: dict[str, Any], role: Role, city: City
) -> None:
    body = {"name": "Mine", "polygon": geojson(RECTANGLE), "version": 1}
    answer = client.put(f"/api/v1/zones/{zone['id']}", json=body, headers=as_role(role, city))
    assert answer.status_code == (403 if role is Role.INSPECTOR else 404)


def test_an_outline_is_checked_while_it_is_drawn(client: TestClient, as_role: Headers, zone: dict[str, Any]) -> None:
    def said(polygon: object, **more: str) -> Any:
        body = {"city": "dobele", "polygon": polygon, **more}
        return client.post("/api/v1/zones/check", json=body, headers=as_role(Role.PILOT)).json()

    assert "crosses itself" in said(BOW_TIE)["problem"]
    assert "lies on Yard" in said(geojson(SQUARE))["overlaps"][0]["message"]
    assert said(geojson(RECTANGLE), zone_id=zone["id"])["overlaps"] == []


def test_one_refused_feature_keeps_the_whole_file_out_until_the_rest_is_wanted(
    client: TestClient, as_role: Headers
) -> None:
    data, headers = collection(("Good", geojson(RECTANGLE)), ("Bad", BOW_TIE)), as_role(Role.PILOT)
    address = "/api/v1/zones/import?city=dobele&filename=zones.geojson"
    refused = client.post(address, content=data, headers=headers)
    assert (refused.status_code, "feature 2, Bad: Bad crosses itself" in refused.json()["message"]) == (422, True)
    assert client.get("/api/v1/zones", headers=headers).json() == []
    client.post(f"{address}&skip_refused=true", content=data, headers=headers)
    assert [zone["name"] for zone in client.get("/api/v1/zones", headers=headers).json()] == ["Good"]


def test_a_file_can_be_looked_at_before_it_is_kept(client: TestClient, as_role: Headers, zone: dict[str, Any]) -> None:
    data = collection(("Over it", geojson(SQUARE)), ("Bad", BOW_TIE))
    address = "/api/v1/zones/import?city=dobele&filename=zones.geojson&keep=false"
    seen = client.post(address, content=data, headers=as_role(Role.PILOT)).json()
    assert (len(seen["found"]), seen["zones"]) == (1, [])
    assert "lies on Yard" in seen["found"][0]["overlaps"][0]["message"]
    assert seen["refused"][0]["feature"] == "feature 2, Bad"
