"""What happens to body cameras, kept: the rules are `transitions.py`'s. The caller's unit of work commits.

Who may say what, keys and assignments are not asked here: they belong to the floor above.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, func, select

from mobile_units.custody.tables import CHAINED_CUSTODY, CustodyCameraRow, CustodyEntryRow, CustodyFootageRow
from mobile_units.custody.transitions import after, issue_problem, possible
from mobile_units.custody.values import (
    CameraCustody,
    CustodyEvent,
    CustodyEventKind,
    CustodyState,
    OffloadedFile,
    StoredFootage,
)
from telemetry import chain
from telemetry.access import Principal
from telemetry.clock import iso, iso_or_none
from telemetry.errors import Conflict, NotFound
from telemetry.messages import Message
from telemetry.scopes import Scope
from telemetry.store import ALWAYS, Change, Page, SortKey, Work, read_page
from telemetry.units import service as units
from telemetry.units.tables import UnitKind, UnitRow
from telemetry.visibility import Visibility


@dataclass(frozen=True)
class KeptCamera:
    """A body camera with its custody."""

    unit: UnitRow
    row: CustodyCameraRow
    waiting: int
    """Files that came off it and are not verified."""
    verified: int
    """Files of it that are."""

    @property
    def issue_problem(self) -> Message | None:
        """Why nobody can take it as it is; None where somebody can."""
        return issue_problem(
            _custody(self.row, []),
            self.unit.name,
            battery=charge_of(self.unit, self.row),
            free_bytes=self.row.free_bytes,
        )

    def public(self) -> dict[str, Any]:
        """JSON-ready."""
        row = self.row
        return {
            "id": self.unit.id,
            "name": self.unit.name,
            "city": row.city,
            "state": row.state,
            "holder": row.holder,
            "since": iso_or_none(row.since),
            "stored": row.stored,
            "battery": charge_of(self.unit, row),
            "free_bytes": row.free_bytes,
            "read_at": iso_or_none(row.read_at),
            "offered_to": row.offered_to,
            "offload": _offload(row),
            "files_waiting": self.waiting,
            "files_verified": self.verified,
            "possible": [kind.value for kind in possible(_custody(row, []))],
            "simulated": self.unit.simulated,
        }


def get(session: Session, unit_id: str, visible: Visibility) -> KeptCamera:
    """The body camera. Raises NotFound for any other unit and for what `visible` does not show."""
    unit = units.get(session, unit_id, visible)
    if unit.kind != UnitKind.BODY_CAMERA:
        raise NotFound(Message("custody.no_body_camera", unit=unit.name))
    return _kept(session, [unit])[0]


def listed(session: Session, visible: Visibility) -> list[KeptCamera]:
    """Every body camera of `visible`, by id."""
    return _kept(session, [unit for unit in units.listed(session, visible) if unit.kind == UnitKind.BODY_CAMERA])


def held_by(session: Session, person: str, visible: Visibility) -> KeptCamera | None:
    """The body camera that the person carries."""
    return _first(session, visible, col(CustodyCameraRow.holder) == person)


def offered_to(session: Session, person: str, visible: Visibility) -> KeptCamera | None:
    """The body camera that somebody hands over to the person."""
    return _first(session, visible, col(CustodyCameraRow.offered_to) == person)


def last_of(session: Session, person: str, visible: Visibility) -> KeptCamera | None:
    """The body camera that the person gave back last, unless somebody carries it again."""
    entry = session.exec(
        select(CustodyEntryRow)
        .where(
            visible.rows(CustodyEntryRow),
            CustodyEntryRow.holder == person,
            CustodyEntryRow.event == CustodyEventKind.RETURN,
        )
        .order_by(col(CustodyEntryRow.id).desc())
    ).first()
    if entry is None:
        return None
    row = session.get(CustodyCameraRow, entry.unit_id)
    if row is None or row.holder is not None:
        return None
    return get(session, entry.unit_id, visible)


def require_possible(session: Session, unit: UnitRow, event: CustodyEvent) -> None:
    """Raises CustodyRefused when `event` cannot happen now; nothing happens."""
    after(_custody(row_of(session, unit), _waiting(session, unit.id)), event)


def happen(
    work: Work, unit: UnitRow, event: CustodyEvent, *, by: Principal, files: Iterable[CustodyFootageRow] = ()
) -> CustodyCameraRow:
    """Let `event` happen: state, entry and news in one. `files`: what is known of those of an `offload_done`.

    Raises CustodyRefused when the rules do not allow it, Conflict when its holder carries another camera.
    """
    row = row_of(work.session, unit)
    before = row.holder
    waiting = _waiting(work.session, unit.id)
    changed = after(_custody(row, waiting), event)
    row.city = str(units.duty_city(unit))
    row.state = changed.state
    row.holder = changed.holder
    row.since = changed.since
    row.stored = changed.stored
    row.wearers = sorted(changed.wearers)
    if changed.holder != before or changed.state is not CustodyState.ISSUED:
        row.offered_to = None
    if changed.state is not CustodyState.OFFLOADING:
        row.offload_name = None
        row.offload_done_bytes = None
        row.offload_total_bytes = None
    work.session.add(row)
    for footage in files:
        work.session.merge(footage)
    _keep_footage(work.session, unit, row, changed, event)
    entry = CustodyEntryRow(
        unit_id=unit.id,
        city=row.city,
        scope=unit.scope,
        at=event.at,
        event=event.kind,
        who=by.name,
        role=by.role,
        holder=before,
        new_holder=changed.holder,
        state=changed.state,
        facts=_facts(event),
    )
    work.session.add(entry)
    chain.append(work.session, entry.city, CHAINED_CUSTODY, entry, at=entry.at)
    try:
        work.session.flush()
    except IntegrityError as error:
        raise Conflict(Message("custody.taken_meanwhile", camera=event.camera)) from error
    work.tell(change(unit, row))
    return row


def note_reading(
    work: Work, unit: UnitRow, *, battery: float | None, free_bytes: int | None, now: datetime
) -> CustodyCameraRow:
    """Keep how the camera is charged (0..1) and how much is free on it, as a dock or a person says; None leaves it."""
    row = row_of(work.session, unit)
    if battery is not None:
        row.battery = battery
    if free_bytes is not None:
        row.free_bytes = free_bytes
    row.read_at = now
    work.session.add(row)
    work.tell(change(unit, row))
    return row


def note_progress(work: Work, unit: UnitRow, *, name: str, done_bytes: int, total_bytes: int) -> None:
    """Keep how far its offload is, while it is under way."""
    row = row_of(work.session, unit)
    if row.state != CustodyState.OFFLOADING:
        return
    row.offload_name = name[:200]
    row.offload_done_bytes = done_bytes
    row.offload_total_bytes = total_bytes
    work.session.add(row)
    work.tell(change(unit, row))


def offer(work: Work, unit: UnitRow, to: str) -> None:
    """Keep whom its holder hands it over to."""
    row = row_of(work.session, unit)
    row.offered_to = to
    work.session.add(row)
    work.tell(change(unit, row))


def row_of(session: Session, unit: UnitRow) -> CustodyCameraRow:
    """The camera's row; one that lay in the dock so far has a new one."""
    found = session.get(CustodyCameraRow, unit.id)
    if found is None:
        return CustodyCameraRow(unit_id=unit.id, city=str(units.duty_city(unit)), scope=unit.scope)
    return found


