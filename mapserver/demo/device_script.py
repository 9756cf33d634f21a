"""What the simulated devices of the demo are to see and when: the script's shape, and one to start from.

A script is one JSON object:

    {"seed": 1,
     "cameras": {"square": "dobele_street_1"},        names used below -> the camera's device name
     "events": [{"at": 20, "door": "frigate", "camera": "square", "what": {"label": "car", "plate": "KV-2417"}}],
     "background": {"every_s": 25, "readers": [{"door": "axis_lpr", "camera": "ACCC8EDOB001", "plates": "LV"}]}}

`at` is seconds from the start. A `camera` that `cameras` does not name is taken as a device name itself. `what` may
leave out everything: see `What`. `token` names the token to come with at the HTTP doors, when there are several.
"""

import json
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from mapserver.demo.plates import Country
from telemetry.errors import BadInput
from telemetry.observations.values import Name
from telemetry.validation import explain

PlateDoor = Literal["plate_recognizer", "axis_lpr"]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class What(_Strict):
    """What a camera sees."""

    label: Name = "car"
    plate: Name | None = None
    """Needed at a plate reader's door; invented there when missing."""
    country: Country = "LV"
    score: Annotated[float, Field(ge=0, le=1)] = 0.91
    lasts_s: Annotated[float, Field(gt=0, le=3600)] = 8.0
    """Seconds from its first to its last message."""
    zones: tuple[Name, ...] = ()
    """Frigate's zones that it enters."""


class Event(_Strict):
    """One thing that happens in front of one camera."""

    at: Annotated[float, Field(ge=0, le=86_400)]
    door: Literal["frigate"] | PlateDoor
    camera: Name
    what: What = What()
    token: Name | None = None


class PlateReaderScript(_Strict):
    """A plate reader with traffic in front of it."""

    door: PlateDoor
    camera: Name
    plates: Country
    token: Name | None = None


class PassingTraffic(_Strict):
    """Passing cars: one every `every_s` seconds on average, at one of the readers."""

    every_s: Annotated[float, Field(gt=0)] = 25.0
    readers: Annotated[tuple[PlateReaderScript, ...], Field(min_length=1)]


class Script(_Strict):
    """The whole of it."""

    seed: int = 1
    cameras: dict[str, Name] = {}
    events: tuple[Event, ...] = ()
    background: PassingTraffic | None = None

    def device(self, camera: str) -> str:
        """The device name of a camera as the script calls it."""
        return self.cameras.get(camera, camera)


def read_script(path: Path) -> Script:
    """The script in a file. Raises BadInput naming the file, the field and the reason."""
    try:
        return parse_script(json.loads(path.read_bytes()), name=str(path))
    except (OSError, ValueError, RecursionError) as error:
        raise BadInput(f"the script {path} cannot be read: {error}") from error


def parse_script(raw: object, *, name: str = "the script") -> Script:
    """The script in decoded JSON. Raises BadInput."""
    try:
        return Script.model_validate(raw)
    except ValidationError as error:
        raise BadInput(f"{name} cannot be played: {explain(error)}") from error
