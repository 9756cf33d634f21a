"""Analysis on a Ray cluster of two machines: what dies goes on within ten seconds, and nothing is told twice."""

import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from mapserver import migrations
from mapserver.access import service as access
from mapserver.core.services import Services, assemble
from mapserver.core.settings import Settings, new_secret
from mapserver.core.video_settings import AnalysisSettings, VideoSettings
from mapserver.program.app import create_app
from mapserver.video.worker import VideoDesk
from telemetry.access import Role
from telemetry.cities import BOTH, City
from telemetry.observations import Observation
from telemetry.observations import repository as observations
from tests.mapserver.conftest import bind_gateway
from tests.process.cluster import actors_on, drivers, kill, standing_by, two_machines
from tests.process.running import free_port
from tests.vision.cluster.blocks import ROUND_S, STANDS_S, THINGS, Blocks, passings, rules
from vision.cameras.tables import CameraRow
from vision.setups import service
from vision.setups.tables import SetupPart
from vision.simulator import SimulatedCamera

WITHIN_S = 10.0 if "PYTEST_XDIST_WORKER" not in os.environ else 120.0
"""Within so long every stream is analysed again whose process died: ten seconds, but for when other tests share the
machine. To know that a whole machine is gone takes Ray longer."""
PATIENCE_S = 120.0
CAMERAS = [f"C{number}" for number in range(4)]


