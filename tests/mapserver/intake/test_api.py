"""Devices' own words over HTTP: placed by the camera they name, kept once, refused with the format and the field."""

import json
import re
from collections.abc import Callable
from datetime import timedelta

import cv2
import httpx
import numpy as np
import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from mapserver.access.http_digest import device_password
from mapserver.access.tables import TokenRow
from mapserver.core.services import Services
from mapserver.intake.tables import QuarantinedRow
from telemetry.access import Role
from telemetry.cities import City
from telemetry.clock import iso
from telemetry.scopes import LIVE
from tests.mapserver.intake.device_messages import hikvision
from vision.cameras.tables import CameraRow

Headers = Callable[..., dict[str, str]]


@pytest.fixture(autouse=True)
def camera(parts: Services) -> None:
    with parts.store.write() as work:
        work.session.add(
            CameraRow(
                id="DOB-C01", city=City("dobele"), name="Square", lat=56.62, lon=23.28, azimuth_deg=0, hfov_deg=60,
                range_m=100, categories={"car": "vehicle_in_closed_area"}, device_names=["square"], scope=LIVE)
        )  # fmt: skip


def frigate(parts: Services, *, kind: str = "new", camera: str = "square", **more: object) -> dict[str, object]:
    now = parts.clock.now().timestamp()
    seen = {
        "id": "1607123955.475377-mxklsc", "camera": camera, "label": "car", "top_score": 0.8, "score": 0.8,
        "false_positive": False, "start_time": now - 5, "end_time": None, "frame_time": now, **more,
    }  # fmt: skip
    return {"type": kind, "before": seen, "after": seen}


def plate_recognizer(parts: Services) -> dict[str, object]:
    result = {
        "box": {"xmin": 1, "ymin": 2, "xmax": 3, "ymax": 4}, "plate": "kv2417", "score": 0.9, "dscore": 0.8,
        "region": {"code": "lv", "score": 0.5}, "candidates": [], "vehicle": {"score": 0.9, "type": "Van"},
    }  # fmt: skip
    at = iso(parts.clock.now())
    return {
        "hook": {"target": "x", "id": "square", "event": "recognition", "filename": "f.jpg"},
        "data": {"camera_id": "square", "filename": "f.jpg", "timestamp": at, "results": [result]},
    }


def watch(client: TestClient, as_role: Headers, parts: Services, plate: str = "KV-2417") -> None:
    wanted = {
        "city": "dobele", "plate": plate, "reason": "stolen", "expires_at": iso(parts.clock.now() + timedelta(days=7)),
    }  # fmt: skip
    answer = client.post("/api/v1/plates/watch", json=wanted, headers=as_role(Role.COORDINATOR))
    assert answer.status_code == 201, answer.text


def test_a_frigate_event_opens_an_incident_and_its_end_amends_it(
    client: TestClient, as_role: Headers, parts: Services
) -> None:
    headers = as_role(Role.DEVICE)
    first = client.post("/api/v1/intake/frigate", json=frigate(parts), headers=headers).json()[0]
    ended = frigate(parts, kind="end", end_time=parts.clock.now().timestamp())
    again = client.post("/api/v1/intake/frigate", json=ended, headers=headers).json()[0]
    assert (first["outcome"], again["outcome"]) == ("accepted", "amended")
    assert first["incident_id"] == again["incident_id"] is not None


def test_a_plate_that_nobody_looks_for_is_kept_as_a_hash_without_its_picture_and_opens_nothing(
    client: TestClient, as_role: Headers, parts: Services
) -> None:
    jpeg = bytes(cv2.imencode(".jpg", np.full((40, 60, 3), 90, np.uint8))[1])
    files = {
        "json": (None, json.dumps(plate_recognizer(parts)), "application/json"),
        "upload": ("f.jpg", jpeg, "image/jpeg"),
    }
    answer = client.post("/api/v1/intake/plate_recognizer", files=files, headers=as_role(Role.DEVICE))
    assert [r["incident_id"] for r in answer.json()] == [None]
    kept = client.get("/api/v1/observations", headers=as_role(Role.COORDINATOR)).json()[0]
    assert (kept["source"]["kind"], kept["media"]) == ("plate_reader", [])
    assert re.fullmatch("plate [0-9a-f]{32}", kept["attributes"]["identity"])
    assert "KV" not in json.dumps(kept).upper()


