"""How a camera's picture is laid on the ground: by clicked points or by a measured pose, as somebody set it up.

Pure: where the camera stands is handed in. Ground is taken to be flat where it looks.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from telemetry.errors import BadInput
from telemetry.messages import Message
from telemetry.positions import Position
from telemetry.validation import explain
from vision.ground.lens import Lens
from vision.ground.looking import look
from vision.ground.points import ClickedPoint, GroundPlane, lay
from vision.ground.pose import FIXED_SPREAD, Pose, Spread
from vision.ground.view import FROM_ABOVE_DEG

Ends = tuple[tuple[float, float], tuple[float, float]]
"""A line through the picture from its left edge to its right, fractions of the picture; it may run outside."""


class ClickedGround(BaseModel):
    """Four or more places, each in the picture and on the map. For a camera that stays where it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["points"] = "points"
    points: Annotated[tuple[ClickedPoint, ...], Field(max_length=50)]

    @property
    def from_above(self) -> bool:
        """Clicks are on what is seen from the side."""
        return False


class MeasuredPose(BaseModel):
    """How high a camera is and how it looks. What is left out, its unit reports."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["pose"] = "pose"
    height_m: Annotated[float, Field(gt=0, le=500, allow_inf_nan=False)] | None = None
    """Above the ground that it sees; of a tower that of its mast."""
    tilt_deg: Annotated[float, Field(ge=-30, le=90, allow_inf_nan=False)]
    """Below level; 90 is straight down."""
    azimuth_deg: Annotated[float, Field(ge=0, lt=360, allow_inf_nan=False)] | None = None
    """Where the middle of the picture points, clockwise from true north."""
    roll_deg: Annotated[float, Field(ge=-45, le=45, allow_inf_nan=False)] = 0.0
    """Right side down is positive."""
    hfov_deg: Annotated[float, Field(gt=1, lt=170, allow_inf_nan=False)]
    """Horizontal field of view."""
    aspect: Annotated[float, Field(gt=0.1, lt=10, allow_inf_nan=False)] = 16 / 9
    """Width of the picture to its height."""

    @property
    def from_above(self) -> bool:
        """Things are seen from above: a thing is at the middle of its box, not at its lower edge."""
        return -self.tilt_deg < FROM_ABOVE_DEG


Calibration = Annotated[ClickedGround | MeasuredPose, Field(discriminator="kind")]
_EITHER: TypeAdapter[ClickedGround | MeasuredPose] = TypeAdapter(Calibration)


@dataclass(frozen=True)
class Stand:
    """Where a camera stands at present, as far as that is known."""

    lat: float
    lon: float
    moves: bool = False
    """A unit, which reports where it is; else it was put up there."""
    accuracy_m: float = FIXED_SPREAD.horizontal_m
    """One sigma of its place, both directions together."""
    height_m: float | None = None
    """Above the ground, where it reports that."""
    heading_deg: float | None = None
    """Clockwise from true north, where it reports that."""


@dataclass(frozen=True)
class Laid:
    """A picture laid on the ground. It can be pickled: analysis may run in another process."""

    place: Callable[[float, float], Position | None]
    """Where a point of the picture (fractions) is, with its ellipse; None where that has no bound."""
    horizon: Ends | None
    """None where the picture has none: straight down."""
    misfit_m: float | None
    """Root mean square between clicks and map; None for a pose."""


@dataclass(frozen=True)
class CalibrationPoint:
    """A point of the picture, and where it comes to lie."""

    x: float
    y: float
    position: Position


def sample(laid: Laid) -> list[CalibrationPoint]:
    """A few points all over the picture, for people to see how well it lies: those that come to lie anywhere."""
    grid = [(x, y) for y in (0.3, 0.5, 0.7, 0.9) for x in (0.1, 0.5, 0.9)]
    return [CalibrationPoint(x, y, there) for x, y in grid if (there := laid.place(x, y)) is not None]


def parse_calibration(raw: object) -> ClickedGround | MeasuredPose:
    """A calibration from decoded JSON. Raises BadInput naming the field."""
    try:
        return _EITHER.validate_python(raw)
    except ValidationError as error:
        raise BadInput(Message("ground.unusable", reason=explain(error))) from error


def lay_on_ground(how: ClickedGround | MeasuredPose, stand: Stand | None) -> Laid:
    """The picture on the ground. Raises BadInput when the clicks do not belong together or something is not known."""
    if isinstance(how, ClickedGround):
        if stand is not None and stand.moves:
            raise BadInput(Message("ground.points_of_moving"))
        plane = lay(how.points)
        return Laid(plane.place, _horizon_of_plane(plane), plane.misfit_m)
    pose = _pose(how, stand)
    lens = Lens(hfov_deg=how.hfov_deg, aspect=how.aspect)
    return Laid(partial(_looked_at, pose, lens), _horizon_of_pose(pose, lens), None)


def _looked_at(pose: Pose, lens: Lens, x: float, y: float) -> Position | None:
    seen = look(pose, lens, x, y)
    if seen is None:
        return None
    return seen.position


def _pose(how: MeasuredPose, stand: Stand | None) -> Pose:
    if stand is None:
        raise BadInput(Message("ground.no_position"))
    height = stand.height_m if how.height_m is None else how.height_m
    azimuth = stand.heading_deg if how.azimuth_deg is None else how.azimuth_deg
    if height is None or height <= 0:
        raise BadInput(Message("ground.no_height"))
    if azimuth is None:
        raise BadInput(Message("ground.no_direction"))
    spread = FIXED_SPREAD
    if stand.moves:  # put up in a hurry, by its own receiver and compass
        spread = replace(Spread(), horizontal_m=stand.accuracy_m / math.sqrt(2))
    return Pose(stand.lat, stand.lon, height, azimuth, -how.tilt_deg, how.roll_deg, spread)


def _horizon_of_pose(pose: Pose, lens: Lens) -> Ends | None:
    if pose.pitch_deg < FROM_ABOVE_DEG:
        return None
    pitch = math.radians(pose.pitch_deg)
    roll = math.radians(pose.roll_deg)

    def level_at(x: float) -> tuple[float, float]:
        right = (2 * x - 1) * lens.half_width
        down = (math.tan(pitch) - right * math.sin(roll)) / math.cos(roll)
        return x, (down / lens.half_width * lens.aspect + 1) / 2

    return level_at(0.0), level_at(1.0)


def _horizon_of_plane(plane: GroundPlane) -> Ends | None:
    """The line that the plane's homography sends to infinity."""
    across, down, rest = (float(value) for value in plane.matrix[2])
    if abs(down) < 1e-9 * max(abs(across), abs(rest)):
        return None
    return (0.0, -rest / down), (1.0, -(across + rest) / down)
