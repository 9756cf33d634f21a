"""What people do to incidents and see of them: a state is changed, a note is added, the timeline is read.

What observations do to them is `acceptance.py`.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlmodel import Session

from incidents.attachments import service as attachments
from incidents.attachments.tables import AttachmentRow
from incidents.closing.codes import ClosingCode
from incidents.grouping.witnesses import device_of
from incidents.merging import State
from incidents.timeline import incident_index, repository, transitions
from incidents.timeline.clock_entries import Clocks, clocks
from incidents.timeline.search_words import index_entry
from incidents.timeline.struck import StruckThrough, struck
from incidents.timeline.tables import CHAINED_TIMELINE, EntryKind, IncidentRow, TimelineRow
from incidents.timeline.transitions import Transition
from telemetry import chain
from telemetry.clock import iso
from telemetry.errors import BadInput
from telemetry.messages import ENGLISH, Message, as_message, kept, written
from telemetry.observations import Observation, answers
from telemetry.observations import repository as observations
from telemetry.store import Change, Work

CLOCK_SLACK = timedelta(minutes=1)
"""So far ahead of ours the clock of somebody may be who says when something happened."""
NOTE_LIMIT = 4_000
"""Characters of a note or a reason."""


class TimelineOrder(StrEnum):
    """The order in which a timeline is read."""

    HAPPENED = "happened"
    """As things happened, by the clocks of those who saw them."""
    WRITTEN = "written"
    """As they were written down: the record."""


def take(
    work: Work,
    row: IncidentRow,
    transition: Transition,
    *,
    by: str,
    reason: str,
    now: datetime,
    code: ClosingCode | None = None,
) -> None:
    """Do `transition` with the incident; who acknowledges one without an owner answers for it from then on.

    Raises Conflict where the transition does not start from its state, BadInput where a reason is missing.
    """
    before = State(row.state)
    rule = transitions.require(transition, before)
    reason = checked(reason)
    if rule.needs_reason and not reason:
        raise BadInput(
            Message("incidents.reopening_needs_reason" if rule.to.open else "incidents.closing_needs_reason")
        )
    row.state = rule.to
    row.closed_at = None if rule.to.open else now
    row.closing_code = None if code is None else code.name
    if transition in (Transition.ACKNOWLEDGE, Transition.REOPEN) and row.owner is None:
        row.owner = by
    incident_index.update(work.session, [repository.incident_of(row)])
    if not rule.to.open:
        repository.review_observations(work.session, row.id)
    write_entry(work, row, EntryKind.STATE, _moved(before, rule.to, reason, code), who=by, at=now)
    work.tell(change(row))


def _moved(before: State, after: State, reason: str, code: ClosingCode | None) -> Message:
    if code is not None:
        return Message(
            "timeline.state_by_code", before=before, after=after, ending=code.title, reason=reason, name=code.name
        )
    if reason:
        return Message("timeline.state_because", before=before, after=after, reason=reason)
    return Message("timeline.state", before=before, after=after)


def add_note(
    work: Work, row: IncidentRow, text: str, *, by: str, now: datetime, happened_at: datetime | None = None
) -> int:
    """Add a note to the timeline, about `happened_at` (UTC) if it is about another moment than `now`; its number.

    Raises BadInput when it is empty or too long, or about what has not happened yet.
    """
    text = checked(text)
    if not text:
        raise BadInput(Message("incidents.note_empty"))
    if happened_at is not None and happened_at > now + CLOCK_SLACK:
        raise BadInput(Message("incidents.note_of_later"))
    write_entry(work, row, EntryKind.NOTE, written(text), who=by, at=now, happened_at=happened_at)
    work.tell(change(row))
    return row.entries


def tell_decision(work: Work, row: IncidentRow, said: Message, *, by: str, now: datetime) -> None:
    """Write that a person decided what belongs together."""
    write_entry(work, row, EntryKind.DECISION, said, who=by, at=now)
    work.tell(change(row))


def tell_note(work: Work, row: IncidentRow, said: Message, *, by: str, now: datetime) -> None:
    """Add a note that the program words, `said`, to the timeline."""
    write_entry(work, row, EntryKind.NOTE, said, who=by, at=now)
    work.tell(change(row))


def timeline(session: Session, incident_id: str, order: TimelineOrder = TimelineOrder.WRITTEN) -> list[dict[str, Any]]:
    """The entries as the API shows them, each with the observation it tells of."""
    rows = repository.entries(session, incident_id)
    struck_through = struck(rows)
    offsets = clocks(rows)
    files = attachments.of_incident(session, incident_id)
    ids = {row.observation_id for row in rows if row.observation_id}
    by_id = {seen.id: seen for seen in observations.get_many(session, ids)}
    home = repository.incidents_of_observations(session, sorted(ids))
    happened = {row.seq: _happened_at(row, by_id.get(row.observation_id or ""), offsets) for row in rows}
    if order is TimelineOrder.HAPPENED:
        rows.sort(key=lambda row: (happened[row.seq], row.seq))
    return [
        {
            **_public_entry(
                row, by_id.get(row.observation_id or ""), home, struck_through.get(row.seq), files.get(row.seq)
            ),
            "happened_at": iso(happened[row.seq]),
            "clock_ahead_s": _ahead_s(row, by_id.get(row.observation_id or ""), offsets),
        }
        for row in rows
    ]


def public(row: IncidentRow) -> dict[str, Any]:
    """The incident as the API shows it."""
    return {
        **repository.incident_of(row).public(),
        "owner": row.owner,
        "assigned": row.assigned or [],
        "closing_code": row.closing_code,
        "transitions": transitions.allowed(State(row.state)),
    }


def headline(row: IncidentRow) -> dict[str, Any]:
    """The incident as maps and lists show it: how many observations it has, not which."""
    return repository.incident_of(row).headline()


def title(row: IncidentRow) -> Message:
    """What it is called."""
    return repository.incident_of(row).title_message


def change(row: IncidentRow) -> Change:
    """The news of the incident for the live map."""
    incident = repository.incident_of(row)
    return Change("incident", row.id, frozenset({incident.city}), incident.scope, incident.headline(ENGLISH.code))


def write_entry(
    work: Work,
    row: IncidentRow,
    kind: EntryKind,
    said: Message,
    *,
    who: str,
    at: datetime,
    happened_at: datetime | None = None,
) -> None:
    """Append what `who` did at `at` (UTC) to the timeline, or said then of what happened at `happened_at`."""
    row.entries += 1
    work.session.add(row)
    entry = TimelineRow(
        incident_id=row.id,
        seq=row.entries,
        at=at,
        happened_at=happened_at or at,
        who=who,
        kind=kind,
        text=str(said),
        message=kept(said),
        why=[],
    )
    work.session.add(entry)
    chain.append(work.session, row.city, CHAINED_TIMELINE, entry, at=at)
    work.session.flush()
    index_entry(work.session, row, entry)


def checked(text: str) -> str:
    """What a person wrote, without blanks around it. Raises BadInput when it is too long."""
    text = text.strip()
    if len(text) > NOTE_LIMIT:
        raise BadInput(Message("incidents.text_too_long", length=len(text), limit=NOTE_LIMIT))
    return text


def _public_reason(kept: dict[str, Any]) -> dict[str, Any]:
    """A reason with its words; those of before there were messages are shown as they were written."""
    if "code" not in kept:
        return kept
    return {**kept, "text": Message.from_json(kept).text()}


def _happened_at(row: TimelineRow, seen: Observation | None, offsets: Clocks) -> datetime:
    """When what the entry tells happened, UTC: by the source's clock as it is read now, where it tells of an
    observation."""
    if seen is None or row.kind != EntryKind.OBSERVATION or device_of(seen) not in offsets:
        return row.happened_at
    at = seen.started_at - timedelta(seconds=offsets[device_of(seen)])
    return min(at, seen.received_at or at)


def _ahead_s(row: TimelineRow, seen: Observation | None, offsets: Clocks) -> float | None:
    if seen is None or row.kind != EntryKind.OBSERVATION:
        return None
    return offsets.get(device_of(seen)) or None


def _public_entry(
    row: TimelineRow,
    observation: Observation | None,
    home: Mapping[str, str],
    struck_through: StruckThrough | None,
    file: AttachmentRow | None,
) -> dict[str, Any]:
    belongs_to = home.get(row.observation_id or "", row.incident_id)
    return {
        "seq": row.seq,
        "at": iso(row.at),
        "who": row.who,
        "kind": row.kind,
        **as_message(row.message or row.text).to_answer(),
        "why": [_public_reason(reason) for reason in row.why],
        "observation": None if observation is None else answers.public(observation),
        "moved_to": None if belongs_to == row.incident_id else belongs_to,
        "struck": None if struck_through is None else struck_through.public(),
        "file": None if file is None else attachments.public(file),
    }
