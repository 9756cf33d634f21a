"""Whoever goes to an incident says so: going, there, done."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy
from sqlmodel import Session, col, select

from incidents.merging import State
from incidents.timeline.service import change, checked, write_entry
from incidents.timeline.struck import struck_of
from incidents.timeline.tables import EntryKind, IncidentRow, TimelineRow
from telemetry.errors import Conflict
from telemetry.messages import Message
from telemetry.store import Work
from telemetry.visibility import Visibility


class ResponseStep(StrEnum):
    """How far somebody has come with an incident."""

    GOING = "going"
    THERE = "there"
    DONE = "done"


def respond(work: Work, row: IncidentRow, step: ResponseStep, *, by: str, note: str, now: datetime) -> None:
    """`by` says how far they have come, and works on it from then on. Raises Conflict for a closed incident, and when
    they have said so already."""
    note = checked(note)
    if not State(row.state).open:
        raise Conflict(Message("incidents.closed_already"))
    if last_step(work.session, row.id, by) is step:
        raise Conflict(Message("incidents.step_already", step=step))
    said = Message("timeline.response", step=step)
    if note:
        said = Message("timeline.response_because", step=step, reason=note)
    if step is not ResponseStep.DONE:
        row.assigned = sorted({*(row.assigned or []), by})
    write_entry(work, row, EntryKind.RESPONSE, said, who=by, at=now)
    work.tell(change(row))


def last_step(session: Session, incident_id: str, who: str) -> ResponseStep | None:
    """How far `who` last said that they have come; None: they said nothing."""
    query = (
        select(TimelineRow.seq, TimelineRow.message)
        .where(TimelineRow.incident_id == incident_id, TimelineRow.kind == EntryKind.RESPONSE, TimelineRow.who == who)
        .order_by(col(TimelineRow.seq).desc())
    )
    wrong = struck_of(session, [incident_id]).get(incident_id, {})
    for seq, message in session.exec(query):
        if seq not in wrong and message is not None:
            return ResponseStep(message["params"]["step"])
    return None


def assigned(session: Session, visible: Visibility) -> list[tuple[str, list[str]]]:
    """The open incidents of `visible` on which people work, each by its id, and who they are."""
    query = select(IncidentRow.id, IncidentRow.assigned).where(
        visible.rows(IncidentRow),
        col(IncidentRow.state).in_([state for state in State if state.open]),
        sqlalchemy.cast(IncidentRow.assigned, sqlalchemy.String).like("[_%]"),
    )
    return [(incident_id, list(people)) for incident_id, people in session.exec(query) if people]
