"""A tower says where it is and how much charge it has."""

from collections.abc import Callable

from fastapi.testclient import TestClient

from telemetry.access import Role

Headers = Callable[..., dict[str, str]]


def test_a_tower_says_where_it_is(client: TestClient, as_role: Headers) -> None:
    tower = {"id": "DOB-T1", "city": "dobele", "kind": "tower", "name": "Tower", "lat": 56.62, "lon": 23.28}
    assert client.post("/api/v1/units", json=tower, headers=as_role(Role.ADMIN, None)).status_code == 201
    said = {"position": {"lat": 56.63, "lon": 23.27, "accuracy_m": 5}, "heading_deg": 90, "battery": 0.5}
    shown = client.post("/api/v1/units/DOB-T1/report", json=said, headers=as_role(Role.DEVICE)).json()
    assert (shown["position"]["lat"], shown["heading_deg"], shown["battery"]) == (56.63, 90, 0.5)


def test_a_drone_says_nothing_by_a_report(client: TestClient, as_role: Headers) -> None:
    drone = {"id": "DOB-D1", "city": "dobele", "kind": "drone", "name": "Drone", "lat": 56.62, "lon": 23.28}
    client.post("/api/v1/units", json=drone, headers=as_role(Role.ADMIN, None))
    refused = client.post("/api/v1/units/DOB-D1/report", json={"battery": 0.5}, headers=as_role(Role.DEVICE))
    assert (refused.status_code, refused.json()["error"]) == (422, "BadInput")
