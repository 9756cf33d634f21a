"""The values a planner gives: legs in flying order and the numbers a pilot wants of them. Computes no geometry."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class LegKind(StrEnum):
    """What a leg is for."""

    TRANSECT = "transect"
    """A line flown for its pictures."""
    TURN = "turn"
    """From one transect to the next, inside the area."""
    TRANSIT = "transit"
    """From home to the first transect, and back; may leave the area."""


@dataclass(frozen=True)
class Leg:
    """A piece of the route of one kind; begins where the one before it ended."""

    kind: LegKind
    points: tuple[tuple[float, float], ...]
    """(lat, lon) in degrees, at least two."""
    camera: bool
    """Whether pictures are taken on it."""


@dataclass(frozen=True)
class Summary:
    """What flying the route means."""

    length_m: float
    """Over ground, transit included."""
    duration_s: float
    """From take-off to landing, in still air, stopping at every corner."""
    photos: int
    covered_fraction: float
    """Part of the area that is within half a line spacing of a leg on which pictures are taken."""
    outside_m: float
    """Metres of transect and turn outside the area."""
    transit_m: float
    max_height_agl_m: float
    """Over flat ground at the height of the take-off."""
    energy_fraction: float
    """Part of a full battery, without reserve."""
    gsd_cm: float
    spacing_m: float
    trigger_m: float
    speed_m_s: float
    angle_deg: float
    """Direction of the transects, clockwise from north, 0..180."""
    transects: int
    area_m2: float

    def as_json(self) -> dict[str, Any]:
        """Rounded for people and JSON."""
        return {name: round(value, 4) if isinstance(value, float) else value for name, value in asdict(self).items()}


@dataclass(frozen=True)
class Route:
    """A whole flight: legs in flying order at one height."""

    legs: tuple[Leg, ...]
    altitude_m: float
    """Metres above home and, the ground being taken as flat, above ground."""
    summary: Summary

    @property
    def points(self) -> list[tuple[float, float]]:
        """(lat, lon) of every corner in flying order, no corner twice in a row."""
        line = [self.legs[0].points[0]]
        for leg in self.legs:
            line.extend(leg.points[1:])
        return line
