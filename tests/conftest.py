"""What every part of the tests may ask for."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from mapserver.migrations import METADATA
from telemetry.store import Store

SHARED_MACHINE = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("search", SHARED_MACHINE)
settings.register_profile("same every time", SHARED_MACHINE, derandomize=True, database=None)
settings.load_profile("same every time")

SLOWEST_FIRST = tuple(
    f"tests/{folder}/"
    for folder in ("browser", "process", "telemetry/vehicles", "mission/flights", "vision/feeds", "vision/recording")
)
"""Folders whose tests wait for flights, programs and cameras; begun first, they leave no worker idle at the end."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling:
    """Keep a file's tests on one worker, and all of the browser's, which share one demo."""
    sharing = LoadFileScheduling(config, log)
    browser, file_of = SLOWEST_FIRST[0], sharing._split_scope
    sharing._split_scope = lambda nodeid: browser if nodeid.startswith(browser) else file_of(nodeid)
    return sharing


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: [not item.nodeid.startswith(folder) for folder in SLOWEST_FIRST])


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A fresh database with every table, on disk."""
    opened = Store(f"sqlite:///{tmp_path / 'test.db'}")
    METADATA.create_all(opened.engine)
    yield opened
    opened.close()
