"""The catalogue of cameras: the one that is shipped, and a file of the user's own in the same form."""

import math
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from mission.routes.catalogue import entries_of, entry_named, shipped_entries

DEFAULT_CAMERA = "generic"


class Camera(BaseModel):
    """What the footprint of a camera follows from. The long side of the picture lies across the line of flight."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    sensor_width_mm: float = Field(gt=0, le=200, allow_inf_nan=False)
    sensor_height_mm: float = Field(gt=0, le=200, allow_inf_nan=False)
    focal_mm: float = Field(gt=0, le=2000, allow_inf_nan=False)
    """Real, not 35 mm equivalent."""
    image_width_px: int = Field(gt=0, le=100_000)
    image_height_px: int = Field(gt=0, le=100_000)
    min_trigger_s: float = Field(gt=0, le=60, allow_inf_nan=False)
    """Shortest time between two pictures."""

    @property
    def half_width(self) -> float:
        """The slope of the picture's right edge from its axis."""
        return self.sensor_width_mm / 2 / self.focal_mm

    @property
    def half_height(self) -> float:
        """The slope of the picture's upper edge from its axis."""
        return self.sensor_height_mm / 2 / self.focal_mm

    @property
    def hfov_deg(self) -> float:
        """Field of view across the long side of the picture."""
        return 2 * math.degrees(math.atan2(self.sensor_width_mm / 2, self.focal_mm))


@cache
def shipped() -> dict[str, Camera]:
    """The cameras that come with the program, by name."""
    return shipped_entries(Camera, "cameras.toml")


def catalogue(extra: Path | None = None) -> dict[str, Camera]:
    """Every camera by name, those of the file `extra` before the shipped ones. Raises BadPlan naming what is wrong."""
    known = dict(shipped())
    if extra is not None:
        known |= entries_of(Camera, extra)
    return known


def camera_named(name: str, cameras: dict[str, Camera] | None = None) -> Camera:
    """The camera called `name`. Raises BadPlan listing the known ones."""
    if cameras is None:
        cameras = shipped()
    return entry_named(name, cameras, "camera")
