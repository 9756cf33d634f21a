"""Asking for a drone at an incident, and answering. One verb a function; the caller's work commits.

Every step is a note in the incident's timeline and news for the pilots of the town. Sends nothing: a flight is the
mission floor's, and the caller's to make.
"""

import uuid
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from incidents.merging.titles import title_message
from incidents.requests.tables import DroneRequestRow, RequestState
from incidents.timeline import repository
from incidents.timeline import service as timeline
from incidents.timeline.tables import IncidentRow
from telemetry.cities import City
from telemetry.clock import iso
from telemetry.errors import BadInput, Conflict
from telemetry.messages import ENGLISH, Message
from telemetry.scopes import Scope
from telemetry.store import Change, Work
from telemetry.units.tables import UnitRow
from telemetry.visibility import Visibility

LONGEST_REASON = 500


def ask(work: Work, row: IncidentRow, unit: UnitRow, *, away_m: float, by: str, at: datetime) -> DroneRequestRow:
    """Ask the town's pilots to send `unit`, `away_m` metres away. Raises Conflict while an older request waits."""
    known = waiting_for(work.session, row.id)
    if known is not None:
        raise Conflict(Message("incidents.drone_asked_already", asked_by=known.asked_by))
    asked = DroneRequestRow(
        id=f"request-{uuid.uuid4().hex[:12]}",
        incident_id=row.id,
        city=row.city,
        scope=row.scope,
        unit_id=unit.id,
        asked_by=by,
        asked_at=at,
    )
    work.session.add(asked)
    work.session.flush()  # the next question reads it
    asks = Message("timeline.drone_asked", drone=unit.name, away_m=away_m)
    timeline.tell_note(work, row, asks, by=by, now=at)
    work.tell(_change(work.session, asked))
    return asked


def confirm(work: Work, row: IncidentRow, *, flight_id: str, by: str, at: datetime) -> None:
    """A drone is sent, by the flight given; nothing when none was asked for."""
    asked = waiting_for(work.session, row.id)
    if asked is not None:
        asked.flight_id = flight_id
        _answer(work, asked, RequestState.CONFIRMED, by=by, at=at)


def decline(work: Work, row: IncidentRow, reason: str, *, by: str, at: datetime) -> None:
    """No drone is sent, and why not. Raises BadInput without a reason, Conflict when none was asked for."""
    asked = waiting_for(work.session, row.id)
    reason = reason.strip()[:LONGEST_REASON]
    if asked is None:
        raise Conflict(Message("incidents.no_drone_asked", title=title_message(row.category, row.title)))
    if not reason:
        raise BadInput(Message("incidents.declining_needs_reason"))
    asked.reason = reason
    _answer(work, asked, RequestState.DECLINED, by=by, at=at)
    timeline.tell_note(work, row, Message("timeline.drone_declined", reason=reason), by=by, now=at)


def withdraw(work: Work, row: IncidentRow, *, by: str, at: datetime) -> None:
    """The incident is closed: whoever was asked need not answer."""
    while (asked := waiting_for(work.session, row.id)) is not None:
        _answer(work, asked, RequestState.WITHDRAWN, by=by, at=at)


def waiting_for(session: Session, incident_id: str) -> DroneRequestRow | None:
    """The request of the incident, or of what became part of it, that no pilot has answered: the oldest."""
    query = select(DroneRequestRow).where(
        col(DroneRequestRow.incident_id).in_(repository.with_parts(session, incident_id)),
        DroneRequestRow.answer == RequestState.WAITING,
    )
    return session.exec(query.order_by(col(DroneRequestRow.asked_at), col(DroneRequestRow.id))).first()


def waiting(session: Session, visible: Visibility) -> list[DroneRequestRow]:
    """What waits for an answer of the pilots who see `visible`, oldest first."""
    query = select(DroneRequestRow).where(visible.rows(DroneRequestRow), DroneRequestRow.answer == RequestState.WAITING)
    return list(session.exec(query.order_by(col(DroneRequestRow.asked_at), col(DroneRequestRow.id))))


def public(session: Session, asked: DroneRequestRow, language: str | None = None) -> dict[str, Any]:
    """The request as the API and pages show it, in `language` or that of the request."""
    incident = session.get_one(IncidentRow, asked.incident_id)
    title = title_message(incident.category, incident.title)
    return {
        "id": asked.id,
        "incident_id": asked.incident_id,
        "title": title.text(language),
        "title_message": title.to_json(),
        "severity": incident.severity,
        "city": asked.city,
        "unit_id": asked.unit_id,
        "drone": session.get_one(UnitRow, asked.unit_id).name,
        "asked_by": asked.asked_by,
        "asked_at": iso(asked.asked_at),
        "answer": asked.answer,
        "answered_by": asked.answered_by,
        "reason": asked.reason,
        "flight_id": asked.flight_id,
        "simulated": incident.simulated,
    }


def _answer(work: Work, asked: DroneRequestRow, answer: RequestState, *, by: str, at: datetime) -> None:
    asked.answer = answer
    asked.answered_by = by
    asked.answered_at = at
    work.session.add(asked)
    work.session.flush()  # the next question reads it
    work.tell(_change(work.session, asked))


def _change(session: Session, asked: DroneRequestRow) -> Change:
    """The news for the pilots: gone from their list once it is answered."""
    data = None
    if asked.answer == RequestState.WAITING:
        data = public(session, asked, ENGLISH.code)
    return Change("drone_request", asked.id, frozenset({City(asked.city)}), Scope(asked.scope), data)