def charge_of(unit: UnitRow, row: CustodyCameraRow) -> float | None:
    """Its charge, 0..1: what was said last, by the dock or by the camera itself."""
    own_is_newer = row.read_at is None or (unit.updated_at is not None and unit.updated_at > row.read_at)
    if row.battery is None or (unit.battery is not None and own_is_newer):
        return unit.battery
    return row.battery


def entries(
    session: Session, unit: UnitRow, visible: Visibility, *, limit: int, cursor: str | None = None
) -> Page[dict[str, Any]]:
    """What happened to the camera, newest first: one page. Raises BadInput on another list's cursor."""
    query = select(CustodyEntryRow).where(visible.rows(CustodyEntryRow), CustodyEntryRow.unit_id == unit.id)
    order = [SortKey(col(CustodyEntryRow.id), int, descending=True)]
    rows = read_page(session, ALWAYS.narrow(query, col(CustodyEntryRow.at)), order, limit=limit, cursor=cursor)
    return Page([_entry(row) for row in rows], total=rows.total, next_cursor=rows.next_cursor)


def change(unit: UnitRow, row: CustodyCameraRow) -> Change:
    """The news of the camera's custody: that there is some; what it is, is asked for by who may see it."""
    return Change("custody", unit.id, units.cities_of(unit), Scope(unit.scope), {"id": unit.id, "state": row.state})