def test_a_plate_that_is_looked_for_is_kept_in_clear_with_its_picture_and_opens_an_incident(
    client: TestClient, as_role: Headers, parts: Services
) -> None:
    watch(client, as_role, parts)
    jpeg = bytes(cv2.imencode(".jpg", np.full((40, 60, 3), 90, np.uint8))[1])
    files = {"json": (None, json.dumps(plate_recognizer(parts))), "upload": ("f.jpg", jpeg, "image/jpeg")}
    answers = [
        client.post("/api/v1/intake/plate_recognizer", files=files, headers=as_role(Role.DEVICE)).json()
        for _ in range(2)
    ]
    assert [(a["outcome"], a["incident_id"] is None) for (a,) in answers] == [("accepted", False), ("duplicate", False)]
    kept = client.get("/api/v1/observations", headers=as_role(Role.COORDINATOR)).json()[0]
    assert (kept["category"], kept["attributes"]["plate"], len(kept["media"])) == ("plate_hit", "KV2417", 1)
    assert kept["summary"] == "number plate at Square: KV2417, stolen"
    trail = client.get("/api/v1/audit", headers=as_role(Role.SUPERVISOR)).json()
    assert [(entry["who"], entry["action"]) for entry in trail] == [
        ("DOB-C01", "plate_hit"), ("coordinator.dobele", "watch_plate")
    ]  # fmt: skip


def test_a_plate_that_a_camera_reads_right_only_the_second_time_is_a_hit_then(
    client: TestClient, as_role: Headers, parts: Services
) -> None:
    watch(client, as_role, parts)
    now = parts.clock.now().timestamp()
    read = {"type": "lpr", "id": "1607123955.475377-mxklsc", "camera": "square", "score": 0.9, "timestamp": now}
    incidents = [
        client.post("/api/v1/intake/frigate", json={**read, "plate": plate}, headers=as_role(Role.DEVICE)).json()[0]
        for plate in ("KV24", "KV2417")
    ]
    assert [one["incident_id"] is None for one in incidents] == [True, False]


def test_what_two_readers_say_of_one_car_that_nobody_looks_for_is_still_merged(
    client: TestClient, as_role: Headers, parts: Services
) -> None:
    car = frigate(parts, recognized_license_plate="KV 24I7")
    opened = client.post("/api/v1/intake/frigate", json=car, headers=as_role(Role.DEVICE)).json()[0]
    read = plate_recognizer(parts)
    joined = client.post("/api/v1/intake/plate_recognizer", json=read, headers=as_role(Role.DEVICE)).json()[0]
    assert opened["incident_id"] == joined["incident_id"] is not None


def test_a_look_at_a_picture_is_in_the_audit_trail(client: TestClient, as_role: Headers, parts: Services) -> None:
    watch(client, as_role, parts)
    jpeg = bytes(cv2.imencode(".jpg", np.full((40, 60, 3), 90, np.uint8))[1])
    files = {"json": (None, json.dumps(plate_recognizer(parts))), "upload": ("f.jpg", jpeg, "image/jpeg")}
    client.post("/api/v1/intake/plate_recognizer", files=files, headers=as_role(Role.DEVICE))
    kept = client.get("/api/v1/observations", headers=as_role(Role.COORDINATOR)).json()[0]
    address = f"/media/{kept['id']}/{kept['media'][0]['sha256']}"
    assert client.get(address, headers=as_role(Role.ADMIN, None)).status_code == 403
    assert client.get(address, headers=as_role(Role.COORDINATOR, City("siauliai"))).status_code == 404
    assert client.get(address, headers=as_role(Role.COORDINATOR)).content == jpeg
    trail = client.get("/api/v1/audit", headers=as_role(Role.SUPERVISOR)).json()
    assert (trail[0]["who"], trail[0]["action"]) == ("coordinator.dobele", "view")


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("telex", b"{}", "'telex' is no known format"),
        ("frigate", b"not json", "frigate"),
        ("axis_lpr", b'{"plateUTF8": 7}', "axis_lpr"),
        ("plate_recognizer", b"[]", "plate_recognizer"),
    ],
)
def test_what_cannot_be_read_is_refused_with_format_and_reason(
    client: TestClient, as_role: Headers, path: str, body: bytes, words: str
) -> None:
    headers = {**as_role(Role.DEVICE), "Content-Type": "application/json"}
    answer = client.post(f"/api/v1/intake/{path}", content=body, headers=headers)
    assert (answer.status_code, words in answer.json()["message"]) == (422, True), answer.text


