"""A piece of air that a flight may be in for a while: the 4-D volume that airspace answers are about."""

from dataclasses import dataclass
from datetime import datetime

from shapely import Polygon


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
