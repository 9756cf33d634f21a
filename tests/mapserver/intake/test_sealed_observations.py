"""Observations over MQTT, sealed by a device's token, through a real broker, in the running server."""

import json
import queue
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from mapserver.core.services import Services
from mapserver.core.settings import MqttSettings
from mapserver.devices import service as devices
from mapserver.devices.service import Binding
from mapserver.program.app import create_app
from telemetry.access import Principal, Role
from telemetry.cities import City
from telemetry.observations import SourceKind
from tests.builders import observation
from tests.mapserver.clients import english_client
from tests.mapserver.conftest import makes_tokens
from tests.telemetry.brokers import PASSWORD, USER, Broker, running
from vision.cluster.signed_messages import OBSERVATIONS, RECEIPTS, FindingReceipt, SignedMessage

ADMIN = Principal("root", Role.ADMIN, None)
NAME = "camera.dobele"
TOPIC = f"{OBSERVATIONS}{NAME}"
PATIENCE_S = 60


class Camera:
    """A device that sends observations under its seal, and hears the receipts."""

    def __init__(self, broker: Broker, token: str) -> None:
        self.token = token
        self._broker = broker
        self._heard: queue.Queue[bytes] = queue.Queue()

    def hear(self, _topic: str, payload: bytes) -> None:
        self._heard.put(payload)

    def send(self, *said: dict[str, Any]) -> FindingReceipt:
        """Publish an array; gives the receipt once it comes."""
        self._broker.publish(TOPIC, SignedMessage.written(TOPIC, json.dumps(said).encode(), self.token).payload)
        letter = SignedMessage.read(f"{RECEIPTS}{NAME}", self._heard.get(timeout=PATIENCE_S))
        return FindingReceipt.from_json(letter.body)


def seen(ref: str = "1", source: str = "DOB-C1") -> dict[str, Any]:
    return observation(ref, kind=SourceKind.FIXED_CAMERA, source=source).model_dump(mode="json")


def outcomes(receipt: FindingReceipt) -> list[str]:
    assert receipt.status == 200, receipt
    return [one["outcome"] for one in receipt.answer["receipts"]]


@pytest.fixture
def camera(parts: Services) -> Iterator[Camera]:
    """One that may speak for DOB-C1 and nothing else, at a broker that the server is connected to."""
    now = parts.clock.now()
    with parts.store.write() as work:
        devices.add(work, NAME, City("dobele"), [Binding(SourceKind.FIXED_CAMERA, "DOB-C1")], by=ADMIN, now=now)
    token = makes_tokens(parts)(Role.DEVICE, name=NAME)
    with running() as broker:
        parts.settings.mqtt = MqttSettings(
            host="127.0.0.1", port=broker.port, username=USER, password=SecretStr(PASSWORD),
            device_tokens={"the gate": SecretStr(token)},
        )  # fmt: skip
        made = Camera(broker, token)
        with broker.linked([f"{RECEIPTS}+"], made.hear):
            yield made


@pytest.fixture
def server(parts: Services, camera: Camera) -> Iterator[TestClient]:
    with english_client(create_app(parts), base_url="http://testserver") as opened:
        yield opened


def listed(server: TestClient, parts: Services) -> list[dict[str, Any]]:
    headers = {"Authorization": f"Bearer {makes_tokens(parts)(Role.COORDINATOR)}"}
    found: list[dict[str, Any]] = server.get("/api/v1/observations", headers=headers).json()
    return found


def test_an_array_is_accepted_with_a_receipt_for_each(server: TestClient, parts: Services, camera: Camera) -> None:
    receipt = camera.send(seen("1"), seen("2"), seen("3"))
    assert outcomes(receipt) == ["accepted"] * 3
    ids = {one["observation_id"] for one in receipt.answer["receipts"]}
    assert ids == {one["id"] for one in listed(server, parts)}


def test_there_is_no_receipt_before_the_commit(server: TestClient, parts: Services, camera: Camera) -> None:
    with ThreadPoolExecutor() as pool:
        with parts.store.write():
            coming = pool.submit(camera.send, seen())
            with pytest.raises(TimeoutError):
                coming.result(timeout=0.3)
        assert outcomes(coming.result()) == ["accepted"]
    assert len(listed(server, parts)) == 1


def test_the_first_message_after_the_token_was_revoked_is_refused(
    server: TestClient, parts: Services, camera: Camera
) -> None:
    assert outcomes(camera.send(seen("1"))) == ["accepted"]
    with parts.store.write() as work:
        devices.revoke(work, NAME, by=ADMIN, now=parts.clock.now())
    assert camera.send(seen("2")).status == 401
    assert len(listed(server, parts)) == 1


def test_one_source_that_the_device_is_not_bound_to_refuses_the_array(
    server: TestClient, parts: Services, camera: Camera
) -> None:
    receipt = camera.send(seen("1"), seen("2", source="DOB-C2"))
    assert (receipt.status, "may not speak for fixed_camera:DOB-C2" in receipt.answer["message"]) == (403, True)
    assert listed(server, parts) == []


def test_a_seal_that_is_not_the_device_s_is_refused(server: TestClient, parts: Services, camera: Camera) -> None:
    camera.token = "a token of somebody's own"
    assert camera.send(seen()).status == 401
    assert listed(server, parts) == []


def test_what_came_over_mqtt_is_a_duplicate_over_http(server: TestClient, parts: Services, camera: Camera) -> None:
    assert outcomes(camera.send(seen())) == ["accepted"]
    headers = {"Authorization": f"Bearer {camera.token}"}
    (again,) = server.post("/api/v1/observations", json=[seen()], headers=headers).json()
    assert again["outcome"] == "duplicate"
    assert len(listed(server, parts)) == 1
