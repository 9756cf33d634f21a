"""Who is named in a note, and what somebody has not read yet. One verb a function; the caller's work commits.

Knows no users: whom a note can name is for the caller to say.
"""

import re
import uuid
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from incidents.mentions.tables import MentionRow
from incidents.timeline import repository
from incidents.timeline import service as timeline
from incidents.timeline.tables import IncidentRow, TimelineRow
from telemetry.cities import City
from telemetry.clock import iso, iso_or_none
from telemetry.errors import NotFound
from telemetry.messages import Message
from telemetry.scopes import Scope
from telemetry.store import Change, Work
from telemetry.visibility import Visibility

_NAMED = re.compile(r"(?<![\w@.-])@([\w.-]*\w)")
"""What may be a name after an @; not the second half of an e-mail address."""
READ_SHOWN = 50
"""So many of those that were read are shown beside all that were not."""


def named(text: str, people: Collection[str]) -> list[str]:
    """Which of `people` the text names, as in `@ilze`, in the order of the text; another word after an @ is text."""
    found = (name.casefold() for name in _NAMED.findall(text))
    return [name for name in dict.fromkeys(found) if name in people]


def mention(work: Work, row: IncidentRow, people: Collection[str], text: str, *, by: str, now: datetime) -> None:
    """The last entry of the incident's timeline, `text`, reaches each of `people` whom it names, but not its writer."""
    for person in named(text, people):
        if person == by:
            continue
        told = MentionRow(
            id=f"mention-{uuid.uuid4().hex[:12]}",
            incident_id=row.id,
            seq=row.entries,
            city=row.city,
            scope=row.scope,
            person=person,
            said_by=by,
            at=now,
        )
        work.session.add(told)
        work.tell(_change(told))


def mark_read(work: Work, mention_id: str, person: str, visible: Visibility, now: datetime) -> MentionRow:
    """The person has read it; one that was read before stays as it is. Raises NotFound for that of somebody else."""
    row = work.session.get(MentionRow, mention_id)
    if row is None or row.person != person or not visible.shows(row):
        raise NotFound(Message("mentions.not_found", mention=mention_id[:60]))
    if row.read_at is None:
        row.read_at = now
        work.session.add(row)
        work.tell(_change(row))
    return row


def of_person(session: Session, person: str, visible: Visibility) -> list[MentionRow]:
    """All that the person has not read, newest first, then the last that they have."""
    mine = select(MentionRow).where(visible.rows(MentionRow), MentionRow.person == person)
    newest = mine.order_by(col(MentionRow.at).desc(), col(MentionRow.id))
    unread = session.exec(newest.where(col(MentionRow.read_at).is_(None))).all()
    read = session.exec(newest.where(col(MentionRow.read_at).is_not(None)).limit(READ_SHOWN)).all()
    return [*unread, *read]


def public(session: Session, row: MentionRow) -> dict[str, Any]:
    """The mention as the API and pages show it."""
    incident = repository.standing(session, session.get_one(IncidentRow, row.incident_id))
    note = session.exec(
        select(TimelineRow.text).where(TimelineRow.incident_id == row.incident_id, TimelineRow.seq == row.seq)
    ).one()
    return {
        "id": row.id,
        "incident_id": incident.id,
        "title": timeline.title(incident).text(),
        "severity": incident.severity,
        "city": row.city,
        "said_by": row.said_by,
        "text": note,
        "at": iso(row.at),
        "read_at": iso_or_none(row.read_at),
        "simulated": incident.simulated,
    }


def _change(row: MentionRow) -> Change:
    """The news for the person, who asks for the words: others of the town hear no more than that there is some."""
    data = {"person": row.person, "read": row.read_at is not None, "simulated": not Scope(row.scope).is_live}
    return Change("mention", row.id, frozenset({City(row.city)}), Scope(row.scope), data)
