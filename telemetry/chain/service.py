"""Rows are chained: what is appended in a transaction becomes one entry a chain just before its commit.

The head of a chain is read last, under a lock until the commit, so that chains of several processes never fork and
nobody waits for longer than a commit takes. Verifies nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, event, text
from sqlalchemy.orm import Session, SessionTransaction
from sqlmodel import SQLModel

from telemetry.chain.chained_table import SALT, ChainedTable, new_salt
from telemetry.chain.values import (
    SYSTEM_CHAIN,
    ChainEntry,
    EntryType,
    Head,
    RowRecord,
    genesis,
    next_entry,
    rows_content,
)
from telemetry.store.columns import UtcDateTime

_PENDING = "chain"
"""Under this name a session keeps what is not sealed yet."""
CHAIN_LOCK = 8_262_629
"""With the hash of a chain's name: the advisory lock of a PostgreSQL server under which one commit appends to it."""
_HEAD = text("SELECT seq, hash FROM chain_entries WHERE chain = :chain ORDER BY seq DESC LIMIT 1")
_INSERT = text(
    "INSERT INTO chain_entries (chain, seq, at, body, hash) VALUES (:chain, :seq, :at, :body, :hash)"
).bindparams(at=UtcDateTime())
Row = SQLModel | dict[str, Any]


class _Appended(NamedTuple):
    table: ChainedTable
    row: Row | None
    """None where it was deleted."""
    key: tuple[Any, ...]
    """Of the deleted row."""
    rule: str | None
    at: datetime
    within: tuple[SessionTransaction, ...]
    """The savepoints in which it was appended, and their transaction."""

    def record(self) -> RowRecord:
        if self.row is None:
            return RowRecord(self.table.name, self.key, {}, None, self.rule)
        columns = _columns(self.table, self.row)
        return self.table.record(columns, str(columns[SALT]), self.rule)


@dataclass
class _Pending:
    rows: dict[str, list[_Appended]] = field(default_factory=dict)
    """By chain."""
    other: list[tuple[str, EntryType, Mapping[str, Any], datetime]] = field(default_factory=list)
    """Entries about no row."""


def append(
    session: Session, town: str | None, table: ChainedTable, row: Row, *, at: datetime, rule: str | None = None
) -> None:
    """Chain `row` of `table` in the transaction of `session`, with what it holds when that is committed.

    The one call that a writer of a chained table makes: once for every row that it inserts or changes, before the row
    is flushed, since the row gets a new salt here (`row.salt`, or `row["salt"]` of a dictionary for `insert_rows`).
    `town`: whose chain; None for SYSTEM_CHAIN. `at`: UTC. `rule`: why content goes from the row, where that is so, such
    as "retention"; the row then holds what is left. The table needs a nullable text column `salt`, a `ChainedTable`
    beside its class in `tables.py`, and a place in `mapserver/chain/chained_tables.py`; rows that are deleted as a
    whole are told of by `append_gone`.
    """
    salt = new_salt()
    if isinstance(row, dict):
        row[SALT] = salt
    else:
        setattr(row, SALT, salt)
    _add(session, town, _Appended(table, row, (), rule, at, _transactions(session)))


def append_gone(
    session: Session, town: str | None, table: ChainedTable, key: tuple[Any, ...], *, at: datetime, rule: str
) -> None:
    """Chain that the row of `table` with `key` is deleted in this transaction, by `rule`, `at` (UTC)."""
    _add(session, town, _Appended(table, None, key, rule, at, _transactions(session)))


def append_entry(
    session: Session, chain: str, entry_type: EntryType, content: Mapping[str, Any], *, at: datetime
) -> None:
    """Append an entry about no row, `at` (UTC), when the transaction of `session` is committed."""
    _pending(session).other.append((chain, entry_type, content, at))


def head(session: Session, chain: str) -> Head | None:
    """The newest entry of `chain` that `session` sees; None when there is none."""
    return _read_head(session.connection(), chain)


def _add(session: Session, town: str | None, appended: _Appended) -> None:
    _pending(session).rows.setdefault(town or SYSTEM_CHAIN, []).append(appended)


def _pending(session: Session) -> _Pending:
    found: _Pending = session.info.setdefault(_PENDING, _Pending())
    return found


def _transactions(session: Session) -> tuple[SessionTransaction, ...]:
    """The innermost transaction of the session and those around it."""
    found: list[SessionTransaction] = []
    one = session.get_nested_transaction() or session.get_transaction()
    while one is not None:
        found.append(one)
        one = one.parent
    return tuple(found)


@event.listens_for(Session, "after_soft_rollback")
def _forget_undone(session: Session, undone: SessionTransaction) -> None:
    """What was appended within a savepoint that is rolled back was never written."""
    pending: _Pending | None = session.info.get(_PENDING)
    if pending is None:
        return
    if undone.parent is None:
        del session.info[_PENDING]
        return
    for chain, rows in pending.rows.items():
        pending.rows[chain] = [row for row in rows if undone not in row.within]


@event.listens_for(Session, "before_commit")
def _seal(session: Session) -> None:
    """Write an entry for each chain that this commit adds to."""
    if session.in_nested_transaction():
        return
    pending: _Pending | None = session.info.pop(_PENDING, None)
    if pending is None:
        return
    session.flush()  # rows get their numbers
    content: dict[str, list[tuple[EntryType, Mapping[str, Any], datetime]]] = {}
    for chain, rows in pending.rows.items():
        if rows:
            records = [row.record() for row in rows]
            content.setdefault(chain, []).append((EntryType.ROWS, rows_content(records), rows[-1].at))
    for chain, entry_type, said, at in pending.other:
        content.setdefault(chain, []).append((entry_type, said, at))
    connection = session.connection()
    for chain in sorted(content):  # always in this order, so that no two commits wait for each other
        known = _locked_head(session, connection, chain)
        entries = [(entry, at) for entry, at in _entries(chain, known, content[chain])]
        connection.execute(
            _INSERT,
            [
                {"chain": chain, "seq": entry.seq, "at": at, "body": entry.body, "hash": entry.hash}
                for entry, at in entries
            ],
        )


def _entries(
    chain: str, known: Head | None, content: list[tuple[EntryType, Mapping[str, Any], datetime]]
) -> Iterator[tuple[ChainEntry, datetime]]:
    if known is None:
        first = genesis(chain, content[0][2], {})
        known = Head(chain, first.seq, first.hash)
        yield first, content[0][2]
    for entry_type, said, at in content:
        entry = next_entry(known, at, entry_type, said)
        known = Head(chain, entry.seq, entry.hash)
        yield entry, at


def _locked_head(session: Session, connection: Connection, chain: str) -> Head | None:
    """The newest entry of `chain` of all that are committed; nobody else appends until this commit.

    On a server the transaction sees the database as it was when it began. What was committed since is read over another
    connection, once the lock is had: this row alone, which nothing else in the transaction depends on.
    """
    if connection.dialect.name != "postgresql":
        return _read_head(connection, chain)
    lock = text("SELECT pg_advisory_xact_lock(:key, hashtext(:chain))")
    connection.execute(lock, {"key": CHAIN_LOCK, "chain": chain})
    with session.get_bind().engine.connect() as now:
        return _read_head(now, chain)


def _read_head(connection: Connection, chain: str) -> Head | None:
    row = connection.execute(_HEAD, {"chain": chain}).first()
    if row is None:
        return None
    return Head(chain, row.seq, row.hash)


def _columns(table: ChainedTable, row: Row) -> Mapping[str, Any]:
    if isinstance(row, dict):
        return row
    return {name: getattr(row, name) for name in (*table.columns, SALT)}
