"""What can happen to incidents: an observation is accepted, a person changes the state or adds a note.

Acceptance is one unit of work: the observation, the incident it joins or opens and the timeline entry that says why are
committed together, so whoever got a receipt finds all three.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlmodel import Session

from incidents.merging import Decision, Incident, Reason, Rules, State, decide
from incidents.merging.incident import absorb, opened_by
from incidents.timeline import repository
from incidents.timeline.tables import EntryKind, IncidentObservationRow, IncidentRow, TimelineRow
from telemetry.cities import City
from telemetry.clock import iso
from telemetry.errors import BadInput, BadObservation, Conflict
from telemetry.observations import Observation, SourceKind
from telemetry.observations import repository as observations
from telemetry.store import Change, Work

NOTE_LIMIT = 4_000
"""Characters of a note or a reason."""


class Outcome(StrEnum):
    """What became of an observation that was handed in."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    """Known already, word for word as far as a timeline is concerned."""
    AMENDED = "amended"
    """Known already; it has since ended, or its source has become surer."""


@dataclass(frozen=True)
class Receipt:
    """The answer to whoever handed an observation in; once given, it is kept for good."""

    observation_id: str
    outcome: Outcome
    incident_id: str | None

    def public(self) -> dict[str, Any]:
        """JSON-ready."""
        return {"observation_id": self.observation_id, "outcome": self.outcome, "incident_id": self.incident_id}


def accept(work: Work, arrived: Sequence[Observation], *, now: datetime, rules: Rules) -> list[Receipt]:
    """Take `arrived` in, in order, at `now` (UTC): one receipt each. All or nothing with the caller's unit of work."""
    return [_accept_one(work, observation, now=now, rules=rules) for observation in arrived]


def change_state(work: Work, row: IncidentRow, to: State, *, by: str, reason: str, now: datetime) -> None:
    """Move the incident to `to`. Raises Conflict when it is there already, BadInput when closing gives no reason."""
    before = State(row.state)
    reason = _checked(reason)
    if before is to:
        raise Conflict(f"the incident is {to.replace('_', ' ')} already")
    if not to.open and not reason:
        raise BadInput("closing an incident needs a reason; say in a few words what was found or done")
    row.state = to
    row.closed_at = None if to.open else now
    text = f"{before.replace('_', ' ')} → {to.replace('_', ' ')}" + (f": {reason}" if reason else "")
    _write(work, row, EntryKind.STATE, text, who=by, at=now)
    work.tell(change(row))


def add_note(work: Work, row: IncidentRow, text: str, *, by: str, now: datetime) -> None:
    """Add a note to the timeline. Raises BadInput when it is empty or too long."""
    text = _checked(text)
    if not text:
        raise BadInput("the note is empty; write what the next shift should know")
    _write(work, row, EntryKind.NOTE, text, who=by, at=now)
    work.tell(change(row))


def timeline(session: Session, incident_id: str) -> list[dict[str, Any]]:
    """The entries as the API shows them, in the order written, each with the observation it tells of."""
    rows = repository.entries(session, incident_id)
    seen = observations.get_many(session, {row.observation_id for row in rows if row.observation_id})
    by_id = {o.id: o for o in seen}
    return [_public_entry(row, by_id.get(row.observation_id or "")) for row in rows]


def public(row: IncidentRow) -> dict[str, Any]:
    """The incident as the API and the map show it."""
    return repository.incident_of(row).public()


def change(row: IncidentRow) -> Change:
    """The news of the incident for the live map."""
    return Change("incident", row.id, frozenset({City(row.city)}), public(row))


def _accept_one(work: Work, observation: Observation, *, now: datetime, rules: Rules) -> Receipt:
    known = observations.by_key(work.session, observation)
    if known is not None and known.city != observation.city:
        raise BadObservation(
            f"{'/'.join(observation.key)} is an observation of the other town; give the source an id of its own"
        )
    if known is not None:
        return _amend(work, known, observation, now=now)
    if observations.exists(work.session, observation.id):
        key = "/".join(observation.key)
        raise BadObservation(f"the id {observation.id} of {key} belongs to another observation; leave the id out")
    observation = observation.model_copy(update={"received_at": now})
    observations.save(work.session, observation)
    since = min(observation.started_at, now) - timedelta(seconds=rules.longest_window)
    known_incidents = repository.candidates(work.session, observation.city, since=since)
    decision = decide(observation, known_incidents, now=now, rules=rules)
    if decision.incident_id is not None:
        joined = next(i for i in known_incidents if i.id == decision.incident_id)
        row = _join(work, joined, observation, decision, now)
    elif rules[observation.category].opens:
        row = _open(work, observation, decision, now, rules)
    else:
        return Receipt(observation.id, Outcome.ACCEPTED, None)
    work.session.add(IncidentObservationRow(observation_id=observation.id, incident_id=row.id))
    work.session.flush()
    work.tell(change(row))
    return Receipt(observation.id, Outcome.ACCEPTED, row.id)


