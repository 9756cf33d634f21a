"""The ground below a flight: how high it is above the sea. Reads no file: see `terrain.py`."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mission.heights import AboveSea, Band


class Terrain(Protocol):
    """Where the ground is. Degrees in, metres above mean sea level out."""

    @property
    def version(self) -> str:
        """What verdicts name as the data they stand on."""

    def heights_m(self, lats: ArrayLike, lons: ArrayLike) -> NDArray[np.float64]:
        """Metres above mean sea level at each place. Raises BadInput where the terrain is not known."""


@dataclass(frozen=True)
class FlatTerrain:
    """The same height everywhere: what is assumed when there is no terrain file."""

    height_m: float = 0.0
    """Metres above mean sea level."""

    @property
    def version(self) -> str:
        """Names the assumption."""
        return f"flat ground at {self.height_m:g} m"

    def heights_m(self, lats: ArrayLike, lons: ArrayLike) -> NDArray[np.float64]:
        """`height_m` at every place."""
        shape = np.broadcast_shapes(np.shape(lats), np.shape(lons))
        return np.full(shape, self.height_m, dtype=np.float64)


@dataclass(frozen=True)
class UnknownGround:
    """Ground of which only the lowest and the highest are known, which may be the whole country's."""

    band: Band[AboveSea]

    @property
    def reckoned_m(self) -> float:
        """What is reckoned with everywhere: the lowest, or the sea where that is lower. Metres above the sea."""
        return max(self.band.low_m, 0.0)

    @property
    def version(self) -> str:
        """Names what is not known."""
        return f"ground not known, {self.band.words}"

    def heights_m(self, lats: ArrayLike, lons: ArrayLike) -> NDArray[np.float64]:
        """`reckoned_m` at every place."""
        return FlatTerrain(self.reckoned_m).heights_m(lats, lons)
