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
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION '{words}'; END $$ LANGUAGE plpgsql"
        )
        op.execute(f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
