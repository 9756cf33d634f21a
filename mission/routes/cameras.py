"""The catalogue of cameras: the one that is shipped, and a file of the user's own in the same form."""

import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from telemetry.errors import BadPlan

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


@cache
def shipped() -> dict[str, Camera]:
    """The cameras that come with the program, by name."""
    return _read((files("mission.routes") / "cameras.toml").read_text(encoding="utf-8"), "cameras.toml")


def catalogue(extra: Path | None = None) -> dict[str, Camera]:
    """Every camera by name, those of the file `extra` before the shipped ones. Raises BadPlan naming what is wrong."""
    if extra is None:
        return dict(shipped())
    try:
        text = extra.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadPlan(f"the camera file {extra.name} cannot be read: {error}") from error
    return {**shipped(), **_read(text, extra.name)}


def camera_named(name: str, cameras: dict[str, Camera] | None = None) -> Camera:
    """The camera called `name`. Raises BadPlan listing the known ones."""
    known = shipped() if cameras is None else cameras
    if name not in known:
        raise BadPlan(f"there is no camera called {name!r}; known are {', '.join(sorted(known))}")
    return known[name]


def _read(text: str, name: str) -> dict[str, Camera]:
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadPlan(f"{name} is not TOML: {error}") from error
    cameras = {}
    for key, table in tables.items():
        try:
            cameras[key] = Camera.model_validate(table)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in (key, *first["loc"]))
            raise BadPlan(f"{name}: {where}: {first['msg'].lower()}") from error
    return cameras
