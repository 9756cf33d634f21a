"""Builders of values that many tests need; each takes only what the scenario is about."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import Session

from incidents.merging import Incident, State
from incidents.timeline.repository import columns_of
from incidents.timeline.tables import IncidentRow
from telemetry.cities import City
from telemetry.observations import Observation, Source, SourceKind, repository
from telemetry.observations.occurrences import Stored
from telemetry.positions import LocalFrame, Position
from telemetry.scopes import LIVE, Scope
from telemetry.visibility import Visibility

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def live(*cities: City) -> Visibility:
    """What really happens in `cities`, as somebody of theirs sees it."""
    return Visibility(frozenset(cities), LIVE)


def place(*, east_m: float = 0, north_m: float = 0, accuracy_m: float = 10, city: City = City("dobele")) -> Position:
    """A point in metres from the centre of `city`."""
    lat, lon = LocalFrame(city.facts.lat, city.facts.lon).to_degrees(east_m, north_m)
    return Position(lat=lat, lon=lon, accuracy_m=accuracy_m)


def incident_row(
    number: int,
    *,
    severity: int = 1,
    state: State = State.NEW,
    title: str = "Litter",
    city: City = City("dobele"),
    at: datetime = NOON,
    scope: Scope = LIVE,
) -> IncidentRow:
    """An incident of `city` as it is stored, `number` seconds after `at`, on a grid of places around the centre."""
    moment = at + timedelta(seconds=number)
    incident = Incident(
        id=f"incident-{number:05}",
        city=city,
        category="illegal_dumping",
        title=title,
        severity=severity,
        scope=scope,
        first_at=moment,
        last_at=moment,
        position=place(east_m=number % 40 * 30 - 600, north_m=number // 40 * 30 - 450, city=city),
        identities=frozenset(),
        sources=("report",),
        observation_ids=(f"observation-{number:05}",),
        state=state,
        closed_at=None if state.open else moment,
    )
    return IncidentRow(**columns_of(incident, 0))


def observation(
    ref: str = "1",
    *,
    kind: SourceKind = SourceKind.FIXED_CAMERA,
    source: str = "cam",
    category: str = "vehicle_in_closed_area",
    after_s: float = 0,
    position: Position | None = None,
    city: City = City("dobele"),
    **more: Any,
) -> Observation:
    """An observation in the middle of `city`, `after_s` seconds after noon."""
    return Observation(
        city=city,
        source=Source(kind=kind, id=source),
        source_ref=ref,
        category=category,
        started_at=NOON + timedelta(seconds=after_s),
        position=position if position is not None else place(city=city),
        **more,
    )


def store_observation(session: Session, seen: Observation, *, received_at: datetime = NOON) -> None:
    """Store an observation that opens nothing, as if this server had found it."""
    kept = seen.model_copy(update={"received_at": received_at})
    repository.insert(session, [("(server)", Stored(kept, 1))])
