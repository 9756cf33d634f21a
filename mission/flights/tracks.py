"""Where a flight went: kept point by point as the vehicle says it, and given back as one line."""

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from mission.flights.service import change
from mission.flights.tables import FlightRow, TrackPointRow
from telemetry.clock import iso
from telemetry.positions import Position
from telemetry.store import Work
from telemetry.vehicles import VehicleState


def record(work: Work, flight: FlightRow, said: VehicleState) -> None:
    """Keep where the drone was, how far it is, and its battery; the map hears when the progress changed."""
    work.session.add(
        TrackPointRow(
            flight_id=flight.id,
            at=said.at,
            lat=said.position.lat,
            lon=said.position.lon,
            alt_m=said.position.alt_m,
            relative_alt_m=said.relative_alt_m,
            heading_deg=said.heading_deg,
            speed_m_s=said.ground_speed_m_s,
            battery=said.battery,
        )
    )
    progress = max(flight.progress_current, min(said.mission_current, flight.progress_total))
    news = progress != flight.progress_current
    flight.progress_current = progress
    if said.battery is not None:
        if flight.battery_start is None:
            flight.battery_start = said.battery
        flight.battery_end = said.battery
    flight.updated_at = said.at
    work.session.add(flight)
    if news:
        work.tell(change(work.session, flight))


def took_off_at(session: Session, flight_id: str) -> list[Position]:
    """Where its track begins; nothing before the first point of it."""
    query = select(TrackPointRow).where(TrackPointRow.flight_id == flight_id)
    first = session.exec(query.order_by(col(TrackPointRow.at), col(TrackPointRow.id)).limit(1))
    return [Position(lat=point.lat, lon=point.lon) for point in first]


def point_at(session: Session, flight_id: str, at: datetime, *, within: timedelta) -> TrackPointRow | None:
    """The point of its track nearest to a moment (UTC); None where none is so near."""
    near = [
        session.exec(query.limit(1)).first()
        for query in (
            _points(flight_id)
            .where(TrackPointRow.at <= at, TrackPointRow.at >= at - within)
            .order_by(col(TrackPointRow.at).desc()),
            _points(flight_id)
            .where(TrackPointRow.at > at, TrackPointRow.at <= at + within)
            .order_by(col(TrackPointRow.at)),
        )
    ]
    return min((point for point in near if point is not None), key=lambda point: abs(point.at - at), default=None)


def _points(flight_id: str) -> SelectOfScalar[TrackPointRow]:
    return select(TrackPointRow).where(TrackPointRow.flight_id == flight_id)


def track(session: Session, flight_id: str) -> dict[str, Any]:
    """The recorded track as a GeoJSON Feature: a LineString of [lon, lat, metres above take-off].

    Its properties hold, point by point, `at` (UTC), `alt_m` (above the sea), `heading_deg`, `speed_m_s` and `battery`.
    """
    query = select(TrackPointRow).where(TrackPointRow.flight_id == flight_id)
    points = list(session.exec(query.order_by(col(TrackPointRow.at), col(TrackPointRow.id))))
    line = [[p.lon, p.lat, round(p.relative_alt_m, 2)] for p in points]
    return {
        "type": "Feature",
        "geometry": {"type": "LineString", "coordinates": line} if len(line) > 1 else None,
        "properties": {
            "flight_id": flight_id,
            "at": [iso(p.at) for p in points],
            "alt_m": [p.alt_m for p in points],
            "heading_deg": [p.heading_deg for p in points],
            "speed_m_s": [round(p.speed_m_s, 2) for p in points],
            "battery": [p.battery for p in points],
        },
    }
