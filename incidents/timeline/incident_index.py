"""The index by which observations find the incidents they may join: by town, scope, category, place and time.

Derived from the incidents, written in the same unit of work. Holds nothing in memory and decides nothing.
"""

import math
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, cast

import sqlalchemy
from sqlalchemy import TextClause
from sqlmodel import Session, SQLModel

from incidents.merging import Incident, Rules, State
from incidents.merging.decide import BEYOND_DOUBT, METRES_A_DEGREE
from incidents.merging.shortlist import CandidateSearch, Place
from incidents.timeline.tables import IncidentIdentityRow, IncidentPlaceRow
from telemetry.cities import City
from telemetry.scopes import Scope
from telemetry.store import insert_rows
from telemetry.visibility import Visibility

BANDS_A_DEGREE = 100
"""Bands of latitude, 1.1 km each."""
BAND_ACCURACY_M = 100.0
"""An incident whose place is less certain is in the band ANYWHERE, and looked at wherever an observation is."""
ANYWHERE = -100_000
MOST_BANDS = 40
"""Observations that reach over more look at all of them."""
ANY = ""
"""Instead of a category: every one."""
_PLACES = SQLModel.metadata.tables[str(IncidentPlaceRow.__tablename__)]
_IDENTITIES = SQLModel.metadata.tables[str(IncidentIdentityRow.__tablename__)]
_COLUMNS = tuple(_PLACES.c[name] for name in Place._fields)
_DELETES = tuple(
    table.delete().where(table.c.incident_id.in_(sqlalchemy.bindparam("ids", expanding=True)))
    for table in (_PLACES, _IDENTITIES)
)


class Town(NamedTuple):
    """Incidents of different ones of these never have anything to do with each other."""

    city: City
    scope: Scope

    @property
    def visible(self) -> Visibility:
        """Its data alone."""
        return Visibility(frozenset({self.city}), self.scope)


class _Span(NamedTuple):
    """Seconds since 1970 UTC; an incident must have had a word since, and its first one until."""

    since: float
    until: float


_NEVER = _Span(math.inf, -math.inf)


def around(session: Session, town: Town, looks: Sequence[CandidateSearch], rules: Rules) -> Sequence[Place]:
    """The places that any of `looks`, all in `town`, may join by what and where it is, perhaps with some that it may
    not."""
    placed = [look for look in looks if look.position is not None and look.joinable != frozenset()]
    if not placed:
        return []
    spans = _spans(placed, rules)
    bands = _bands(placed, max(rule.spread for rule in (rules.default, *rules.by_name.values())))
    values: dict[str, Any] = {
        "city": town.city,
        "scope": town.scope,
        "open_at": min(look.at_s for look in placed) - 1,
    }
    wanted = [*spans.items()]
    wanted += [(ANY, _NEVER)] * (_places_for(len(wanted)) - len(wanted))
    bands += bands[-1:] * (_places_for(len(bands)) - len(bands))
    for number, (category, span) in enumerate(wanted):
        values |= {f"category_{number}": category, f"since_{number}": span.since, f"until_{number}": span.until}
    values |= {f"band_{number}": band for number, band in enumerate(bands)}
    text = _search_text(0 if ANY in spans else len(wanted), len(bands))
    return cast(Sequence[Place], session.connection().execute(text, values).all())


def naming(session: Session, town: Town, looks: Iterable[CandidateSearch]) -> list[tuple[str, Place]]:
    """The places of incidents, wherever they are, that name what any of `looks` names, each with the identity."""
    named = {identity for look in looks for identity in look.identities}
    if not named:
        return []
    identity = _IDENTITIES.c
    query = (
        sqlalchemy.select(identity.identity, *_COLUMNS)
        .join_from(_IDENTITIES, _PLACES, _PLACES.c.incident_id == identity.incident_id)
        .where(identity.city == town.city, identity.scope == town.scope, identity.identity.in_(named))
    )
    return [(name, Place._make(place)) for name, *place in session.connection().execute(query)]


def _spans(looks: Sequence[CandidateSearch], rules: Rules) -> dict[str, _Span]:
    """When the incidents of each category must have had a word for any of `looks` to join them, in order of category;
    under ANY alone when one of `looks` may join every category."""
    spans: dict[str, _Span] = {}
    whatever = any(look.joinable is None for look in looks)
    for look in looks:
        for category in {ANY} if whatever or look.joinable is None else look.joinable:
            window = rules.longest_window if whatever else max(rules[category].window, rules[look.category].window)
            known = spans.get(category, _Span(look.at_s, look.at_s))
            since = min(known.since, look.at_s - window - 1)
            spans[category] = _Span(since, max(known.until, look.at_s + window + 1))
    return dict(sorted(spans.items()))


