"""Holds on recordings in the database: one verb a function. Deletes no file."""

import uuid
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from telemetry.cities import City
from telemetry.clock import iso
from telemetry.errors import BadInput, Conflict, NotFound
from telemetry.messages import Message
from telemetry.scopes import Scope
from telemetry.visibility import Visibility
from vision.recording.expiry import Hold
from vision.recording.tables import HoldRow


def place_hold(
    session: Session,
    *,
    camera_id: str,
    city: City,
    scope: Scope,
    begins: datetime,
    ends: datetime,
    until: datetime,
    why: str,
    by: str,
    now: datetime,
) -> HoldRow:
    """Keep a camera's footage from `begins` to `ends` until `until` (all UTC). Raises BadInput for no such time."""
    if not begins < ends:
        raise BadInput(Message("holds.ends_before_start"))
    if until <= now:
        raise BadInput(Message("holds.over_at_once", until=until))
    hold = HoldRow(
        id=str(uuid.uuid4()), camera_id=camera_id, city=city, scope=scope, begins=begins, ends=ends, why=why,
        until=until, placed_by=by, placed_at=now,
    )  # fmt: skip
    session.add(hold)
    return hold


def lift_hold(
    session: Session, camera_id: str, hold_id: str, visible: Visibility, *, by: str, now: datetime
) -> HoldRow:
    """End a hold before its time. Raises NotFound, and Conflict when it is over."""
    hold = session.get(HoldRow, hold_id)
    if hold is None or hold.camera_id != camera_id or not visible.shows(hold):
        raise NotFound(Message("holds.not_found", hold=hold_id, camera=camera_id))
    if hold.lifted_at is not None or hold.until <= now:
        raise Conflict(Message("holds.over_already"))
    hold.lifted_by = by
    hold.lifted_at = now
    return hold


def in_force(session: Session, now: datetime) -> list[Hold]:
    """Every town's holds that keep footage from being deleted at `now` (UTC)."""
    rows = session.exec(select(HoldRow).where(col(HoldRow.until) > now, col(HoldRow.lifted_at).is_(None)))
    return [Hold(row.camera_id, row.begins, row.ends) for row in rows]


def holds(session: Session, camera_id: str, visible: Visibility) -> list[HoldRow]:
    """A camera's holds, newest first, those that are over too."""
    query = select(HoldRow).where(HoldRow.camera_id == camera_id, visible.rows(HoldRow))
    return list(session.exec(query.order_by(col(HoldRow.placed_at).desc())))


def public_hold(hold: HoldRow, now: datetime) -> dict[str, Any]:
    """The hold as the API shows it."""
    return {
        "id": hold.id,
        "camera": hold.camera_id,
        "city": hold.city,
        "from": iso(hold.begins),
        "to": iso(hold.ends),
        "why": hold.why,
        "until": iso(hold.until),
        "placed_by": hold.placed_by,
        "placed_at": iso(hold.placed_at),
        "lifted_by": hold.lifted_by,
        "lifted_at": None if hold.lifted_at is None else iso(hold.lifted_at),
        "in_force": hold.lifted_at is None and hold.until > now,
    }
