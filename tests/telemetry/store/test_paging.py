"""Pages of a list: together they are the list, once, in order, whatever is added while they are read."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, SQLModel, col, create_engine, select

from telemetry.errors import BadInput
from telemetry.observations.tables import ObservationRow
from telemetry.scopes import LIVE
from telemetry.store import Page, SortKey, read_page
from tests.builders import NOON

pytestmark = pytest.mark.both_databases

ORDER = [SortKey(col(ObservationRow.started_at), datetime, descending=True), SortKey(col(ObservationRow.id), str)]


def row(number: int, seconds: int) -> ObservationRow:
    moment = NOON + timedelta(seconds=seconds)
    return ObservationRow(
        id=f"{number:04}",
        city="dobele",
        source_kind="report",
        source_id="s",
        source_ref=str(number),
        category="litter",
        started_at=moment,
        received_at=moment,
        body={},
        scope=LIVE,
    )


def database(seconds: list[int]) -> Session:
    engine = create_engine("sqlite://")
    SQLModel.metadata.create_all(engine)
    session = Session(engine)
    session.add_all([row(number, when) for number, when in enumerate(seconds)])
    session.commit()
    return session


def page(session: Session, limit: int, cursor: str | None = None) -> Page[ObservationRow]:
    return read_page(session, select(ObservationRow), ORDER, limit=limit, cursor=cursor)


@given(st.lists(st.integers(0, 5), max_size=25), st.integers(1, 8))
def test_the_pages_together_are_the_whole_list_in_its_order(seconds: list[int], limit: int) -> None:
    with database(seconds) as session:
        found = page(session, limit)
        read = [one.id for one in found]
        while found.next_cursor is not None:
            assert (len(found), found.total) == (limit, len(seconds))
            found = page(session, limit, found.next_cursor)
            read += [one.id for one in found]
        wanted = sorted(range(len(seconds)), key=lambda number: (-seconds[number], number))
        assert read == [f"{number:04}" for number in wanted]


def test_rows_that_are_added_meanwhile_move_nothing() -> None:
    with database([10, 20, 30]) as session:
        first = page(session, 2)
        session.add(row(99, 40))
        session.commit()
        second = page(session, 2, first.next_cursor)
        assert [one.started_at for one in [*first, *second]] == [NOON + timedelta(seconds=s) for s in (30, 20, 10)]
        assert second.total == 4
        assert second.next_cursor is None


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "no",
        "ä",
        "W10",  # []
        "WzFd",  # [1]
        "WyIyMDI2LTExLTIyIiwgIjEiXQ",  # ["2026-11-22", "1"]: no time zone
        "WzEsICIxIl0",  # [1, "1"]
        "WyIyMDI2LTExLTIyVDEyOjAwOjAwKzAwOjAwIiwgMV0",  # ["2026-11-22T12:00:00+00:00", 1]
    ],
)
def test_a_cursor_of_another_list_is_refused_in_words(cursor: str) -> None:
    with database([1, 2]) as session, pytest.raises(BadInput, match="leave it out"):
        page(session, 1, cursor)