def _open(work: Work, observation: Observation, decision: Decision, now: datetime, rules: Rules) -> IncidentRow:
    incident = opened_by(observation, decision.at, rules[observation.category])
    row = repository.row_of(incident)
    work.session.add(row)
    work.session.flush()
    opening = f"Opened: {row.title}"
    _write(work, row, EntryKind.OPENED, opening, who="merging", at=now, happened_at=decision.at, why=decision.reasons)
    _write_observation(work, row, observation, decision, now, why=())
    return row


def _join(work: Work, joined: Incident, observation: Observation, decision: Decision, now: datetime) -> IncidentRow:
    row = work.session.get_one(IncidentRow, joined.id)
    repository.write(row, absorb(joined, observation, decision.at))
    _write_observation(work, row, observation, decision, now, why=decision.reasons)
    return row


def _amend(work: Work, known: Observation, again: Observation, *, now: datetime) -> Receipt:
    """Take over that it ended, grew surer or got a picture; anything else said twice is the same thing said twice."""
    update: dict[str, Any] = {}
    words = []
    if known.ended_at is None and again.ended_at is not None and again.ended_at >= known.started_at:
        update["ended_at"] = again.ended_at
        words.append(f"ended after {(again.ended_at - known.started_at).total_seconds():.0f} s")
    if again.confidence > known.confidence:
        update["confidence"] = again.confidence
        words.append(f"confidence {known.confidence:.0%} → {again.confidence:.0%}")
    if fresh := [m for m in again.media if m not in known.media]:
        update["media"] = (*known.media, *fresh)
        words.append(f"{len(fresh)} new picture{'s' * (len(fresh) > 1)}")
    incident_id = repository.incident_of_observation(work.session, known.id)
    if not update:
        return Receipt(known.id, Outcome.DUPLICATE, incident_id)
    amended = known.model_copy(update=update)
    observations.save(work.session, amended)
    if incident_id is not None:
        row = work.session.get_one(IncidentRow, incident_id)
        row.last_at = max(row.last_at, min(update.get("ended_at", row.last_at), now))
        text = f"{amended.summary or amended.category}: {', '.join(words)}"
        _write(work, row, EntryKind.AMENDED, text, who=_voice(known), at=now, observation_id=known.id)
        work.tell(change(row))
    return Receipt(known.id, Outcome.AMENDED, incident_id)


def _write_observation(
    work: Work, row: IncidentRow, observation: Observation, decision: Decision, now: datetime, why: Sequence[Reason]
) -> None:
    text = observation.summary or observation.category.replace("_", " ").capitalize()
    _write(
        work, row, EntryKind.OBSERVATION, text,
        who=_voice(observation), at=now, happened_at=decision.at, why=why, observation_id=observation.id,
    )  # fmt: skip


def _write(
    work: Work,
    row: IncidentRow,
    kind: EntryKind,
    text: str,
    *,
    who: str,
    at: datetime,
    happened_at: datetime | None = None,
    why: Sequence[Reason] = (),
    observation_id: str | None = None,
) -> None:
    row.entries += 1
    work.session.add(row)
    work.session.add(
        TimelineRow(
            incident_id=row.id,
            seq=row.entries,
            at=at,
            happened_at=happened_at or at,
            who=who,
            kind=kind,
            text=text,
            why=[reason.public() for reason in why],
            observation_id=observation_id,
        )
    )
    work.session.flush()


def _checked(text: str) -> str:
    text = text.strip()
    if len(text) > NOTE_LIMIT:
        raise BadInput(f"the text has {len(text):,} characters; keep it under {NOTE_LIMIT:,}")
    return text


def _voice(observation: Observation) -> str:
    kind, name = observation.source.kind, observation.source.id
    return name if kind is SourceKind.INSPECTOR else f"{kind.replace('_', ' ')} {name}"


def _public_entry(row: TimelineRow, observation: Observation | None) -> dict[str, Any]:
    return {
        "seq": row.seq,
        "at": iso(row.at),
        "happened_at": iso(row.happened_at),
        "who": row.who,
        "kind": row.kind,
        "text": row.text,
        "why": row.why,
        "observation": None if observation is None else observation.model_dump(mode="json"),
    }
