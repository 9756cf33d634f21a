"""Height limits of a zone: what was published, and the band above the sea that it may mean. Knows no outline.

Whatever is not known exactly (the ground below, the geoid) widens the band, never narrows it.
"""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from mission.heights import AboveSea, Band, ellipsoid_above_sea

FOOT_M = 0.3048
UNLIMITED = 99_999
"""From here up an upper limit means "no limit" in published data, whatever its unit."""


class HeightReference(StrEnum):
    """What a height is measured from."""

    AGL = "AGL"
    """The ground below."""
    AMSL = "AMSL"
    """Mean sea level."""
    WGS84 = "WGS84"
    """The ellipsoid, as satellite receivers give it (ED-318 only)."""


class LengthUnit(StrEnum):
    """The unit a length was published in, as ED-269 writes it."""

    M = "M"
    FT = "FT"

    def metres(self, length: float) -> float:
        """`length` of this unit in metres."""
        if self is LengthUnit.FT:
            return length * FOOT_M
        return length


@dataclass(frozen=True)
class Limit:
    """One end of a zone's height, as it was published."""

    value: float | None
    """In `unit`; None when it is not given, which means without limit."""
    reference: HeightReference = HeightReference.AGL
    unit: LengthUnit = LengthUnit.M

    @property
    def metres(self) -> float:
        """Above `reference`; infinite when there is no upper limit (None, or 99999 and more)."""
        if self.value is None or self.value >= UNLIMITED:
            return math.inf
        return self.unit.metres(self.value)


FROM_GROUND = Limit(0.0)
NO_LIMIT = Limit(None)


class Bound(NamedTuple):
    """A limit above the sea: `offset_m`, on top of the ground's height if `on_ground` is 1."""

    offset_m: float
    on_ground: float


class Geoid(NamedTuple):
    """How far the geoid may lie above the ellipsoid, metres: AMSL = ellipsoidal height - separation."""

    low_m: float
    high_m: float


BALTIC = Geoid(15.0, 35.0)
"""Lithuania and Latvia: the separation there is between about 17 and 30 m; the rest is margin."""
WORLD = Geoid(-110.0, 90.0)
"""Anywhere: EGM2008 stays within -107 and +86 m."""


def geoid_near(west: float, south: float, east: float, north: float) -> Geoid:
    """The band of geoid separations in a box of degrees. No grid is shipped, so it is a constant by place."""
    if west >= 20.5 and east <= 28.5 and south >= 53.5 and north <= 58.5:
        return BALTIC
    return WORLD


def floor_of(lower: Limit, geoid: Geoid) -> Bound:
    """The lowest height above the sea at which the zone may begin.

    A lower limit of nothing, zero or less is the ground itself: nobody flies below it, and where the ground is
    is known to a few metres only, so it counts as unlimited downward.
    """
    if lower.value is None or lower.value <= 0:
        return Bound(-math.inf, 0.0)
    if lower.reference is HeightReference.AGL:
        return Bound(lower.unit.metres(lower.value), 1.0)
    return Bound(_above_sea(lower.unit.metres(lower.value), lower.reference, geoid).low_m, 0.0)


def ceiling_of(upper: Limit, geoid: Geoid) -> Bound:
    """The greatest height above the sea to which the zone may reach."""
    metres = upper.metres
    if upper.reference is HeightReference.AGL:
        return Bound(metres, 1.0)
    return Bound(_above_sea(metres, upper.reference, geoid).high_m, 0.0)


def _above_sea(metres: float, reference: HeightReference, geoid: Geoid) -> Band[AboveSea]:
    """Where a limit that is not above ground may lie above the sea."""
    if reference is HeightReference.WGS84:
        return ellipsoid_above_sea(Band(metres, metres), geoid.low_m, geoid.high_m)
    return Band(metres, metres)
