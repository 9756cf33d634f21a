"""A piece of air that a flight may be in for a while: the 4-D volume that airspace answers are about."""

import math
from dataclasses import dataclass
from datetime import datetime

from shapely import Polygon

from mission.heights import AboveGround, AboveSea, Band, sea_above_ground


@dataclass(frozen=True)
class Volume:
    """Where a flight may be: the track of one leg with its buffer, a band of heights, and a stretch of time.

    The ground below it lies between two heights, so that limits above ground and above the sea can both be compared
    on the safe side.
    """

    footprint: Polygon
    """(longitude, latitude) degrees, buffer included."""
    lower_m: float
    """Metres above mean sea level."""
    upper_m: float
    """Metres above mean sea level."""
    ground_low_m: float
    """Lowest ground below the footprint, metres above mean sea level."""
    ground_high_m: float
    """Highest ground below the footprint, metres above mean sea level."""
    begins: datetime
    """UTC."""
    ends: datetime
    """UTC, not before `begins`."""
    off_m: tuple[float, float] = (0.0, 0.0)
    """How much lower (negative) and higher all of it may lie, the ground included: where home's height above the sea
    is not known. Its heights above the ground stay as they are."""

    @property
    def reckoned(self) -> Band[AboveSea]:
        """Its heights if `off_m` is nothing. Ones that are exchanged count with all that lies between.

        A height that is not a number makes both ends so, and such a volume meets every zone.
        """
        if math.isnan(self.lower_m + self.upper_m):
            return Band(math.nan, math.nan)
        return Band(min(self.lower_m, self.upper_m), max(self.lower_m, self.upper_m))

    @property
    def above_sea(self) -> Band[AboveSea]:
        """Where it may be."""
        return Band(self.reckoned.low_m + self.off_m[0], self.reckoned.high_m + self.off_m[1])

    @property
    def above_ground(self) -> Band[AboveGround]:
        """Where it may be, over the lowest and the highest ground."""
        return sea_above_ground(self.reckoned, Band(self.ground_low_m, self.ground_high_m))
