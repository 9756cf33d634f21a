"""The published generator of city days: units, people, zones with windows and priorities, weather. Seeded, invented.

Two towns' shapes: Šiauliai, zones within 4.5 km of its centre, and Dobele, within 1.8 km, a third of them around a few
corners. What wants attention, for how long and how urgently are assumptions, the same for every contender.
"""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from mission.schedule.answer import Schedule
from mission.schedule.request import (
    Commitment,
    Person,
    ScheduleBattery,
    ScheduleRequest,
    ScheduleSpan,
    ScheduleZone,
    Unit,
)
from telemetry.cities import City
from telemetry.positions import LocalFrame, Position
from telemetry.units.tables import UnitKind

DAY = datetime(2026, 6, 1, 6, 0, tzinfo=UTC)
RADIUS_M = {City("siauliai"): 4_500.0, City("dobele"): 1_800.0}
ANY = frozenset(UnitKind)


@dataclass(frozen=True)
class Size:
    """How much there is of everything."""

    zones: int
    drones: int
    towers: int
    body_cameras: int
    pilots: int
    inspectors: int
    hours: float


SMALL = Size(zones=8, drones=1, towers=1, body_cameras=1, pilots=1, inspectors=2, hours=2)
TOWN_DAY = Size(zones=44, drones=2, towers=2, body_cameras=4, pilots=4, inspectors=6, hours=8)


def city_day(seed: int, size: Size, *, zones: int | None = None) -> ScheduleRequest:
    """The day numbered `seed`; odd ones are in Dobele."""
    rnd = random.Random(seed)
    city = City("dobele") if seed % 2 else City("siauliai")
    ends = DAY + timedelta(hours=size.hours)
    corners = [_spot(rnd, city) for _ in range(3)]
    wanted = tuple(_zone(rnd, n, city, corners, size) for n in range(zones or size.zones))
    depot = _spot(rnd, city)
    units = [
        *(_drone(rnd, n, city) for n in range(size.drones)),
        *(Unit(id=f"tower-{n}", kind=UnitKind.TOWER, position=_at(city, *depot)) for n in range(size.towers)),
        *(_body_camera(rnd, n, city, depot) for n in range(size.body_cameras)),
    ]
    people = [
        *(_person(rnd, f"pilot-{n}", UnitKind.DRONE, n, size) for n in range(size.pilots)),
        *(_person(rnd, f"inspector-{n}", UnitKind.BODY_CAMERA, n, size) for n in range(size.inspectors)),
    ]
    return ScheduleRequest(
        city=city, begins=DAY, ends=ends, units=tuple(units), people=tuple(people), zones=wanted,
        flyable=_weather(rnd, size),
    )  # fmt: skip


def told(request: ScheduleRequest, answer: Schedule, *, now: datetime) -> ScheduleRequest:
    """`request` at `now`, with every start of `answer` confirmed; what has been set out for by then is locked."""
    commitments = [
        Commitment(
            zone_id=v.zone_id, number=v.number, unit_id=r.unit_id, person_id=r.person_id, begins=v.begins, ends=v.ends,
            locked=v.departs < now,
        )
        for r, v in answer.visits()
    ]  # fmt: skip
    return request.model_copy(update={"now": now, "commitments": tuple(commitments)})


def _zone(rnd: random.Random, number: int, city: City, corners: list[tuple[float, float]], size: Size) -> ScheduleZone:
    if rnd.random() < 0.35:
        east, north = rnd.choice(corners)
        east, north = rnd.gauss(east, 250), rnd.gauss(north, 250)
    else:
        east, north = _spot(rnd, city)
    minutes = size.hours * 60
    opens = rnd.uniform(0, minutes * 0.75)
    lasts = rnd.choice((45, 60, 90, 120))
    kinds = rnd.choice((
        ANY, ANY, frozenset({UnitKind.DRONE, UnitKind.BODY_CAMERA}), frozenset({UnitKind.BODY_CAMERA, UnitKind.TOWER}),
        frozenset({UnitKind.DRONE}), frozenset({UnitKind.BODY_CAMERA}),
    ))  # fmt: skip
    dwell = rnd.choice((5, 8, 10, 15, 20, 30))
    if kinds == {UnitKind.DRONE}:
        dwell = min(dwell, 10)
    span = ScheduleSpan(begins=_when(opens), ends=_when(min(opens + max(lasts, dwell + 10), minutes)))
    return ScheduleZone(
        id=f"zone-{number}", position=_at(city, east, north), priority=rnd.choice((1, 2, 2, 3, 3, 3, 4, 4, 5)),
        dwell_min=min(dwell, (span.ends - span.begins).total_seconds() / 60), windows=(span,),
        due_min=rnd.choice((5, 15, 30, 45)), served_by=kinds,
        needs=frozenset({"thermal"}) if kinds == {UnitKind.DRONE} and rnd.random() < 0.3 else frozenset(),
    )  # fmt: skip


def _drone(rnd: random.Random, number: int, city: City) -> Unit:
    east, north = _spot(rnd, city)
    return Unit(
        id=f"drone-{number}", kind=UnitKind.DRONE, position=_at(city, east / 3, north / 3),
        battery=ScheduleBattery(endurance_min=rnd.choice((30, 38)), reserve=0.25, swap_min=6),
        skills=frozenset({"thermal"}) if number == 0 else frozenset(),
    )  # fmt: skip


def _body_camera(rnd: random.Random, number: int, city: City, depot: tuple[float, float]) -> Unit:
    drives = rnd.random() < 0.5
    return Unit(
        id=f"camera-{number}", kind=UnitKind.BODY_CAMERA, position=_at(city, *depot),
        speed_m_s=8.0 if drives else None, detour=1.4 if drives else None,
    )  # fmt: skip


def _person(rnd: random.Random, name: str, kind: UnitKind, number: int, size: Size) -> Person:
    minutes = size.hours * 60
    early, late = (0.0, minutes * 0.7), (minutes * 0.4, minutes)
    begins, ends = (0.0, minutes) if size.hours < 5 else (early, late)[number % 2]
    return Person(
        id=name, kinds=frozenset({kind}), shifts=(ScheduleSpan(begins=_when(begins), ends=_when(ends)),), flying_h=24
    )


def _weather(rnd: random.Random, size: Size) -> tuple[ScheduleSpan, ...]:
    minutes = size.hours * 60
    bad = rnd.uniform(minutes * 0.2, minutes * 0.7)
    after = min(bad + rnd.uniform(20, 70), minutes - 1)
    return (ScheduleSpan(begins=_when(0), ends=_when(bad)), ScheduleSpan(begins=_when(after), ends=_when(minutes)))


def _spot(rnd: random.Random, city: City) -> tuple[float, float]:
    return rnd.gauss(0, RADIUS_M[city] * 0.45), rnd.gauss(0, RADIUS_M[city] * 0.45)


def _at(city: City, east: float, north: float) -> Position:
    lat, lon = LocalFrame(city.facts.lat, city.facts.lon).to_degrees(east, north)
    return Position(lat=round(lat, 6), lon=round(lon, 6))


def _when(minutes: float) -> datetime:
    return DAY + timedelta(seconds=round(minutes * 60))
