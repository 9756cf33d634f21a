"""What every plan file is read into and written from. Knows no file format."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from telemetry.errors import BadPlan
from telemetry.messages import Message
from telemetry.positions import Position
from telemetry.transfer.mission_items import Command, MissionItem

DEFAULT_HEIGHT_M = 50.0
"""Metres above home that a point gets whose file gives it no height and whose reader named none."""
DO_JUMP = Command.JUMP
"""Parameter 1 is where to go on."""
NEEDS_POSITION = frozenset({16, 17, 18, 19, 82})
"""Waypoint, the loiters and spline waypoint: useless without a place."""
HAS_POSITION = NEEDS_POSITION | {21, 22, 31, 80, 84, 85, 179, 189, 192, 195, 201}
"""Commands whose parameters 5 to 7 are a place; for some of them 0, 0 is where the vehicle is."""
PLAIN_FRAME = {5: 0, 6: 3, 11: 10}
"""The MAV_FRAMEs for whole-number positions and their twins; a plan knows only the twins."""


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
class Entry:
    """One entry of a .plan file's mission and the items that are flown for it."""

    document: dict[str, Any]
    items: tuple[MissionItem, ...]


@dataclass(frozen=True)
class PlanFile:
    """One plan as a file holds it."""

    name: str
    items: tuple[MissionItem, ...]
    """In flying order; home is not one of them. Frames are 0, 2, 3 or 10 where the file's are their _INT twins, and a
    DO_JUMP's parameter 1 is the place in this tuple, counted from 0."""
    home: Position | None = None
    """The planned home, its altitude (if any) above mean sea level."""
    fence: tuple[FenceArea, ...] = ()
    rally: tuple[Position, ...] = ()
    """Places to land in need; altitudes are metres above home."""
    speed_m_s: float | None = None
    """The speed that the plan was made for; what is flown is what the items say."""
    kept: Mapping[str, Any] = field(default_factory=dict, compare=False)
    """What the file held beyond this, by format, for writing the same format again; opaque to everybody else."""
    patterns: tuple[Entry, ...] = field(default=(), compare=False)
    """Patterns of QGroundControl that some of the items stand for, so that it can edit them as such."""
    no_pattern: Message | None = field(default=None, compare=False)
    """Why a survey is not one of `patterns`; None where it is, and for whatever is no survey."""
    notes: tuple[Message, ...] = field(default=(), compare=False)
    """What the reader had to assume, compute or leave out."""

    @property
    def home_alt_m(self) -> float | None:
        """Home's altitude above mean sea level; None where it has none, or there is no home."""
        if self.home is None:
            return None
        return self.home.alt_m


@dataclass(frozen=True)
class Dump:
    """A plan written as a file."""

    content: bytes
    lost: tuple[Message, ...] = ()
    """What of the plan the format cannot hold."""


def plain_frame(frame: int) -> int:
    """The frame as a plan knows it."""
    return PLAIN_FRAME.get(frame, frame)


def same_items(mine: Sequence[MissionItem], theirs: Sequence[MissionItem]) -> bool:
    """Whether two lists of items are the same to the last bit; NaN is equal to NaN."""
    return len(mine) == len(theirs) and all(key_of(a) == key_of(b) for a, b in zip(mine, theirs, strict=True))


def alike(mine: Sequence[MissionItem], theirs: Sequence[MissionItem]) -> bool:
    """Whether two lists of items are the same as files write them: places to 1e-7 degrees, the rest to a millionth."""
    return len(mine) == len(theirs) and all(_alike(key_of(a), key_of(b)) for a, b in zip(mine, theirs, strict=True))


def _alike(mine: tuple[float | None, ...], theirs: tuple[float | None, ...]) -> bool:
    return all(
        a is b is None or (a is not None and b is not None and math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-7))
        for a, b in zip(mine, theirs, strict=True)
    )


def none_for_nan(value: float) -> float | None:
    """A parameter as JSON has it: null where the vehicle does as it likes."""
    if math.isnan(value):
        return None
    return value


def zero_for_nan(value: float) -> float:
    """A parameter for what knows no NaN."""
    if math.isnan(value):
        return 0.0
    return value


def object_in(values: Mapping[str, Any], key: str) -> dict[str, Any]:
    """The object under a key; empty where there is none."""
    value = values.get(key)
    if isinstance(value, dict):
        return value
    return {}


def key_of(item: MissionItem) -> tuple[float | None, ...]:
    """Equal for items that are the same, NaN being equal to NaN."""
    params = (none_for_nan(value) for value in item.params)
    return item.command, item.frame, *params, item.lat, item.lon, item.alt_m, item.autocontinue


def jump_target(item: MissionItem, plan: PlanFile) -> int:
    """The place in the plan that a DO_JUMP goes to. Raises BadPlan when there is none."""
    if item.param1 not in range(len(plan.items)):
        raise BadPlan(Message("plans.jumps_nowhere", plan=plan.name, target=item.param1, items=len(plan.items)))
    return int(item.param1)


def fence_area(
    corners: Sequence[tuple[float, float]], place: str, *, inclusion: bool, radius_m: float | None = None
) -> FenceArea:
    """A part of a fence; a closing corner is taken off, too few corners and a senseless radius are refused."""
    if radius_m is not None:
        if not 0 < radius_m < 1e6:
            raise BadPlan(Message("plans.fence_radius", place=place, radius_m=radius_m))
        return FenceArea(tuple(corners), inclusion, radius_m)
    ring = list(corners)
    if len(ring) > 1 and ring[0] == ring[-1]:
        ring.pop()
    if len(ring) < 3:
        raise BadPlan(Message("plans.fence_corners", place=place, corners=len(ring)))
    return FenceArea(tuple(ring), inclusion)
