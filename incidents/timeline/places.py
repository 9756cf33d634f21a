"""The index by which an observation finds the incidents it may join: by town, category, place and time.

Derived from the incidents, written in the same unit of work. Holds nothing in memory and decides nothing.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy
from sqlalchemy import TextClause
from sqlmodel import Session, SQLModel, col, delete

from incidents.merging import Incident, Rules
from incidents.merging.decide import BEYOND_DOUBT, METRES_A_DEGREE
from incidents.merging.incident import identities
from incidents.merging.shortlist import Place, best_beyond, joinable_categories
from incidents.timeline.tables import IncidentIdentityRow, IncidentPlaceRow
from telemetry.observations import Observation
from telemetry.positions import EARTH_RADIUS_M

BANDS_A_DEGREE = 100
"""Bands of latitude, 1.1 km each."""
BAND_ACCURACY_M = 100.0
"""An incident whose place is less certain is in the band ANYWHERE, and looked at wherever an observation is."""
ANYWHERE = -100_000
MOST_BANDS = 40
"""An observation that reaches over more looks at all of them."""
FURTHEST_CLOSE_M = 100_000.0
"""No first look goes further."""
CLOSE_SIGMAS = 6
"""How far the first look goes, in sigmas of the least certain incident with a band."""
SURE = 0.999
"""Of a distance: what of it remains when degrees are rounded."""
_PLACES = SQLModel.metadata.tables["incident_places"]
_IDENTITIES = SQLModel.metadata.tables["incident_identities"]
_COLUMNS = tuple(_PLACES.c[name] for name in Place._fields)


@dataclass(frozen=True)
class Area:
    """Where one look goes."""

    bands: tuple[int, ...] | None
    """Of latitude; None for all of them."""
    lon: tuple[float, float] | None
    """West and east, of incidents with a band; None for all."""
    best_beyond: float
    """Nats; no incident outside scores more, unless it names what the observation names."""


class Search:
    """The incidents that one observation may join, looked for in one area after the other."""

    def __init__(self, session: Session, observation: Observation, at: datetime, rules: Rules) -> None:
        """`observation` is effective at `at` (UTC)."""
        self._session, self._observation, self._at_s = session, observation, at.timestamp()
        self._categories = joinable_categories(observation.category, rules)
        joinable = self._categories
        kinds = [rules.default, *rules.by_name.values()] if joinable is None else [rules[name] for name in joinable]
        self._window = max([rules[observation.category].window, *(kind.window for kind in kinds)])
        self._spread = max((kind.spread for kind in kinds), default=0.0)
        self._density = min((kind.density for kind in kinds), default=1.0)
        self._same = self._of_same_identity()
        self.same_identity = frozenset(place.incident_id for place in self._same)
        """The ids of incidents that name what the observation names."""

    def areas(self) -> Iterator[Area]:
        """Where to look: what is close, then all that `decide` does not rule out."""
        seen = self._observation.position
        if seen is None or self._categories == frozenset():
            yield Area((), None, -math.inf)
            return
        variance = seen.accuracy_m**2 + BAND_ACCURACY_M**2 + self._spread**2
        away_m = CLOSE_SIGMAS * math.sqrt(variance)
        angle = math.sin(away_m / EARTH_RADIUS_M) / max(math.cos(math.radians(seen.lat)), 1e-9)
        bands = _bands(seen.lat, math.degrees(away_m / EARTH_RADIUS_M))
        if away_m < FURTHEST_CLOSE_M and angle < 1 and bands is not None:
            lon_deg = math.degrees(math.asin(angle))
            west, east = seen.lon - lon_deg, seen.lon + lon_deg
            if west > -180 and east < 180:
                yield Area(bands, (west, east), best_beyond(SURE * away_m, variance, self._density))
        reach = BEYOND_DOUBT * (seen.accuracy_m + BAND_ACCURACY_M + self._spread) / METRES_A_DEGREE
        yield Area(_bands(seen.lat, reach + 1 / BANDS_A_DEGREE), None, -math.inf)

    def near(self, area: Area) -> list[Place]:
        """The places in `area` that the observation may join, perhaps with some that it may not; and those, wherever
        they are, that name what it names."""
        if area.bands == ():
            return self._same
        found = {place.incident_id: place for place in self._same}
        query, values = self._query(area)
        for row in self._session.connection().execute(query, values).all():
            place = Place._make(row)
            found.setdefault(place.incident_id, place)
        return list(found.values())

    def _query(self, area: Area) -> tuple[TextClause, dict[str, Any]]:
        values: dict[str, Any] = {
            "city": self._observation.city.value,
            "simulated": self._observation.simulated,
            "since": self._at_s - self._window - 1,
            "until": self._at_s + self._window + 1,
            "open_at": self._at_s - 1,
        }
        names = None if self._categories is None else sorted(self._categories)
        bands = None if area.bands is None else (ANYWHERE, *area.bands)
        values |= {f"category_{number}": name for number, name in enumerate(names or ())}
        values |= {f"band_{number}": band for number, band in enumerate(bands or ())}
        if area.lon is not None:
            values |= {"west": area.lon[0], "east": area.lon[1], "anywhere": ANYWHERE}
        return _search_text(len(names or ()), len(bands or ()), area.lon is not None), values

    def _of_same_identity(self) -> list[Place]:
        named = identities(self._observation)
        if not named:
            return []
        identity = _IDENTITIES.c
        query = (
            sqlalchemy.select(*_COLUMNS)
            .join_from(_IDENTITIES, _PLACES, _PLACES.c.incident_id == identity.incident_id)
            .where(
                identity.city == self._observation.city,
                identity.identity.in_(named),
                _PLACES.c.simulated == self._observation.simulated,
            )
        )
        return [Place._make(row) for row in self._session.connection().execute(query)]


@lru_cache(maxsize=1_000)
def _search_text(categories: int, bands: int, bounded: bool) -> TextClause:
    """The search as finished SQL, which costs a tenth of composing it each time; a count of 0 is of no limit."""
    place, value = _PLACES.c, sqlalchemy.bindparam
    wanted = [
        place.city == value("city"),
        place.simulated == value("simulated"),
        place.last_s >= value("since"),
        place.first_s <= value("until"),
        place.closed_s.is_(None) | (place.closed_s >= value("open_at")),
    ]
    if categories:
        wanted.append(place.category.in_([value(f"category_{number}") for number in range(categories)]))
    if bands:
        wanted.append(place.band.in_([value(f"band_{number}") for number in range(bands)]))
    if bounded:
        wanted.append(place.lon.between(value("west"), value("east")) | (place.band == value("anywhere")))
    return sqlalchemy.text(str(sqlalchemy.select(*_COLUMNS).where(*wanted)))


def _bands(lat: float, reach_deg: float) -> tuple[int, ...] | None:
    """The bands within `reach_deg` of a latitude; None when they are more than MOST_BANDS."""
    lowest = math.floor((lat - reach_deg) * BANDS_A_DEGREE)
    highest = math.floor((lat + reach_deg) * BANDS_A_DEGREE)
    return None if highest - lowest >= MOST_BANDS else tuple(range(lowest, highest + 1))


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
        session.connection().execute(_PLACES.insert(), rows)
    if named:
        session.connection().execute(_IDENTITIES.insert(), named)


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
