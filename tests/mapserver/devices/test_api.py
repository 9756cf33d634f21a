"""A device speaks for the sources that it is bound to, whichever way it hands in; and is silenced."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from mapserver.core.services import Services
from telemetry.access import Role
from telemetry.observations import SourceKind
from tests.builders import observation
from tests.vision.cameras.builders import a_camera

pytestmark = pytest.mark.both_databases

Headers = Callable[..., dict[str, str]]
CAMERA = {"name": "camera.square", "city": "dobele", "sources": ["fixed_camera:cam"]}


@pytest.fixture
def administrator(as_role: Headers) -> dict[str, str]:
    return as_role(Role.ADMIN, None)


@pytest.fixture
def device(client: TestClient, administrator: dict[str, str], parts: Services) -> dict[str, str]:
    """A camera's token, bound to that camera."""
    answer = client.post("/api/v1/devices", json=CAMERA, headers=administrator)
    assert answer.status_code == 201, answer.text
    now = parts.clock.now()
    with parts.store.write() as work:
        token = parts.tokens.issue(work.session, "camera.square", label="", now=now, lasts=timedelta(hours=1))
    return {"Authorization": f"Bearer {token}"}


def hand_in(client: TestClient, headers: dict[str, str], **said: Any) -> Any:
    return client.post("/api/v1/observations", json=[observation(**said).model_dump(mode="json")], headers=headers)


def test_a_device_speaks_for_what_it_is_bound_to(client: TestClient, device: dict[str, str]) -> None:
    assert hand_in(client, device).json()[0]["outcome"] == "accepted"


@pytest.mark.parametrize(
    ("kind", "source"),
    [
        (SourceKind.INSPECTOR, "inspector.dobele"),
        (SourceKind.FIXED_CAMERA, "another"),
        (SourceKind.DRONE, "cam"),
        (SourceKind.REPORT, "phone"),
    ],
)
def test_a_device_speaks_for_nobody_else(
    client: TestClient, device: dict[str, str], as_role: Headers, kind: SourceKind, source: str
) -> None:
    answer = hand_in(client, device, kind=kind, source=source, summary="I saw it myself")
    assert answer.status_code == 403
    assert f"camera.square may not speak for {kind}:{source}" in answer.json()["message"]
    assert client.get("/api/v1/observations", headers=as_role(Role.COORDINATOR)).json() == []


def test_a_device_puts_no_words_into_an_incident_by_naming_it(
    client: TestClient, device: dict[str, str], as_role: Headers
) -> None:
    coordinator = as_role(Role.COORDINATOR)
    opened = hand_in(client, coordinator, category="fight").json()[0]["incident_id"]
    client.post(f"/api/v1/incidents/{opened}/state", json={"state": "resolved", "reason": "x"}, headers=coordinator)
    named = {"incident_id": opened}
    by_device = hand_in(client, device, ref="2", category="street_light", attributes=named).json()[0]
    by_person = hand_in(client, coordinator, ref="3", category="street_light", attributes=named).json()[0]
    assert by_device["incident_id"] != opened
    assert by_person["incident_id"] == opened


def test_a_person_does_not_speak_as_another_inspector(client: TestClient, as_role: Headers) -> None:
    answer = hand_in(client, as_role(Role.COORDINATOR), kind=SourceKind.INSPECTOR, source="inspector.dobele")
    assert (answer.status_code, "may not speak for inspector" in answer.json()["message"]) == (403, True)


def test_a_device_that_is_bound_to_nothing_hands_in_nothing_until_it_is(
    client: TestClient, administrator: dict[str, str], device: dict[str, str], as_role: Headers
) -> None:
    unbound = {"source": "fixed_camera:cam"}
    client.post("/api/v1/devices/camera.square/unbind", json=unbound, headers=administrator)
    assert hand_in(client, device).status_code == 403
    bound = client.post("/api/v1/devices/camera.square/bind", json=unbound, headers=administrator)
    assert bound.json()["sources"] == ["fixed_camera:cam"]
    assert hand_in(client, device).status_code == 200
    trail = client.get("/api/v1/audit", headers=as_role(Role.SUPERVISOR)).json()
    actions = [entry["action"] for entry in trail if entry["subject"] == "device camera.square"]
    assert actions == ["bind_device", "unbind_device", "bind_device", "add_device"]


def test_a_vendors_message_of_a_camera_that_the_device_is_not_bound_to_is_refused(
    client: TestClient, device: dict[str, str], parts: Services
) -> None:
    with parts.store.write() as work:
        work.session.add(a_camera("other", city="dobele", name="o", lat=56, lon=23))
    at = parts.clock.now().timestamp()
    for camera in ("other", "unknown"):
        seen = {"id": "1.5-a", "camera": camera, "label": "car", "top_score": 0.8, "start_time": at}
        answer = client.post("/api/v1/intake/frigate", json={"type": "new", "after": seen}, headers=device)
        assert answer.status_code == 403, answer.text


def test_a_gateway_does_not_speak_for_a_camera_of_the_other_town(
    client: TestClient, as_role: Headers, parts: Services
) -> None:
    with parts.store.write() as work:
        work.session.add(a_camera("SIA-1", city="siauliai", name="s", lat=56, lon=23))
    answer = hand_in(client, as_role(Role.DEVICE), source="SIA-1")
    assert (answer.status_code, "of another" in answer.json()["message"]) == (403, True)


def test_a_revoked_device_is_silent_at_once(
    client: TestClient, administrator: dict[str, str], device: dict[str, str]
) -> None:
    revoked = client.post("/api/v1/devices/camera.square/revoke", headers=administrator)
    assert revoked.json()["active"] is False
    assert hand_in(client, device).status_code == 401


@pytest.mark.parametrize("source", ["", "cam", "inspector:x", "oracle:x", "fixed_camera:", "fixed_camera:" + "x" * 201])
def test_what_is_no_source_is_refused_in_words(client: TestClient, administrator: dict[str, str], source: str) -> None:
    answer = client.post("/api/v1/devices", json={**CAMERA, "sources": [source]}, headers=administrator)
    assert answer.status_code == 422
    assert json.loads(answer.text)["message"]


def test_only_administrators_keep_devices(client: TestClient, as_role: Headers) -> None:
    for role in (Role.COORDINATOR, Role.DEVICE, Role.PILOT):
        assert client.get("/api/v1/devices", headers=as_role(role)).status_code == 403
