"""What people decide about an incident beside its state: how bad it is, who answers for it, who works on it."""

from collections.abc import Sequence
from datetime import datetime

from incidents.timeline.service import change, checked, write_entry
from incidents.timeline.tables import EntryKind, IncidentRow
from telemetry.errors import BadInput, Conflict
from telemetry.messages import Message
from telemetry.store import Work

WORST = 5
MOST_PEOPLE = 50


def set_severity(work: Work, row: IncidentRow, severity: int, *, by: str, reason: str, now: datetime) -> None:
    """It is as bad as `severity`, 1 to 5. Raises BadInput for another number or without a reason, Conflict when it is
    so already."""
    reason = checked(reason)
    if not 1 <= severity <= WORST:
        raise BadInput(Message("incidents.no_severity", severity=severity, worst=WORST))
    if not reason:
        raise BadInput(Message("incidents.severity_needs_reason"))
    if severity == row.severity:
        raise Conflict(Message("incidents.severity_already", severity=severity))
    said = Message("timeline.severity", before=row.severity, after=severity, reason=reason)
    row.severity = severity
    write_entry(work, row, EntryKind.SEVERITY, said, who=by, at=now)
    work.tell(change(row))


def set_owner(work: Work, row: IncidentRow, owner: str | None, *, by: str, reason: str, now: datetime) -> None:
    """`owner` answers for it from now on; None for nobody. Raises Conflict when that is so already."""
    reason = checked(reason)
    if owner == row.owner:
        raise Conflict(Message("incidents.owner_already", owner=owner))
    said = Message("timeline.owner", owner=owner)
    if reason:
        said = Message("timeline.owner_because", owner=owner, reason=reason)
    row.owner = owner
    write_entry(work, row, EntryKind.PEOPLE, said, who=by, at=now)
    work.tell(change(row))


def assign(work: Work, row: IncidentRow, people: Sequence[str], *, by: str, reason: str, now: datetime) -> None:
    """`people` work on it from now on, and nobody else. Raises Conflict when that is so already, BadInput for too many
    at once."""
    reason = checked(reason)
    wanted = sorted(set(people))
    if len(wanted) > MOST_PEOPLE:
        raise BadInput(Message("incidents.too_many_people", most=MOST_PEOPLE))
    if wanted == (row.assigned or []):
        raise Conflict(Message("incidents.assigned_already"))
    code = "timeline.assigned" if wanted else "timeline.nobody_assigned"
    said = Message(code, people=wanted)
    if reason:
        said = Message("timeline.because", what=said, reason=reason)
    row.assigned = wanted
    write_entry(work, row, EntryKind.PEOPLE, said, who=by, at=now)
    work.tell(change(row))
