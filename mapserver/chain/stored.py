"""Entries and chained rows as a database has them. Judges nothing, and needs no running server."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, Table, select
from sqlmodel import Session, SQLModel

from mapserver.chain.chained_tables import CHAINED_TABLES
from telemetry.chain.chained_table import SALT, ChainedTable
from telemetry.chain.tables import ChainEntryRow
from telemetry.chain.values import ChainEntry, Head
from telemetry.chain.verification import StoredRow

AT_ONCE = 500
"""Rows in memory."""
_ENTRIES = SQLModel.metadata.tables[str(ChainEntryRow.__tablename__)]


def entries(session: Session) -> Iterator[ChainEntry]:
    """Every entry, those of a chain one after the other."""
    columns = _ENTRIES.c
    query = select(columns.chain, columns.seq, columns.body, columns.hash).order_by(columns.chain, columns.seq)
    for chain, seq, body, hash_ in session.execute(query, execution_options={"yield_per": AT_ONCE}):
        yield ChainEntry(chain, seq, body, hash_)


def heads(session: Session) -> list[Head]:
    """The newest entry of each chain."""
    columns = _ENTRIES.c
    others = _ENTRIES.alias().c
    is_newest = ~select(others.seq).where(others.chain == columns.chain, others.seq > columns.seq).exists()
    query = select(columns.chain, columns.seq, columns.hash).where(is_newest).order_by(columns.chain)
    return [Head(*row) for row in session.execute(query)]


def rows(session: Session) -> Iterator[StoredRow]:
    """Every row of every chained table."""
    for table in CHAINED_TABLES:
        found = session.execute(_query(table), execution_options={"yield_per": AT_ONCE})
        for columns in found.mappings():
            yield StoredRow(table, dict(columns))


def _query(table: ChainedTable) -> Select[Any]:
    stored: Table = SQLModel.metadata.tables[table.name]
    names = dict.fromkeys((*table.columns, SALT, table.order))
    return select(*(stored.c[name] for name in names))
