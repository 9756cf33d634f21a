"""Many rows inserted at once are the rows that the session would have stored."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel, select

from telemetry.store import Store, insert_rows
from telemetry.store.change_log import ChangeRow, PrunedChangesRow

pytestmark = pytest.mark.both_databases
CHANGES = SQLModel.metadata.tables["changes"]
PRUNED = SQLModel.metadata.tables["pruned_changes"]
AT = datetime(2026, 12, 1, 3, 4, 5, 60, tzinfo=UTC)


def a_change(number: int, **changed: Any) -> dict[str, Any]:
    row = {"id": number, "at": AT, "kind": "thing", "subject": "ąž", "audience": "dobele", "scope": "live", "data": {}}
    return row | changed


def stored(session: Session) -> list[dict[str, Any]]:
    return [row.model_dump() for row in session.exec(select(ChangeRow).order_by(ChangeRow.id))]  # type: ignore[arg-type]


def test_rows_come_back_as_they_were_given(store: Store) -> None:
    rows = [
        a_change(7, data={"nested": [1, 2.5, None, "žodis"]}),
        a_change(8, data=None, at=AT + timedelta(microseconds=1)),
        a_change(9, data="lone \ud800 surrogate"),
    ]
    with store.write() as work:
        insert_rows(work.session, CHANGES, rows)
    with store.read() as session:
        assert stored(session) == rows


def test_a_time_of_another_zone_is_stored_as_the_session_stores_it(store: Store) -> None:
    riga = AT.astimezone(timezone(timedelta(hours=2)))
    with store.write() as work:
        insert_rows(work.session, CHANGES, [a_change(1, at=riga)])
        work.session.add(ChangeRow(**a_change(2, at=riga)))
    with store.read() as session:
        first, second = session.exec(select(ChangeRow.at))
    assert first == second == AT
    with store.read() as session:
        texts = set(session.connection().exec_driver_sql("SELECT CAST(at AS TEXT) FROM changes").scalars())
    assert len(texts) == 1


def test_a_time_without_zone_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="zone"), store.write() as work:
        insert_rows(work.session, CHANGES, [a_change(1, at=AT.replace(tzinfo=None))])


def test_what_breaks_a_rule_of_the_table_leaves_nothing(store: Store) -> None:
    with pytest.raises(IntegrityError), store.write() as work:
        insert_rows(work.session, CHANGES, [a_change(1), a_change(1)])
    with store.read() as session:
        assert stored(session) == []


def test_columns_may_be_given_in_any_order_and_others_are_left_to_the_database(store: Store) -> None:
    with store.write() as work:
        insert_rows(work.session, PRUNED, [{"count": 3, "scope": "live", "audience": "dobele"}])
        change = a_change(5)
        del change["id"]
        insert_rows(work.session, CHANGES, [change])
    with store.read() as session:
        assert session.exec(select(PrunedChangesRow)).one().count == 3
        assert [row["kind"] for row in stored(session)] == ["thing"]


def test_no_rows_are_no_statement(store: Store) -> None:
    with store.write() as work:
        insert_rows(work.session, CHANGES, [])
    with store.read() as session:
        assert stored(session) == []
