"""Ground for the tests whose height is a formula."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tests.mission.areas import FRAME


@dataclass(frozen=True)
class Hills:
    """Waves of ground, highest and lowest `high_m` from 100 m above the sea."""

    high_m: float = 15.0
    long_m: float = 400.0
    version: str = "hills of the tests"

    def heights_m(self, lats: ArrayLike, lons: ArrayLike) -> NDArray[np.float64]:
        """Metres above mean sea level."""
        east, north = FRAME.to_metres(np.asarray(lats), np.asarray(lons))  # type: ignore[arg-type]
        turn = 2 * np.pi / self.long_m
        return np.asarray(100 + self.high_m * np.sin(turn * east) * np.cos(turn * north))
