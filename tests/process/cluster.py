"""Two machines of a Ray cluster as processes of this one, and drawn cameras to analyse on them."""

import os
import secrets
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

HEALTH = {
    "RAY_health_check_initial_delay_ms": "0",
    "RAY_health_check_period_ms": "500",
    "RAY_health_check_timeout_ms": "1000",
    "RAY_health_check_failure_threshold": "3",
}
"""A machine that is gone is known to be after some two seconds, where Ray takes fifteen if nothing is said."""


@contextmanager
def two_machines() -> Iterator[Any]:
    """A Ray cluster of two machines, on loopback; ended with all its processes."""
    before = signal.getsignal(signal.SIGTERM)
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory(prefix="ray-") as folder:
        for name, value in HEALTH.items():
            patch.setenv(name, value)
        patch.setenv("RAY_TMPDIR", folder)
        patch.setenv("VANAGAS_OUTBOX_DIR", str(Path(folder) / "outbox"))
        (Path(folder) / "ray").mkdir()  # Ray writes there where the cluster is before it makes the folder
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patch.setenv("RAY_AUTH_MODE", "token")
        patch.setenv("RAY_AUTH_TOKEN", secrets.token_hex(32))
        patch.setenv("RAY_num_workers_soft_limit", "64")
        patch.setenv("RAY_preload_python_modules", "vision.cluster.actor")
        patch.setenv("PYTHONPATH", os.pathsep.join(part or str(Path.cwd()) for part in sys.path))
        from ray.cluster_utils import Cluster  # noqa: PLC0415 - Ray reads the environment when it is imported

        machine = {
            "num_cpus": 4, "object_store_memory": 80 * 2**20, "include_dashboard": False,
            "node_ip_address": "127.0.0.1",
        }  # fmt: skip
        cluster = Cluster(initialize_head=True, head_node_args=machine)
        try:
            cluster.add_node(**machine)
            yield cluster
        finally:
            cluster.shutdown()
            signal.signal(signal.SIGTERM, before)


def actors_on(machine: Any) -> list[int]:
    """The processes of a machine that analyse a stream."""
    (raylet,) = machine.all_processes["raylet"]
    return [pid for pid in _children(raylet.process.pid) if "StreamActor" in _command(pid)]


def standing_by(machine: Any) -> int:
    """How many processes of a machine are ready to go on with a stream."""
    (raylet,) = machine.all_processes["raylet"]
    return sum("ray::IDLE" in _command(pid) for pid in _children(raylet.process.pid))


def kill(pids: list[int]) -> None:
    """End exactly these, at once."""
    for pid in pids:
        os.kill(pid, signal.SIGKILL)


def drivers() -> list[int]:
    """The processes of this one that speak to Ray."""
    return [pid for pid in _children(os.getpid()) if "vision.cluster.driver" in _command(pid)]


def _children(parent: int) -> list[int]:
    return [
        int(pid) for task in Path(f"/proc/{parent}/task").iterdir() for pid in (task / "children").read_text().split()
    ]


def _command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