@dataclass
class Town:
    """A server, its cameras, and the cluster that looks at them."""

    parts: Services
    desk: VideoDesk
    cluster: Any
    begun: datetime
    """When the cameras' footage began."""
    ending: ExitStack
    """Closed, its analysis is over."""

    def found(self) -> list[Observation]:
        with self.parts.store.read() as session:
            return observations.latest(session, BOTH, limit=1_000)

    def happened(self) -> Counter[tuple[str, object, int]]:
        """How often each thing of the footage was told of: by camera, what it was, and in which round."""
        return Counter(
            (one.source.id, one.attributes["label"], int((one.started_at - self.begun).total_seconds() // ROUND_S))
            for one in self.found()
        )

    def looked_since(self, moment: datetime) -> bool:
        """Whether pictures of every camera were looked at that were taken after `moment`."""
        looked = [self.desk.watched()[name].analysed().looked_at for name in CAMERAS]
        return all(at is not None and at > moment for at in looked)

    def told_since(self, moment: datetime) -> bool:
        """Whether every camera told of something that came after `moment`."""
        return {one.source.id for one in self.found() if one.started_at > moment} == set(CAMERAS)


def wait_until(
    held: Callable[[], bool], *, within_s: float, what: str, tell: Callable[[], object] = lambda: ""
) -> None:
    ends = time.monotonic() + within_s
    while not held():
        assert time.monotonic() < ends, f"not within {within_s:g} s: {what} {tell()}"
        time.sleep(0.05)


@contextmanager
def serving(parts: Services) -> Iterator[None]:
    """The server, answering over HTTP."""
    config = uvicorn.Config(create_app(parts), port=parts.settings.port, log_config=None, access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        wait_until(lambda: server.started, within_s=PATIENCE_S, what="the server answers")
        yield
    finally:
        server.should_exit = True
        thread.join()


def settled(folder: Path, address: str) -> Services:
    """A server's parts with cameras in Dobele, that has its videos analysed on the cluster at `address`."""
    parts = assemble(Settings(data_dir=folder, secret_key=new_secret(), port=free_port()))
    migrations.upgrade(parts.store)
    now, tokens = parts.clock.now(), {}
    with parts.store.write() as work:
        for city in City:
            device = access.add_user(work.session, f"cluster.{city}", Role.DEVICE, city, password=None, now=now)
            bind_gateway(work, device.name, Role.DEVICE, now=now)
            tokens[city] = parts.tokens.issue(work.session, device.name, label="", now=now, lasts=timedelta(hours=1))
        for number, name in enumerate(CAMERAS):  # too far from each other to be taken for one incident
            row = CameraRow(
                id=name, city=City("dobele"), name=name, lat=56.6 + number / 100, lon=23.28, azimuth_deg=0, hfov_deg=60,
                range_m=50,
            )  # fmt: skip
            work.session.add(row)
            drawn = {"rule": [rule.model_dump(mode="json") for rule in rules(*THINGS)]}
            service.keep(work.session, name, SetupPart.RULES, drawn, after=None, by="tests", now=now)
    parts.settings.analysis = AnalysisSettings.model_validate(
        {
            "workers": "ray",
            "ray_address": address,
            "home_url": f"http://127.0.0.1:{parts.settings.port}",
            "tokens": tokens,
        }
    )
    return parts


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("town")
    clip = passings(folder)
    with ExitStack() as stack:
        cluster = stack.enter_context(two_machines())
        parts = settled(folder, cluster.address)
        stack.callback(parts.store.close)
        stack.enter_context(serving(parts))
        cameras = [stack.enter_context(SimulatedCamera(clip, in_step=True)) for _ in CAMERAS]
        begun = datetime.now(UTC) - timedelta(seconds=time.monotonic() - cameras[0].begun)
        parts.settings.videos = [
            VideoSettings(name=name, source=camera.address) for name, camera in zip(CAMERAS, cameras, strict=True)
        ]
        desk = VideoDesk(parts, None, make_detector=Blocks)
        desk.start()
        ending = stack.enter_context(ExitStack())
        ending.callback(desk.stop)
        yield Town(parts, desk, cluster, begun, ending)


def everybody_tells(town: Town) -> None:
    """Wait until every camera has just told of a thing, which then stands there for a good while yet."""
    now = datetime.now(UTC)
    came = town.begun + timedelta(seconds=((now - town.begun).total_seconds() // STANDS_S + 1) * STANDS_S)
    wait_until(lambda: town.told_since(came - timedelta(seconds=1)), within_s=PATIENCE_S, what="all tell of a thing")


def goes_on_without_a_word_twice(town: Town, killed: datetime, *, within_s: float) -> None:
    wait_until(
        lambda: town.looked_since(killed), within_s=within_s, what="every stream is analysed again",
        tell=lambda: (killed, [town.desk.watched()[name].analysed() for name in CAMERAS]),
    )  # fmt: skip
    wait_until(lambda: town.told_since(killed), within_s=PATIENCE_S, what="all tell of the next thing")
    twice = {what: count for what, count in town.happened().items() if count > 1}
    assert not twice


def test_the_streams_of_a_machine_whose_workers_are_killed_go_on_within_ten_seconds_and_nothing_is_told_twice(
    town: Town,
) -> None:
    (second,) = town.cluster.worker_nodes
    wait_until(
        lambda: min(standing_by(town.cluster.head_node), standing_by(second)) >= 2, within_s=PATIENCE_S,
        what="two processes stand by on both machines",
    )  # fmt: skip
    everybody_tells(town)
    victims = actors_on(second)
    assert victims and actors_on(town.cluster.head_node)
    killed = datetime.now(UTC)
    kill(victims)
    goes_on_without_a_word_twice(town, killed, within_s=WITHIN_S)


def test_when_the_process_that_speaks_to_ray_dies_the_cluster_goes_on_and_is_found_again(town: Town) -> None:
    machines = [town.cluster.head_node, *town.cluster.worker_nodes]
    before = [sorted(actors_on(machine)) for machine in machines]
    (driver,) = drivers()
    killed = datetime.now(UTC)
    kill([driver])
    wait_until(lambda: town.looked_since(killed), within_s=PATIENCE_S, what="it is told how all streams are")
    assert [sorted(actors_on(machine)) for machine in machines] == before


def test_the_streams_of_a_machine_that_is_gone_go_on_on_the_other(town: Town) -> None:
    everybody_tells(town)
    (second,) = town.cluster.worker_nodes
    killed = datetime.now(UTC)
    town.cluster.remove_node(second, allow_graceful=False)
    goes_on_without_a_word_twice(town, killed, within_s=PATIENCE_S)
    assert len(actors_on(town.cluster.head_node)) == len(CAMERAS)


def test_a_server_that_stops_leaves_no_camera_being_read(town: Town) -> None:
    assert actors_on(town.cluster.head_node)
    town.ending.close()
    wait_until(lambda: not actors_on(town.cluster.head_node), within_s=PATIENCE_S, what="every actor has ended")
