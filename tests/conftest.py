"""What every part of the tests may ask for."""

import shutil
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from _pytest.terminal import TerminalReporter
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
    parser.addoption("--fuzz-examples", type=int, default=8, help="requests of each kind an operation and caller")
    parser.addoption("--fuzz-seed", type=int, default=1, help="other requests for another number")


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """A closing table of the operations that `make fuzz` tried: requests, answers by status, failures."""
    answers: dict[str, Counter[int]] = defaultdict(Counter)
    failures: Counter[str] = Counter()
    for report in (*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")):
        for name, value in report.user_properties:
            if name == "fuzz" and report.when == "call":
                label, counts, failed = value
                answers[label].update({int(status): count for status, count in counts.items()})
                failures[label] += failed
    if answers:
        terminalreporter.section("operations")
    for label, counts in sorted(answers.items()):
        by_status = ", ".join(f"{status}: {count}" for status, count in sorted(counts.items()))
        terminalreporter.line(f"{label:70} {counts.total():5} requests  {failures[label]:3} failures  {by_status}")
    if answers:
        total = sum(counts.total() for counts in answers.values())
        terminalreporter.line(f"{len(answers)} operations, {total} requests, {failures.total()} failures")


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
