"""The stored change log: every change that viewers may hear of, one row each, written in the transaction of the change.

The rows of a commit follow those of every earlier commit, by whatever process. Tells nobody: `change_feed.py` does.
"""

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Integer, delete, func, text
from sqlmodel import Field, Session, SQLModel, col, select

from telemetry.cities import City
from telemetry.clock import SystemClock
from telemetry.scopes import Scope
from telemetry.store.bulk import insert_rows
from telemetry.store.columns import JsonColumn, UtcDateTime
from telemetry.store.tables import get_state, put_state
from telemetry.visibility import Visibility

MOST_KEPT = 5_000
"""Rows; a viewer who missed more takes a new snapshot."""
LONGEST_KEPT = timedelta(hours=24)
AT_ONCE = 1_000
EPOCH = "change_epoch"
"""Under this name the program's state says which history the numbers are of."""
CHANNEL = "vanagas_changes"
"""On which a PostgreSQL server notifies other processes."""
APPEND_LOCK = 8_262_628
"""The advisory lock of a PostgreSQL server under which one commit at a time is numbered."""


@dataclass(frozen=True)
class Change:
    """News for the live map: the public shape of one thing after a commit, or its disappearance."""

    kind: str
    """Which collection it belongs to: unit, camera, zone, flight, assignment, incident, drone_request, airspace, …"""
    id: str
    cities: frozenset[City]
    """The towns that may hear of it; for none of them it is told within the process only."""
    scope: Scope
    """The scope in which they may."""
    data: dict[str, Any] | None
    """JSON-ready public shape; None when it is gone."""
    passing: bool = False
    """Not stored, and not numbered: a position between two stored ones."""

    @property
    def audience(self) -> Visibility:
        """Who may hear of it: whoever sees some of this."""
        return Visibility(self.cities, self.scope)


@dataclass
class Work:
    """A write in progress: the session, and what to tell once it is committed."""

    session: Session
    changes: list[Change] = field(default_factory=list)

    def tell(self, change: Change) -> None:
        """Publish `change` after the commit; never if the work fails."""
        self.changes.append(change)


class ChangeRow(SQLModel, table=True):
    """One change."""

    __tablename__ = "changes"

    id: int | None = Field(
        default=None, sa_column=Column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    )
    """Greater than that of every change committed before; some numbers are of no row."""
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    kind: str
    subject: str
    """Which thing of that kind."""
    audience: str
    """The towns that may hear of it, sorted, with commas between."""
    scope: str
    """The scope in which they may."""
    data: Any = Field(sa_column=Column(JsonColumn, nullable=False))


class PrunedChangesRow(SQLModel, table=True):
    """How many changes for an audience have left the log, so that those that are left keep their numbers."""

    __tablename__ = "pruned_changes"

    audience: str = Field(primary_key=True)
    scope: str = Field(primary_key=True)
    count: int = Field(sa_column=Column(BigInteger().with_variant(Integer, "sqlite"), nullable=False))


_CHANGES = SQLModel.metadata.tables["changes"]


@dataclass(frozen=True)
class LogState:
    """The log at one moment."""

    epoch: str
    """Numbers of another epoch are of another history."""
    newest: int
    """The id of the newest row; 0 for none."""
    counts: Mapping[Visibility, int]
    """How many changes there have ever been for each audience."""
    recent: Sequence[Change]
    """The newest ones, oldest first."""


def append(session: Session, changes: Sequence[Change]) -> int:
    """Write `changes` just before their commit, after which nothing else may be written. Gives the id of the first.

    On PostgreSQL other processes that append wait until then, so that no reader sees a row before an earlier one.
    """
    connection = session.connection()  # rows as they are: the session would make an object of each
    first = _take_numbers(connection, len(changes))
    now = SystemClock().now()
    rows = [
        {
            "id": first + number,
            "at": now,
            "kind": change.kind,
            "subject": change.id,
            "audience": _audience(change.cities),
            "scope": change.scope,
            "data": change.data,
        }
        for number, change in enumerate(changes)
    ]
    insert_rows(session, _CHANGES, rows)
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"NOTIFY {CHANNEL}")
    return first


