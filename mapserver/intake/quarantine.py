"""What waits in quarantine: kept, listed, let go. Bounded in number, size and time. Reads no message.

A payload may hold a number plate in clear, so it stays no longer than a plate that hits nothing, and no list shows it.
"""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy
from sqlmodel import Session, SQLModel, col, delete, func, select

from mapserver.intake.tables import QuarantinedRow
from telemetry.clock import iso
from telemetry.messages import as_message
from telemetry.scopes import Scope
from telemetry.store import Work
from telemetry.visibility import Visibility

log = logging.getLogger(__name__)

MOST_MESSAGES = 1_000
MOST_BYTES = 64 * 1024 * 1024
"""Of one scope; beyond either the oldest go, with a word in the log."""


def add(work: Work, row: QuarantinedRow) -> None:
    """Keep a message. The same bytes of the same sender wait once."""
    known = select(QuarantinedRow.id).where(
        QuarantinedRow.scope == row.scope,
        QuarantinedRow.device == row.device,
        QuarantinedRow.sender == row.sender,
        QuarantinedRow.size == row.size,
        QuarantinedRow.payload == row.payload,
    )
    if work.session.exec(known).first() is not None:
        return
    work.session.add(row)
    work.session.flush()
    _let_the_oldest_go(work, row.scope)


def listed(session: Session, visible: Visibility, *, limit: int) -> list[dict[str, Any]]:
    """What waits in the scope of `visible`, oldest first, without the payloads."""
    table = SQLModel.metadata.tables["quarantined_messages"].c
    query = sqlalchemy.select(
        table.id,
        table.format,
        table.device,
        table.sender,
        table.size,
        table.reason,
        table.reason_message,
        table.received_at,
    )
    rows = session.execute(query.where(visible.in_scope(QuarantinedRow.scope)).order_by(table.id).limit(limit))
    return [
        {
            "id": row.id,
            "format": row.format,
            "device": row.device,
            "sender": row.sender,
            "bytes": row.size,
            "reason": as_message(row.reason_message or row.reason).text(),
            "received_at": iso(row.received_at),
        }
        for row in rows
    ]


def count(session: Session, visible: Visibility) -> int:
    """How many messages wait in the scope of `visible`."""
    query = select(func.count()).select_from(QuarantinedRow)
    return session.exec(query.where(visible.in_scope(QuarantinedRow.scope))).one()


def waiting(session: Session, scope: Scope, devices: Sequence[str] | None = None) -> list[QuarantinedRow]:
    """The messages that wait in `scope`, of `devices` or all, oldest first."""
    query = select(QuarantinedRow).where(QuarantinedRow.scope == scope).order_by(col(QuarantinedRow.id))
    if devices is not None:
        query = query.where(col(QuarantinedRow.device).in_(devices))
    return list(session.exec(query))


def expire(work: Work, *, before: datetime) -> int:
    """Let go of what came before that time (UTC); how many there were."""
    gone = work.session.execute(delete(QuarantinedRow).where(col(QuarantinedRow.received_at) < before))
    dropped = int(gone.rowcount)  # type: ignore[attr-defined]
    if dropped:
        log.warning("quarantine: %d messages of unknown cameras were let go, their time was over", dropped)
    return dropped


def _let_the_oldest_go(work: Work, scope: str) -> None:
    there = select(QuarantinedRow.id, QuarantinedRow.size).where(QuarantinedRow.scope == scope)
    sizes = work.session.exec(there.order_by(col(QuarantinedRow.id))).all()
    total = sum(size for _, size in sizes)
    going = []
    for number, (row_id, size) in enumerate(sizes):
        if len(sizes) - number <= MOST_MESSAGES and total <= MOST_BYTES:
            break
        going.append(row_id)
        total -= size
    if going:
        work.session.execute(delete(QuarantinedRow).where(col(QuarantinedRow.id).in_(going)))
        log.warning("quarantine: %d messages of unknown cameras were let go, too many wait", len(going))
