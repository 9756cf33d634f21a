"""Keeping and reading how cameras are set up. Decides nothing about what is a good rule."""

from datetime import datetime
from itertools import zip_longest
from typing import Any

from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from telemetry.clock import iso
from telemetry.errors import Conflict
from telemetry.messages import Message
from telemetry.store import Page, SortKey, read_page
from vision.setups.tables import SetupPart, SetupRow


def latest(session: Session, camera_id: str, part: SetupPart) -> SetupRow | None:
    """The version in force; None before the first."""
    return session.exec(_newest_first(camera_id, part).limit(1)).first()


def history(
    session: Session, camera_id: str, part: SetupPart, *, limit: int, cursor: str | None = None
) -> Page[SetupRow]:
    """The versions, newest first: one page. Raises BadInput on another list's cursor."""
    query = _newest_first(camera_id, part).order_by(None)
    order = [SortKey(col(SetupRow.version), int, descending=True)]
    return read_page(session, query, order, limit=limit, cursor=cursor)


def in_force(session: Session, camera_id: str, part: SetupPart, begins: datetime, ends: datetime) -> list[SetupRow]:
    """The versions that were in force at some time from `begins` to `ends` (UTC), and the one that is now; the oldest
    first."""
    rows = list(session.exec(_newest_first(camera_id, part)))[::-1]
    return [
        row
        for row, next_row in zip_longest(rows, rows[1:])
        if next_row is None or (row.made_at <= ends and next_row.made_at >= begins)
    ]


def versions(session: Session, camera_id: str) -> dict[str, int]:
    """The number of the version in force of each part that was ever set up."""
    query = select(SetupRow.part, func.max(SetupRow.version)).where(SetupRow.camera_id == camera_id)
    return dict(session.exec(query.group_by(SetupRow.part)).all())


def keep(
    session: Session, camera_id: str, part: SetupPart, content: Any, *, after: int | None, by: str, now: datetime
) -> SetupRow:
    """Append a version. `after` is the one it was made from; raises Conflict when there is a newer one already."""
    before = versions(session, camera_id).get(part, 0)
    if after is not None and after != before:
        raise Conflict(
            Message("setups.changed_meanwhile", part=part, camera=camera_id, version=before, made_from=after)
        )
    row = SetupRow(camera_id=camera_id, part=part, version=before + 1, content=content, made_by=by, made_at=now)
    session.add(row)
    session.flush()
    return row


def public(row: SetupRow) -> dict[str, Any]:
    """One version as the API shows it."""
    return {"version": row.version, "by": row.made_by, "at": iso(row.made_at), "content": row.content}


def _newest_first(camera_id: str, part: SetupPart) -> SelectOfScalar[SetupRow]:
    query = select(SetupRow).where(SetupRow.camera_id == camera_id, SetupRow.part == part)
    return query.order_by(col(SetupRow.version).desc())
