"""Heights with what they are measured from, so that unlike ones cannot be compared by mistake. Knows no terrain.

A height that is not known exactly is a band; one that is known is a band without width. The reference is a type:
`Band[AboveSea]` and `Band[AboveGround]` do not go together until one is turned into the other by a function here.
"""

from dataclasses import dataclass
from typing import Generic, TypeVar

from telemetry.messages import Message


class AboveSea:
    """Above mean sea level: the geoid."""


class AboveGround:
    """Above the ground straight below."""


class AboveHome:
    """Above the ground that the drone takes off from."""


class AboveEllipsoid:
    """Above the WGS 84 ellipsoid, as satellite receivers give it."""


Reference = TypeVar("Reference")


@dataclass(frozen=True)
class Band(Generic[Reference]):
    """Between what heights something is, metres above its reference."""

    low_m: float
    high_m: float

    @property
    def known(self) -> bool:
        """Whether it is one height."""
        return self.low_m == self.high_m

    @property
    def words(self) -> Message:
        """As it is told: "60 m", or "between 85 and 150 m"."""
        if self.known:
            return Message("heights.one", height_m=self.low_m)
        return Message("heights.between", low_m=self.low_m, high_m=self.high_m)

    def widened(self, metres: float) -> "Band[Reference]":
        """With `metres` more below and above."""
        return Band(self.low_m - metres, self.high_m + metres)

    def with_also(self, other: "Band[Reference]") -> "Band[Reference]":
        """The least band that holds both."""
        return Band(min(self.low_m, other.low_m), max(self.high_m, other.high_m))

    def meets(self, other: "Band[Reference]") -> bool:
        """Whether they share more than an edge."""
        return self.low_m < other.high_m and other.low_m < self.high_m


def home_above_sea(height: Band[AboveHome], home: Band[AboveSea]) -> Band[AboveSea]:
    """Where a height above home is, when home itself lies within `home`."""
    return Band(height.low_m + home.low_m, height.high_m + home.high_m)


def sea_above_ground(height: Band[AboveSea], ground: Band[AboveSea]) -> Band[AboveGround]:
    """How high above a ground that lies within `ground`; the two are taken to have nothing to do with each other."""
    return Band(height.low_m - ground.high_m, height.high_m - ground.low_m)


def ellipsoid_above_sea(height: Band[AboveEllipsoid], geoid_low_m: float, geoid_high_m: float) -> Band[AboveSea]:
    """Above the sea, where the geoid lies between two heights above the ellipsoid: H = h - N."""
    return Band(height.low_m - geoid_high_m, height.high_m - geoid_low_m)


LITHUANIA_AND_LATVIA: Band[AboveSea] = Band(-5.0, 320.0)
"""Rusnė's polders lie at about -1 m, Gaiziņkalns at 312 m, Aukštojas at 294 m."""
EARTH: Band[AboveSea] = Band(-430.0, 8_850.0)
"""From the shore of the Dead Sea to Mount Everest."""


def ground_near(lat: float, lon: float) -> Band[AboveSea]:
    """Between what heights the ground of a place lies when nothing more is known than where it is, degrees."""
    if 20.5 <= lon <= 28.5 and 53.5 <= lat <= 58.5:
        return LITHUANIA_AND_LATVIA
    return EARTH
