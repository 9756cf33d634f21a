"""Tables whose rows never change or go: triggers by which the database itself refuses, for the schema's versions."""

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


def _refusal(words: str) -> str:
    """In PL/pgSQL, as the kind of error that SQLite's RAISE(ABORT) is."""
    return f"RAISE EXCEPTION '{words}' USING ERRCODE = 'integrity_constraint_violation';"
