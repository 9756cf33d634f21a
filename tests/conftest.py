"""What every part of the tests may ask for."""

import gc
import shutil
import signal
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from _pytest.terminal import TerminalReporter
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from mapserver.migrations import upgrade
from telemetry.cities import read_initial, use_towns
from telemetry.links import address
from telemetry.store import Store
from tests.postgres import PostgresServer, postgres_server

SHARED_MACHINE = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("search", SHARED_MACHINE)
settings.register_profile("same every time", SHARED_MACHINE, derandomize=True, database=None)
settings.load_profile("same every time")

SHIPPED_TOWNS = read_initial()
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

UNTOUCHED_FIRST = "tests/browser/demo/test_languages.py"
"""Reads the words of the demo that other tests share, before they type theirs."""
CHAINS = (("tests/browser/demo/",), ("tests/browser/", "tests/process/test_cluster"))
"""Run one after the other on one worker: what shares a demo, what shares a browser; two machines of a Ray cluster
beside both would leave none of them a processor."""


EVERY_OPERATION = "tests/mapserver/fuzz/test_operations.py::test_every_operation_fails_for_nobody["
"""Spread over the workers operation by operation: its requests are made once for all callers."""


def pytest_configure(config: pytest.Config) -> None:
    """Let Ctrl-C end the programs that tests start, and give each worker UDP ports of its own.

    A suite in the background ignores Ctrl-C, and so would every program that it starts and means to end by it. A port
    that one test chose and has not opened yet is free for another, whose vehicle would then be heard there.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    worker = getattr(config, "workerinput", None)
    if worker is not None:
        lowest, highest = address.PORTS
        share = (highest - lowest) // worker["workercount"]
        first = lowest + share * int(worker["workerid"].removeprefix("gw"))
        address.PORTS = (first, first + share)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling:
    """Keep a file's tests on one worker; likewise those of each chain, and of each operation that is fuzzed."""
    sharing = LoadFileScheduling(config, log)
    file_of = sharing._split_scope

    def chain_or_file(nodeid: str) -> str:
        if nodeid.startswith(EVERY_OPERATION):
            return nodeid.rpartition("-")[0]
        return next((chain[0] for chain in CHAINS if nodeid.startswith(chain)), file_of(nodeid))

    sharing._split_scope = chain_or_file
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


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run tests with a database on SQLite and, those marked or all of the whole suite, on PostgreSQL, too."""
    if "database_kind" not in metafunc.fixturenames:
        return
    marked = metafunc.definition.get_closest_marker("both_databases") is not None
    only_sqlite = metafunc.definition.get_closest_marker("only_sqlite") is not None
    if (marked or metafunc.config.getoption("--whole")) and not only_sqlite:
        metafunc.parametrize("database_kind", ["sqlite", "postgresql"], indirect=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--whole"):
        left_out = [item for item in items if item.get_closest_marker("whole")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
    order = (UNTOUCHED_FIRST, *SLOWEST_FIRST)
    items.sort(key=lambda item: [not item.nodeid.startswith(first) for first in order])


def pytest_collection_finish() -> None:
    """Leave what is loaded by now out of every later look for garbage, each of which would take half a second."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def towns_as_shipped() -> Iterator[None]:
    """The process knows the towns that ship again after a test that added one."""
    yield
    use_towns(SHIPPED_TOWNS)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database as every migration left it. Copied, since the way there takes longer than most tests."""
    file = tmp_path_factory.mktemp("migrated") / "vanagas.db"
    made = Store(f"sqlite:///{file}")
    upgrade(made)
    made.close()
    return file


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server, started by the first test that wants one."""
    with postgres_server() as server:
        yield server


@pytest.fixture
def database_kind(request: pytest.FixtureRequest) -> str:
    """On which database a test runs: sqlite or postgresql."""
    return getattr(request, "param", "sqlite")


@pytest.fixture
def database(database_kind: str, migrated: Path, request: pytest.FixtureRequest) -> Iterator[Path | str]:
    """A fresh database: a file to be copied, or the address of a server's."""
    if database_kind == "sqlite":
        yield migrated
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    with server.database() as url:
        yield url


@pytest.fixture
def store(database: Path | str, tmp_path: Path) -> Iterator[Store]:
    """The store of a fresh database."""
    if isinstance(database, Path):
        database = f"sqlite:///{shutil.copy(database, tmp_path / 'test.db')}"
    opened = Store(database)
    yield opened
    opened.close()
