"""A town that no line of code knows is added to a running server, and its people do their work."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient

from mapserver.core.services import Services
from telemetry.access import Principal, Role
from telemetry.cities import City
from telemetry.positions import LocalFrame
from telemetry.scopes import LIVE
from telemetry.towns import service as towns
from telemetry.units.tables import UnitKind, UnitRow
from tests.builders import NOON, observation

pytestmark = pytest.mark.both_databases

PAGES = (
    *("/", "/map", "/incidents", "/calendar", "/deployments", "/flights", "/papers"),
    *("/permits", "/planner", "/plates", "/report", "/wall", "/weather"),
)
Headers = Callable[..., dict[str, str]]
ADMIN = Principal("admin", Role.ADMIN, None)
LAT = 56.2414
LON = 23.6167
JONISKIS = {
    "name": "Joniškis",
    "country": "LT",
    "law": "EU",
    "languages": ["lt"],
    "zone": "Europe/Vilnius",
    "lat": LAT,
    "lon": LON,
}


@pytest.fixture
def town(client: TestClient, parts: Services, as_role: Headers) -> str:
    """The town, added as another process does it, once a running server has heard of it."""
    with parts.store.write() as work:
        towns.add(work, "joniskis", JONISKIS, by=ADMIN, at=NOON)
    client.get("/api/v1/units", headers=as_role(Role.ADMIN, None))  # an unknown token: access is read anew
    return "joniskis"


@pytest.fixture
def of_town(town: str, as_role: Headers) -> Headers:
    """The headers of somebody of that town, or of another."""

    def headers(role: Role, city: str = town) -> dict[str, str]:
        return as_role(role, City(city))

    return headers


def seen(town: str, **other: Any) -> dict[str, Any]:
    """Something observed in the middle of the town."""
    said = observation().model_dump(mode="json")
    return {**said, "city": town, "position": {"lat": LAT, "lon": LON, "accuracy_m": 10}, **other}


def square() -> dict[str, Any]:
    frame = LocalFrame(LAT, LON)
    corners = [frame.to_degrees(east, north) for east, north in [(0, 0), (200, 0), (200, 200), (0, 200), (0, 0)]]
    return {"type": "Polygon", "coordinates": [[[lon, lat] for lat, lon in corners]]}


def test_somebody_of_the_town_is_added_and_signs_in(client: TestClient, town: str, as_role: Headers) -> None:
    new = {"name": "jonas", "role": "coordinator", "city": town}
    password = client.post("/api/v1/people", json=new, headers=as_role(Role.ADMIN, None)).json()["password"]
    form = {"username": "jonas", "password": password}
    assert client.post("/sign-in", data=form, follow_redirects=False).status_code == 303
    page = client.get("/", headers={"Accept-Language": ""})
    assert 'lang="lt"' in page.text
    assert "Joniškis" in page.text


def test_what_is_seen_there_becomes_an_incident_of_that_town_alone(
    client: TestClient, town: str, of_town: Headers
) -> None:
    (receipt,) = client.post("/api/v1/observations", json=[seen(town)], headers=of_town(Role.DEVICE)).json()
    (incident,) = client.get("/api/v1/incidents", headers=of_town(Role.COORDINATOR)).json()
    assert (incident["id"], incident["city"]) == (receipt["incident_id"], town)
    assert client.get("/api/v1/incidents", headers=of_town(Role.COORDINATOR, "siauliai")).json() == []


def test_the_same_event_of_two_towns_is_two_incidents(client: TestClient, town: str, of_town: Headers) -> None:
    receipts = [
        client.post("/api/v1/observations", json=[seen(city)], headers=of_town(Role.DEVICE, city)).json()[0]
        for city in (town, "siauliai")
    ]
    assert receipts[0]["incident_id"] != receipts[1]["incident_id"]


def test_a_device_of_another_town_does_not_speak_for_it(client: TestClient, town: str, of_town: Headers) -> None:
    answer = client.post("/api/v1/observations", json=[seen(town)], headers=of_town(Role.DEVICE, "dobele"))
    assert answer.status_code in {403, 404, 422}
    assert client.get("/api/v1/incidents", headers=of_town(Role.COORDINATOR)).json() == []


def test_its_map_lies_round_its_own_middle(client: TestClient, town: str, of_town: Headers) -> None:
    snapshot = client.get("/api/v1/map/snapshot", headers=of_town(Role.COORDINATOR)).json()
    (shown,) = snapshot["cities"]
    assert shown == {"id": town, "name": "Joniškis", "lat": LAT, "lon": LON, "zone": "Europe/Vilnius"}


def test_a_flight_is_planned_there(client: TestClient, parts: Services, town: str, of_town: Headers) -> None:
    with parts.store.write() as work:
        work.session.add(
            UnitRow(
                id="JON-1",
                city=town,
                kind=UnitKind.DRONE,
                name="Drone 1",
                link="udpin://127.0.0.1:1",
                scope=LIVE,
                lat=LAT,
                lon=LON,
                alt_m=70,
            )
        )
    zone = {"city": town, "name": "Square", "polygon": square()}
    zone_id = client.post("/api/v1/zones", json=zone, headers=of_town(Role.COORDINATOR)).json()["id"]
    wanted = {"zone_id": zone_id, "unit_id": "JON-1", "survey": {"altitude_m": 60}}
    made = client.post("/api/v1/plans", json=wanted, headers=of_town(Role.PILOT))
    assert made.status_code == 201, made.text
    assert made.json()["city"] == town
    elsewhere = client.get(f"/api/v1/plans/{made.json()['id']}", headers=of_town(Role.PILOT, "siauliai"))
    assert elsewhere.status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_every_page_of_the_town_opens(client: TestClient, of_town: Headers, page: str) -> None:
    answers = {role: client.get(page, headers=of_town(role)).status_code for role in (Role.COORDINATOR, Role.PILOT)}
    assert 200 in answers.values()
    assert set(answers.values()) <= {200, 403}


def test_who_serves_all_towns_is_sent_the_new_one(client: TestClient, parts: Services, as_role: Headers) -> None:
    headers = as_role(Role.COORDINATOR, None)
    with client.websocket_connect("/api/v1/live", headers=headers) as viewer:
        first = viewer.receive_json()
        with parts.store.write() as work:
            towns.add(work, "joniskis", JONISKIS, by=ADMIN, at=datetime.now(UTC))
        client.get("/api/v1/units", headers=as_role(Role.ADMIN, None))
        after = viewer.receive_json()
        while after["type"] != "snapshot":
            after = viewer.receive_json()
    assert [town["id"] for town in first["cities"]] == ["dobele", "siauliai"]
    assert [town["id"] for town in after["cities"]] == ["dobele", "joniskis", "siauliai"]
