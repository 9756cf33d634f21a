"""How SQLite answers the questions that a piece of the program asks."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from telemetry.store import Store


@contextmanager
def query_plans(store: Store, table: str) -> Iterator[list[str]]:
    """Fills the list with the steps by which SQLite answers the block's queries of `table`, in the words of EXPLAIN
    QUERY PLAN (sqlite.org/eqp.html)."""
    asked: list[tuple[str, Any]] = []
    steps: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if statement.startswith("SELECT") and f"FROM {table}" in statement:
            asked.append((statement, values))

    event.listen(store.engine, "before_cursor_execute", note)
    try:
        yield steps
    finally:
        event.remove(store.engine, "before_cursor_execute", note)
    with store.engine.connect() as connection:
        for statement, values in asked:
            steps += [str(row[-1]) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
