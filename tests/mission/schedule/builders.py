"""Small schedule requests; each builder takes only what the scenario is about."""

from datetime import UTC, datetime, timedelta
from typing import Any

from mission.schedule.request import Commitment, Person, ScheduleRequest, ScheduleSpan, ScheduleZone, Unit
from telemetry.cities import City
from telemetry.units.tables import UnitKind
from tests.builders import place

SEVEN = datetime(2026, 6, 1, 7, 0, tzinfo=UTC)
DRONE, TOWER, CAMERA = UnitKind.DRONE, UnitKind.TOWER, UnitKind.BODY_CAMERA


def at(minutes: float) -> datetime:
    """So many minutes after seven."""
    return SEVEN + timedelta(minutes=minutes)


def span(begins: float, ends: float) -> ScheduleSpan:
    return ScheduleSpan(begins=at(begins), ends=at(ends))


def drone(name: str = "drone", **more: Any) -> Unit:
    return Unit(id=name, kind=DRONE, position=more.pop("position", place()), **more)


def camera(name: str = "camera", **more: Any) -> Unit:
    return Unit(id=name, kind=CAMERA, position=place(), **more)


def tower(name: str = "tower", **more: Any) -> Unit:
    return Unit(id=name, kind=TOWER, position=place(), **more)


def pilot(name: str = "pilot", begins: float = 0, ends: float = 240, **more: Any) -> Person:
    return Person(id=name, kinds=frozenset({DRONE}), shifts=(span(begins, ends),), **more)


def inspector(name: str = "inspector", begins: float = 0, ends: float = 240, **more: Any) -> Person:
    return Person(id=name, kinds=frozenset({CAMERA}), shifts=(span(begins, ends),), **more)


def zone(
    name: str = "zone", east_m: float = 500, window: tuple[float, float] | None = None, **more: Any
) -> ScheduleZone:
    """A zone of ten minutes' dwell so far east of the town's middle."""
    windows = () if window is None else (span(*window),)
    return ScheduleZone(id=name, position=place(east_m=east_m), **{"dwell_min": 10, "windows": windows, **more})


def told(
    name: str, begins: float, *, unit: str = "camera", person: str | None = "inspector", **more: Any
) -> Commitment:
    """A confirmed visit of ten minutes."""
    return Commitment(zone_id=name, unit_id=unit, person_id=person, begins=at(begins), ends=at(begins + 10), **more)


def request(*zones: ScheduleZone, **more: Any) -> ScheduleRequest:
    """Four hours with a drone, a tower, a body camera and their people."""
    wishes = {"units": (drone(), tower(), camera()), "people": (pilot(), inspector()), **more}
    return ScheduleRequest(city=City("dobele"), begins=SEVEN, ends=at(240), zones=zones, **wishes)
