"""The ground below a flight: how high it is above the sea. Flat unless a town sets a terrain file."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray


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
