"""How SQLite answers the questions that a piece of the program asks."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from telemetry.store import Store

SORTS = "USE TEMP B-TREE FOR ORDER BY"
"""All of what was found; only what is equal by an index is sorted for "RIGHT PART OF ORDER BY"."""


@contextmanager
def whole_tables_read(store: Store) -> Iterator[list[str]]:
    """Fills the list with each query of the block for which SQLite reads a whole table or index, or sorts; the words
    are those of EXPLAIN QUERY PLAN (sqlite.org/eqp.html)."""
    asked: list[tuple[str, Any]] = []
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if statement.startswith("SELECT"):
            asked.append((statement, values))

    event.listen(store.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(store.engine, "before_cursor_execute", note)
    with store.engine.connect() as connection:
        for statement, values in asked:
            plan = [row[-1] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
            found += [f"{step} <- {statement}" for step in plan if step.startswith("SCAN") or step == SORTS]
