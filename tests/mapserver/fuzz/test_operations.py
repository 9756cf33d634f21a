"""No operation, whoever calls it with whatever, fails in the server, answers what it does not declare, or leaks.

`make test` tries a sample, the same every time; `make fuzz` tries every operation as every caller.
"""

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.mapserver.fuzz.operations import KNOWN_FAILURES, Outcome, operations, try_operation
from tests.mapserver.fuzz.town import CALLERS, Town, seeded_town

SAMPLED = 40
"""Pairs of operation and caller in `make test`."""
ALL = [(label, caller) for label in sorted(operations()) for caller in CALLERS]
SAMPLE = random.Random(10).sample(ALL, SAMPLED)


@pytest.fixture(scope="module")
def town(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with seeded_town(migrated, tmp_path_factory.mktemp("town")) as made:
        yield made


def failures_of(outcome: Outcome, label: str) -> list[str]:
    return [] if label in KNOWN_FAILURES else outcome.failures


@pytest.mark.parametrize(("label", "caller"), SAMPLE)
def test_a_sample_of_operations_fails_for_nobody(town: Town, label: str, caller: str) -> None:
    outcome = try_operation(town, label, caller, examples=2, start=10)
    assert not failures_of(outcome, label), failures_of(outcome, label)[0]


@pytest.mark.whole
@pytest.mark.parametrize(("label", "caller"), ALL)
def test_every_operation_fails_for_nobody(
    town: Town, label: str, caller: str, record_property: Callable[[str, object], None], pytestconfig: pytest.Config
) -> None:
    start = int(pytestconfig.getoption("--fuzz-seed"))
    outcome = try_operation(town, label, caller, examples=int(pytestconfig.getoption("--fuzz-examples")), start=start)
    record_property("fuzz", (label, dict(outcome.answers), len(outcome.failures)))
    assert not failures_of(outcome, label), failures_of(outcome, label)[0]


def test_nothing_is_known_to_fail() -> None:
    assert not KNOWN_FAILURES
