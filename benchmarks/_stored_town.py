"""A database with years of incidents in it, for benchmarks of taking in; and observations that arrive in the towns."""

import random
from datetime import datetime, timedelta

import sqlalchemy

from incidents.merging import Incident, State, default_rules
from incidents.merging.incident import incident_id_of
from incidents.timeline import incident_index, repository
from telemetry.cities import City
from telemetry.observations import Observation, Source, SourceKind
from telemetry.positions import LocalFrame, Position
from telemetry.scopes import LIVE
from telemetry.store import Store

OPENING = tuple(name for name, rule in default_rules().by_name.items() if rule.opens)
RADIUS_M = {City("siauliai"): 4_500.0, City("dobele"): 1_800.0}
YEARS = timedelta(days=3 * 365)
RECENT = timedelta(days=20)


def fill(store: Store, *, stored: int, still_open: int, now: datetime) -> None:
    """Store `stored` incidents, `still_open` of them open and with a word in the last 20 days before `now`."""
    rnd = random.Random(7)
    made = [_incident(rnd, number, number < still_open, now) for number in range(stored)]
    for begins in range(0, stored, 5_000):
        part = made[begins : begins + 5_000]
        with store.write() as work:
            repository.insert(work.session, [(incident, 0) for incident in part])
            incident_index.insert(work.session, part)
    _analyse(store)


def arriving(count: int, now: datetime, *, seed: int, name: str = "") -> list[Observation]:
    """`count` observations of both towns in the last minutes before `now`, in the order they arrive; what their source
    calls them begins with `name`."""
    rnd = random.Random(seed)
    return [_observation(rnd, f"{name}{seed}-{number}", now) for number in range(count)]


def _incident(rnd: random.Random, number: int, is_open: bool, now: datetime) -> Incident:
    city, pin = town_place(rnd, rnd.choice([5.0, 12.0, 25.0, 60.0]))
    category = rnd.choice(OPENING)
    rule = default_rules()[category]
    ago = rnd.random() * (RECENT if is_open else YEARS)
    last_at = now - ago
    return Incident(
        id=incident_id_of(f"stored {number}"),
        city=city,
        category=category,
        title=rule.title,
        severity=rule.severity,
        scope=LIVE,
        first_at=last_at - timedelta(minutes=rnd.randrange(60)),
        last_at=last_at,
        position=pin,
        identities=frozenset(),
        sources=("report",),
        observation_ids=(f"stored {number}",),
        state=State.NEW if is_open else State.RESOLVED,
        closed_at=None if is_open else last_at,
    )


def _observation(rnd: random.Random, ref: str, now: datetime) -> Observation:
    city, pin = town_place(rnd, rnd.choice([8.0, 15.0, 70.0]))
    return Observation(
        city=city,
        source=Source(kind=SourceKind.FIXED_CAMERA, id=f"cam-{rnd.randrange(200)}"),
        source_ref=ref,
        category=rnd.choice(OPENING),
        started_at=now - timedelta(seconds=rnd.randrange(300)),
        position=pin,
        confidence=0.8,
        summary="seen by a camera",
        attributes={"label": "thing", "zones": ["yard"]},
    )


def town_place(rnd: random.Random, accuracy_m: float) -> tuple[City, Position]:
    city = City("siauliai") if rnd.random() < 0.8 else City("dobele")
    east, north = (rnd.uniform(-RADIUS_M[city], RADIUS_M[city]) for _ in range(2))
    lat, lon = LocalFrame(city.facts.lat, city.facts.lon).to_degrees(east, north)
    return city, Position(lat=lat, lon=lon, accuracy_m=accuracy_m)


def _analyse(store: Store) -> None:
    with store.engine.connect() as connection:
        connection.execute(sqlalchemy.text("ANALYZE"))
        connection.commit()
