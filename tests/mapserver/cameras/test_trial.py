"""A camera is tried on its real stream: one picture within a time, heads covered, the look on the audit trail."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from fastapi.testclient import TestClient

from mapserver.core.services import Services
from telemetry.access import Role
from telemetry.errors import BadInput, SourceLost
from tests.mapserver.cameras.test_api import GATE
from tests.vision.packets import camera_clip
from vision.cameras import trial
from vision.detection.detector import Box, Detection
from vision.privacy.masks import NO_MASKS
from vision.simulator import SimulatedCamera

Headers = Callable[..., dict[str, str]]
ACCOUNT = ("operator", "S3cr3t-Word")


def with_account(address: str) -> str:
    return address.replace("rtsp://", f"rtsp://{ACCOUNT[0]}:{ACCOUNT[1]}@")


def test_a_kept_camera_shows_a_picture_and_the_look_is_audited(
    client: TestClient, as_role: Headers, tmp_path: Path
) -> None:
    admin = as_role(Role.ADMIN, None)
    with SimulatedCamera(camera_clip(tmp_path), account=ACCOUNT) as camera:
        told = {**GATE, "main": with_account(camera.address)}
        assert client.post("/api/v1/cameras", json=told, headers=admin).status_code == 201
        answer = client.post("/api/v1/cameras/G1/trial", headers=as_role(Role.SUPERVISOR))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    picture = cv2.imdecode(np.frombuffer(answer.content, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert answer.headers["vanagas-picture"].startswith(f"h264 {picture.shape[1]}x{picture.shape[0]}")
    newest = client.get("/api/v1/audit", headers=as_role(Role.SUPERVISOR)).json()[0]
    assert (newest["action"], newest["subject"], newest["detail"]) == ("view", "camera G1", "a trial picture")


def test_an_address_is_tried_before_it_is_kept(client: TestClient, as_role: Headers, tmp_path: Path) -> None:
    admin = as_role(Role.ADMIN, None)
    with SimulatedCamera(camera_clip(tmp_path), account=ACCOUNT) as camera:
        answer = client.post("/api/v1/cameras/trial", json={"main": with_account(camera.address)}, headers=admin)
        wrong = {"main": camera.address.replace("rtsp://", "rtsp://operator:Wr0ng-Word@")}
        refused = client.post("/api/v1/cameras/trial", json=wrong, headers=admin)
    assert answer.status_code == 200
    assert refused.status_code == 503
    assert "password" in refused.json()["message"]
    assert "Wr0ng-Word" not in refused.text
    assert client.get("/api/v1/cameras", headers=admin).json() == []


def test_a_camera_without_a_stream_is_not_tried(client: TestClient, as_role: Headers) -> None:
    admin = as_role(Role.ADMIN, None)
    assert client.post("/api/v1/cameras", json=GATE, headers=admin).status_code == 201
    answer = client.post("/api/v1/cameras/G1/trial", headers=admin)
    assert (answer.status_code, "has no stream" in answer.json()["message"]) == (422, True)


def test_a_stream_of_which_no_picture_comes_is_given_up_in_time(parts: Services, tmp_path: Path) -> None:
    with SimulatedCamera(camera_clip(tmp_path)) as camera:
        camera.flowing.clear()
        with pytest.raises(SourceLost):
            trial.take_picture(camera.address, "tcp", parts.settings.model, within_s=2.0)


def test_an_address_that_waits_for_the_camera_is_not_tried(parts: Services) -> None:
    with pytest.raises(BadInput, match="waits for the camera to call"):
        trial.take_picture("rtmp://0.0.0.0:1935/live/gate?listen", "tcp", parts.settings.model)


def test_heads_are_covered(monkeypatch: pytest.MonkeyPatch) -> None:
    class OnePerson:
        def detect(self, image: Any) -> list[Detection]:
            return [Detection("person", 0.9, Box(100, 50, 200, 350))]

    monkeypatch.setattr(trial, "load_detector", lambda *_, **__: OnePerson())
    image = np.random.default_rng(1).integers(0, 255, (480, 640, 3), np.uint8)
    jpeg = trial._covered(image, "any", None, NO_MASKS)
    shown = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert shown is not None
    assert shown[60:140, 110:190].std() < image[60:140, 110:190].std() / 2
