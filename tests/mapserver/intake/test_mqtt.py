"""Findings over MQTT, through a real broker, in the running server: kept once whichever way they come, or refused."""

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from mapserver.core.services import Services
from mapserver.core.settings import MqttSettings
from mapserver.core.video_settings import AnalysisSettings, VideoSettings
from mapserver.intake.broker import topics
from mapserver.program.app import create_app
from telemetry.access import Role
from telemetry.cities import City, known_towns
from tests.mapserver.clients import english_client
from tests.telemetry.brokers import PASSWORD, USER, Broker, running
from tests.vision.cameras.builders import a_camera
from tests.vision.cluster.findings import JPEG, finding
from vision.cluster.destination import Destination, SendResult
from vision.cluster.finding_json import LARGEST_SNAPSHOT, to_json
from vision.cluster.mqtt_channel import MqttChannel
from vision.cluster.outbox import Outbox
from vision.cluster.signed_messages import FINDINGS

MakeToken = Callable[..., str]


@pytest.fixture
def ending() -> Iterator[ExitStack]:
    """Holds the broker; closed, it is gone."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def broker(ending: ExitStack) -> Broker:
    return ending.enter_context(running())


@pytest.fixture
def home(parts: Services, token: MakeToken, broker: Broker) -> Destination:
    """A server with one camera in Dobele, whose findings come home over MQTT."""
    url = f"mqtt://127.0.0.1:{broker.port}"
    parts.settings.mqtt = MqttSettings(host="127.0.0.1", port=broker.port, username=USER, password=SecretStr(PASSWORD))
    tokens = {city: token(Role.DEVICE, city) for city in known_towns()}
    parts.settings.analysis = AnalysisSettings.model_validate({"workers": "ray", "home_url": url, "tokens": tokens})
    with parts.store.write() as work:
        row = a_camera("C1", name="C1", lat=56.62, lon=23.28)
        work.session.add(row)
    return Destination(url, tokens[City("dobele")], USER, PASSWORD)


@pytest.fixture
def client(parts: Services, home: Destination) -> Iterator[TestClient]:
    with english_client(create_app(parts), base_url="http://testserver") as opened:
        parts.settings.videos = [VideoSettings(name="C1", source="rtsp://127.0.0.1/live")]
        yield opened


@pytest.fixture
def way(client: TestClient, home: Destination) -> Iterator[MqttChannel]:
    opened = MqttChannel(home)
    yield opened
    opened.close()


def listed(client: TestClient, as_role: Callable[..., dict[str, str]]) -> list[dict[str, Any]]:
    return list(client.get("/api/v1/observations", headers=as_role(Role.COORDINATOR)).json())


def test_what_is_sent_twice_is_told_once_with_its_picture(
    client: TestClient, as_role: Callable[..., dict[str, str]], way: MqttChannel
) -> None:
    assert [way.send(to_json(finding())) for _ in range(2)] == [SendResult(), SendResult()]
    (kept,) = listed(client, as_role)
    assert (kept["source"]["id"], kept["category"]) == ("C1", "person_in_closed_area")
    picture = client.get(f"/media/{kept['id']}/{kept['media'][0]['sha256']}", headers=as_role(Role.COORDINATOR))
    assert picture.content == JPEG


def test_what_came_over_mqtt_is_a_duplicate_over_http(
    client: TestClient, as_role: Callable[..., dict[str, str]], way: MqttChannel
) -> None:
    assert way.send(to_json(finding())) == SendResult()
    answer = client.post("/api/v1/findings", content=to_json(finding()), headers=as_role(Role.DEVICE))
    assert answer.json()["outcome"] == "duplicate"
    assert len(listed(client, as_role)) == 1


def test_a_connection_that_breaks_while_a_finding_is_in_hand_loses_nothing_and_doubles_nothing(
    client: TestClient,
    as_role: Callable[..., dict[str, str]],
    parts: Services,
    home: Destination,
    broker: Broker,
    ending: ExitStack,
) -> None:
    outbox, on_the_way = Outbox(home), threading.Event()
    with parts.store.write():  # nobody else can keep anything meanwhile
        with broker.linked([f"{FINDINGS}+"], lambda _topic, _payload: on_the_way.set()):
            outbox.start()
            for number in range(3):
                outbox.put(finding(number))
            assert on_the_way.wait(60)
        ending.close()
        assert (outbox.state().sent, outbox.state().waiting) == (0, 3)
    with running(broker.port, {"vanagas": topics(parts.settings)}):
        outbox.stop(within_s=60)
        assert (outbox.state().sent, outbox.state().waiting, outbox.state().trouble) == (3, 0, None)
        assert len(listed(client, as_role)) == 3


def test_there_is_no_receipt_before_the_finding_is_kept(
    client: TestClient, as_role: Callable[..., dict[str, str]], parts: Services, way: MqttChannel
) -> None:
    with ThreadPoolExecutor() as pool:
        with parts.store.write():
            sending = pool.submit(way.send, to_json(finding()))
            with pytest.raises(TimeoutError):
                sending.result(timeout=0.3)
        assert sending.result() == SendResult()
    assert len(listed(client, as_role)) == 1


STRANGERS = [
    ({"username": "root"}, "refuses user 'root'"),
    ({"password": "wrong"}, "refuses user 'vanagas'"),
    ({"token": "a token of somebody's own"}, "answers 401: the message is sealed with no token"),
]


def test_a_stranger_is_refused_by_the_broker_or_by_the_server(
    client: TestClient, as_role: Callable[..., dict[str, str]], home: Destination
) -> None:
    for change, words in STRANGERS:
        way = MqttChannel(replace(home, **change))
        answer = way.send(to_json(finding()))
        way.close()
        assert words in str(answer.fault)
        assert not answer.for_good
    assert listed(client, as_role) == []


def test_a_device_speaks_for_its_own_town_only(
    client: TestClient, as_role: Callable[..., dict[str, str]], parts: Services, home: Destination
) -> None:
    way = MqttChannel(replace(home, token=parts.settings.analysis.tokens[City("siauliai")].get_secret_value()))
    answer = way.send(to_json(finding()))
    way.close()
    assert answer.for_good
    assert "answers 404: there is no camera C1" in str(answer.fault)
    assert listed(client, as_role) == []


def test_a_token_that_is_no_longer_valid_is_refused_until_there_is_another(
    client: TestClient, parts: Services, home: Destination, way: MqttChannel
) -> None:
    with parts.store.write() as work:
        parts.tokens.revoke(work, home.token)
    answer = way.send(to_json(finding()))
    assert "answers 401: the session or token is unknown" in str(answer.fault)
    assert not answer.for_good


def test_a_token_of_somebody_who_may_not_hand_in_is_refused(
    client: TestClient, parts: Services, token: MakeToken, home: Destination
) -> None:
    pilots = token(Role.PILOT)
    parts.settings.analysis.tokens[City("dobele")] = SecretStr(pilots)
    way = MqttChannel(replace(home, token=pilots))
    answer = way.send(to_json(finding()))
    way.close()
    assert "answers 403" in str(answer.fault)


def changed(**fields: object) -> bytes:
    return json.dumps(json.loads(to_json(finding())) | fields).encode()


BAD = {
    "not JSON": b"{",
    "one finding": b"[]",
    "confidence": changed(confidence=8),
    "no camera C9": changed(camera_id="C9"),
    "no whole JPEG": changed(snapshot="R0lGODlh"),
    "summary": changed(summary="\ud800"),
    "half a character": changed(attributes={"why": "\ud800"}),
    "at most": to_json(finding(snapshot=JPEG[:-2] + bytes(LARGEST_SNAPSHOT) + JPEG[-2:])),
    "larger than 8 MiB": b" " * (8 * 2**20 + 1),
}
"""What is said of each, and the body."""


def test_what_cannot_be_taken_is_refused_for_good_with_the_reason(way: MqttChannel) -> None:
    for words, body in BAD.items():
        answer = way.send(body)
        assert answer.for_good, words
        assert words in str(answer.fault)
    assert way.send(to_json(finding())) == SendResult()


def test_a_refused_finding_is_given_up_and_counted_and_the_next_comes_home(
    client: TestClient, as_role: Callable[..., dict[str, str]], home: Destination
) -> None:
    outbox = Outbox(home)
    outbox.start()
    outbox.put(finding(1, camera_id="C9"))
    outbox.put(finding(2))
    outbox.stop(within_s=60)
    assert (outbox.state().sent, outbox.state().refused) == (1, 1)
    assert len(listed(client, as_role)) == 1
