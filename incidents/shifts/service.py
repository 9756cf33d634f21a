"""Planning shifts, and the question who is on shift. One verb a function; the caller's work commits.

Knows no users: whether a person may take a shift is for the caller to ask.
"""

import uuid
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from incidents.shifts.tables import ShiftRow
from telemetry.access import Role
from telemetry.cities import City
from telemetry.clock import iso
from telemetry.errors import BadInput, Conflict, NotFound
from telemetry.messages import Message
from telemetry.scopes import Scope
from telemetry.store import Change, Work
from telemetry.visibility import Visibility

LONGEST = timedelta(hours=24)
ORDER = (Role.COORDINATOR, Role.SUPERVISOR, Role.INSPECTOR, Role.PILOT)
"""Who is named first, of those on shift."""
ANSWERS_FOR_INCIDENTS = frozenset({Role.COORDINATOR, Role.SUPERVISOR})
"""Roles of which one must be on shift, so that somebody takes incidents."""


def plan(
    work: Work,
    city: City,
    scope: Scope,
    *,
    person: str,
    role: Role,
    begins: datetime,
    ends: datetime,
    by: str,
    now: datetime,
) -> ShiftRow:
    """A new shift. Raises BadInput for one that is over before it begins, lies in the past or lasts more than a day,
    Conflict where it overlaps another of the person in the town."""
    if ends <= begins:
        raise BadInput(Message("shifts.ends_before_it_begins"))
    if ends - begins > LONGEST:
        raise BadInput(Message("shifts.too_long", longest_h=LONGEST / timedelta(hours=1)))
    if ends <= now:
        raise BadInput(Message("shifts.past"))
    town = Visibility(frozenset({city}), scope)
    for other in between(work.session, town, begins, ends):
        if other.person == person:
            raise Conflict(Message("shifts.overlaps", person=person, begins=other.begins, ends=other.ends))
    row = ShiftRow(
        id=f"shift-{uuid.uuid4().hex[:12]}",
        city=city,
        scope=scope,
        person=person,
        role=role,
        begins=begins,
        ends=ends,
        planned_by=by,
        planned_at=now,
    )
    work.session.add(row)
    work.session.flush()  # the next question reads it
    work.tell(_change(row, public(row)))
    return row


def cancel(work: Work, row: ShiftRow, *, now: datetime) -> None:
    """Take a shift off. One that has begun ends now; Raises Conflict for one that is over, which is on record."""
    if row.ends <= now:
        raise Conflict(Message("shifts.over"))
    if row.begins < now:
        row.ends = now
        work.session.add(row)
        work.tell(_change(row, public(row)))
    else:
        work.session.delete(row)
        work.tell(_change(row, None))
    work.session.flush()  # the next question reads it


def get(session: Session, shift_id: str, visible: Visibility) -> ShiftRow:
    """The shift, if it is in `visible`. Raises NotFound."""
    row = session.get(ShiftRow, shift_id)
    if row is None or not visible.shows(row):
        raise NotFound(Message("shifts.not_found", shift=shift_id))
    return row


def between(session: Session, visible: Visibility, begins: datetime, ends: datetime) -> list[ShiftRow]:
    """The shifts of `visible` that touch the time from `begins` to `ends`, in order of time."""
    query = select(ShiftRow).where(visible.rows(ShiftRow), ShiftRow.ends > begins, ShiftRow.begins < ends)
    return list(session.exec(query.order_by(col(ShiftRow.begins), col(ShiftRow.person))))


def on_shift(session: Session, visible: Visibility, at: datetime) -> list[ShiftRow]:
    """Who is on shift at `at` (UTC): coordinators first, of one role whose shift began first."""
    query = select(ShiftRow).where(visible.rows(ShiftRow), ShiftRow.begins <= at, ShiftRow.ends > at)
    return sorted(session.exec(query), key=lambda row: (ORDER.index(Role(row.role)), row.begins, row.person))


def is_planned_at_all(session: Session, visible: Visibility) -> bool:
    """Whether `visible` has shifts, at whatever time: a town that plans none is not without anybody."""
    return session.exec(select(ShiftRow.id).where(visible.rows(ShiftRow)).limit(1)).first() is not None


def public(row: ShiftRow) -> dict[str, Any]:
    """The shift as the API and pages show it."""
    return {
        "id": row.id,
        "city": row.city,
        "person": row.person,
        "role": row.role,
        "begins": iso(row.begins),
        "ends": iso(row.ends),
        "planned_by": row.planned_by,
        "planned_at": iso(row.planned_at),
        "simulated": not Scope(row.scope).is_live,
    }


def _change(row: ShiftRow, data: dict[str, Any] | None) -> Change:
    return Change("shift", row.id, frozenset({City(row.city)}), Scope(row.scope), data)