GARAGE = {
    "id": "DOB-C02", "city": "dobele", "name": "Garage", "lat": 56.63, "lon": 23.29, "azimuth_deg": 0, "hfov_deg": 60,
    "range_m": 50, "categories": {"car": "vehicle_in_closed_area"}, "device_names": ["garage"],
}  # fmt: skip


def test_a_message_of_an_unknown_camera_waits_and_is_taken_in_when_the_camera_is_added(
    client: TestClient, as_role: Headers, parts: Services
) -> None:
    message = frigate(parts, camera="garage")
    (answer,) = client.post("/api/v1/intake/frigate", json=message, headers=as_role(Role.DEVICE)).json()
    assert (answer["outcome"], "'garage'" in answer["reason"]) == ("quarantined", True)
    client.post("/api/v1/intake/frigate", json=message, headers=as_role(Role.DEVICE))
    administrator = as_role(Role.ADMIN, None)
    waiting = client.get("/api/v1/intake/quarantine", headers=administrator).json()
    assert (waiting["waiting"], waiting["messages"][0]["device"]) == (1, "garage")
    assert "payload" not in waiting["messages"][0]
    assert client.post("/api/v1/cameras", json=GARAGE, headers=administrator).status_code == 201
    assert client.get("/api/v1/intake/quarantine", headers=administrator).json()["waiting"] == 0
    (kept,) = client.get("/api/v1/observations", headers=as_role(Role.COORDINATOR)).json()
    assert kept["source"] == {"kind": "fixed_camera", "id": "DOB-C02"}


def test_what_still_cannot_be_taken_stays_in_quarantine_with_the_reason(
    client: TestClient, as_role: Headers, parts: Services
) -> None:
    client.post("/api/v1/intake/frigate", json=frigate(parts, camera="garage"), headers=as_role(Role.DEVICE))
    administrator = as_role(Role.ADMIN, None)
    (result,) = client.post("/api/v1/intake/quarantine/replay", headers=administrator).json()
    assert (result["taken"], "'garage'" in result["reason"]) == (False, True)
    assert client.get("/api/v1/intake/quarantine", headers=administrator).json()["waiting"] == 1
    assert client.get("/api/v1/intake/quarantine", headers=as_role(Role.COORDINATOR)).status_code == 403


def test_why_a_message_waits_is_said_in_the_reader_s_language(
    client: TestClient, as_role: Headers, parts: Services
) -> None:
    client.post("/api/v1/intake/frigate", json=frigate(parts, camera="garage"), headers=as_role(Role.DEVICE))
    administrator = as_role(Role.ADMIN, None)

    def reason(language: str) -> str:
        headers = {**administrator, "Accept-Language": language}
        waiting = client.get("/api/v1/intake/quarantine", headers=headers).json()
        return str(waiting["messages"][0]["reason"])

    assert len({reason(language) for language in ("en", "lt", "lv")}) == 3
    with parts.store.write() as work:  # as one kept it before there were codes
        row = work.session.exec(select(QuarantinedRow)).one()
        row.reason_message = None
    assert reason("lv") == reason("en")


def test_a_device_of_the_other_town_cannot_speak_for_this_camera(
    client: TestClient, as_role: Headers, parts: Services
) -> None:
    answer = client.post("/api/v1/intake/frigate", json=frigate(parts), headers=as_role(Role.DEVICE, City("siauliai")))
    assert answer.json()[0]["outcome"] == "quarantined"
    assert client.get("/api/v1/observations", headers=as_role(Role.COORDINATOR)).json() == []


def test_one_result_that_cannot_be_read_does_not_lose_the_others(
    client: TestClient, as_role: Headers, parts: Services
) -> None:
    message = plate_recognizer(parts)
    (good,) = message["data"]["results"]  # type: ignore[index]
    message["data"]["results"] = [good, {**good, "plate": {"text": "kv2417"}}, {**good, "plate": None}]  # type: ignore[index]
    answer = client.post("/api/v1/intake/plate_recognizer", json=message, headers=as_role(Role.DEVICE)).json()
    assert [one["outcome"] for one in answer] == ["accepted", "refused"]
    assert "data.results.1.plate" in answer[1]["reason"]


