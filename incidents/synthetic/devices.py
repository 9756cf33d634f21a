"""What sees and speaks in an invented town: cameras, gates and body cameras, each with a clock of its own."""

import math
import random
from dataclasses import dataclass

from telemetry.cities import City, known_towns

RADIUS_M = (3_600.0, 1_400.0)
"""Of the towns, in the order of their list."""
CAMERAS = (12, 8)
GATES = (7, 6)
BODY_CAMERAS = 5
HOUR_S = 3_600.0
WRONG_CLOCKS = 3
"""Fixed cameras whose clock is off by minutes."""


@dataclass(frozen=True)
class TownDevice:
    """A thing that speaks from a place that stays. Metres east and north of the middle of its town."""

    id: str
    east_m: float
    north_m: float
    view_m: float
    """How far from its view's middle it still sees; of a camera, half its view."""


@dataclass(frozen=True)
class Equipment:
    """Everything that speaks, and how far each clock is ahead."""

    radius_m: dict[City, float]
    cameras: dict[City, list[TownDevice]]
    gates: dict[City, list[TownDevice]]
    ahead_s: dict[str, float]


def equip(rnd: random.Random) -> Equipment:
    """Invent the devices of all towns."""
    radius: dict[City, float] = {}
    cameras: dict[City, list[TownDevice]] = {}
    gates: dict[City, list[TownDevice]] = {}
    ahead: dict[str, float] = {}
    for number, city in enumerate(known_towns()):
        size = RADIUS_M[min(number, len(RADIUS_M) - 1)]
        radius[city] = size
        cameras[city] = [_camera(rnd, city, size, n) for n in range(CAMERAS[min(number, 1)])]
        gates[city] = [_gate(city, size, n, GATES[min(number, 1)]) for n in range(GATES[min(number, 1)])]
        for device in (*cameras[city], *gates[city]):
            ahead[device.id] = rnd.gauss(0, 6)
    fixed = [device.id for some in cameras.values() for device in some]
    for device_id in rnd.sample(fixed, WRONG_CLOCKS):
        ahead[device_id] = rnd.choice([-1, 1]) * rnd.uniform(45, 210)
    for number in range(1, BODY_CAMERAS + 1):
        ahead[f"body-{number}"] = rnd.gauss(0, 20)
    ahead[f"body-{rnd.randint(1, BODY_CAMERAS)}"] += rnd.choice([-1, 1]) * HOUR_S
    return Equipment(radius, cameras, gates, ahead)


def _camera(rnd: random.Random, city: City, size: float, number: int) -> TownDevice:
    away = size * rnd.betavariate(1.5, 2.5)
    bearing = rnd.uniform(0, 2 * math.pi)
    name = f"{city[:2]}-cam-{number + 1:02}"
    return TownDevice(name, away * math.cos(bearing), away * math.sin(bearing), rnd.uniform(25, 60))


def _gate(city: City, size: float, number: int, of: int) -> TownDevice:
    bearing = 2 * math.pi * number / of
    name = f"{city[:2]}-gate-{number + 1}"
    return TownDevice(name, size * math.cos(bearing), size * math.sin(bearing), 10.0)
