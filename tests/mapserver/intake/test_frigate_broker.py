"""Frigate's events from a town's own broker: over TLS, under the prefix that it is set to."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from mapserver.core.services import Services
from mapserver.core.settings import MqttSettings
from mapserver.program.app import create_app
from telemetry.cities import City
from telemetry.observations import repository as observations
from telemetry.scopes import LIVE
from telemetry.store import Change
from telemetry.visibility import EVERYTHING
from tests.mapserver.clients import english_client
from tests.mapserver.clips.building import hearing
from tests.telemetry.brokers import PASSWORD, USER, Broker, behind_tls, running
from vision.cameras.tables import CameraRow


@pytest.fixture(scope="module")
def broker() -> Iterator[Broker]:
    with running() as made:
        yield made


@pytest.fixture(scope="module")
def secured(broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path]]:
    """The broker's port with TLS, and the certificate of who vouches for it."""
    with behind_tls(broker, tmp_path_factory.mktemp("tls")) as made:
        yield made


def settings(port: int, ca_file: Path | None) -> MqttSettings:
    return MqttSettings(
        host="localhost", port=port, tls=True, ca_file=ca_file, username=USER, password=SecretStr(PASSWORD),
        frigate_prefixes=["cams/north"],
    )  # fmt: skip


def event(parts: Services, name: str) -> bytes:
    now = parts.clock.now().timestamp()
    seen = {
        "id": name, "camera": "square", "label": "car", "top_score": 0.8, "score": 0.8, "false_positive": False,
        "start_time": now - 5, "end_time": None, "frame_time": now,
    }  # fmt: skip
    return json.dumps({"type": "new", "before": seen, "after": seen}).encode()


def opens_incident(change: Change) -> bool:
    return change.kind == "incident"


def test_an_event_under_the_prefix_is_taken_in_and_one_under_another_is_not_heard(
    parts: Services, broker: Broker, secured: tuple[int, Path]
) -> None:
    with parts.store.write() as work:
        work.session.add(
            CameraRow(
                id="DOB-C01", city=City("dobele"), name="Square", lat=56.62, lon=23.28, azimuth_deg=0, hfov_deg=60,
                range_m=100, categories={"car": "vehicle_in_closed_area"}, device_names=["square"], scope=LIVE)
        )  # fmt: skip
    parts.settings.mqtt = settings(*secured)
    with english_client(create_app(parts)), hearing(parts, opens_incident) as wait:
        broker.publish("frigate/events", event(parts, "another's"))
        broker.publish("cams/north/events", event(parts, "ours"))
        wait()
        with parts.store.read() as session:
            (kept,) = observations.latest(session, EVERYTHING, limit=10)
    assert (kept.source_ref, kept.source.id) == ("ours", "DOB-C01")


def test_a_broker_that_nobody_vouches_for_is_not_believed(parts: Services, secured: tuple[int, Path]) -> None:
    parts.settings.mqtt = settings(secured[0], None)
    with english_client(create_app(parts)):
        link = parts.jobs.broker
        assert link is not None
        assert not link.connected
        assert "certificate verify failed" in str(link.trouble)
