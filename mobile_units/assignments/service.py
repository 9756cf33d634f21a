"""What can be done with an assignment: deploy, end, look up. The caller's unit of work commits.

Whether the holder and the zone exist is not asked here: they belong to other floors.
"""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, or_, select

from mobile_units.assignments.tables import AssignmentRow
from telemetry.cities import City
from telemetry.clock import iso
from telemetry.errors import BadInput, Conflict, NotFound
from telemetry.messages import Message
from telemetry.positions import Position
from telemetry.scopes import Scope
from telemetry.store import Change, Work
from telemetry.units import service as units
from telemetry.units.tables import UnitKind, UnitRow
from telemetry.visibility import Visibility

LONGEST_PURPOSE = 300


def deploy(
    work: Work,
    *,
    unit: UnitRow,
    zone_id: str,
    city: City,
    holder: str | None,
    purpose: str,
    position: Position | None,
    since: datetime,
    until: datetime | None,
    by: str,
    now: datetime,
    heading_deg: float | None = None,
) -> AssignmentRow:
    """Put a tower at `position`, or a body camera into the hands of `holder`, for the zone; the unit becomes deployed.

    `heading_deg` is where its camera looks, clockwise from true north. Raises BadInput when the request makes no sense
    for such a unit, Conflict when the unit or the holder is taken.
    """
    _require_sense(unit, city=city, holder=holder, purpose=purpose, position=position, since=since, until=until)
    _require_free(work.session, unit, holder)
    stands = position or units.position_of(unit)
    unit_id = unit.id  # read now: a failed flush takes the row's values away
    assignment = AssignmentRow(
        id=str(uuid.uuid4()),
        city=str(city),
        scope=unit.scope,
        unit_id=unit_id,
        zone_id=zone_id,
        holder=holder,
        purpose=purpose.strip(),
        since=since,
        until=until,
        made_by=by,
    )
    if stands is not None:
        assignment.lat = stands.lat
        assignment.lon = stands.lon
    work.session.add(assignment)
    try:
        work.session.flush()
    except IntegrityError as error:
        raise Conflict(Message("assignments.taken_meanwhile", unit=unit_id)) from error
    _tell_of_unit(work, unit, now, status="deployed", position=position, heading_deg=heading_deg)
    work.tell(change(assignment))
    return assignment


def end(work: Work, assignment: AssignmentRow, by: str, now: datetime) -> None:
    """Take the unit back; it becomes idle. Raises Conflict when that has happened already."""
    if assignment.ended_at is not None:
        raise Conflict(Message("assignments.ended_already", unit=assignment.unit_id, at=iso(assignment.ended_at)))
    assignment.ended_at = now
    assignment.ended_by = by
    work.session.add(assignment)
    work.session.flush()
    _tell_of_unit(work, work.session.get_one(UnitRow, assignment.unit_id), now, status="idle")
    work.tell(change(assignment))


def get(session: Session, assignment_id: str, visible: Visibility) -> AssignmentRow:
    """The assignment, if it is of `visible`. Raises NotFound."""
    assignment = session.get(AssignmentRow, assignment_id)
    if assignment is None or not visible.shows(assignment):
        raise NotFound(Message("assignments.none_such", assignment=assignment_id))
    return assignment


def listed(session: Session, visible: Visibility, *, ended: bool = False) -> list[AssignmentRow]:
    """The active assignments of `visible`, or with `ended` those of the past too; oldest first."""
    query = select(AssignmentRow).where(visible.rows(AssignmentRow))
    if not ended:
        query = query.where(col(AssignmentRow.ended_at).is_(None))
    return list(session.exec(query.order_by(col(AssignmentRow.since), col(AssignmentRow.id))))


def between(session: Session, visible: Visibility, begins: datetime, ends: datetime) -> list[AssignmentRow]:
    """Those of `visible` that hold at some time from `begins` to `ends` (UTC), ended or not; oldest first."""
    query = select(AssignmentRow).where(
        visible.rows(AssignmentRow),
        col(AssignmentRow.since) < ends,
        or_(col(AssignmentRow.ended_at).is_(None), col(AssignmentRow.ended_at) > begins),
    )
    return list(session.exec(query.order_by(col(AssignmentRow.since), col(AssignmentRow.id))))


