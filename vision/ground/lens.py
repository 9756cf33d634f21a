"""How a lens maps directions to pixels. Knows nothing of where the camera is."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import BaseModel, ConfigDict, Field

from telemetry.geometry.rays import Direction, half_width_of

Floats = NDArray[np.float64]

UNDISTORT_STEPS = 20


class Lens(BaseModel):
    """A pinhole with two radial terms (Brown's model, as OpenCV's k1 and k2), its axis through the picture's middle."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    hfov_deg: float = Field(gt=1, lt=170, allow_inf_nan=False)
    """Horizontal field of view of the whole picture."""
    k1: float = Field(default=0.0, ge=-1, le=1, allow_inf_nan=False)
    k2: float = Field(default=0.0, ge=-1, le=1, allow_inf_nan=False)
    aspect: float = Field(default=16 / 9, gt=0.1, lt=10, allow_inf_nan=False)
    """Width of the picture to its height, in square pixels."""

    @property
    def half_width(self) -> float:
        """The slope at the middle of the right edge, without distortion."""
        return half_width_of(self.hfov_deg)

    def direction(self, x: ArrayLike, y: ArrayLike) -> Direction:
        """Where the points `x`, `y` look (fractions of the picture from its upper left corner)."""
        right = (2 * np.asarray(x, float) - 1) * self.half_width
        down = (2 * np.asarray(y, float) - 1) * self.half_width / self.aspect
        if not self.k1 and not self.k2:
            return Direction(right, down)
        straight_right = right
        straight_down = down
        for _ in range(UNDISTORT_STEPS):
            bent = self._bend(straight_right, straight_down)
            straight_right = right / bent
            straight_down = down / bent
        return Direction(straight_right, straight_down)

    def point(self, right: ArrayLike, down: ArrayLike) -> tuple[Floats, Floats]:
        """Where a direction comes to lie in the picture; the inverse of `direction`."""
        right = np.asarray(right, float)
        down = np.asarray(down, float)
        bent = self._bend(right, down)
        return (
            (right * bent / self.half_width + 1) / 2,
            (down * bent / self.half_width * self.aspect + 1) / 2,
        )

    def _bend(self, right: Floats, down: Floats) -> Floats:
        square = right * right + down * down
        return 1 + self.k1 * square + self.k2 * square * square
