"""Versions of a camera's setup: which were in force when."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from telemetry.store import Store
from tests.vision.clips import START
from vision.setups import service
from vision.setups.tables import SetupPart


@pytest.fixture
def session(store: Store) -> Iterator[Session]:
    with store.write() as work:
        yield work.session


def keep(session: Session, camera_id: str, hour: int) -> None:
    """Draw masks at an hour."""
    at = START + timedelta(hours=hour)
    service.keep(session, camera_id, SetupPart.MASKS, {"mask": []}, after=None, by="admin", now=at)


def in_force(session: Session, camera_id: str, begins: int, ends: int) -> list[int]:
    """The versions that were in force between two hours."""
    hours = START + timedelta(hours=begins), START + timedelta(hours=ends)
    return [row.version for row in service.in_force(session, camera_id, SetupPart.MASKS, *hours)]


def test_before_the_first_version_only_the_one_of_now_counts(session: Session) -> None:
    assert in_force(session, "c1", 0, 1) == []
    for hour in (10, 20, 30):
        keep(session, "c1", hour)
    assert in_force(session, "c1", 0, 1) == [3]
    assert in_force(session, "c1", 12, 13) == [1, 3]
    assert in_force(session, "c1", 12, 25) == [1, 2, 3]
    assert in_force(session, "c1", 40, 41) == [3]


_NUMBERS = count()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    hours=st.lists(st.integers(0, 30), max_size=6).map(sorted),
    begins=st.integers(0, 30),
    lasts=st.integers(0, 10),
)
def test_a_version_counts_if_it_was_in_force_at_any_hour_of_the_time_or_is_now(
    session: Session, hours: list[int], begins: int, lasts: int
) -> None:
    camera_id = f"c{next(_NUMBERS)}"
    for hour in hours:
        keep(session, camera_id, hour)
    there = in_force(session, camera_id, begins, begins + lasts)
    newest_at = [max((number for number, hour in enumerate(hours, start=1) if hour <= at), default=0)
                 for at in range(begins, begins + lasts + 1)]  # fmt: skip
    assert set(there) >= {*newest_at, len(hours)} - {0}
    assert there == sorted(there)
