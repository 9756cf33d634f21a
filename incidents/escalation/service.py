"""Which incidents have waited too long for somebody to acknowledge them, and the step to the next person on shift."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from incidents.escalation.policy import EscalationPolicy
from incidents.escalation.tables import EscalationRow
from incidents.merging import State
from incidents.merging.titles import title_message
from incidents.shifts import service as shifts
from incidents.timeline import service as timeline
from incidents.timeline.tables import EntryKind, IncidentRow, TimelineRow
from telemetry.access import Role
from telemetry.cities import City
from telemetry.messages import ENGLISH, Message
from telemetry.scopes import Scope
from telemetry.store import Change, Work
from telemetry.visibility import Visibility

ACTOR = "escalation"
"""Who it is in timelines."""
OLDEST = timedelta(hours=24)
"""What came in before that goes to nobody any more: it is on everybody's list, and a server that starts after a long
pause must not ring for all of them."""


@dataclass(frozen=True)
class Waiting:
    """An incident that nobody has acknowledged in time."""

    incident_id: str
    waited: timedelta
    """Since it came in."""
    told: tuple[str | None, ...]
    """To whom it went before, in order."""


def overdue(session: Session, visible: Visibility, policy: EscalationPolicy, now: datetime) -> Iterator[Waiting]:
    """The incidents of `visible` that wait longer than `policy` allows since they came in, or since they went to
    somebody."""
    opened = (
        select(IncidentRow, TimelineRow.at)
        .join(TimelineRow, col(TimelineRow.incident_id) == col(IncidentRow.id))
        .where(visible.rows(IncidentRow), IncidentRow.state == State.NEW, TimelineRow.seq == 1)
        .where(TimelineRow.at > now - OLDEST)
        .order_by(col(IncidentRow.severity).desc(), col(TimelineRow.at))
    )
    rows = session.exec(opened).all()
    steps = _steps(session, [row.id for row, _ in rows])
    for row, came_in in rows:
        limit = policy.limit(row.category, row.severity)
        before = steps[row.id]
        since = before[-1].at if before else came_in
        if limit is not None and now - since >= limit:
            yield Waiting(row.id, now - came_in, tuple(step.person for step in before))


def next_person(on_shift: Sequence[str], told: Sequence[str | None]) -> str | None:
    """Who comes after those who were told, of `on_shift` in their order; the first of them has heard the alarm."""
    return next((person for person in on_shift[1:] if person not in told), None)


def escalate(work: Work, waiting: Waiting, now: datetime) -> bool:
    """Take the step to the next person, who answers for it from then on; whether one was taken.

    Where nobody else is on shift the timeline says so, once. Nothing is done to what somebody has acknowledged since.
    """
    row = work.session.get_one(IncidentRow, waiting.incident_id)
    if row.state != State.NEW:
        return False
    there = shifts.on_shift(work.session, Visibility.of(row), now)
    answering = [one.person for one in there if Role(one.role) in shifts.ANSWERS_FOR_INCIDENTS]
    person = next_person(list(dict.fromkeys(answering)), waiting.told)
    if person is None and None in waiting.told:
        return False
    step = EscalationRow(
        incident_id=row.id, step=len(waiting.told) + 1, city=row.city, scope=row.scope, at=now, person=person
    )
    work.session.add(step)
    row.owner = person or row.owner
    waited_s = waiting.waited.total_seconds()
    said = Message("timeline.escalated_to_nobody", waited_s=waited_s)
    if person is not None:
        said = Message("timeline.escalated", waited_s=waited_s, person=person)
    timeline.write_entry(work, row, EntryKind.ESCALATION, said, who=ACTOR, at=now)
    work.tell(timeline.change(row))
    if person is not None:
        work.tell(_news(row, person))
    return True


def _steps(session: Session, incident_ids: Sequence[str]) -> defaultdict[str, list[EscalationRow]]:
    found: defaultdict[str, list[EscalationRow]] = defaultdict(list)
    query = select(EscalationRow).where(col(EscalationRow.incident_id).in_(incident_ids))
    for row in session.exec(query.order_by(col(EscalationRow.step))):
        found[row.incident_id].append(row)
    return found


def _news(row: IncidentRow, person: str) -> Change:
    """What the person who has it now is told on whatever page they look at."""
    title = title_message(row.category, row.title)
    data = {
        "incident_id": row.id,
        "person": person,
        "title": title.text(ENGLISH.code),
        "title_message": title.to_json(),
        "simulated": row.simulated,
    }
    return Change("escalation", row.id, frozenset({City(row.city)}), Scope(row.scope), data)
