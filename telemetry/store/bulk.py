"""Many rows of one table at once, at the cost of the driver's own `executemany`: SQLAlchemy works out each statement's
parameters row by row, which costs as much as SQLite's writing of them."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Dialect, Table
from sqlmodel import Session

_Processor = Callable[[Any], Any] | None


def insert_rows(session: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert `rows`, which all give the same columns; a column that they do not give becomes NULL or what the database
    has for it, and no default of Python's is asked."""
    if not rows:
        return
    connection = session.connection()
    statement, columns, is_positional = _statement(table, tuple(rows[0]), connection.dialect)
    values = [_column(rows, name, process) for name, process in columns]
    parameters: list[Any] = list(zip(*values, strict=True))
    if not is_positional:
        names = [name for name, _ in columns]
        parameters = [dict(zip(names, row, strict=True)) for row in parameters]
    connection.exec_driver_sql(statement, parameters)


@lru_cache(maxsize=64)
def _statement(
    table: Table, names: tuple[str, ...], dialect: Dialect
) -> tuple[str, list[tuple[str, _Processor]], bool]:
    """The SQL of an insert, its parameters in order with what makes a value what the driver takes, and whether they go
    by their place."""
    compiled = table.insert().compile(dialect=dialect, column_keys=names)
    order = compiled.positiontup if compiled.positional else names
    columns: list[tuple[str, _Processor]] = [
        (name, table.c[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in order or names
    ]
    return compiled.string, columns, compiled.positional


def _column(rows: Sequence[Mapping[str, Any]], name: str, process: _Processor) -> list[Any]:
    values = [row[name] for row in rows]
    if process is None:
        return values
    return list(map(process, values))
