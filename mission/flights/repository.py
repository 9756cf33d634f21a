"""Which flights there are: by their id, their time, their drone, their state. Changes none."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from mission.flights.states import IN_THE_AIR, OVER, FlightState
from mission.flights.tables import FlightRow
from telemetry.errors import NotFound
from telemetry.messages import Message
from telemetry.store import ALWAYS, Between, Page, SortKey, read_page
from telemetry.visibility import Visibility

LONGEST_FLIGHT = timedelta(days=1)
"""No drone stays up longer."""


def get(session: Session, flight_id: str, visible: Visibility) -> FlightRow:
    """The flight, if it is of `visible`. Raises NotFound."""
    flight = session.get(FlightRow, flight_id)
    if flight is None or not visible.shows(flight):
        raise NotFound(Message("flights.not_found", flight_id=flight_id))
    return flight


def listed(
    session: Session, visible: Visibility, *, limit: int = 200, cursor: str | None = None, between: Between = ALWAYS
) -> Page[FlightRow]:
    """The flights of `visible`, latest scheduled first: one page. Raises BadInput on another list's cursor."""
    return _page(session, between.narrow(_of(visible), col(FlightRow.scheduled_at)), limit, cursor)


def not_over(session: Session, visible: Visibility) -> list[FlightRow]:
    """Every flight of `visible` that is in the air or still to be flown, latest scheduled first."""
    query = _of(visible).where(col(FlightRow.state).not_in(list(OVER)))
    return list(session.exec(query.order_by(col(FlightRow.scheduled_at).desc(), col(FlightRow.id))))


def over(session: Session, visible: Visibility, *, limit: int, cursor: str | None = None) -> Page[FlightRow]:
    """The flights of `visible` that landed or were given up, latest first: one page.

    Raises BadInput on another list's cursor.
    """
    return _page(session, _of(visible).where(col(FlightRow.state).in_(list(OVER))), limit, cursor)


def between(session: Session, visible: Visibility, begins: datetime, ends: datetime) -> list[FlightRow]:
    """The flights of `visible` that are in the air, or were to be, between two moments (UTC); earliest first."""
    early = begins - LONGEST_FLIGHT
    when = func.coalesce(col(FlightRow.started_at), col(FlightRow.scheduled_at))
    query = select(FlightRow).where(visible.rows(FlightRow), when < ends, when > early)
    found = session.exec(query.order_by(when, col(FlightRow.id)))
    return [flight for flight in found if until(flight) > begins]


def of_unit_at(session: Session, unit_id: str, at: datetime, visible: Visibility) -> FlightRow | None:
    """The flight of `visible` that the drone had taken off on at a moment (UTC), unless it had landed before."""
    query = select(FlightRow).where(
        FlightRow.unit_id == unit_id,
        visible.rows(FlightRow),
        col(FlightRow.started_at).between(at - LONGEST_FLIGHT, at),
    )
    last = session.exec(query.order_by(col(FlightRow.started_at).desc()).limit(1)).first()
    if last is None or (last.landed_at is not None and last.landed_at < at):
        return None
    return last


def until(flight: FlightRow) -> datetime:
    """When it landed, or is to land as planned, UTC."""
    begins = flight.started_at or flight.scheduled_at
    return flight.landed_at or begins + timedelta(seconds=flight.planned_s)


def in_states(session: Session, states: Iterable[FlightState], *, before: datetime | None = None) -> list[FlightRow]:
    """Flights of all towns in one of `states`, scheduled before `before` if given, earliest first."""
    query = select(FlightRow).where(col(FlightRow.state).in_([state.value for state in states]))
    if before is not None:
        query = query.where(col(FlightRow.scheduled_at) <= before)
    return list(session.exec(query.order_by(col(FlightRow.scheduled_at), col(FlightRow.id))))


def in_the_air(session: Session, unit_id: str) -> FlightRow | None:
    """The flight that the drone is on at this moment."""
    flown = in_states(session, IN_THE_AIR)
    return next((flight for flight in flown if flight.unit_id == unit_id), None)


def _of(visible: Visibility) -> SelectOfScalar[FlightRow]:
    return select(FlightRow).where(visible.rows(FlightRow))


def _page(session: Session, query: SelectOfScalar[FlightRow], limit: int, cursor: str | None) -> Page[FlightRow]:
    order = [SortKey(col(FlightRow.scheduled_at), datetime, descending=True), SortKey(col(FlightRow.id), str)]
    return read_page(session, query, order, limit=limit, cursor=cursor)
