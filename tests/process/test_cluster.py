"""Analysis on a Ray cluster of two machines: what dies goes on within ten seconds, and nothing is told twice."""

import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from mapserver import migrations
from mapserver.access import service as access
from mapserver.core.services import Services, assemble
from mapserver.core.settings import Settings, new_secret
from mapserver.core.video_settings import AnalysisSettings, VideoSettings
from mapserver.program import jobs
from mapserver.program.app import create_app
from mapserver.video.worker import VideoDesk
from telemetry.access import Role
from telemetry.cities import known_towns
from telemetry.observations import Observation
from telemetry.observations import repository as observations
from telemetry.visibility import EVERYTHING
from tests.mapserver.conftest import bind_gateway
from tests.process.cluster import actors_on, drivers, kill, standing_by, two_machines
from tests.process.running import free_port, vanagas
from tests.vision.cameras.builders import a_camera
from tests.vision.cluster.blocks import ROUND_S, STANDS_S, THINGS, Blocks, passings, rules
from vision.setups import service
from vision.setups.tables import SetupPart
from vision.simulator import SimulatedCamera

WITHIN_S = 10.0 if "PYTEST_XDIST_WORKER" not in os.environ else 120.0
"""Within so long every stream is analysed again whose process died: ten seconds, but for when other tests share the
machine. To know that a whole machine is gone takes Ray longer."""
PATIENCE_S = 120.0
CAMERAS = [f"C{number}" for number in range(4)]
EACH_TELLS = 4
EACH_TELLS_WHOLE = 10
"""So many findings of each camera are looked for over a restart; of the whole suite forty in all."""


