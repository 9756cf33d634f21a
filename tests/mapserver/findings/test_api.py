"""Findings of a cluster's machines over HTTP: taken like a local worker's, kept once, refused with the reason."""

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from mapserver.core.services import Services
from mapserver.core.video_settings import VideoSettings
from telemetry.access import Role
from telemetry.cities import City
from telemetry.scopes import DEMO
from tests.vision.cameras.builders import a_camera
from tests.vision.cluster.findings import finding
from vision.cluster.finding_json import to_json
from vision.findings import Finding

Headers = Callable[..., dict[str, str]]
LATER_RUN = "2026-03-01T12:00:09.000Z"


@pytest.fixture(autouse=True)
def camera(parts: Services, client: TestClient) -> None:
    """Two cameras in Dobele; the video of one is analysed, by others than this server, which was started without."""
    parts.settings.videos = [VideoSettings(name="C1", source="rtsp://127.0.0.1/live")]
    with parts.store.write() as work:
        for name in ("C1", "C2"):
            row = a_camera(name, name=name, lat=56.62, lon=23.28)
            work.session.add(row)


@pytest.fixture
def hand_in(client: TestClient, as_role: Headers) -> Callable[[Finding], dict[str, Any]]:
    def send(found: Finding) -> dict[str, Any]:
        answer = client.post("/api/v1/findings", content=to_json(found), headers=as_role(Role.DEVICE))
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    return send


def listed(client: TestClient, as_role: Headers) -> list[dict[str, Any]]:
    return list(client.get("/api/v1/observations", headers=as_role(Role.COORDINATOR)).json())


def test_a_finding_becomes_an_observation_with_its_picture_and_opens_an_incident(
    client: TestClient, as_role: Headers, hand_in: Callable[[Finding], dict[str, Any]]
) -> None:
    receipt = hand_in(finding())
    assert (receipt["outcome"], receipt["incident_id"] is None) == ("accepted", False)
    (kept,) = listed(client, as_role)
    assert (kept["source"], kept["category"]) == ({"kind": "fixed_camera", "id": "C1"}, "person_in_closed_area")
    assert (kept["attributes"]["rule"], kept["attributes"]["box"]) == ("gate", [0.1, 0.2, 0.3, 0.4])
    picture = client.get(f"/media/{kept['id']}/{kept['media'][0]['sha256']}", headers=as_role(Role.COORDINATOR))
    assert picture.content == finding().snapshot


def test_sending_it_again_changes_nothing(
    client: TestClient, as_role: Headers, hand_in: Callable[[Finding], dict[str, Any]]
) -> None:
    first, again = hand_in(finding()), hand_in(finding())
    assert again == {**first, "outcome": "duplicate"}
    assert len(listed(client, as_role)) == 1


def of_another_run(found: Finding) -> Finding:
    return replace(found, ref=found.ref.replace("2026-03-01T12:00:00.000Z", LATER_RUN))


def test_what_another_run_tells_within_the_rules_quiet_time_is_the_same_event(
    client: TestClient, as_role: Headers, hand_in: Callable[[Finding], dict[str, Any]]
) -> None:
    told = hand_in(finding(1))
    again = hand_in(of_another_run(finding(1, after_s=29)))
    assert again == {**told, "outcome": "duplicate"}
    assert [len(one["media"]) for one in listed(client, as_role)] == [1]


@pytest.mark.parametrize(
    "other",
    [
        of_another_run(finding(1, after_s=31)),
        of_another_run(finding(1, after_s=9, rule="yard")),
        of_another_run(finding(1, after_s=9, quiet_s=0.0)),
        of_another_run(finding(1, after_s=-5)),
        finding(2, after_s=9),
    ],
    ids=["later", "another rule", "a rule that knows no quiet", "older", "the same run"],
)
def test_what_is_another_event_is_told(
    client: TestClient, as_role: Headers, hand_in: Callable[[Finding], dict[str, Any]], other: Finding
) -> None:
    hand_in(finding(1))
    assert hand_in(other)["outcome"] == "accepted"
    assert len(listed(client, as_role)) == 2


