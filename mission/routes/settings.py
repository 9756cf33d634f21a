"""What all patterns' wishes have in common, and loose values made into them. Plans nothing.

The name of a wish ends in its unit: _m metres, _m_s metres a second, _deg degrees, _cm centimetres, _min minutes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from mission.ground import FlatTerrain, Terrain
from mission.routes.cameras import DEFAULT_CAMERA, Camera
from mission.routes.energy import CALM, Wind
from mission.routes.footprint import altitude_for_gsd, spacing_m, trigger_m
from mission.routes.search_budget import THOROUGH, SearchBudget
from mission.routes.transits import Flying
from telemetry.errors import BadPlan
from telemetry.messages import Message
from telemetry.positions import Position
from telemetry.validation import reason_of
from telemetry.vehicles import Airframe

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

DEFAULT_ALTITUDE_M = 60.0
SHORTEST_TRIGGER_M = 0.1
W = TypeVar("W", bound=BaseModel)
SENTENCES = {
    "greater_than_equal": "routes.wishes.least",
    "greater_than": "routes.wishes.above",
    "less_than_equal": "routes.wishes.most",
    "less_than": "routes.wishes.below",
    "enum": "routes.wishes.not_one_of",
    "literal_error": "routes.wishes.not_one_of",
    "extra_forbidden": "routes.wishes.unknown",
    **dict.fromkeys(("bool_parsing", "bool_type"), "routes.wishes.no_switch"),
    **dict.fromkeys(("int_parsing", "int_type", "int_from_float"), "routes.wishes.no_whole"),
    **dict.fromkeys(("float_parsing", "float_type", "finite_number"), "routes.wishes.no_number"),
}
"""The message's code by pydantic's word for what is wrong with a wish."""


class Wishes(BaseModel):
    """What every pattern can be asked for."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    camera: str = DEFAULT_CAMERA
    """Camera, by its name in the catalogue."""


class MappingSettings(Wishes):
    """What is asked of a pattern whose pictures cover the ground. Height or resolution, not both."""

    altitude_m: float | None = Field(default=None, ge=2, le=500, allow_inf_nan=False)
    """Height above home, or above the ground when it is followed; 60 when neither it nor the resolution is given."""
    gsd_cm: float | None = Field(default=None, gt=0, le=100, allow_inf_nan=False)
    """Ground that a pixel covers, in place of the height."""
    front_overlap: float = Field(default=0.75, ge=0, lt=0.99, allow_inf_nan=False)
    """Overlap of pictures along a line, 0 to 0.98."""
    side_overlap: float = Field(default=0.65, ge=0, lt=0.99, allow_inf_nan=False)
    """Overlap of pictures of neighbouring lines, 0 to 0.98."""
    spacing_m: float | None = Field(default=None, ge=1, le=2000, allow_inf_nan=False)
    """Distance between lines, in place of what the side overlap asks."""
    speed_m_s: float = Field(default=8.0, ge=0.5, le=30, allow_inf_nan=False)
    """Top speed; slower where the camera cannot keep up."""
    follow_terrain: bool = False
    """Keep the height above the ground instead of above home."""

    @model_validator(mode="after")
    def _one_height(self) -> "MappingSettings":
        if self.altitude_m is not None and self.gsd_cm is not None:
            raise ValueError(Message("routes.height_or_resolution"))
        return self

    def height_m(self, camera: Camera) -> float:
        """Metres to fly at. Raises BadPlan when the resolution asks for a height that is not flown."""
        if self.gsd_cm is None:
            return self.altitude_m or DEFAULT_ALTITUDE_M
        height = altitude_for_gsd(camera, self.gsd_cm)
        if not 2 <= height <= 500:
            raise BadPlan(Message("routes.resolution_unfit", gsd_cm=self.gsd_cm, height_m=height, camera=camera.title))
        return height

    def spacing(self, camera: Camera) -> float:
        """Metres between lines at most."""
        return self.spacing_m or spacing_m(camera, self.height_m(camera), self.side_overlap)

    def trigger(self, camera: Camera) -> float:
        """Metres between pictures."""
        return max(trigger_m(camera, self.height_m(camera), self.front_overlap), SHORTEST_TRIGGER_M)


@dataclass(frozen=True)
class Conditions:
    """With what and in what a pattern is flown."""

    airframe: Airframe = field(default_factory=Airframe)
    home: Position | None = None
    """Where it starts and lands."""
    wind: Wind = CALM
    terrain: Terrain = field(default_factory=FlatTerrain)
    search: SearchBudget = THOROUGH
    """How long a survey's track is searched for."""

    def flying(
        self,
        altitude_m: float,
        speed_m_s: float,
        *,
        trigger_m: float | None = None,
        camera: Camera | None = None,
        follow_terrain: bool = False,
    ) -> Flying:
        """How legs are flown, at a speed that the airframe, and the camera if it takes pictures, can keep up with."""
        speed = min(speed_m_s, self.airframe.max_speed_m_s)
        if trigger_m is not None and camera is not None:
            speed = min(speed, trigger_m / camera.min_trigger_s)
        return Flying(self.airframe, speed, altitude_m, trigger_m, self.home, self.wind, self.terrain, follow_terrain)

    def ground_m(self, lat: float, lon: float, *, first: tuple[float, float] | None = None) -> float:
        """Metres by which the ground at a place is above that at home (or at `first`, where there is no home)."""
        base = first or (lat, lon)
        if self.home is not None:
            base = (self.home.lat, self.home.lon)
        there, here = self.terrain.heights_m([lat, base[0]], [lon, base[1]])
        return float(there - here)


def settings_from(model: type[W], values: Mapping[str, object], what: Message | str) -> W:
    """Wishes for `what` from loose values, None meaning the default. Raises BadPlan naming the first that cannot be."""
    try:
        return model.model_validate({name: value for name, value in values.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        refused = Message("routes.wish_refused", what=what, reason=_said(first))
        if name:
            refused = Message("routes.named_wish_refused", what=what, wish=name, reason=_said(first))
        raise BadPlan(refused) from error


def _said(fault: "ErrorDetails") -> Message:
    """What is wrong with a wish and what may be given instead, in words."""
    given = fault["input"]
    if fault["type"] not in SENTENCES:
        return reason_of(fault)
    said = repr(given)
    if isinstance(given, int | float) and not isinstance(given, bool):
        said = f"{given:g}"
    return Message(SENTENCES[fault["type"]], given=said, **fault.get("ctx", {}))
