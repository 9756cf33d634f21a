"""The numbers of a flight as they are printed: the planner's own where it made the plan, else worked out from its items."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from mission.briefing.path import Path, is_flown_to
from mission.formats.document import PlanFile
from telemetry.positions import Position, distance_m
from telemetry.vehicles import Airframe, Command, MissionItem

RESERVE = 0.25
"""Part of a full battery that is to be left after landing: the middle of the 20 to 30 % in use."""
ASSUMED_M_S = 8.0
"""Where a plan names no speed."""


@dataclass(frozen=True)
class Numbers:
    """What flying the plan means, in still air."""

    length_m: float
    """Over ground, the way back included."""
    duration_s: float
    """From take-off to landing, stopping at every corner."""
    photos: int
    energy: float
    """Part of a full battery."""
    turn_home: float
    """Part of a full battery that must still be there at the farthest waypoint, reserve included."""
    speed_m_s: float
    speed_is_assumed: bool

    @property
    def left(self) -> float:
        """Part of a full battery that is left after landing; negative when it does not last."""
        return 1 - self.energy


def numbers_of(plan: PlanFile, path: Path, airframe: Airframe, summary: Mapping[str, Any]) -> Numbers:
    """The numbers of `plan` flown by `airframe`; `summary` goes before what is worked out here."""
    said = _speed(plan)
    speed = min(said or ASSUMED_M_S, airframe.max_speed_m_s)
    duration, energy = _effort(plan, path, airframe, speed)
    back_s = airframe.leg_seconds(path.farthest_m, speed) + path.return_m / airframe.descent_m_s
    back = back_s * airframe.power_w(speed, 0) / 3600 / airframe.battery_wh
    return Numbers(
        length_m=float(summary.get("length_m", path.length_m)),
        duration_s=float(summary.get("duration_s", duration)),
        photos=int(summary.get("photos", _photos(plan.items))),
        energy=float(summary.get("energy_fraction", energy)),
        turn_home=RESERVE + back,
        speed_m_s=speed,
        speed_is_assumed=said is None,
    )


def _speed(plan: PlanFile) -> float | None:
    asked = (item.param2 for item in plan.items if item.command == Command.CHANGE_SPEED and item.param2 > 0)
    return next(asked, plan.speed_m_s)


def _effort(plan: PlanFile, path: Path, airframe: Airframe, speed: float) -> tuple[float, float]:
    """Seconds, and the part of a full battery: climb, every leg from rest to rest, holds, descent."""
    heights = [path.climb_m, *(waypoint.height_m for waypoint in path.waypoints)]
    steps = [after - before for before, after in pairwise(heights)]
    down_to_ground = path.return_m if path.returns else max(heights[-1], 0.0)
    up = (path.climb_m + sum(step for step in steps if step > 0)) / airframe.climb_m_s
    down = (down_to_ground - sum(step for step in steps if step < 0)) / airframe.descent_m_s
    ways = [*(waypoint.way_m for waypoint in path.waypoints), path.way_back_m]
    along = sum(airframe.leg_seconds(way, speed) for way in ways)
    waits = sum(item.param1 for item in plan.items if item.command in (Command.WAYPOINT, 19, 93) and item.param1 > 0)
    mean = sum(ways) / along if along else 0.0
    watts = ((up, airframe.power_w(0, airframe.climb_m_s)), (down + waits, airframe.power_w(0, 0)))
    joules = sum(seconds * power for seconds, power in watts) + along * airframe.power_w(mean, 0)
    return up + along + down + waits, joules / 3600 / airframe.battery_wh


def _photos(items: Sequence[MissionItem]) -> int:
    """One at each start of the distance trigger and one every so many metres for as long as it stays on."""
    count, trigger, flown = 0, 0.0, 0.0
    here: Position | None = None
    for item in items:
        if item.command == Command.CAMERA_TRIGGER_DISTANCE:
            count += item.param1 > 0 and not trigger
            trigger, flown = max(item.param1, 0.0), 0.0
        if is_flown_to(item):
            there = Position(lat=item.lat, lon=item.lon)
            if trigger and here is not None:
                flown += distance_m(here, there)
                count, flown = count + int(flown // trigger), flown % trigger
            here = there
    return count
