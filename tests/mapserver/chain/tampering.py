"""What somebody does to a database who owns its file or is its server's administrator."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from telemetry.store import Store


def tamper(store: Store, *statements: str) -> None:
    """Run SQL with the triggers that refuse it off meanwhile, and put back as they were."""
    with store.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            for statement in statements:
                connection.execute(text(statement))
            return
        triggers = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
        for trigger in triggers:
            connection.exec_driver_sql(f"DROP TRIGGER {trigger.name}")
        for statement in statements:
            connection.execute(text(statement))
        for trigger in triggers:
            connection.exec_driver_sql(trigger.sql)


@contextmanager
def without_trigger(store: Store, table: str, name: str) -> Iterator[None]:
    """Meanwhile the trigger is gone, or switched off on a server, whose database other tests go on with."""
    kept = text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = :name")
    if store.engine.dialect.name == "postgresql":
        off, on = f"ALTER TABLE {table} DISABLE TRIGGER {name}", f"ALTER TABLE {table} ENABLE TRIGGER {name}"
    else:
        with store.engine.connect() as connection:
            off, on = f"DROP TRIGGER {name}", connection.execute(kept, {"name": name}).scalar_one()
    with store.engine.begin() as connection:
        connection.exec_driver_sql(off)
    yield
    with store.engine.begin() as connection:
        connection.exec_driver_sql(on)
