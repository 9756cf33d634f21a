"""Sending somebody to an incident, and the times of each who was sent: all of it is in the timeline."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Session

from incidents.merging import State
from incidents.timeline import repository
from incidents.timeline.responding import ResponseStep
from incidents.timeline.service import change, write_entry
from incidents.timeline.struck import struck
from incidents.timeline.tables import EntryKind, IncidentRow, TimelineRow
from mission.flights.tables import FlightRow
from telemetry.clock import iso, iso_or_none
from telemetry.errors import Conflict
from telemetry.messages import Message
from telemetry.observations import repository as observations
from telemetry.store import Work


class ResponderKind(StrEnum):
    """What somebody is who can be sent."""

    INSPECTOR = "inspector"
    """A person on shift, with a car; with a body camera where they carry one."""
    TOWER = "tower"
    DRONE = "drone"


@dataclass(frozen=True)
class SentResponder:
    """Somebody who is sent, with how long the way takes."""

    kind: ResponderKind
    id: str
    """A person's name, a unit's id."""
    name: str
    away_m: float | None
    travel_s: float | None
    """None where it is not known where they are."""
    unit_id: str | None = None
    """The body camera that they carry."""
    flight_id: str | None = None
    """The flight on which a drone is sent."""


@dataclass(frozen=True)
class ResponseOfOne:
    """The times of somebody who was sent, UTC; None for what has not happened, as far as anybody said."""

    sent: SentResponder
    told: datetime
    """The first word of the incident came in."""
    decided: datetime
    decided_by: str
    on_the_way: datetime | None = None
    there: datetime | None = None
    seen: datetime | None = None
    """The first that they, or their camera, saw of it."""
    done: datetime | None = None

    def public(self) -> dict[str, Any]:
        """For the API and the page."""
        return {
            "kind": self.sent.kind,
            "id": self.sent.id,
            "name": self.sent.name,
            "away_m": self.sent.away_m,
            "travel_s": self.sent.travel_s,
            "decided_by": self.decided_by,
            "told": iso(self.told),
            "decided": iso(self.decided),
            "on_the_way": iso_or_none(self.on_the_way),
            "there": iso_or_none(self.there),
            "seen": iso_or_none(self.seen),
            "done": iso_or_none(self.done),
        }


def send(work: Work, row: IncidentRow, sent: SentResponder, *, by: str, now: datetime) -> None:
    """Write that `sent` goes to the incident; a person works on it from then on. Raises Conflict for a closed incident,
    and for who is on it already."""
    if not State(row.state).open:
        raise Conflict(Message("incidents.closed_already"))
    if any(one.sent.id == sent.id and one.done is None for one in responses(work.session, row)):
        raise Conflict(Message("responders.sent_already", name=sent.name))
    message = Message("timeline.sent", **vars(sent))
    if sent.travel_s is None:
        message = Message("timeline.sent_from_unknown", **vars(sent))
    if sent.kind is ResponderKind.INSPECTOR:
        row.assigned = sorted({*(row.assigned or []), sent.id})
    write_entry(work, row, EntryKind.DISPATCH, message, who=by, at=now)
    work.tell(change(row))


def responses(session: Session, row: IncidentRow) -> list[ResponseOfOne]:
    """Everybody who was sent to the incident, in the order in which it was decided, with their times."""
    entries = repository.entries(session, row.id)
    if not any(entry.kind == EntryKind.DISPATCH for entry in entries):
        return []
    source_of = _sources(session, entries)
    wrong = struck(entries)
    sent = [entry for entry in entries if entry.kind == EntryKind.DISPATCH and entry.seq not in wrong]
    return [_times(session, entry, entries, source_of) for entry in sent]


def _times(session: Session, sent: TimelineRow, entries: list[TimelineRow], source_of: dict[str, str]) -> ResponseOfOne:
    responder = SentResponder(**(sent.message or {})["params"])
    wrong = struck(entries)
    later = [entry for entry in entries if entry.seq > sent.seq and entry.seq not in wrong]
    steps: dict[ResponseStep, datetime] = {}
    for entry in later:
        if entry.kind == EntryKind.RESPONSE and entry.who == responder.id and entry.message is not None:
            steps.setdefault(ResponseStep(entry.message["params"]["step"]), entry.at)
    saw = [
        entry.happened_at
        for entry in later
        if entry.kind == EntryKind.OBSERVATION
        and source_of.get(entry.observation_id or "") in (responder.id, responder.unit_id)
    ]
    return ResponseOfOne(
        responder,
        told=entries[0].at,
        decided=sent.at,
        decided_by=sent.who,
        on_the_way=steps.get(ResponseStep.GOING) or _started(session, responder.flight_id),
        there=steps.get(ResponseStep.THERE),
        seen=min(saw, default=None),
        done=steps.get(ResponseStep.DONE),
    )


def _sources(session: Session, entries: list[TimelineRow]) -> dict[str, str]:
    """The source of each observation of the timeline, by its id."""
    ids = [entry.observation_id for entry in entries if entry.observation_id]
    return {one.id: one.source.id for one in observations.get_many(session, ids)}


def _started(session: Session, flight_id: str | None) -> datetime | None:
    """When a drone that was sent took off, UTC."""
    if flight_id is None:
        return None
    flight = session.get(FlightRow, flight_id)
    if flight is None:
        return None
    return flight.started_at
