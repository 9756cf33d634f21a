"""Every query on incidents and timelines."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from incidents.merging import Incident, State
from incidents.timeline.tables import IncidentObservationRow, IncidentRow, TimelineRow
from telemetry.cities import City
from telemetry.errors import NotFound
from telemetry.positions import Position
from telemetry.store import Page, SortKey, read_page

_STILL_OPEN = [state for state in State if state.open]


def get(session: Session, incident_id: str, cities: Iterable[City]) -> IncidentRow:
    """The incident, if it is in one of `cities`. Raises NotFound."""
    row = session.get(IncidentRow, incident_id)
    if row is None or row.city not in set(cities):
        raise NotFound(f"there is no incident {incident_id} in a town you may see")
    return row


def candidates(session: Session, city: City, *, since: datetime) -> list[Incident]:
    """Incidents of `city` that an observation may still join: those with a word since `since` (UTC)."""
    rows = session.exec(select(IncidentRow).where(IncidentRow.city == city, IncidentRow.last_at >= since))
    return [incident_of(row) for row in rows]


@dataclass(frozen=True)
class IncidentFilter:
    """Which incidents of a list are wanted; what is left out does not narrow it."""

    states: Sequence[State] = ()
    category: str | None = None
    text: str | None = None
    """Words in the title."""


def open_ones(session: Session, cities: Iterable[City], wanted: IncidentFilter = IncidentFilter()) -> list[IncidentRow]:
    """Every open incident of `cities` that fits: the severest first, of one severity the newest word first.

    Never cut: what is still to be done about must not be missing from a list because the list is long.
    """
    query = _fitting(cities, wanted).where(col(IncidentRow.state).in_(_STILL_OPEN))
    order = (col(IncidentRow.severity).desc(), col(IncidentRow.last_at).desc(), col(IncidentRow.id))
    return list(session.exec(query.order_by(*order)))


def count_open(session: Session, cities: Iterable[City], wanted: IncidentFilter = IncidentFilter()) -> int:
    """How many incidents `open_ones` gives."""
    query = _fitting(cities, wanted).where(col(IncidentRow.state).in_(_STILL_OPEN))
    return session.exec(select(func.count()).select_from(query.subquery())).one()


def closed_ones(
    session: Session,
    cities: Iterable[City],
    wanted: IncidentFilter = IncidentFilter(),
    *,
    active_since: datetime | None = None,
    limit: int,
    cursor: str | None = None,
) -> Page[IncidentRow]:
    """The closed incidents of `cities` that fit, with a word since `active_since` (UTC) if given, newest word first:
    one page. Raises BadInput on another list's cursor."""
    query = _fitting(cities, wanted).where(col(IncidentRow.state).not_in(_STILL_OPEN))
    if active_since is not None:
        query = query.where(IncidentRow.last_at >= active_since)
    order = [SortKey(col(IncidentRow.last_at), datetime, descending=True), SortKey(col(IncidentRow.id), str)]
    return read_page(session, query, order, limit=limit, cursor=cursor)


def _fitting(cities: Iterable[City], wanted: IncidentFilter) -> SelectOfScalar[IncidentRow]:
    query = select(IncidentRow).where(col(IncidentRow.city).in_(list(cities)))
    if wanted.states:
        query = query.where(col(IncidentRow.state).in_(list(wanted.states)))
    if wanted.category:
        query = query.where(IncidentRow.category == wanted.category)
    if wanted.text:
        query = query.where(col(IncidentRow.title).icontains(wanted.text, autoescape=True))
    return query


def entries(session: Session, incident_id: str) -> list[TimelineRow]:
    """The timeline in the order it was written."""
    return list(
        session.exec(select(TimelineRow).where(TimelineRow.incident_id == incident_id).order_by(col(TimelineRow.seq)))
    )


def incident_of_observation(session: Session, observation_id: str) -> str | None:
    """The id of the incident the observation belongs to, if to any."""
    link = session.get(IncidentObservationRow, observation_id)
    return None if link is None else link.incident_id


def incident_of(row: IncidentRow) -> Incident:
    """The row as merging sees it."""
    position = None
    if row.lat is not None and row.lon is not None:
        position = Position(lat=row.lat, lon=row.lon, accuracy_m=row.accuracy_m or 25.0)
    return Incident(
        id=row.id,
        city=City(row.city),
        category=row.category,
        title=row.title,
        severity=row.severity,
        simulated=row.simulated,
        first_at=row.first_at,
        last_at=row.last_at,
        position=position,
        identities=frozenset(row.identities),
        sources=tuple(row.sources),
        observation_ids=tuple(row.observation_ids),
        state=State(row.state),
        closed_at=row.closed_at,
    )


def write(row: IncidentRow, incident: Incident) -> None:
    """Write what merging found into the row; what people decided (state, severity) stays."""
    row.first_at, row.last_at = incident.first_at, incident.last_at
    if incident.position is not None:
        row.lat, row.lon = incident.position.lat, incident.position.lon
        row.accuracy_m = incident.position.accuracy_m
    row.identities = sorted(incident.identities)
    row.sources = list(incident.sources)
    row.observation_ids = list(incident.observation_ids)


def row_of(incident: Incident) -> IncidentRow:
    """A new row for a new incident."""
    row = IncidentRow(
        id=incident.id,
        city=incident.city,
        category=incident.category,
        title=incident.title,
        state=incident.state,
        severity=incident.severity,
        simulated=incident.simulated,
        first_at=incident.first_at,
        last_at=incident.last_at,
        identities=[],
        sources=[],
        observation_ids=[],
    )
    write(row, incident)
    return row
