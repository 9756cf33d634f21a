"""Tables whose rows never change or go: triggers by which the database itself refuses, for the schema's versions."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op


def refuse_changes(table: str) -> None:
    """Let every UPDATE and DELETE on `table` fail, on SQLite and on PostgreSQL."""
    words = f"{table} is append-only"
    for verb in ("UPDATE", "DELETE"):
        name = f"{table}_refuses_{verb.lower()}"
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"CREATE TRIGGER {name} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, '{words}'); END")
            continue
        op.execute(f"CREATE FUNCTION {name}() RETURNS trigger AS $$ BEGIN {_refusal(words)} END $$ LANGUAGE plpgsql")
        op.execute(f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def refuse_changes_but(table: str, allowed: str) -> None:
    """Let `table`, which refuses all changes, take an UPDATE for which `allowed` holds: SQL over the rows OLD and NEW.

    DELETE stays refused.
    """
    name = f"{table}_refuses_update"
    words = f"{table} is append-only"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER {name}")
        op.execute(
            f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} WHEN ({allowed}) IS NOT TRUE"
            f" BEGIN SELECT RAISE(ABORT, '{words}'); END"
        )
        return
    op.execute(
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger AS $$ BEGIN"
        f" IF ({allowed}) IS NOT TRUE THEN {_refusal(words)} END IF; RETURN NEW; END $$ LANGUAGE plpgsql"
    )


@contextmanager
def letting_changes(table: str) -> Iterator[None]:
    """Within it the rows of `table`, which refuses all changes, can be updated, as where they get a column."""
    name = f"{table}_refuses_update"
    if op.get_bind().dialect.name == "sqlite":
        kept = sa.text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = :name")
        trigger = op.get_bind().execute(kept, {"name": name}).scalar_one()
        op.execute(f"DROP TRIGGER {name}")
        yield
        op.execute(trigger)
        return
    op.execute(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
    yield
    op.execute(f"ALTER TABLE {table} ENABLE TRIGGER {name}")


def _refusal(words: str) -> str:
    """In PL/pgSQL, as the kind of error that SQLite's RAISE(ABORT) is."""
    return f"RAISE EXCEPTION '{words}' USING ERRCODE = 'integrity_constraint_violation';"
