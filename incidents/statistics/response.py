"""The five times of the response to an incident, as far as its timeline knows them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from incidents.merging import State
from incidents.requests.tables import DroneRequestRow
from incidents.timeline.responding import ResponseStep
from incidents.timeline.struck import struck_of
from incidents.timeline.tables import EntryKind, TimelineRow
from mission.flights.tables import FlightRow
from telemetry.observations.tables import ObservationRow
from telemetry.observations.values import SourceKind

SENT = (SourceKind.DRONE, SourceKind.BODY_CAMERA, SourceKind.INSPECTOR)
"""Kinds of sources that are sent to a place; what fixed cameras see nobody had to go for."""
AT_ONCE = 500
"""Incidents in one query."""


@dataclass(frozen=True)
class ResponseTimes:
    """When what was done about one incident, UTC; None for what is not known or did not happen."""

    told: datetime
    """The first word of it came in."""
    decided: datetime | None = None
    """Somebody acknowledged it, sent somebody or closed it."""
    on_the_way: datetime | None = None
    """Somebody was sent or said that they are going, or a drone that was asked for started."""
    there: datetime | None = None
    """Somebody said that they are there."""
    seen: datetime | None = None
    """A drone, body camera or inspector saw it after it was decided about."""
    closed: datetime | None = None
    """It was closed for the first time."""


def response_times(session: Session, incident_ids: Sequence[str]) -> dict[str, ResponseTimes]:
    """The times of each incident, by its id."""
    found: dict[str, ResponseTimes] = {}
    for begin in range(0, len(incident_ids), AT_ONCE):
        found |= _of(session, incident_ids[begin : begin + AT_ONCE])
    return found


def _of(session: Session, ids: Sequence[str]) -> dict[str, ResponseTimes]:
    moves = _moves(session, ids)
    started = _flights(session, ids)
    seen = _sightings(session, ids)
    steps = _steps(session, ids)
    return {
        incident: _times(told, moves[incident], started.get(incident), steps[incident], seen[incident])
        for incident, told in _told(session, ids).items()
    }


def _times(
    told: datetime,
    moves: Sequence[tuple[datetime, State]],
    started: datetime | None,
    steps: Mapping[ResponseStep, datetime],
    seen: Sequence[datetime],
) -> ResponseTimes:
    decided = next((at for at, _ in moves), None)
    dispatched = next((at for at, after in moves if after is State.DISPATCHED), None)
    sent = [at for at in (dispatched, started, steps.get(ResponseStep.GOING)) if at is not None]
    after = [at for at in seen if decided is not None and at >= decided]
    return ResponseTimes(
        told=told,
        decided=decided,
        on_the_way=min(sent, default=None),
        there=steps.get(ResponseStep.THERE),
        seen=min(after, default=None),
        closed=next((at for at, after_state in moves if not after_state.open), None),
    )


def _told(session: Session, ids: Sequence[str]) -> dict[str, datetime]:
    query = select(TimelineRow.incident_id, TimelineRow.at).where(
        col(TimelineRow.incident_id).in_(ids), TimelineRow.seq == 1
    )
    return dict(session.exec(query).all())


def _moves(session: Session, ids: Sequence[str]) -> defaultdict[str, list[tuple[datetime, State]]]:
    """When each incident went to which state, in order. Entries of before there were codes say it in words only."""
    query = select(TimelineRow.incident_id, TimelineRow.at, TimelineRow.message).where(
        col(TimelineRow.incident_id).in_(ids), TimelineRow.kind == EntryKind.STATE
    )
    found: defaultdict[str, list[tuple[datetime, State]]] = defaultdict(list)
    for incident, at, message in session.exec(query.order_by(col(TimelineRow.incident_id), col(TimelineRow.seq))):
        after = _state_in(message)
        if after is not None:
            found[incident].append((at, after))
    return found


def _steps(session: Session, ids: Sequence[str]) -> defaultdict[str, dict[ResponseStep, datetime]]:
    """When anybody first said how far they have come with each incident."""
    wrong = struck_of(session, ids)
    query = select(TimelineRow.incident_id, TimelineRow.seq, TimelineRow.at, TimelineRow.message).where(
        col(TimelineRow.incident_id).in_(ids), TimelineRow.kind == EntryKind.RESPONSE
    )
    found: defaultdict[str, dict[ResponseStep, datetime]] = defaultdict(dict)
    for incident, seq, at, message in session.exec(query.order_by(col(TimelineRow.incident_id), col(TimelineRow.seq))):
        if message is not None and seq not in wrong.get(incident, {}):
            found[incident].setdefault(ResponseStep(message["params"]["step"]), at)
    return found


def _state_in(message: Mapping[str, object] | None) -> State | None:
    params = (message or {}).get("params")
    after = params.get("after") if isinstance(params, dict) else None
    return next((state for state in State if state == after), None)


def _flights(session: Session, ids: Sequence[str]) -> dict[str, datetime]:
    """When the first drone that was asked for at each incident started."""
    query = (
        select(DroneRequestRow.incident_id, FlightRow.started_at)
        .join(FlightRow, col(FlightRow.id) == col(DroneRequestRow.flight_id))
        .where(col(DroneRequestRow.incident_id).in_(ids), col(FlightRow.started_at).is_not(None))
        .order_by(col(FlightRow.started_at).desc())
    )
    return {incident: at for incident, at in session.exec(query) if at is not None}


def _sightings(session: Session, ids: Sequence[str]) -> defaultdict[str, list[datetime]]:
    """When those who were sent saw each incident."""
    query = (
        select(TimelineRow.incident_id, TimelineRow.happened_at)
        .join(ObservationRow, col(ObservationRow.id) == col(TimelineRow.observation_id))
        .where(
            col(TimelineRow.incident_id).in_(ids),
            TimelineRow.kind == EntryKind.OBSERVATION,
            col(ObservationRow.source_kind).in_(SENT),
        )
    )
    found: defaultdict[str, list[datetime]] = defaultdict(list)
    for incident, at in session.exec(query):
        found[incident].append(at)
    return found
