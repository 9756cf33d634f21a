"""The stories of shifts: one is planned for somebody who works in the town, or taken off; both are on the trail."""

from datetime import datetime

from incidents.shifts import service
from incidents.shifts.tables import ShiftRow
from mapserver.access import people
from telemetry.access import Principal, Role, require_city, visibility
from telemetry.audit import service as audit
from telemetry.cities import City
from telemetry.errors import BadInput
from telemetry.messages import Message
from telemetry.store import Work


def plan_shift(
    work: Work, by: Principal, *, city: City, person: str, begins: datetime, ends: datetime, now: datetime
) -> ShiftRow:
    """A shift of `person`, in their role. Raises BadInput for who does not work in the town, Conflict, NotFound."""
    require_city(by, city, Message("shifts.noun"))
    name = person.strip().lower()
    user = next((one for one in people.working_in(work.session, city, by.scope) if one.name == name), None)
    if user is None:
        raise BadInput(Message("incidents.does_not_work_here", person=person[:60], town=city.facts.name))
    role = Role(user.role)
    row = service.plan(work, city, by.scope, person=name, role=role, begins=begins, ends=ends, by=by.name, now=now)
    _record(work, by, "plan_shift", row, now)
    return row


def cancel_shift(work: Work, by: Principal, shift_id: str, *, now: datetime) -> None:
    """Take a shift off; one that has begun ends now. Raises Conflict, NotFound."""
    row = service.get(work.session, shift_id, visibility(by))
    _record(work, by, "cancel_shift", row, now)
    service.cancel(work, row, now=now)


def _record(work: Work, by: Principal, action: str, row: ShiftRow, now: datetime) -> None:
    detail = Message("shifts.detail", begins=row.begins, ends=row.ends)
    audit.record(work.session, by, action, f"user {row.person}", city=City(row.city), at=now, detail=detail)
