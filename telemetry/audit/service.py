"""Writing and reading the audit trail."""

import logging
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, or_, select

from telemetry import chain
from telemetry.access import Principal
from telemetry.audit.tables import CHAINED_AUDIT, AuditRow
from telemetry.cities import City, all_towns
from telemetry.clock import iso
from telemetry.messages import Message, as_message, kept
from telemetry.store import ALWAYS, Between, Page, SortKey, read_page
from telemetry.visibility import Visibility

log = logging.getLogger(__name__)

SUBJECTS_AT_ONCE = 10_000
"""In one query: SQLite takes 32,766 values."""
FAILED_SIGN_IN = "sign_in_failed"
"""The action of an entry about a sign-in that was refused; `who` is the name that was tried."""


def record(
    session: Session,
    by: Principal,
    action: str,
    subject: str,
    *,
    city: City | None,
    at: datetime,
    detail: Message | str = "",
) -> None:
    """Append that `by` did `action` to `subject` at `at` (UTC); the entry is of the scope of `by`."""
    if action.startswith("sign_"):
        log.info("%s: %s %s", action, by.name, detail)
    row = AuditRow(
        at=at,
        who=by.name,
        role=by.role,
        city=city,
        scope=by.scope,
        action=action,
        subject=subject,
        detail=str(detail)[:500],
        message=kept(detail),
    )
    add(session, row)


def add(session: Session, row: AuditRow) -> None:
    """Append an entry, to the trail and to the chain of its town."""
    session.add(row)
    chain.append(session, row.city, CHAINED_AUDIT, row, at=row.at)


def latest(
    session: Session, visible: Visibility, *, limit: int, cursor: str | None = None, between: Between = ALWAYS
) -> Page[dict[str, Any]]:
    """The entries about `visible`, newest first: one page. Entries about no town only for who sees all.

    Raises BadInput on another list's cursor.
    """
    about = visible.in_towns(AuditRow.city)
    if visible.cities in (None, all_towns()):
        about = or_(about, col(AuditRow.city).is_(None))
    query = select(AuditRow).where(visible.in_scope(AuditRow.scope), about)
    order = [SortKey(col(AuditRow.id), int, descending=True)]
    rows = read_page(session, between.narrow(query, col(AuditRow.at)), order, limit=limit, cursor=cursor)
    entries = [_public(row) for row in rows]
    return Page(entries, total=rows.total, next_cursor=rows.next_cursor)


def about(session: Session, visible: Visibility, subjects: Collection[str]) -> list[dict[str, Any]]:
    """The entries of `visible` about any of `subjects`, oldest first."""
    names = sorted(subjects)
    found: list[AuditRow] = []
    for begin in range(0, len(names), SUBJECTS_AT_ONCE):
        some = col(AuditRow.subject).in_(names[begin : begin + SUBJECTS_AT_ONCE])
        found += session.exec(select(AuditRow).where(visible.rows(AuditRow), some))
    return [_public(row) for row in sorted(found, key=lambda row: row.id or 0)]


def _public(row: AuditRow) -> dict[str, Any]:
    return {
        "at": iso(row.at),
        "who": row.who,
        "role": row.role,
        "city": row.city,
        "action": row.action,
        "subject": row.subject,
        "detail": as_message(row.message or row.detail).text(),
        "detail_message": row.message,
    }