def _take_numbers(connection: Connection, count: int) -> int:
    """The first of `count` ids for this commit."""
    if connection.dialect.name != "postgresql":
        # Nobody else writes meanwhile.
        return (connection.exec_driver_sql("SELECT max(id) FROM changes").scalar_one() or 0) + 1
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": APPEND_LOCK})
    # A sequence, since the newest row may have been committed after this transaction began to see the database.
    numbers = text("SELECT min(nextval('changes_id_seq')) FROM generate_series(1, :count)")
    return int(connection.execute(numbers, {"count": count}).scalar_one())


def read_state(session: Session) -> LogState:
    """What a process starts from."""
    counts: Counter[Visibility] = Counter()
    for pruned in session.exec(select(PrunedChangesRow)):
        counts[_visibility(pruned.audience, pruned.scope)] += pruned.count
    kept = select(ChangeRow.audience, ChangeRow.scope, func.count()).group_by(ChangeRow.audience, ChangeRow.scope)
    for audience, scope, count in session.exec(kept):
        counts[_visibility(audience, scope)] += count
    rows = session.exec(select(ChangeRow).order_by(col(ChangeRow.id).desc()).limit(MOST_KEPT)).all()
    newest = rows[0].id if rows else 0
    return LogState(str(get_state(session, EPOCH)), newest or 0, counts, [_change(row) for row in reversed(rows)])


def forget_all(work: Work) -> None:
    """Begin another history, in which no number of before means anything: the database was put back to what it was."""
    work.session.execute(delete(ChangeRow))
    work.session.execute(delete(PrunedChangesRow))
    put_state(work.session, EPOCH, secrets.token_hex(8))


def read_after(session: Session, id: int) -> tuple[int, list[Change]]:
    """The changes after the row `id`, at most `AT_ONCE`, and the id of the last of them."""
    rows = session.exec(select(ChangeRow).where(col(ChangeRow.id) > id).order_by(col(ChangeRow.id)).limit(AT_ONCE))
    found = rows.all()
    last = id
    if found:
        last = found[-1].id or id
    return last, [_change(row) for row in found]


def prune(work: Work, *, now: datetime | None) -> int:
    """Let go of what is more than `MOST_KEPT` changes back, or older than `LONGEST_KEPT` at `now` (UTC; None where the
    clock is not believed); never of the newest, and of `AT_ONCE` at most. Gives how many went."""
    oldest, newest = work.session.exec(select(func.min(ChangeRow.id), func.max(ChangeRow.id))).one()
    if oldest is None or newest is None:
        return 0
    going = col(ChangeRow.id) <= newest - MOST_KEPT
    if now is not None:
        going |= (col(ChangeRow.at) < now - LONGEST_KEPT) & (col(ChangeRow.id) < newest)
    going &= col(ChangeRow.id) < oldest + AT_ONCE
    leaving = select(ChangeRow.audience, ChangeRow.scope, func.count()).where(going)
    counts = work.session.exec(leaving.group_by(ChangeRow.audience, ChangeRow.scope)).all()
    for audience, scope, count in counts:
        pruned = work.session.get(PrunedChangesRow, (audience, scope))
        if pruned is None:
            pruned = PrunedChangesRow(audience=audience, scope=scope, count=0)
        pruned.count += count
        work.session.add(pruned)
    if counts:
        work.session.flush()
        work.session.execute(delete(ChangeRow).where(going))
    return sum(count for _, _, count in counts)


def _change(row: ChangeRow) -> Change:
    return Change(row.kind, row.subject, _cities(row.audience), Scope(row.scope), row.data)


def _audience(cities: frozenset[City]) -> str:
    return ",".join(sorted(cities))


def _visibility(audience: str, scope: str) -> Visibility:
    return Visibility(_cities(audience), Scope(scope))


def _cities(audience: str) -> frozenset[City]:
    return frozenset(City(name) for name in audience.split(","))
