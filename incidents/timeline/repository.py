"""Every query on incidents and timelines."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlmodel import Session, col, or_, select

from incidents.merging import Incident, State
from incidents.timeline.tables import IncidentObservationRow, IncidentRow, TimelineRow
from telemetry.cities import City
from telemetry.errors import NotFound
from telemetry.positions import Position


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


def listed(
    session: Session,
    cities: Iterable[City],
    *,
    states: Sequence[State] = (),
    category: str | None = None,
    text: str | None = None,
    active_since: datetime | None = None,
    limit: int = 200,
) -> list[IncidentRow]:
    """Incidents of `cities`, newest word first. `active_since`: those still open, or with a word since then (UTC)."""
    query = select(IncidentRow).where(col(IncidentRow.city).in_(list(cities)))
    if states:
        query = query.where(col(IncidentRow.state).in_(list(states)))
    if category:
        query = query.where(IncidentRow.category == category)
    if text:
        query = query.where(col(IncidentRow.title).icontains(text, autoescape=True))
    if active_since is not None:
        still_open = [state for state in State if state.open]
        query = query.where(or_(IncidentRow.last_at >= active_since, col(IncidentRow.state).in_(still_open)))
    return list(session.exec(query.order_by(col(IncidentRow.last_at).desc(), col(IncidentRow.id)).limit(limit)))


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