def test_what_stands_in_for_a_live_camera_is_found_in_the_demos_scope_alone(
    client: TestClient, as_role: Headers, parts: Services, hand_in: Callable[[Finding], dict[str, Any]]
) -> None:
    parts.settings.videos = [VideoSettings(name="C1", source="clips/gate.mp4", simulated=True)]
    hand_in(finding())
    assert listed(client, as_role) == []
    (seen,) = client.get("/api/v1/observations", headers=as_role(Role.COORDINATOR, scope=DEMO)).json()
    assert (seen["scope"], seen["attributes"]["simulated"]) == (DEMO, True)
    assert seen["attributes"]["footage"] == "gate.mp4"


def test_a_plate_that_nobody_looks_for_leaves_no_picture_and_no_text(
    client: TestClient, as_role: Headers, parts: Services, hand_in: Callable[[Finding], dict[str, Any]]
) -> None:
    now = parts.clock.now()
    hand_in(finding(category="plate_read", at=now, ended=now + timedelta(seconds=1), attributes={"plate": "KV2417"}))
    (kept,) = listed(client, as_role)
    assert (kept["source"]["kind"], kept["media"], "2417" in json.dumps(kept)) == ("plate_reader", [], False)


@pytest.mark.parametrize(
    ("camera_id", "city"), [("C9", City("dobele")), ("C2", City("dobele")), ("C1", City("siauliai"))],
    ids=["unknown", "not analysed", "of the other town"],
)  # fmt: skip
def test_a_camera_that_is_not_this_workers_is_refused(
    client: TestClient, as_role: Headers, camera_id: str, city: City
) -> None:
    body = to_json(finding(camera_id=camera_id))
    answer = client.post("/api/v1/findings", content=body, headers=as_role(Role.DEVICE, city))
    assert (answer.status_code, camera_id in answer.json()["message"]) == (404, True)
    assert listed(client, as_role) == []


@pytest.mark.parametrize("role", [Role.PILOT, Role.SUPERVISOR, Role.INSPECTOR])
def test_who_may_not_hand_in_is_turned_away(client: TestClient, as_role: Headers, role: Role) -> None:
    answer = client.post("/api/v1/findings", content=to_json(finding()), headers=as_role(role))
    assert answer.status_code == 403
    assert client.post("/api/v1/findings", content=to_json(finding())).status_code == 401


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"{", "not JSON"),
        (b"[]", "one finding"),
        (to_json(finding()).replace(b'"confidence": 0.8', b'"confidence": NaN'), "NaN"),
        (to_json(finding()).replace(b'"confidence": 0.8', b'"confidence": 8'), "confidence"),
        (to_json(finding(snapshot=b"GIF89a")), "no whole JPEG"),
    ],
    ids=["cut short", "an array", "NaN", "beyond 1", "no JPEG"],
)
def test_what_cannot_be_taken_is_refused_with_the_reason(
    client: TestClient, as_role: Headers, body: bytes, words: str
) -> None:
    answer = client.post("/api/v1/findings", content=body, headers=as_role(Role.DEVICE))
    assert (answer.status_code, words in answer.json()["message"]) == (422, True), answer.text


def test_a_finding_that_is_too_large_is_refused(client: TestClient, as_role: Headers) -> None:
    body = to_json(finding(snapshot=bytes(7 * 2**20)))
    answer = client.post("/api/v1/findings", content=body, headers=as_role(Role.DEVICE))
    assert (answer.status_code, "larger than 8 MiB" in answer.json()["message"]) == (413, True)


def test_a_picture_that_claims_to_be_huge_takes_no_memory_to_refuse(client: TestClient, as_role: Headers) -> None:
    jpeg = bytearray(finding().snapshot)
    size = jpeg.index(b"\xff\xc0") + 5
    jpeg[size : size + 4] = b"\xff\xff\xff\xff"
    body = json.loads(to_json(finding())) | {"snapshot": base64.b64encode(jpeg).decode()}
    answer = client.post("/api/v1/findings", json=body, headers=as_role(Role.DEVICE))
    assert answer.status_code == 422, answer.text
