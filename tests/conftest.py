"""What every part of the tests may ask for."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from mapserver.migrations import upgrade
from telemetry.store import Store

SHARED_MACHINE = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("search", SHARED_MACHINE)
settings.register_profile("same every time", SHARED_MACHINE, derandomize=True, database=None)
settings.load_profile("same every time")

SLOWEST_FIRST = tuple(
    f"tests/{folder}/"
    for folder in (
        "browser/demo",
        "browser",
        "process",
        "telemetry/vehicles",
        "mission/flights",
        "vision/workers",
        "vision/feeds",
        "vision/recording",
    )
)
"""Folders whose tests wait for flights, programs and cameras; begun first, they leave no worker idle at the end."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling:
    """Keep a file's tests on one worker; likewise those that share one demo, and those that share one browser."""
    sharing = LoadFileScheduling(config, log)
    shared, file_of = SLOWEST_FIRST[:2], sharing._split_scope
    sharing._split_scope = lambda nodeid: next((one for one in shared if nodeid.startswith(one)), file_of(nodeid))
    return sharing


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--whole", action="store_true", help="run what `make test` only samples or leaves out")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--whole"):
        left_out = [item for item in items if item.get_closest_marker("whole")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
    items.sort(key=lambda item: [not item.nodeid.startswith(folder) for folder in SLOWEST_FIRST])


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database as every migration left it. Copied, since the way there takes longer than most tests."""
    file = tmp_path_factory.mktemp("migrated") / "vanagas.db"
    made = Store(f"sqlite:///{file}")
    upgrade(made)
    made.close()
    return file


@pytest.fixture
def store(migrated: Path, tmp_path: Path) -> Iterator[Store]:
    """A fresh database, on disk."""
    opened = Store(f"sqlite:///{shutil.copy(migrated, tmp_path / 'test.db')}")
    yield opened
    opened.close()
