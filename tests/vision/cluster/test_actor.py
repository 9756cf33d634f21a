"""What runs on a cluster's machine for one stream, without the cluster: a real camera, a real home."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.vision.cluster.blocks import THINGS, Blocks, passings, rules
from tests.vision.cluster.destinations import Opening, Server, listening, serving
from vision.cluster.actor import ActorOrder, StreamActor
from vision.setups.setup import Setup
from vision.simulator import SimulatedCamera
from vision.workers.protocol import StreamTask


class Desk:
    """Holds the order of one actor, and the clock that it goes by."""

    def __init__(self, camera: SimulatedCamera, server: Server) -> None:
        task = StreamTask("C1", camera.address, "tcp", 1.0, Setup(rules(*THINGS)), reads_plates=False)
        self.order = ActorOrder(task, Blocks, server.home, alone_s=300.0)
        self.seconds = 0.0
        self.ended = threading.Event()

    @contextmanager
    def actor(self) -> Iterator[StreamActor]:
        made = StreamActor(lambda: self.order, self.ended.set, lambda: self.seconds)
        yield made
        made.stop()

    def change(self, **task: object) -> None:
        self.order = replace(self.order, task=replace(self.order.task, **task))  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def outbox_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is found waits in a folder of the test's own."""
    monkeypatch.setenv("VANAGAS_OUTBOX_DIR", str(tmp_path / "outbox"))


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return passings(tmp_path_factory.mktemp("clip"))


@pytest.fixture
def camera(clip: Path) -> Iterator[SimulatedCamera]:
    with SimulatedCamera(clip) as started:
        yield started


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as started:
        yield started


def pause() -> None:
    threading.Event().wait(0.02)


@pytest.mark.parametrize("opening", [serving, listening], ids=["HTTP", "MQTT"])
def test_what_a_camera_shows_is_found_and_comes_home(camera: SimulatedCamera, opening: Opening) -> None:
    with opening() as server, Desk(camera, server).actor() as actor:
        assert server.found() == ("C1", "person")
        told = actor.look(None)
        assert (told.analysed.counters.findings, told.analysed.fault) == (1, None)
        assert told.analysed.looked_at is not None
        assert told.still is not None
        assert told.still.data.startswith(b"\xff\xd8")
        assert actor.look(told.still.at.replace(year=2200)).still is None


def test_a_new_setup_is_taken_up_over_the_same_connection(camera: SimulatedCamera, server: Server) -> None:
    desk = Desk(camera, server)
    desk.change(setup=Setup(rules("dog")))
    with desk.actor() as actor:
        while not actor.look(None).analysed.counters.frames:
            pause()
        desk.change(setup=Setup(rules("person")))
        actor.renew()
        assert server.found() == ("C1", "person")
    assert camera.connections == 1


def test_another_source_is_read_in_its_place(camera: SimulatedCamera, server: Server, clip: Path) -> None:
    desk = Desk(camera, server)
    with SimulatedCamera(clip) as other, desk.actor() as actor:
        server.found()
        desk.change(source=other.address)
        actor.renew()
        assert server.found() == ("C1", "person")
        assert (camera.connections, other.connections) == (1, 1)


def test_a_camera_is_read_no_longer_when_there_was_no_server_for_too_long(
    camera: SimulatedCamera, server: Server
) -> None:
    desk = Desk(camera, server)
    with desk.actor() as actor:
        desk.seconds = 299.0
        actor.look(None)
        desk.seconds = 598.0
        assert not desk.ended.wait(1.5)
        desk.seconds = 600.0
        assert desk.ended.wait(60)


def test_a_camera_that_cannot_be_read_and_a_home_that_is_away_are_said(camera: SimulatedCamera, server: Server) -> None:
    desk = Desk(camera, server)
    server.answers = [503] * 1_000
    with desk.actor() as actor:
        while "wait to come home" not in str(actor.look(None).analysed.fault):
            pause()
        camera.stop()
        while "rtsp://" not in str(actor.look(None).analysed.fault):
            pause()
