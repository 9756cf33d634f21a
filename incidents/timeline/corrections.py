"""A correction is an entry that strikes another through: the earlier one stays, with who did it and why.

It is taken back by an entry too. What an entry did stays done: striking out that somebody was sent calls nobody back.
"""

from datetime import datetime

from sqlmodel import Session, select

from incidents.timeline.service import change, checked, write_entry
from incidents.timeline.struck import struck_of
from incidents.timeline.tables import EntryKind, IncidentRow, TimelineRow
from telemetry.access import Permission, Principal, Role
from telemetry.errors import BadInput, Conflict, NotAllowed, NotFound
from telemetry.messages import Message
from telemetry.store import Work

CORRECTABLE = frozenset({EntryKind.NOTE, EntryKind.RESPONSE, EntryKind.DISPATCH})
"""What a person says. What they decide is changed by deciding otherwise."""
CORRECTS_OTHERS = frozenset({Role.COORDINATOR, Role.SUPERVISOR})
"""Roles that correct what others wrote."""


def correct(work: Work, row: IncidentRow, seq: int, *, text: str, reason: str, by: Principal, now: datetime) -> None:
    """Strike the entry `seq` through, and write `text` in its place unless it is empty.

    Raises NotFound, BadInput without a reason or for an entry that no person said, NotAllowed for what somebody else
    wrote, Conflict when it is struck through already.
    """
    entry = _correctable(work.session, row, seq, by)
    text = checked(text)
    reason = _needed(reason)
    if _is_struck(work.session, row, seq):
        raise Conflict(Message("corrections.struck_already", seq=seq))
    said = Message("timeline.struck", seq=seq, reason=reason)
    if text:
        said = Message("timeline.corrected", seq=seq, text=text, reason=reason)
    write_entry(work, row, EntryKind.CORRECTION, said, who=by.name, at=now, happened_at=entry.happened_at)
    work.tell(change(row))


def take_back(work: Work, row: IncidentRow, seq: int, *, reason: str, by: Principal, now: datetime) -> None:
    """Let the entry `seq` stand again. Raises as `correct` does, Conflict when it is not struck through."""
    entry = _correctable(work.session, row, seq, by)
    reason = _needed(reason)
    if not _is_struck(work.session, row, seq):
        raise Conflict(Message("corrections.stands_already", seq=seq))
    said = Message("timeline.stands_again", seq=seq, reason=reason)
    write_entry(work, row, EntryKind.CORRECTION, said, who=by.name, at=now, happened_at=entry.happened_at)
    work.tell(change(row))


def said_by_person(kind: str, *, worded: bool) -> bool:
    """Whether an entry is what a person said; `worded`: the program chose its words, as in a note of its own."""
    return kind in CORRECTABLE and not (kind == EntryKind.NOTE and worded)


def may_correct(by: Principal, who: str) -> bool:
    """Whether `by` may correct what `who` said."""
    return who == by.name or (by.role in CORRECTS_OTHERS and by.may(Permission.WORK_INCIDENTS))


def _correctable(session: Session, row: IncidentRow, seq: int, by: Principal) -> TimelineRow:
    query = select(TimelineRow).where(TimelineRow.incident_id == row.id, TimelineRow.seq == seq)
    entry = session.exec(query).first()
    if entry is None:
        raise NotFound(Message("corrections.no_entry", seq=seq))
    if not said_by_person(entry.kind, worded=entry.message is not None):
        raise BadInput(Message("corrections.not_said", seq=seq))
    if not may_correct(by, entry.who):
        raise NotAllowed(Message("corrections.not_yours", who=entry.who))
    return entry


def _is_struck(session: Session, row: IncidentRow, seq: int) -> bool:
    return seq in struck_of(session, [row.id]).get(row.id, {})


def _needed(reason: str) -> str:
    reason = checked(reason)
    if not reason:
        raise BadInput(Message("corrections.needs_reason"))
    return reason
