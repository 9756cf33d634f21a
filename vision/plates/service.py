"""The watch list: who adds a plate, prolongs it, removes it, and where it was met. All of it is in the audit trail."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from telemetry.access import Principal, Role
from telemetry.audit import service as audit
from telemetry.cities import City
from telemetry.clock import iso
from telemetry.errors import BadInput, Conflict, NotFound
from telemetry.messages import Message
from telemetry.scopes import Scope
from telemetry.store import ALWAYS, Between, Page, SortKey, Work, read_page
from telemetry.visibility import Visibility
from vision.plates.tables import PlateHitRow, WatchEntryRow
from vision.plates.watch_list_match import normal_pattern

LONGEST_WATCH = timedelta(days=365)


def add(
    work: Work, *, city: City, plate: str, reason: str, expires_at: datetime, by: Principal, now: datetime
) -> WatchEntryRow:
    """Look for `plate` until `expires_at` (UTC). Raises BadInput."""
    if not reason.strip():
        raise BadInput(Message("plates.reason_missing"))
    _check_expiry(expires_at, now)
    row = WatchEntryRow(
        id=str(uuid.uuid4()),
        city=city,
        scope=by.scope,
        plate=normal_pattern(plate),
        reason=reason.strip()[:500],
        expires_at=expires_at,
        added_by=by.name,
        added_at=now,
    )
    work.session.add(row)
    work.session.flush()
    _audit(
        work,
        row,
        by,
        "watch_plate",
        now,
        Message("plates.audit.added", plate=row.plate, until=expires_at, reason=row.reason),
    )
    return row


def prolong(work: Work, row: WatchEntryRow, expires_at: datetime, *, by: Principal, now: datetime) -> None:
    """Let it expire at another time (UTC). Raises BadInput; Conflict when it was removed."""
    _require_present(row)
    _check_expiry(expires_at, now)
    _audit(
        work,
        row,
        by,
        "prolong_watch",
        now,
        Message("plates.audit.prolonged", plate=row.plate, before=row.expires_at, until=expires_at),
    )
    row.expires_at = expires_at
    work.session.add(row)


def remove(work: Work, row: WatchEntryRow, *, by: Principal, now: datetime) -> None:
    """Look for it no more. Raises Conflict when it was removed already."""
    _require_present(row)
    row.removed_by = by.name
    row.removed_at = now
    work.session.add(row)
    _audit(work, row, by, "unwatch_plate", now, row.plate)


def get(session: Session, entry_id: str, visible: Visibility) -> WatchEntryRow:
    """The entry, if it is one of `visible`. Raises NotFound."""
    row = session.get(WatchEntryRow, entry_id)
    if row is None or not visible.shows(row):
        raise NotFound(Message("plates.entry_not_found", entry=entry_id))
    return row


def listed(session: Session, visible: Visibility, *, now: datetime) -> list[WatchEntryRow]:
    """What is looked for in `visible` at `now` (UTC), the next to expire first."""
    query = select(WatchEntryRow).where(
        visible.rows(WatchEntryRow),
        col(WatchEntryRow.removed_at).is_(None),
        col(WatchEntryRow.expires_at) > now,
    )
    return list(session.exec(query.order_by(col(WatchEntryRow.expires_at), col(WatchEntryRow.id))))


def hits(
    session: Session, visible: Visibility, *, limit: int, cursor: str | None = None, between: Between = ALWAYS
) -> Page[tuple[PlateHitRow, WatchEntryRow]]:
    """The hits with what was looked for, newest first: one page. Raises BadInput on another list's cursor."""
    query = (
        select(PlateHitRow, WatchEntryRow)
        .join(WatchEntryRow, col(WatchEntryRow.id) == col(PlateHitRow.entry_id))
        .where(visible.rows(PlateHitRow))
    )
    order = [SortKey(col(PlateHitRow.at), datetime, descending=True), SortKey(col(PlateHitRow.observation_id), str)]
    rows = read_page(session, between.narrow(query, col(PlateHitRow.at)), order, limit=limit, cursor=cursor)
    return Page([(hit, entry) for hit, entry in rows], total=rows.total, next_cursor=rows.next_cursor)


def public(row: WatchEntryRow) -> dict[str, Any]:
    """The entry as the API and the page show it."""
    return {
        "id": row.id,
        "city": row.city,
        "plate": row.plate,
        "reason": row.reason,
        "expires_at": iso(row.expires_at),
        "added_by": row.added_by,
        "added_at": iso(row.added_at),
        "removed_by": row.removed_by,
        "removed_at": None if row.removed_at is None else iso(row.removed_at),
    }


def public_hit(hit: PlateHitRow, entry: WatchEntryRow) -> dict[str, Any]:
    """The hit as the API and the page show it."""
    return {
        "observation_id": hit.observation_id,
        "entry_id": hit.entry_id,
        "city": hit.city,
        "at": iso(hit.at),
        "plate": hit.plate,
        "camera": hit.camera,
        "exact": hit.exact,
        "wanted": entry.plate,
        "reason": entry.reason,
    }


def write_down(
    work: Work, entry: WatchEntryRow, *, observation_id: str, plate: str, camera: str, exact: bool, read_at: datetime,
    now: datetime,
) -> None:  # fmt: skip
    """Keep that `plate` was read by `camera` at `read_at` (UTC); once for an observation, however often it is told."""
    if work.session.get(PlateHitRow, observation_id) is not None:
        return
    work.session.add(
        PlateHitRow(
            observation_id=observation_id,
            entry_id=entry.id,
            city=entry.city,
            scope=entry.scope,
            at=read_at,
            plate=plate,
            camera=camera,
            exact=exact,
        )
    )
    work.session.flush()
    facts = {"plate": plate, "camera": camera, "wanted": entry.plate}
    detail = Message("plates.audit.hit", **facts)
    if not exact:
        detail = Message("plates.audit.alike", **facts)
    reader = Principal(camera, Role.DEVICE, City(entry.city), Scope(entry.scope))
    _audit(work, entry, reader, "plate_hit", now, detail)


def _audit(work: Work, row: WatchEntryRow, by: Principal, action: str, now: datetime, detail: Message | str) -> None:
    audit.record(work.session, by, action, f"watch entry {row.id}", city=City(row.city), at=now, detail=detail)


def _require_present(row: WatchEntryRow) -> None:
    if row.removed_at is not None:
        raise Conflict(Message("plates.removed_already", plate=row.plate, removed_by=row.removed_by))


def _check_expiry(expires_at: datetime, now: datetime) -> None:
    if not now < expires_at <= now + LONGEST_WATCH:
        raise BadInput(Message("plates.bad_expiry", days=LONGEST_WATCH.days, until=expires_at))
