"""The flight log-book: a row a flight, as CSV and for print. Reads only; remarks are `service.remark`'s."""

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from mission.debrief.service import remarks
from mission.flights.service import outcome_of
from mission.flights.tables import FlightRow
from mission.registry import service as registry
from mission.zones.tables import ZoneRow
from telemetry.cities import City
from telemetry.clock import iso_or_none
from telemetry.units.tables import UnitRow
from telemetry.visibility import Visibility

COLUMNS = (
    "date", "pilot", "drone", "operator", "city", "place", "take_off_local", "landing_local", "take_off_utc",
    "landing_utc", "duration_min", "landings", "battery_start", "battery_end", "outcome", "remarks", "simulated",
    "flight_id",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a cell that begins so for a formula (OWASP, "CSV Injection")."""


def entries(session: Session, visible: Visibility, begins: datetime, ends: datetime) -> list[dict[str, Any]]:
    """The flights of `visible` that took off from `begins` until before `ends` (UTC), earliest first."""
    query = select(FlightRow).where(
        visible.rows(FlightRow), col(FlightRow.started_at) >= begins, col(FlightRow.started_at) < ends
    )
    return [entry(session, row) for row in session.exec(query.order_by(col(FlightRow.started_at), col(FlightRow.id)))]


def entry(session: Session, flight: FlightRow) -> dict[str, Any]:
    """The row of a flight that has taken off; what is not known is None."""
    city = City(flight.city)
    start = flight.started_at
    end = flight.landed_at
    papers = registry.papers_for(
        session, city=flight.city, scope=flight.scope, pilot=flight.pilot, unit_id=flight.unit_id
    )

    def local(moment: datetime | None, form: str) -> str | None:
        if moment is None:
            return None
        return moment.astimezone(city.facts.zone).strftime(form)

    duration_min = None
    if start is not None and end is not None:
        duration_min = round((end - start).total_seconds() / 60, 1)
    outcome = outcome_of(flight)
    return {
        "date": local(start, "%Y-%m-%d"),
        "pilot": flight.pilot,
        "drone": session.get_one(UnitRow, flight.unit_id).name,
        "operator": None if papers.operator is None else papers.operator.registration,
        "city": city.facts.name,
        "place": session.get_one(ZoneRow, flight.zone_id).name,
        "take_off_local": local(start, "%H:%M"),
        "landing_local": local(end, "%H:%M"),
        "take_off_utc": iso_or_none(start),
        "landing_utc": iso_or_none(end),
        "duration_min": duration_min,
        "landings": int(end is not None),
        "battery_start": flight.battery_start,
        "battery_end": flight.battery_end,
        "outcome": None if outcome is None else outcome.text(),
        "remarks": " / ".join(f"{said['text']} ({said['who']})" for said in remarks(session, flight.id)),
        "simulated": flight.simulated,
        "flight_id": flight.id,
    }


def as_csv(rows: Iterable[Mapping[str, Any]]) -> str:
    """`rows` as CSV (RFC 4180) with a heading; text that a spreadsheet would run as a formula is quoted with '."""
    written = io.StringIO()
    table = csv.DictWriter(written, COLUMNS)
    table.writeheader()
    table.writerows({name: _plain(row[name]) for name in COLUMNS} for row in rows)
    return written.getvalue()


def _plain(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value
