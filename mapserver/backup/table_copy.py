"""Every table of a database copied into another, row by row: from a server into an SQLite file and back.

So a backup is the same folder whatever the database is, and a town moves from one to the other by backup and restore.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    DateTime,
    Integer,
    MetaData,
    Table,
    Text,
    cast,
    func,
    inspect,
    select,
    text,
)
from sqlalchemy.types import NullType

from mapserver import migrations
from telemetry.errors import BadInput
from telemetry.fulltext.schema import is_of_index, rebuild
from telemetry.fulltext.tables import SearchDocumentRow
from telemetry.messages import Message
from telemetry.store import Store, UtcDateTime
from telemetry.store.change_log import ChangeRow, forget_all

AT_ONCE = 1_000
"""Rows in memory."""
REVISION = "alembic_version"
"""The table that the migrations write themselves."""
RowProgress = Callable[[int, int], None]
"""Hears how many rows of how many are copied; may raise to break off."""


def copy_to_file(store: Store, target: Path, progress: RowProgress = lambda _done, _of: None) -> None:
    """Copy the database as it is now to the new SQLite file `target`, at the same schema, while others write.

    Raises BadInput when there is nothing in it, Misconfigured when it is damaged.
    """
    if store.is_file:
        store.copy_to(target, progress)
        return
    with closing(Store(f"sqlite:///{target}")) as copy:
        _copy(store, copy, progress)
    target.with_name(f".{target.name}.users").unlink()


def copy_from_file(file: Path, store: Store, progress: RowProgress = lambda _done, _of: None) -> None:
    """Copy the SQLite database `file` into the empty database of a server, all of it or nothing.

    Raises BadInput when that is not empty, or a text cannot be stored there.
    """
    if migrations.current(store) is not None:
        raise BadInput(Message("backup.server_not_empty"))
    with closing(Store(f"sqlite:///{file}")) as source:
        _copy(source, store, progress)


def begin_history(store: Store) -> None:
    """Let no viewer go on from a number of before the database was put back."""
    if inspect(store.engine).has_table(ChangeRow.__tablename__):
        store.run(forget_all)


def _copy(source: Store, target: Store, progress: RowProgress) -> None:
    schema = migrations.current(source)
    if schema is None:
        raise BadInput(Message("backup.nothing_to_copy"))
    with source.engine.connect() as reading, migrations.making_schema(target, schema) as writing:
        tables = _tables_of(reading)
        with _without_triggers(writing, tables):
            for table in reversed(tables):
                writing.execute(table.delete())  # a few rows that migrations write
            total = sum(_count(reading, table) for table in tables)
            done = 0
            for table in tables:
                done = _copy_rows(reading, writing, table, done, lambda rows: progress(rows, total))
                _count_on(writing, table)
        if any(table.name == SearchDocumentRow.__tablename__ for table in tables):
            rebuild(writing)


@contextmanager
def _without_triggers(connection: Connection, tables: Sequence[Table]) -> Iterator[None]:
    """Let no trigger count or refuse what is copied: the counts are copied, too."""
    if connection.dialect.name == "postgresql":
        for table in tables:
            connection.execute(text(f"ALTER TABLE {table.name} DISABLE TRIGGER USER"))
        yield
        for table in tables:
            connection.execute(text(f"ALTER TABLE {table.name} ENABLE TRIGGER USER"))
        return
    triggers = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
    for trigger in triggers:
        connection.exec_driver_sql(f"DROP TRIGGER {trigger.name}")
    yield
    for trigger in triggers:
        connection.exec_driver_sql(trigger.sql)


def _tables_of(connection: Connection) -> list[Table]:
    """Every table, those that others refer to before them; of types that both databases take the values of."""
    metadata = MetaData()
    metadata.reflect(connection)
    for table in metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, JSON):
                column.type = NullType()  # its text is copied as it is
            elif isinstance(column.type, DateTime):
                column.type = UtcDateTime()
            elif isinstance(column.type, Integer):
                column.type = BigInteger()  # SQLite's integers are as long, whatever they are called
    return [table for table in metadata.sorted_tables if table.name != REVISION and not is_of_index(table.name)]


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _copy_rows(
    reading: Connection, writing: Connection, table: Table, done: int, progress: Callable[[int], None]
) -> int:
    shown = [_as_stored(column) for column in table.columns]
    rows = reading.execution_options(yield_per=AT_ONCE).execute(select(*shown))
    for part in rows.mappings().partitions():
        writing.execute(table.insert(), [dict(row) for row in part])
        done += len(part)
        progress(done)
    return done


def _as_stored(column: Column[Any]) -> ColumnElement[Any]:
    if isinstance(column.type, NullType):
        return cast(column, Text).label(column.name)
    return column


def _count_on(connection: Connection, table: Table) -> None:
    """Let a PostgreSQL server number the next row after those that are there; SQLite does so by itself."""
    keys = list(table.primary_key.columns)
    if connection.dialect.name != "postgresql" or len(keys) != 1 or not isinstance(keys[0].type, Integer):
        return
    newest = connection.execute(select(func.max(keys[0]))).scalar_one()
    if newest is not None:
        next_number = text("SELECT setval(pg_get_serial_sequence(:table, :column), :newest)")
        connection.execute(next_number, {"table": table.name, "column": keys[0].name, "newest": newest})