def active_of_unit(session: Session, unit_id: str) -> AssignmentRow | None:
    """Where the unit is deployed now."""
    return session.exec(
        select(AssignmentRow).where(AssignmentRow.unit_id == unit_id, col(AssignmentRow.ended_at).is_(None))
    ).first()


def active_of_holder(session: Session, holder: str) -> AssignmentRow | None:
    """The camera that the inspector carries now."""
    return session.exec(
        select(AssignmentRow).where(AssignmentRow.holder == holder, col(AssignmentRow.ended_at).is_(None))
    ).first()


def public(assignment: AssignmentRow) -> dict[str, Any]:
    """The assignment as the API and the map show it."""
    return {
        "id": assignment.id,
        "city": assignment.city,
        "unit_id": assignment.unit_id,
        "zone_id": assignment.zone_id,
        "holder": assignment.holder,
        "purpose": assignment.purpose,
        "since": iso(assignment.since),
        "until": _iso(assignment.until),
        "ended_at": _iso(assignment.ended_at),
        "made_by": assignment.made_by,
    }


def _iso(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    return iso(moment)


def change(assignment: AssignmentRow) -> Change:
    """The news of the assignment for the live map, from which an ended one disappears."""
    gone = assignment.ended_at is not None
    return Change(
        "assignment",
        assignment.id,
        frozenset({City(assignment.city)}),
        Scope(assignment.scope),
        None if gone else public(assignment),
    )


def _require_sense(
    unit: UnitRow,
    *,
    city: City,
    holder: str | None,
    purpose: str,
    position: Position | None,
    since: datetime,
    until: datetime | None,
) -> None:
    if unit.kind == UnitKind.DRONE:
        raise BadInput(Message("assignments.drone_is_flown", unit=unit.id))
    if city not in units.cities_of(unit):
        raise BadInput(Message("assignments.other_town", unit=unit.id, town=city))
    if not 0 < len(purpose.strip()) <= LONGEST_PURPOSE:
        raise BadInput(Message("assignments.purpose_missing", most=LONGEST_PURPOSE, unit=unit.id))
    if until is not None and until <= since:
        raise BadInput(Message("assignments.ends_before", unit=unit.id, until=iso(until), since=iso(since)))
    if unit.kind == UnitKind.BODY_CAMERA and not (holder or "").strip():
        raise BadInput(Message("assignments.holder_missing", unit=unit.id))
    if unit.kind == UnitKind.TOWER and holder is not None:
        raise BadInput(Message("assignments.tower_has_no_holder", unit=unit.id))
    if unit.kind == UnitKind.TOWER and position is None:
        raise BadInput(Message("assignments.position_missing", unit=unit.id))


def _require_free(session: Session, unit: UnitRow, holder: str | None) -> None:
    taken = active_of_unit(session, unit.id)
    if taken is not None:
        facts = {"unit": unit.id, "zone": taken.zone_id, "since": taken.since}
        if taken.holder:
            raise Conflict(Message("assignments.taken_by", holder=taken.holder, **facts))
        raise Conflict(Message("assignments.taken", **facts))
    carried = None
    if holder is not None:
        carried = active_of_holder(session, holder)
    if carried is not None:
        raise Conflict(Message("assignments.carries_already", holder=holder, unit=carried.unit_id))


def _tell_of_unit(
    work: Work,
    unit: UnitRow,
    now: datetime,
    *,
    status: str,
    position: Position | None = None,
    heading_deg: float | None = None,
) -> None:
    # The unit's own clock may run ahead of ours; what a person decides counts all the same.
    at = now
    if unit.updated_at is not None:
        at = max(now, unit.updated_at)
    units.report(work, unit, units.UnitReport(at=at, position=position, heading_deg=heading_deg, status=status))
