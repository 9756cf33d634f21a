"""What can be done with weather: keep a report, look one flight's window up. The caller's unit of work commits."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, func, select

from mission.weather.tables import WeatherRow
from mission.weather.values import Outlook, WeatherReport, WeatherSample, outlook
from telemetry.cities import City
from telemetry.clock import iso
from telemetry.errors import BadInput
from telemetry.messages import Message
from telemetry.positions import Position, distance_m
from telemetry.scopes import Scope
from telemetry.store import ALWAYS, Between, Page, SortKey, Work, read_page
from telemetry.visibility import Visibility

MANUAL = "manual"
NEAR_M = 25_000.0
"""A report from farther away says nothing of a flight."""
KEPT_IN_MIND = timedelta(days=2)
"""Older reports are not looked at."""
MOST_SAMPLES = 24 * 16


def keep(
    work: Work,
    samples: Sequence[WeatherSample],
    *,
    city: City,
    scope: Scope,
    source: str,
    place: Position,
    issued_at: datetime,
    by: str,
) -> WeatherRow:
    """Keep a report. Raises BadInput when it is empty, too long, or of a place far from the town."""
    if not 0 < len(samples) <= MOST_SAMPLES:
        raise BadInput(Message("weather.samples", most=MOST_SAMPLES, samples=len(samples)))
    town = city.facts
    away = distance_m(place, Position(lat=town.lat, lon=town.lon))
    if away > 2 * NEAR_M:
        raise BadInput(Message("weather.too_far", away_km=away / 1000, town=town.name))
    row = WeatherRow(
        city=city,
        scope=scope,
        source=source,
        lat=place.lat,
        lon=place.lon,
        issued_at=issued_at,
        entered_by=by,
        samples=[s.model_dump(mode="json") for s in sorted(samples, key=lambda s: s.begins)],
    )
    work.session.add(row)
    work.session.flush()  # what is read later in the same work must find it
    return row


def outlook_for(
    session: Session, visible: Visibility, place: Position, begins: datetime, ends: datetime
) -> Outlook | None:
    """The worst that the reports near `place` say from `begins` to `ends`; None when they say nothing of it."""
    return outlook([_report(row) for row in _recent(session, visible, begins) if _near(row, place)], begins, ends)


def latest(
    session: Session, visible: Visibility, *, limit: int = 200, cursor: str | None = None, between: Between = ALWAYS
) -> Page[dict[str, Any]]:
    """The reports of `visible` for the API, newest first: one page. Raises BadInput on another list's cursor."""
    query = select(WeatherRow).where(visible.rows(WeatherRow))
    order = [SortKey(col(WeatherRow.id), int, descending=True)]
    rows = read_page(session, between.narrow(query, col(WeatherRow.issued_at)), order, limit=limit, cursor=cursor)
    return Page([public(row) for row in rows], total=rows.total, next_cursor=rows.next_cursor)


def newest(session: Session, visible: Visibility) -> int:
    """The number of the latest report of `visible`, 0 for none: what changes when the weather does."""
    return session.exec(select(func.max(WeatherRow.id)).where(visible.rows(WeatherRow))).one() or 0


def public(row: WeatherRow) -> dict[str, Any]:
    """The report as the API shows it."""
    return {
        "id": row.id,
        "city": row.city,
        "source": row.source,
        "position": {"lat": row.lat, "lon": row.lon},
        "issued_at": iso(row.issued_at),
        "entered_by": row.entered_by,
        "samples": row.samples,
        "simulated": row.simulated,
    }


def _recent(session: Session, visible: Visibility, begins: datetime) -> list[WeatherRow]:
    since = begins - KEPT_IN_MIND
    query = select(WeatherRow).where(visible.rows(WeatherRow), col(WeatherRow.issued_at) >= since)
    return list(session.exec(query.order_by(col(WeatherRow.id))))


def _near(row: WeatherRow, place: Position) -> bool:
    return distance_m(Position(lat=row.lat, lon=row.lon), place) <= NEAR_M


def _report(row: WeatherRow) -> WeatherReport:
    version = f"{row.source} report {row.id} of {iso(row.issued_at)}"
    if row.simulated:
        version = f"simulated {version}"
    return WeatherReport(
        row.source, row.issued_at, tuple(WeatherSample.model_validate(s) for s in row.samples), version
    )