class Town:
    """A server, its cameras, and the cluster that looks at them."""

    def __init__(self, settings: Settings, cluster: Any, begun: datetime) -> None:
        """`begun`: when the cameras' footage began."""
        self.settings = settings
        self.cluster = cluster
        self.begun = begun
        self.parts: Services
        self._running = ExitStack()

    def start(self) -> None:
        """Have the server run."""
        self.parts = assemble(self.settings)
        self._running.callback(self.parts.store.close)
        self._running.enter_context(serving(self.parts))

    def stop(self) -> None:
        """End the server as SIGTERM does."""
        self._running.close()

    def found(self) -> list[Observation]:
        with self.parts.store.read() as session:
            return observations.latest(session, EVERYTHING, limit=1_000)

    def happened(self) -> Counter[tuple[str, object, int]]:
        """How often each thing of the footage was told of: by camera, what it was, and in which round."""
        return Counter(
            (one.source.id, one.attributes["label"], int((one.started_at - self.begun).total_seconds() // ROUND_S))
            for one in self.found()
        )

    def looked_since(self, moment: datetime) -> bool:
        """Whether pictures of every camera were looked at that were taken after `moment`."""
        looked = [self.parts.jobs.watched()[name].analysed().looked_at for name in CAMERAS]
        return all(at is not None and at > moment for at in looked)

    def stands_from(self, slot: int) -> datetime:
        """When the thing of that span of the footage came."""
        return self.begun + timedelta(seconds=slot * STANDS_S - 1)

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


def settled(folder: Path, address: str) -> Settings:
    """The settings of a server with cameras in Dobele, that has its videos analysed on the cluster at `address`."""
    settings = Settings(data_dir=folder, secret_key=new_secret(), port=free_port())
    parts = assemble(settings)
    migrations.upgrade(parts.store)
    now = parts.clock.now()
    tokens = {}
    with closing(parts.store), parts.store.write() as work:
        for city in known_towns():
            device = access.add_user(work.session, f"cluster.{city}", Role.DEVICE, city, password=None, now=now)
            bind_gateway(work, device.name, Role.DEVICE, now=now)
            tokens[city] = parts.tokens.issue(work.session, device.name, label="", now=now, lasts=timedelta(hours=1))
        for number, name in enumerate(CAMERAS):  # too far from each other to be taken for one incident
            row = a_camera(name, name=name, lat=56.6 + number / 100, lon=23.28)
            work.session.add(row)
            drawn = {"rule": [rule.model_dump(mode="json") for rule in rules(*THINGS)]}
            service.keep(work.session, name, SetupPart.RULES, drawn, after=None, by="tests", now=now)
    settings.analysis = AnalysisSettings.model_validate(
        {"workers": "ray", "ray_address": address, "home_url": f"http://127.0.0.1:{settings.port}", "tokens": tokens}
    )
    return settings


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("town")
    clip = passings(folder)
    with ExitStack() as stack:
        cluster = stack.enter_context(two_machines())
        settings = settled(folder, cluster.address)
        cameras = [stack.enter_context(SimulatedCamera(clip, in_step=True)) for _ in CAMERAS]
        begun = datetime.now(UTC) - timedelta(seconds=time.monotonic() - cameras[0].begun)
        settings.videos = [
            VideoSettings(name=name, source=camera.address) for name, camera in zip(CAMERAS, cameras, strict=True)
        ]
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setattr(jobs, "VideoDesk", partial(VideoDesk, make_detector=Blocks))
        town = Town(settings, cluster, begun)
        stack.callback(town.stop)
        town.start()
        yield town


def everybody_tells(town: Town) -> None:
    """Wait until every camera has just told of a thing, which then stands there for a good while yet."""
    now = datetime.now(UTC)
    came = town.begun + timedelta(seconds=((now - town.begun).total_seconds() // STANDS_S + 1) * STANDS_S)
    wait_until(lambda: town.told_since(came - timedelta(seconds=1)), within_s=PATIENCE_S, what="all tell of a thing")


def things_of(slots: range) -> set[tuple[str, object, int]]:
    """What every camera shows in these spans of STANDS_S since the footage began."""
    labels = list(THINGS)
    return {(name, labels[slot % len(labels)], slot // len(labels)) for slot in slots for name in CAMERAS}


def goes_on_without_a_word_twice(town: Town, killed: datetime, *, within_s: float) -> None:
    wait_until(
        lambda: town.looked_since(killed), within_s=within_s, what="every stream is analysed again",
        tell=lambda: (killed, [town.parts.jobs.watched()[name].analysed() for name in CAMERAS]),
    )  # fmt: skip
    wait_until(lambda: town.told_since(killed), within_s=PATIENCE_S, what="all tell of the next thing")
    twice = {what: count for what, count in town.happened().items() if count > 1}
    assert not twice


def test_an_orderly_restart_misses_nothing_and_doubles_nothing_of_what_the_cluster_finds(
    town: Town, pytestconfig: pytest.Config
) -> None:
    each_tells = EACH_TELLS_WHOLE if pytestconfig.getoption("--whole") else EACH_TELLS
    everybody_tells(town)
    machines = [town.cluster.head_node, *town.cluster.worker_nodes]
    actors = [sorted(actors_on(machine)) for machine in machines]
    first = int((datetime.now(UTC) - town.begun).total_seconds() // STANDS_S) + 1
    expected = things_of(range(first, first + each_tells))
    wait_until(lambda: town.told_since(town.stands_from(first + 2)), within_s=PATIENCE_S, what="all tell of a thing")
    town.stop()
    unsent = Path(os.environ["VANAGAS_OUTBOX_DIR"])
    wait_until(
        lambda: len({file.parts[-3] for file in unsent.rglob("*.json")}) == len(CAMERAS), within_s=PATIENCE_S,
        what="findings of every camera wait on the disk",
    )  # fmt: skip
    town.start()
    wait_until(
        lambda: expected <= town.happened().keys() or town.told_since(town.stands_from(first + each_tells + 1)),
        within_s=each_tells * STANDS_S + PATIENCE_S, what="the last thing is told of",
    )  # fmt: skip
    assert expected - town.happened().keys() == set()
    assert not {what: count for what, count in town.happened().items() if count > 1}
    assert [sorted(actors_on(machine)) for machine in machines] == actors


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


def test_a_cluster_goes_on_without_a_server_until_it_is_told_to_end(town: Town) -> None:
    head = town.cluster.head_node
    before = sorted(actors_on(head))
    town.stop()
    assert sorted(actors_on(head)) == before != []
    kept = town.settings.analysis
    tokens = ", ".join(f'{city} = "{token.get_secret_value()}"' for city, token in kept.tokens.items())
    (town.settings.data_dir / "vanagas.toml").write_text(
        f"""[analysis]
workers = "ray"
ray_address = "{kept.ray_address}"
home_url = "{kept.home_url}"
tokens = {{ {tokens} }}
""",
        encoding="utf-8",
    )
    said = vanagas("cluster", "end", "--data", str(town.settings.data_dir))
    assert (said.returncode, said.stdout.split()[-len(CAMERAS) :]) == (0, CAMERAS), said.stderr
    wait_until(lambda: not actors_on(head), within_s=PATIENCE_S, what="every actor has ended")