def _bands(looks: Iterable[CandidateSearch], spread: float) -> list[int]:
    """The bands in reach of any of `looks`, in order; none when they are more than MOST_BANDS."""
    bands = {ANYWHERE}
    for look in looks:
        if look.position is None:
            continue
        reach = BEYOND_DOUBT * (look.position.accuracy_m + BAND_ACCURACY_M + spread) / METRES_A_DEGREE
        lowest = math.floor((look.position.lat - reach) * BANDS_A_DEGREE) - 1
        highest = math.floor((look.position.lat + reach) * BANDS_A_DEGREE) + 1
        if len(bands) + highest - lowest > 2 * MOST_BANDS:
            return []
        bands.update(range(lowest, highest + 1))
    if len(bands) <= MOST_BANDS:
        return sorted(bands)
    return []


def _places_for(values: int) -> int:
    """How many places a statement has for so many values: a power of two, since every other statement is composed."""
    if values:
        return 1 << (values - 1).bit_length()
    return 0


@lru_cache
def _search_text(categories: int, bands: int) -> TextClause:
    """The search as finished SQL, which costs a tenth of composing it each time; none of a kind is all of them."""
    place = _PLACES.c
    value = sqlalchemy.bindparam
    spans: list[tuple[Any, ...]] = [
        tuple(value(f"{name}_{number}") for name in ("category", "since", "until")) for number in range(categories or 1)
    ]
    wanted = sqlalchemy.values(*map(sqlalchemy.column, ("category", "since", "until"))).data(spans).cte("wanted")
    conditions = [
        place.city == value("city"),
        place.scope == value("scope"),
        place.last_s >= wanted.c.since,
        place.first_s <= wanted.c.until,
        place.closed_s.is_(None) | (place.closed_s >= value("open_at")),
    ]
    if categories:
        conditions.append(place.category == wanted.c.category)
    if bands:
        conditions.append(place.band.in_([value(f"band_{number}") for number in range(bands)]))
    return sqlalchemy.text(str(sqlalchemy.select(*_COLUMNS).where(*conditions)))


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


class IndexedIncident(NamedTuple):
    """What the index has of one incident."""

    place: Place | None
    band: int | None
    identities: frozenset[str]


def indexed(incident: Incident) -> IndexedIncident:
    """What the index should have of `incident`."""
    place = place_of(incident)
    if place is None or incident.state is State.MERGED:
        return IndexedIncident(None, None, frozenset())
    return IndexedIncident(place, band_of(place.lat, place.accuracy_m), incident.identities)


def read(session: Session, incident_ids: Sequence[str]) -> dict[str, IndexedIncident]:
    """What the index has of each of these incidents."""
    places = sqlalchemy.select(_PLACES.c.band, *_COLUMNS).where(_PLACES.c.incident_id.in_(incident_ids))
    found = {one: IndexedIncident(None, None, frozenset()) for one in incident_ids}
    for band, *place in session.connection().execute(places):
        known = Place._make(place)
        found[known.incident_id] = IndexedIncident(known, band, frozenset())
    named = sqlalchemy.select(_IDENTITIES.c.incident_id, _IDENTITIES.c.identity)
    for incident_id, identity in session.connection().execute(named.where(_IDENTITIES.c.incident_id.in_(incident_ids))):
        known_of = found[incident_id]
        found[incident_id] = known_of._replace(identities=known_of.identities | {identity})
    return found


def insert(session: Session, opened: Iterable[Incident]) -> None:
    """Add new incidents to the index."""
    rows = []
    named = []
    for incident in opened:
        place = place_of(incident)
        if place is None:
            continue
        rows.append(
            {
                "incident_id": place.incident_id,
                "city": incident.city,
                "scope": incident.scope,
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
            {"city": incident.city, "scope": incident.scope, "identity": identity, "incident_id": incident.id}
            for identity in incident.identities
        ]
    insert_rows(session, _PLACES, rows)
    insert_rows(session, _IDENTITIES, named)


def update(session: Session, changed: Iterable[Incident]) -> None:
    """Bring the index up to date with incidents that have changed."""
    incidents = list(changed)
    if not incidents:
        return
    delete(session, [incident.id for incident in incidents])
    insert(session, incidents)


def delete(session: Session, incident_ids: Sequence[str]) -> None:
    """Take incidents out of the index: nothing joins them any more."""
    if incident_ids:
        for statement in _DELETES:
            session.connection().execute(statement, {"ids": incident_ids})


def band_of(lat: float, accuracy_m: float) -> int:
    """The band of latitude of an incident's place."""
    if accuracy_m > BAND_ACCURACY_M:
        return ANYWHERE
    return math.floor(lat * BANDS_A_DEGREE)
