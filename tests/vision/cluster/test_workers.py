"""The server's side of a cluster, as far as it needs none: what cannot be started with is said."""

import importlib.util
from importlib.machinery import ModuleSpec
from multiprocessing import Pipe

import pytest

from telemetry.errors import Misconfigured
from telemetry.supervision import Supervisor
from tests.telemetry.supervision.test_thread_worker import WAIT_S, Told
from tests.vision.cluster.blocks import Blocks
from vision.cluster.destination import Destination
from vision.cluster.messages import Cluster, WithdrawOrder
from vision.cluster.workers import RayWorkers
from vision.feeds.reader import Reader
from vision.setups.setup import Setup
from vision.workers.child_process import StopMessage
from vision.workers.protocol import StreamTask


def workers(cluster: Cluster) -> RayWorkers:
    return RayWorkers(Blocks, cluster=cluster, home_of=lambda _name: Destination("https://vanagas.example", "sesame"))


def test_without_ray_it_is_said_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    found = importlib.util.find_spec

    def without_ray(name: str, package: str | None = None) -> ModuleSpec | None:
        return None if name == "ray" else found(name, package)

    monkeypatch.setattr(importlib.util, "find_spec", without_ray)
    with pytest.raises(Misconfigured, match=r"pip install 'vanagas\[cluster\]"):
        workers(Cluster()).start()


def test_what_was_never_started_is_stopped_at_once() -> None:
    workers(Cluster()).stop()


def test_orders_go_on_to_the_cluster_after_one_that_cannot_be_sent_which_is_told() -> None:
    told = Told()
    made = RayWorkers(
        Blocks, cluster=Cluster(), home_of=lambda _name: Destination("https://vanagas.example", "sesame"),
        supervisor=Supervisor(told),
    )  # fmt: skip
    near, far = Pipe()
    made._begin(near)
    made._sender.start()
    unsendable = StreamTask("C1", "rtsp://c1", "tcp", 1.0, Setup(place=lambda x, y: None), reads_plates=False)
    made.watch(unsendable, Reader("C1", "rtsp://127.0.0.1:9/none"))
    assert told.next().startswith("cluster orders failed")
    made.leave("C1")
    assert far.recv() == WithdrawOrder("C1")
    assert told.next() == "cluster orders recovered"
    made._said.put(StopMessage())
    assert made._sender.stop(WAIT_S)
