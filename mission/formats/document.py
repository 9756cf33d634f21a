"""What every plan file is read into and written from. Knows no file format."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from telemetry.positions import Position
from telemetry.vehicles import MissionItem


@dataclass(frozen=True)
class FenceArea:
    """One part of a geofence: a polygon, or a circle when it has one corner and a radius."""

    corners: tuple[tuple[float, float], ...]
    """(lat, lon) degrees, the first not repeated; the centre alone for a circle."""
    inclusion: bool = True
    """Whether the vehicle must stay inside it; else it must stay out."""
    radius_m: float | None = None
    """Metres; None for a polygon."""


@dataclass(frozen=True)
class PlanFile:
    """One plan as a file holds it."""

    name: str
    items: tuple[MissionItem, ...]
    """In flying order; home is not one of them."""
    home: Position | None = None
    """The planned home, its altitude (if any) above mean sea level."""
    fence: tuple[FenceArea, ...] = ()
    rally: tuple[Position, ...] = ()
    """Places to land in need; altitudes are metres above home."""
    speed_m_s: float | None = None
    kept: Mapping[str, Any] = field(default_factory=dict)
    """What the file held beyond this, by format, for writing the same format again; opaque to everybody else."""
