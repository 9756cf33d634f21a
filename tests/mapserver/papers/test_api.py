"""An administrator registers what a town has bought; from then on it is on the map and its events find their place."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from telemetry.access import Role

Headers = Callable[..., dict[str, str]]
CAMERA = {
    "id": "DOB-C77", "city": "dobele", "name": "Bridge", "lat": 56.62, "lon": 23.28, "azimuth_deg": 90,
    "hfov_deg": 60, "range_m": 80, "device_names": ["bridge"],
}  # fmt: skip
UNIT = {
    "id": "DRN-7", "city": "dobele", "kind": "drone", "name": "Drone 7", "link": "udpin://0.0.0.0:14540",
    "lat": 56.62, "lon": 23.28, "hfov_deg": 70, "range_m": 100,
}  # fmt: skip


@pytest.mark.parametrize(("noun", "body"), [("cameras", CAMERA), ("units", UNIT)])
def test_what_is_registered_is_seen_and_a_second_of_the_name_is_refused(
    client: TestClient, as_role: Headers, noun: str, body: dict[str, Any]
) -> None:
    admin = as_role(Role.ADMIN, None)
    assert client.post(f"/api/v1/{noun}", json=body, headers=as_role(Role.COORDINATOR)).status_code == 403
    assert client.post(f"/api/v1/{noun}", json=body, headers=admin).status_code == 201
    assert client.post(f"/api/v1/{noun}", json=body, headers=admin).status_code == 409
    seen = client.get(f"/api/v1/{noun}", headers=as_role(Role.COORDINATOR)).json()
    assert [thing["id"] for thing in seen] == [body["id"]]
    assert client.get("/api/v1/map/snapshot", headers=as_role(Role.PILOT)).json()[noun] == seen


@pytest.mark.parametrize(
    ("noun", "body", "words"),
    [
        ("cameras", {**CAMERA, "lat": 91}, "lat"),
        ("units", {**UNIT, "link": "carrier pigeon"}, "link"),
        ("units", {**UNIT, "kind": "horse"}, "kind"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(
    client: TestClient, as_role: Headers, noun: str, body: dict[str, Any], words: str
) -> None:
    answer = client.post(f"/api/v1/{noun}", json=body, headers=as_role(Role.ADMIN, None))
    assert (answer.status_code, words in answer.json()["message"]) == (422, True)
