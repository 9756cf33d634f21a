"""When a person left, what changed since, and who comes next. One verb a function; the caller's work commits."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from incidents.handovers.tables import HandoverReadRow
from incidents.shifts.tables import ShiftRow
from incidents.timeline import repository
from incidents.timeline.tables import IncidentRow, TimelineRow
from telemetry.store import Work
from telemetry.visibility import Visibility

WITHOUT_A_SHIFT = timedelta(hours=12)
"""So far back looks who never had a shift and never read a handover."""
NEXT_WITHIN = timedelta(hours=24)


@dataclass(frozen=True)
class ChangedIncident:
    """An incident to whose timeline something was written."""

    row: IncidentRow
    entries: int
    """How many since then."""
    last: TimelineRow


def left_at(session: Session, person: str, visible: Visibility, now: datetime) -> datetime:
    """Since when the person has not looked: their last shift's end, or when they last read the handover."""
    ended = session.exec(
        select(func.max(ShiftRow.ends)).where(visible.rows(ShiftRow), ShiftRow.person == person, ShiftRow.ends <= now)
    ).one()
    read = session.get(HandoverReadRow, person)
    moments = [moment for moment in (ended, None if read is None else read.read_at) if moment is not None]
    return max(moments, default=now - WITHOUT_A_SHIFT)


def mark_read(work: Work, person: str, now: datetime) -> None:
    """They have read it."""
    work.session.merge(HandoverReadRow(person=person, read_at=now))


def changed_since(session: Session, visible: Visibility, since: datetime) -> list[ChangedIncident]:
    """The incidents of `visible` to whose timelines something was written after `since`, the last changed first."""
    written = (
        select(
            col(TimelineRow.incident_id).label("incident"),
            func.count().label("entries"),
            func.max(TimelineRow.id).label("last"),
        )
        .join(IncidentRow, col(IncidentRow.id) == col(TimelineRow.incident_id))
        .where(visible.rows(IncidentRow), TimelineRow.at > since)
        .group_by(col(TimelineRow.incident_id))
        .subquery()
    )
    query = (
        select(IncidentRow, written.c.entries, TimelineRow)
        .join(written, written.c.incident == IncidentRow.id)
        .join(TimelineRow, written.c.last == TimelineRow.id)
        .order_by(col(TimelineRow.id))
    )
    found: dict[str, ChangedIncident] = {}
    for changed, entries, last in session.exec(query):
        row = repository.standing(session, changed)
        before = found.get(row.id)
        found[row.id] = ChangedIncident(row, entries if before is None else before.entries + entries, last)
    return sorted(found.values(), key=lambda one: one.last.at, reverse=True)


def next_shifts(session: Session, visible: Visibility, now: datetime) -> list[ShiftRow]:
    """The shifts that begin within a day, in order of time."""
    query = select(ShiftRow).where(visible.rows(ShiftRow), ShiftRow.begins > now, ShiftRow.begins <= now + NEXT_WITHIN)
    return list(session.exec(query.order_by(col(ShiftRow.begins), col(ShiftRow.person))))
