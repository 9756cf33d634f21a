"""Counts of a table's rows by some of their columns, kept by triggers, for the schema's versions.

Triggers, since a count that one of several ways of writing forgets is wrong for good.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op


def keep_counts(table: str, counts: str, by: Sequence[str]) -> None:
    """Have the table `counts`, with the primary key `by` and a column `rows`, count the rows of `table`, on SQLite and
    on PostgreSQL; counts those that are there already."""
    counted = sa.table(table, *(sa.column(name) for name in by)).c
    kept = sa.table(counts, *(sa.column(name) for name in (*by, "rows")))
    op.execute(kept.insert().from_select([*by, "rows"], sa.select(*counted, sa.func.count()).group_by(*counted)))
    key = ", ".join(by)
    added = ", ".join(f"NEW.{name}" for name in by)
    taken = " AND ".join(f"{name} = OLD.{name}" for name in by)
    moved = " OR ".join(f"OLD.{name} <> NEW.{name}" for name in by)
    more = f"({key}, rows) VALUES ({added}, 1) ON CONFLICT ({key}) DO UPDATE SET rows = {counts}.rows + 1;"
    does = {
        "insert": f"INSERT INTO {counts} {more}",
        "delete": f"UPDATE {counts} SET rows = rows - 1 WHERE {taken};",  # noqa: S608 - names of our own tables
    }
    does["update"] = f"{does['delete']} {does['insert']}"
    _create(table, "insert", "INSERT", "", does["insert"])
    _create(table, "delete", "DELETE", "", does["delete"])
    _create(table, "update", f"UPDATE OF {key}", f"WHEN ({moved})", does["update"])


def stop_counts(table: str) -> None:
    """Take back what `keep_counts` did to `table`."""
    for verb in ("insert", "delete", "update"):
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"DROP TRIGGER {table}_counts_{verb}")
        else:
            op.execute(f"DROP FUNCTION {table}_counts_{verb}() CASCADE")


def _create(table: str, verb: str, event: str, when: str, does: str) -> None:
    name = f"{table}_counts_{verb}"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"CREATE TRIGGER {name} AFTER {event} ON {table} {when} BEGIN {does} END")
        return
    op.execute(f"CREATE FUNCTION {name}() RETURNS trigger AS $$ BEGIN {does} RETURN NULL; END $$ LANGUAGE plpgsql")
    op.execute(f"CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW {when} EXECUTE FUNCTION {name}()")
