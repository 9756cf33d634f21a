"""How long a unit takes from one place to another: metres over speed, or times known better. Plans nothing."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from mission.schedule.request import ScheduleBattery, ScheduleRequest, Unit
from telemetry.positions import LocalFrame
from telemetry.units.kinds import UnitKind


@dataclass(frozen=True)
class Habits:
    """What is usual for a kind of unit."""

    speed_m_s: float
    detour: float
    """Length of its way over the straight line."""
    setup_min: float
    takedown_min: float
    battery: ScheduleBattery | None
    crewed: bool


USUAL = {
    UnitKind.DRONE: Habits(12.0, 1.0, 0.0, 0.0, ScheduleBattery(), crewed=True),
    UnitKind.TOWER: Habits(8.0, 1.4, 15.0, 10.0, None, crewed=False),
    UnitKind.BODY_CAMERA: Habits(1.35, 1.25, 0.0, 0.0, None, crewed=True),
}
"""Flown straight; towed at 29 km/h by streets 1.4 times the straight line; walked. Planning values, not measured: a
unit's own `speed_m_s` and `detour` take their place (an inspector who drives: 8 m/s and 1.4)."""


def habits(unit: Unit) -> Habits:
    """What holds for `unit`: its own values where it gives them."""
    usual = USUAL[unit.kind]
    own = {each.name: getattr(unit, each.name) for each in fields(Habits)}
    return replace(usual, **{name: value for name, value in own.items() if value is not None})


def returns(unit: Unit) -> bool:
    """Whether `unit` must be back at its base when its time is over."""
    return habits(unit).crewed or bool(unit.returns)


class TravelTimes:
    """Travel times among the places of one request: zones, and the bases of units, by their ids."""

    def __init__(self, request: ScheduleRequest) -> None:
        positions = {unit.id: unit.position for unit in request.units} | {z.id: z.position for z in request.zones}
        town = request.city.facts
        frame = LocalFrame(town.lat, town.lon)
        self._spots = {place: frame.to_metres(at.lat, at.lon) for place, at in positions.items()}
        self._known = request.minutes

    def seconds(self, unit: Unit, start: str, end: str) -> int:
        """Whole seconds, rounded up, from place `start` to place `end`; 0 when they are the same."""
        if start == end:
            return 0
        known = self._known.get(unit.kind, {}).get(start, {}).get(end)
        if known is not None:
            return math.ceil(known * 60 - 1e-6)
        usual = habits(unit)
        metres = math.dist(self._spots[start], self._spots[end])
        return math.ceil(metres * usual.detour / usual.speed_m_s - 1e-6)

    def table(self, unit: Unit, places: Sequence[str]) -> list[list[int]]:
        """`seconds` from each of `places` to each."""
        spots = np.array([self._spots[place] for place in places]).reshape(-1, 2)
        usual = habits(unit)
        metres = np.hypot(*(spots[:, None] - spots[None]).transpose(2, 0, 1))
        table: list[list[int]] = np.ceil(metres * usual.detour / usual.speed_m_s - 1e-6).astype(np.int64).tolist()
        index = {place: n for n, place in enumerate(places)}
        for start, known in self._known.get(unit.kind, {}).items():
            for end in known.keys() & index.keys() if start in index else ():
                table[index[start]][index[end]] = self.seconds(unit, start, end)
        return table
