"""A flight's records applied to the database: in order, each once. Decides nothing: what is recorded has happened.

The number of the last record applied is kept with the flight, in the transaction of that record.
"""

from collections.abc import Sequence

from mission.flights import repository, service, tracks
from mission.flights.records import (
    AuditRecord,
    FlightRecord,
    NumberedRecord,
    ReportRecord,
    StateRecord,
    WarningRecord,
    WordRecord,
)
from mission.flights.tables import FlightRow
from telemetry.audit import service as audit
from telemetry.audit.tables import AuditRow
from telemetry.messages import kept
from telemetry.store import Store, Work
from telemetry.units import service as units
from telemetry.units.service import UnitReport
from telemetry.units.tables import UnitRow
from telemetry.visibility import EVERYTHING


def apply(store: Store, flight_id: str, records: Sequence[NumberedRecord], *, heard_by: str = "") -> None:
    """Apply those of `records` that were not applied yet, in one transaction; `heard_by` is the id of the server that
    recorded them.

    Raises NotFound, and OwnedElsewhere when another server has taken the flight over since: nothing is applied then.
    """
    with store.write() as work:
        flight = repository.get(work.session, flight_id, EVERYTHING)
        for numbered in records:
            service.require_fence(flight, numbered.fence)
            if numbered.number > flight.records_applied:
                _apply(work, flight, numbered.record)
                flight.records_applied = numbered.number
                if isinstance(numbered.record, ReportRecord):
                    flight.heard_by = heard_by
        work.session.add(flight)


def applied(store: Store, flight_id: str) -> int:
    """The number of the last record that was applied; 0 before the first. Raises NotFound."""
    with store.read() as session:
        return repository.get(session, flight_id, EVERYTHING).records_applied


def _apply(work: Work, flight: FlightRow, record: FlightRecord) -> None:
    match record:
        case StateRecord():
            _show(work, flight, record)
            service.take_state(work, flight, record)
        case WordRecord():
            _show(work, flight, record)
            if record.landed:
                flight.landed_at = flight.landed_at or record.at
            service.note(work, flight, who=record.who, why=record.why, at=record.at)
        case ReportRecord():
            if record.on_track:
                tracks.record(work, flight, record.said())
            report = UnitReport(
                at=record.at,
                position=record.position,
                heading_deg=record.heading_deg,
                battery=record.battery,
                status=record.unit_status,
                height_m=record.relative_alt_m,
                instruments=record.instruments,
            )
            units.report(work, work.session.get_one(UnitRow, flight.unit_id), report)
        case AuditRecord():
            audit.add(
                work.session,
                AuditRow(
                    at=record.at,
                    who=record.who,
                    role=record.role,
                    city=record.city,
                    scope=flight.scope,
                    action=record.action,
                    subject=record.subject,
                    detail=str(record.detail)[:500],
                    message=kept(record.detail),
                ),
            )
        case WarningRecord():
            """Passed on by the recorder; only its number is kept."""


def _show(work: Work, flight: FlightRow, record: StateRecord | WordRecord) -> None:
    if record.unit_status is None:
        return
    unit = work.session.get_one(UnitRow, flight.unit_id)
    at = max(record.at, unit.updated_at or record.at)
    units.report(work, unit, UnitReport(at, status=record.unit_status, instruments=record.instruments))