def _entry(row: CustodyEntryRow) -> dict[str, Any]:
    return {
        "at": iso(row.at),
        "event": row.event,
        "who": row.who,
        "role": row.role,
        "holder": row.holder,
        "new_holder": row.new_holder,
        "state": row.state,
        "facts": row.facts,
    }


def _first(session: Session, visible: Visibility, condition: Any) -> KeptCamera | None:
    row = session.exec(select(CustodyCameraRow).where(visible.rows(CustodyCameraRow), condition)).first()
    if row is None:
        return None
    return get(session, row.unit_id, visible)


def _kept(session: Session, found: list[UnitRow]) -> list[KeptCamera]:
    ids = [unit.id for unit in found]
    counted = session.exec(
        select(CustodyFootageRow.unit_id, CustodyFootageRow.verified, func.count())
        .where(col(CustodyFootageRow.unit_id).in_(ids))
        .group_by(CustodyFootageRow.unit_id, col(CustodyFootageRow.verified))
    )
    files = {(unit_id, verified): count for unit_id, verified, count in counted}
    return [
        KeptCamera(unit, row_of(session, unit), files.get((unit.id, False), 0), files.get((unit.id, True), 0))
        for unit in found
    ]


def _waiting(session: Session, unit_id: str) -> list[OffloadedFile]:
    rows = session.exec(
        select(CustodyFootageRow.sha256).where(CustodyFootageRow.unit_id == unit_id, ~col(CustodyFootageRow.verified))
    )
    return [OffloadedFile(sha256) for sha256 in rows]


def _custody(row: CustodyCameraRow, waiting: list[OffloadedFile]) -> CameraCustody:
    """What the rules look at: of the files, those that wait to be verified."""
    return CameraCustody(
        state=CustodyState(row.state),
        holder=row.holder,
        since=row.since,
        stored=StoredFootage(row.stored),
        wearers=frozenset(row.wearers),
        footage=tuple(waiting),
    )


def _keep_footage(
    session: Session, unit: UnitRow, row: CustodyCameraRow, changed: CameraCustody, event: CustodyEvent
) -> None:
    for file in changed.footage:
        if file.sha256 not in event.sha256:
            continue
        kept = session.get(CustodyFootageRow, (unit.id, file.sha256))
        if kept is None:
            kept = CustodyFootageRow(
                unit_id=unit.id, sha256=file.sha256, city=row.city, scope=unit.scope, offloaded_at=event.at
            )
        kept.verified = file.verified
        session.add(kept)


def _facts(event: CustodyEvent) -> dict[str, Any]:
    said = {
        "battery": event.battery,
        "free_bytes": event.free_bytes,
        "sha256": list(event.sha256),
        "confirmed_by": sorted(event.confirmed_by),
        "empty": event.is_empty,
    }
    return {name: value for name, value in said.items() if value not in (None, [], False)}


def _offload(row: CustodyCameraRow) -> dict[str, Any] | None:
    if row.offload_total_bytes is None:
        return None
    return {
        "name": row.offload_name,
        "done_bytes": row.offload_done_bytes or 0,
        "total_bytes": row.offload_total_bytes,
    }