def test_a_wanted_car_whose_car_id_comes_again_after_a_restart_is_met_twice(
    client: TestClient, as_role: Headers, parts: Services
) -> None:
    watch(client, as_role, parts)
    now = parts.clock.now()
    receipts = []
    for minutes in (30, 5):
        at_ms = round((now - timedelta(minutes=minutes)).timestamp() * 1000)
        push = {
            "capture_timestamp": str(at_ms), "plateUTF8": "KV2417", "plateConfidence": "0.8", "carState": "lost",
            "carID": "7", "camera_info": {"SerialNumber": "square"},
        }  # fmt: skip
        receipts += client.post("/api/v1/intake/axis_lpr", json=push, headers=as_role(Role.DEVICE)).json()
    assert [one["outcome"] for one in receipts] == ["accepted", "accepted"]
    trail = client.get("/api/v1/audit", headers=as_role(Role.SUPERVISOR)).json()
    assert [entry["action"] for entry in trail] == ["plate_hit", "plate_hit", "watch_plate"]


def test_a_message_is_read_before_it_is_its_turn_to_be_written(
    client: TestClient, as_role: Headers, parts: Services
) -> None:
    headers = as_role(Role.DEVICE)
    with parts.store.write():  # somebody else's turn
        answer = client.post("/api/v1/intake/frigate", content=b"{", headers=headers)
    assert answer.status_code == 422
    assert "frigate" in answer.json()["message"].lower()


def test_a_camera_that_knows_digest_alone_hands_in_by_it(client: TestClient, as_role: Headers, parts: Services) -> None:
    (token,) = as_role(Role.DEVICE).values()
    name, digest = "", parts.tokens.digest(token.removeprefix("Bearer "))
    with parts.store.read() as session:
        name = session.exec(select(TokenRow).where(TokenRow.digest == digest)).one().user
    right = httpx.DigestAuth(name, device_password(parts.settings.key, digest))
    answer = client.post("/api/v1/intake/frigate", json=frigate(parts), auth=right)
    assert (answer.status_code, answer.json()[0]["outcome"]) == (200, "accepted")
    wrong = client.post("/api/v1/intake/frigate", json=frigate(parts), auth=httpx.DigestAuth(name, "guess"))
    assert wrong.status_code == 401
    assert "Digest realm" in wrong.headers["www-authenticate"]


def test_every_dialect_is_listed_and_a_panel_hands_in_by_its_own_words(
    client: TestClient, as_role: Headers, parts: Services
) -> None:
    names = [one["name"] for one in client.get("/api/v1/intake/dialects", headers=as_role(Role.DEVICE)).json()]
    assert {"onvif", "hikvision", "dahua", "sia_dc09"} <= set(names)
    alert = hikvision("linedetection", at=iso(parts.clock.now()))
    (answer,) = client.post("/api/v1/intake/isapi?device=square", content=alert, headers=as_role(Role.DEVICE)).json()
    assert answer["outcome"] == "accepted"


def test_a_message_of_a_kind_that_nobody_knows_yet_waits(client: TestClient, as_role: Headers) -> None:
    answer = client.post("/api/v1/intake/hikvision", content=hikvision("quux"), headers=as_role(Role.DEVICE))
    assert [one["outcome"] for one in answer.json()] == ["quarantined"]
    waiting = client.get("/api/v1/intake/quarantine", headers=as_role(Role.ADMIN, None)).json()
    assert "quux" in waiting["messages"][0]["reason"]


def test_a_message_that_waited_keeps_what_its_sender_called_the_device(
    client: TestClient, as_role: Headers, parts: Services
) -> None:
    alert = hikvision("fielddetection", at=iso(parts.clock.now()))
    headers = {**as_role(Role.DEVICE), "Content-Type": "application/xml"}
    (waits,) = client.post("/api/v1/intake/hikvision?device=garage", content=alert, headers=headers).json()
    assert waits["outcome"] == "quarantined"
    administrator = as_role(Role.ADMIN, None)
    assert client.post("/api/v1/cameras", json=GARAGE, headers=administrator).status_code == 201
    (kept,) = client.get("/api/v1/observations", headers=as_role(Role.COORDINATOR)).json()
    assert kept["source"]["id"] == "DOB-C02"
