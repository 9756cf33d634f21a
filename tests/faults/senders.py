"""Senders that go on through every fault and note what was acknowledged: HTTP's answer, MQTT's PUBACK.

The embedded broker acknowledges a message only once the server has kept it.
"""

import itertools
import json
import threading
import time
from abc import ABC, abstractmethod

import httpx
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from telemetry.access import Role
from tests.builders import observation, place
from tests.faults.rig import Rig, wait_until
from tests.telemetry.brokers import PASSWORD, USER

RETRY_S = 0.05


class Sender(threading.Thread, ABC):
    """Sends one message after the other, each again until it is acknowledged."""

    def __init__(self, rig: Rig, prefix: str) -> None:
        super().__init__(daemon=True)
        self._rig = rig
        self._prefix = prefix
        self._stopping = threading.Event()
        self.acknowledged: list[str] = []
        self.refused: list[str] = []

    def run(self) -> None:
        for number in itertools.count():
            ref = f"{self._prefix}{number}"
            while not self._stopping.is_set():
                if self.send(number, ref):
                    self.acknowledged.append(ref)
                    break
                time.sleep(RETRY_S)
            if self._stopping.is_set():
                return

    def wait_for_more(self, count: int = 1) -> None:
        """Wait until so many more messages are acknowledged."""
        wanted = len(self.acknowledged) + count
        name = type(self).__name__
        wait_until(lambda: bool(self.refused) or len(self.acknowledged) >= wanted, f"{count} more receipts of {name}")
        assert not self.refused, self.refused[0]

    def stop(self) -> None:
        """Send nothing more."""
        self._stopping.set()
        self.join(60)

    @abstractmethod
    def send(self, number: int, ref: str) -> bool:
        """Send one message once; whether it was acknowledged."""


class HttpSender(Sender):
    """Posts observations."""

    def __init__(self, rig: Rig) -> None:
        super().__init__(rig, "http-")
        headers = {"Authorization": f"Bearer {rig.tokens[Role.DEVICE]}"}
        self._client = httpx.Client(base_url=rig.url, headers=headers, trust_env=False, timeout=60)

    def send(self, number: int, ref: str) -> bool:
        position = place(east_m=number % 3 * 3_000, north_m=number // 3 * 400 if number % 3 else 0)
        one = observation(ref, after_s=number, position=position).model_dump(mode="json")
        try:
            answer = self._client.post("/api/v1/observations", json=[one])
        except httpx.HTTPError:
            return False
        if answer.is_client_error and answer.status_code != httpx.codes.TOO_MANY_REQUESTS:
            self.refused.append(answer.text)
        return answer.is_success


class MqttSender(Sender):
    """Publishes a camera's events with QoS 1."""

    def __init__(self, rig: Rig) -> None:
        super().__init__(rig, "mqtt-")
        self._client = Client(CallbackAPIVersion.VERSION2, client_id="camera", clean_session=False)
        self._published: set[int] = set()
        self._client.on_publish = lambda _client, _data, mid, *_: self._published.add(mid)
        self._client.username_pw_set(USER, PASSWORD)
        self._client.reconnect_delay_set(1, 2)
        self._client.connect_async("127.0.0.1", rig.broker_port, keepalive=10)
        self._client.loop_start()

    def send(self, number: int, ref: str) -> bool:
        now = time.time()
        seen = {
            "id": ref, "camera": "square", "label": "car", "top_score": 0.8, "score": 0.8, "false_positive": False,
            "start_time": now - 5, "end_time": None, "frame_time": now,
        }  # fmt: skip
        said = self._client.publish("frigate/events", json.dumps({"type": "new", "before": seen, "after": seen}), qos=1)
        while said.mid not in self._published and not self._stopping.is_set():  # paho sends it again by itself
            time.sleep(0.005)
        return said.mid in self._published

    def stop(self) -> None:
        super().stop()
        self._client.loop_stop()
        self._client.disconnect()
