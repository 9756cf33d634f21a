"""The index by which an observation finds the incidents it may join: by town, category, place and time.

Derived from the incidents, written in the same unit of work. Holds nothing in memory and decides nothing.
"""

import math
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy
from sqlalchemy import ColumnElement, Row
from sqlmodel import Session, SQLModel, col, delete

from incidents.merging import Incident, Rules
from incidents.merging.decide import BEYOND_DOUBT, METRES_A_DEGREE
from incidents.merging.incident import identities
from incidents.merging.shortlist import Place, joinable_categories
from incidents.timeline.tables import IncidentIdentityRow, IncidentPlaceRow
from telemetry.observations import Observation
from telemetry.positions import Position

BANDS_A_DEGREE = 100
"""Bands of latitude, 1.1 km each."""
BAND_ACCURACY_M = 100.0
"""An incident whose place is less certain is in the band ANYWHERE, and looked at wherever an observation is."""
ANYWHERE = -100_000
MOST_BANDS = 40
"""An observation that reaches over more looks at all of them."""
_places = SQLModel.metadata.tables["incident_places"].c
_identities = SQLModel.metadata.tables["incident_identities"].c
_COLUMNS = (
    _places.incident_id,
    _places.category,
    _places.lat,
    _places.lon,
    _places.accuracy_m,
    _places.first_s,
    _places.last_s,
    _places.closed_s,
)


def near(session: Session, observation: Observation, at: datetime, rules: Rules) -> tuple[list[Place], frozenset[str]]:
    """The places of incidents that `observation`, effective at `at` (UTC), may join, perhaps with some that it may not;
    and the ids of those that name what it names."""
    same = _of_same_identity(session, observation)
    found = {place.incident_id: place for place in same}
    categories = joinable_categories(observation.category, rules)
    if observation.position is not None and categories != frozenset():
        around = _around(observation, observation.position, at, rules, categories)
        query = sqlalchemy.select(*_COLUMNS).where(*around)
        for row in session.execute(query):
            found.setdefault(row[0], _place(row))
    return list(found.values()), frozenset(place.incident_id for place in same)


def place_of(incident: Incident) -> Place | None:
    """An incident as the index has it; None without a position."""
    if incident.position is None:
        return None
    return Place(
        incident_id=incident.id,
        category=incident.category,
        lat=incident.position.lat,
        lon=incident.position.lon,
        accuracy_m=incident.position.accuracy_m,
        first_s=incident.first_at.timestamp(),
        last_s=incident.last_at.timestamp(),
        closed_s=None if incident.closed_at is None else incident.closed_at.timestamp(),
    )


def insert(session: Session, opened: Iterable[Incident]) -> None:
    """Add new incidents to the index."""
    rows, named = [], []
    for incident in opened:
        place = place_of(incident)
        if place is None:
            continue
        rows.append(
            {
                "incident_id": place.incident_id,
                "city": incident.city,
                "simulated": incident.simulated,
                "category": place.category,
                "band": band_of(place.lat, place.accuracy_m),
                "lat": place.lat,
                "lon": place.lon,
                "accuracy_m": place.accuracy_m,
                "first_s": place.first_s,
                "last_s": place.last_s,
                "closed_s": place.closed_s,
            }
        )
        named += [
            {"city": incident.city, "identity": identity, "incident_id": incident.id}
            for identity in incident.identities
        ]
    if rows:
        session.execute(sqlalchemy.insert(IncidentPlaceRow), rows)
    if named:
        session.execute(sqlalchemy.insert(IncidentIdentityRow), named)


def update(session: Session, changed: Iterable[Incident]) -> None:
    """Bring the index up to date with incidents that have changed."""
    incidents = list(changed)
    if not incidents:
        return
    ids = [incident.id for incident in incidents]
    session.execute(delete(IncidentPlaceRow).where(col(IncidentPlaceRow.incident_id).in_(ids)))
    session.execute(delete(IncidentIdentityRow).where(col(IncidentIdentityRow.incident_id).in_(ids)))
    insert(session, incidents)


def band_of(lat: float, accuracy_m: float) -> int:
    """The band of latitude of an incident's place."""
    if accuracy_m > BAND_ACCURACY_M:
        return ANYWHERE
    return math.floor(lat * BANDS_A_DEGREE)


def _around(
    observation: Observation, seen: Position, at: datetime, rules: Rules, categories: frozenset[str] | None
) -> list[ColumnElement[bool]]:
    kinds = [rules.default, *rules.by_name.values()] if categories is None else [rules[name] for name in categories]
    window = max(rules[observation.category].window, *(kind.window for kind in kinds))
    spread = max(kind.spread for kind in kinds)
    at_s = at.timestamp()
    wanted = [
        _places.city == observation.city,
        _places.simulated == observation.simulated,
        _places.last_s >= at_s - window - 1,
        _places.first_s <= at_s + window + 1,
    ]
    if categories is not None:
        wanted.append(_places.category.in_(sorted(categories)))
    reach = BEYOND_DOUBT * (seen.accuracy_m + BAND_ACCURACY_M + spread) / METRES_A_DEGREE
    lowest = math.floor((seen.lat - reach) * BANDS_A_DEGREE) - 1
    highest = math.floor((seen.lat + reach) * BANDS_A_DEGREE) + 1
    if highest - lowest < MOST_BANDS:
        wanted.append(_places.band.in_([ANYWHERE, *range(lowest, highest + 1)]))
    return wanted


def _of_same_identity(session: Session, observation: Observation) -> list[Place]:
    named = identities(observation)
    if not named:
        return []
    query = (
        sqlalchemy.select(*_COLUMNS)
        .join_from(IncidentIdentityRow, IncidentPlaceRow, _places.incident_id == _identities.incident_id)
        .where(
            _identities.city == observation.city,
            _identities.identity.in_(named),
            _places.simulated == observation.simulated,
        )
    )
    return [_place(row) for row in session.execute(query)]


def _place(row: Row[Any]) -> Place:
    incident_id, category, lat, lon, accuracy_m, first_s, last_s, closed_s = tuple[Any, ...](row)
    return Place(incident_id, category, lat, lon, accuracy_m, first_s, last_s, closed_s)
