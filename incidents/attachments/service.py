"""Files of notes in the database: kept beside the note's entry, looked up, let go of with other pictures."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from incidents.attachments.tables import AttachmentRow
from incidents.retention.policy import Keep
from incidents.retention.tables import LeavingPictureRow
from incidents.timeline.tables import IncidentRow
from telemetry.cities import City
from telemetry.errors import NotFound
from telemetry.messages import Message
from telemetry.store import Work

AT_ONCE = 500
"""Files in one turn of retention."""


def of_incident(session: Session, incident_id: str) -> dict[int, AttachmentRow]:
    """The files of an incident's notes, by the note's number."""
    rows = session.exec(select(AttachmentRow).where(AttachmentRow.incident_id == incident_id))
    return {row.seq: row for row in rows}


def get(session: Session, row: IncidentRow, seq: int) -> AttachmentRow:
    """The file of one note. Raises NotFound."""
    found = session.get(AttachmentRow, (row.id, seq))
    if found is None:
        raise NotFound(Message("attachments.none", seq=seq))
    return found


def public(row: AttachmentRow) -> dict[str, Any]:
    """The file as the API and the page show it."""
    return {
        "kind": row.kind,
        "content_type": row.content_type,
        "sha256": row.sha256,
        "size": row.size,
        "original_sha256": row.original_sha256,
        "original_size": row.original_size,
    }


def forget_due(work: Work, keep_for: Callable[[City, str], Keep], *, now: datetime) -> int:
    """Let go of the files of closed incidents whose time has come, as of other pictures, at most AT_ONCE; how many.

    The note stays. An open incident keeps its files.
    """
    query = (
        select(AttachmentRow, IncidentRow.closed_at)
        .join(IncidentRow, col(IncidentRow.id) == AttachmentRow.incident_id)
        .where(col(IncidentRow.closed_at).is_not(None))
        .order_by(col(AttachmentRow.added_at))
    )
    due: list[AttachmentRow] = []
    for row, closed_at in work.session.exec(query):
        if keep_for(City(row.city), "").pictures_until(row.added_at, closed_at) <= now:
            due.append(row)
        if len(due) == AT_ONCE:
            break
    for row in due:
        for sha256 in {row.sha256, row.original_sha256}:
            work.session.merge(LeavingPictureRow(sha256=sha256))
        work.session.delete(row)
    return len(due)


def named(session: Session, going: Sequence[str]) -> set[str]:
    """Those of these SHA-256 that a note's file still has."""
    found: set[str] = set()
    for column in (AttachmentRow.sha256, AttachmentRow.original_sha256):
        found.update(session.exec(select(column).where(col(column).in_(going))))
    return found


def subject(row: AttachmentRow) -> str:
    """How the audit trail names the file."""
    return f"attachment {row.incident_id}/{row.seq}"
