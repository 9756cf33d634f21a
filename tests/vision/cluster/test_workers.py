"""The server's side of a cluster, as far as it needs none: what cannot be started with is said."""

import importlib.util
from importlib.machinery import ModuleSpec

import pytest

from telemetry.errors import Misconfigured
from tests.vision.cluster.blocks import Blocks
from vision.cluster.destination import Destination
from vision.cluster.messages import Cluster
from vision.cluster.workers import RayWorkers


def workers(cluster: Cluster) -> RayWorkers:
    return RayWorkers(Blocks, cluster=cluster, home_of=lambda _name: Destination("https://vanagas.example", "sesame"))


def test_without_ray_it_is_said_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    found = importlib.util.find_spec

    def without_ray(name: str, package: str | None = None) -> ModuleSpec | None:
        return None if name == "ray" else found(name, package)

    monkeypatch.setattr(importlib.util, "find_spec", without_ray)
    with pytest.raises(Misconfigured, match=r"pip install vanagas\[cluster\]"):
        workers(Cluster()).start()


def test_what_was_never_started_is_stopped_at_once() -> None:
    workers(Cluster()).stop()
