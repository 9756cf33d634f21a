"""The stories of a flight before and after it is flown: scheduled, confirmed, called off, its log handed out."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from mapserver.core.services import Services
from mission.flights import repository as flight_repository
from mission.flights import service as flights
from mission.flights.supervisor import tlog_of
from mission.flights.tables import FlightRow
from mission.plans import service as plans
from telemetry.access import Principal, visibility
from telemetry.audit import service as audit
from telemetry.cities import City
from telemetry.errors import BadInput, NotFound
from telemetry.messages import Message
from telemetry.store import Work


def schedule_flight(
    parts: Services, work: Work, by: Principal, *, plan_id: str, unit_id: str, at: datetime
) -> FlightRow:
    """Schedule a plan on a drone, with `by` as the pilot who must confirm it. Raises FlightBlocked with verdicts."""
    plan = plans.get(work.session, plan_id, visibility(by))
    now = parts.clock.now()
    flight = flights.schedule(work, plan, unit_id=unit_id, at=at, pilot=by.name, now=now, standards=parts.standards)
    audit.record(work.session, by, "schedule", f"flight {flight.id}", city=City(flight.city), at=now, detail=unit_id)
    return flight


def acknowledge_flight(
    parts: Services, work: Work, flight_id: str, by: Principal, *, subjects: Sequence[str]
) -> FlightRow:
    """The pilot's word on conditions of a flight that waits for its start."""
    flight = flight_repository.get(work.session, flight_id, visibility(by))
    now = parts.clock.now()
    flights.acknowledge(work, flight, subjects, parts.standards, by=by.name, at=now)
    audit.record(
        work.session,
        by,
        "acknowledge",
        f"flight {flight.id}",
        city=City(flight.city),
        at=now,
        detail=", ".join(subjects),
    )
    return flight


def confirm_flight(
    parts: Services, work: Work, flight_id: str, by: Principal, *, subjects: Sequence[str] = ()
) -> FlightRow:
    """The pilot's word that a flight may take off at its time, and that `subjects` of its checks are met."""
    flight = flight_repository.get(work.session, flight_id, visibility(by))
    now = parts.clock.now()
    flights.confirm(work, flight, parts.standards, by=by.name, at=now, subjects=subjects)
    detail: Message | str = ""
    if subjects:
        detail = Message("audit.acknowledged", subjects=", ".join(subjects))
    audit.record(work.session, by, "confirm", f"flight {flight.id}", city=City(flight.city), at=now, detail=detail)
    return flight


def abort_flight(parts: Services, work: Work, flight_id: str, by: Principal, *, reason: str) -> FlightRow:
    """Call a flight off before it takes off."""
    flight = flight_repository.get(work.session, flight_id, visibility(by))
    now = parts.clock.now()
    if not reason.strip():
        raise BadInput(Message("flights.abort_reason_missing"))
    flights.abort(work, flight, by=by.name, why=reason.strip()[:500], at=now)
    audit.record(work.session, by, "abort", f"flight {flight.id}", city=City(flight.city), at=now, detail=reason)
    return flight


def flight_record(parts: Services, work: Work, flight_id: str, by: Principal) -> Path:
    """A flight's telemetry log, to be handed out. Raises NotFound when there is none."""
    flight = flight_repository.get(work.session, flight_id, visibility(by))
    path = tlog_of(parts.tlogs, flight.id)
    if not path.is_file():
        raise NotFound(Message("flights.no_tlog", flight=flight.name))
    subject = f"flight {flight.id}"
    now = parts.clock.now()
    audit.record(work.session, by, "download_tlog", subject, city=City(flight.city), at=now)
    return path
