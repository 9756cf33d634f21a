"""Which camera a device's event is of, without a database: out of a file, or each device as a camera of its own.

The file is TOML, a `[[camera]]` each: `id`, and what is known of `city`, `name`, `lat`, `lon`, `azimuth_deg`,
`hfov_deg`, `range_m`, `device_names`, `categories` (by a device's rule or label) and `clock_ahead_s`.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from telemetry.cities import City
from telemetry.clock import iso
from telemetry.dialects.values import DEVICE_TIME, DeviceEvent
from telemetry.errors import BadInput, BadObservation, UnknownCamera
from telemetry.geometry.views import middle_of_view
from telemetry.messages import Message
from telemetry.observations.values import Category, Name
from telemetry.positions import Latitude, Longitude, Position
from telemetry.scopes import LIVE
from telemetry.validation import explain
from vision.events.observations import Viewpoint

Degrees = Annotated[float, Field(ge=0, le=360, allow_inf_nan=False)]


class MappedCamera(BaseModel):
    """One `[[camera]]` of the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Name
    city: str | None = None
    """The town's id; else that of the command."""
    name: str | None = None
    lat: Latitude | None = None
    lon: Longitude | None = None
    azimuth_deg: Degrees = 0.0
    """Where it looks, clockwise from true north."""
    hfov_deg: Degrees = 60.0
    range_m: Annotated[float, Field(gt=0, le=10_000, allow_inf_nan=False)] = 40.0
    device_names: list[Name] = []
    categories: dict[str, Category] = {}
    clock_ahead_s: Annotated[float, Field(ge=-86_400, le=86_400, allow_inf_nan=False)] = 0.0
    """How far its clock is ahead of ours, as learned; it is taken off its times."""


@dataclass(frozen=True)
class CameraMap:
    """The cameras of a file by everything that they are called; without a file every device is a camera."""

    city: City
    cameras: Mapping[str, MappedCamera] | None = None

    def of(self, event: DeviceEvent) -> tuple[Viewpoint, float]:
        """The camera of an event, and how many seconds its clock is ahead. Raises UnknownCamera."""
        if self.cameras is None:
            return Viewpoint(event.device, self.city, LIVE, event.device, None), 0.0
        for name in (event.device, *event.also_called):
            found = self.cameras.get(name)
            if found is not None:
                return _viewpoint(found, self.city), found.clock_ahead_s
        raise UnknownCamera(Message("cameras.nobody_answers", name=repr(event.device)))


def _viewpoint(camera: MappedCamera, city: City) -> Viewpoint:
    place = None
    if camera.lat is not None and camera.lon is not None:
        place = middle_of_view(
            Position(lat=camera.lat, lon=camera.lon),
            azimuth_deg=camera.azimuth_deg,
            hfov_deg=camera.hfov_deg,
            range_m=camera.range_m,
        )
    town = city if camera.city is None else City(camera.city)
    return Viewpoint(camera.id, town, LIVE, camera.name or camera.id, place, camera.categories)


def clock_corrected(event: DeviceEvent, ahead_s: float) -> DeviceEvent:
    """The event by our clock, with what its own showed."""
    if ahead_s == 0:
        return event
    ahead = timedelta(seconds=ahead_s)
    ended = None if event.ended_at is None else event.ended_at - ahead
    attributes = {DEVICE_TIME: iso(event.started_at), **event.attributes, "clock_ahead_s": ahead_s}
    return replace(event, started_at=event.started_at - ahead, ended_at=ended, attributes=attributes)


def read_camera_map(path: Path, city: City) -> CameraMap:
    """The cameras of a file. Raises BadInput naming the file, the camera and the field."""
    try:
        raw: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise BadInput(Message("files.unreadable", name=path, reason=error.strerror)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(Message("cameras.file.bad", name=path, number=0, reason=str(error))) from error
    listed = raw.get("camera")
    if not isinstance(listed, list) or not listed:
        raise BadInput(Message("cameras.file.no_list", name=path))
    found: dict[str, MappedCamera] = {}
    for number, entry in enumerate(listed, 1):
        try:
            camera = MappedCamera.model_validate(entry)
            City(city if camera.city is None else camera.city)
        except ValidationError as error:
            raise BadInput(Message("cameras.file.bad", name=path, number=number, reason=explain(error))) from error
        for name in (camera.id, *camera.device_names):
            if found.setdefault(name, camera) is not camera:
                twice = Message("cameras.name_of_several", name=repr(name), cameras=[found[name].id, camera.id])
                raise BadObservation(twice)
    return CameraMap(city, found)
