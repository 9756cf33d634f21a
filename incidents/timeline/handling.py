"""What people decide about an incident beside its state: how bad it is, who answers for it, who works on it."""

from collections.abc import Sequence
from datetime import datetime

from incidents.merging import Rules
from incidents.timeline import incident_index, judgements, repository, unsettled
from incidents.timeline.incident_index import Town
from incidents.timeline.service import change, checked, write_entry
from incidents.timeline.tables import EntryKind, IncidentRow
from telemetry.errors import BadInput, Conflict
from telemetry.messages import Message
from telemetry.positions import Position
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


def set_category(
    work: Work, row: IncidentRow, category: str | None, rules: Rules, *, by: str, reason: str, now: datetime
) -> None:
    """It is of this category; None: what its observations say decides again, a moment later. Raises BadInput without a
    reason or for a category that opens no incident, Conflict when that was said already."""
    reason = checked(reason)
    if not reason:
        raise BadInput(Message("incidents.category_needs_reason"))
    before = judgements.of_incidents(work.session, [row.id])[row.id].category
    if category == before:
        raise Conflict(Message("incidents.category_already", title=repository.incident_of(row).title_message))
    if category is None:
        said = Message("timeline.category_by_merging", category=None, reason=reason)
    else:
        if category not in rules.by_name or not rules[category].opens:
            raise BadInput(Message("incidents.no_category", category=category[:60]))
        said = Message("timeline.category", category=category, reason=reason)
        row.category = category
        row.title = rules[category].title
    write_entry(work, row, EntryKind.CATEGORY, said, who=by, at=now)
    _changed(work, row, now)


def set_place(work: Work, row: IncidentRow, place: Position | None, *, by: str, reason: str, now: datetime) -> None:
    """It is there; None: where its observations say decides again, a moment later. Raises BadInput without a reason,
    Conflict when that was said already."""
    reason = checked(reason)
    if not reason:
        raise BadInput(Message("incidents.place_needs_reason"))
    if place is not None:
        place = Position(lat=place.lat, lon=place.lon, accuracy_m=place.accuracy_m)
    if place == judgements.of_incidents(work.session, [row.id])[row.id].place:
        raise Conflict(Message("incidents.place_already"))
    if place is None:
        said = Message("timeline.place_by_merging", lat=None, reason=reason)
    else:
        said = Message("timeline.place", lat=place.lat, lon=place.lon, accuracy_m=place.accuracy_m, reason=reason)
        row.lat = place.lat
        row.lon = place.lon
        row.accuracy_m = place.accuracy_m
    write_entry(work, row, EntryKind.PLACE, said, who=by, at=now)
    _changed(work, row, now)


def _changed(work: Work, row: IncidentRow, now: datetime) -> None:
    """Have it found where and as what it is now, and settled again."""
    incident = repository.incident_of(row)
    work.session.flush()
    incident_index.update(work.session, [incident])
    town = Town(incident.city, incident.scope)
    unsettled.mark(work.session, [(incident.observation_ids[0], town)], now)
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
