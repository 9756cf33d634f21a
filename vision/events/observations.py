"""A device's event as an observation of one of our cameras. Stores nothing and looks nothing up."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import ValidationError

from telemetry.cities import City
from telemetry.dialects.values import PLATE, PLATE_READ, DeviceEvent
from telemetry.errors import BadObservation
from telemetry.messages import Message
from telemetry.observations import Media, Observation, Source, SourceKind
from telemetry.positions import Position
from telemetry.scopes import Scope
from telemetry.validation import explain
from vision.cameras.service import aim
from vision.cameras.tables import CameraRow
from vision.detection.object_names import object_name
from vision.events.meanings import VEHICLES


@dataclass(frozen=True)
class Viewpoint:
    """A camera as far as an observation needs it, whether it is in the database or in a file."""

    id: str
    city: City
    scope: Scope
    name: str
    """What people call it."""
    position: Position | None
    """The middle of what it watches; None where nobody knows."""
    categories: Mapping[str, str] = field(default_factory=dict)
    """Category by a device's rule or label where it differs from the usual."""


def viewpoint(camera: CameraRow) -> Viewpoint:
    """A camera of the database."""
    return Viewpoint(
        id=camera.id,
        city=City(camera.city),
        scope=Scope(camera.scope),
        name=camera.name,
        position=aim(camera),
        categories=camera.categories,
    )


def reason_to_drop(event: DeviceEvent, camera: Viewpoint) -> Message | None:
    """Why it is no observation of this camera: taken back by its device, or a mere change that the camera's map does
    not name; None when it is one."""
    if event.dropped_because is not None:
        return event.dropped_because
    if event.is_bare and mapped_category(event, camera) is None:
        return Message("events.bare", what=event.label, device=event.device or camera.id)
    return None


def to_observation(
    event: DeviceEvent, camera: Viewpoint, received_at: datetime, media: Sequence[Media] = ()
) -> Observation:
    """`event` as `camera` saw it; its picture, if it was kept, in `media`.

    Raises BadObservation when the device takes the event back, or when it does not fit an observation.
    """
    unusable = event.refused or reason_to_drop(event, camera)
    if unusable is not None:
        raise BadObservation(unusable)
    category = category_of(event, camera)
    kind = SourceKind.PLATE_READER if event.category == PLATE_READ else SourceKind.FIXED_CAMERA
    attributes = {**event.attributes, "label": event.label, "format": event.format, "camera": camera.name}
    if event.identity is not None:
        attributes[PLATE] = event.identity
    said = _summary(event, camera)
    try:
        return Observation(
            city=camera.city,
            scope=camera.scope,
            source=Source(kind=kind, id=camera.id),
            source_ref=event.ref,
            category=category,
            started_at=event.started_at,
            ended_at=event.ended_at,
            received_at=received_at,
            position=camera.position,
            confidence=event.confidence,
            summary=str(said)[:500],
            message=said,
            attributes=attributes,
            media=tuple(media),
        )
    except ValidationError as error:
        raise BadObservation(
            Message("events.unusable", format=event.format, event=event.ref, reason=explain(error))
        ) from error


def mapped_category(event: DeviceEvent, camera: Viewpoint) -> str | None:
    """What the camera's map says of the device's rule, else of what it saw; None when it names neither."""
    for word in (event.rule, event.label):
        if word in camera.categories:
            return str(camera.categories[word])
    return None


def category_of(event: DeviceEvent, camera: Viewpoint) -> str:
    """What the event means at this camera: as the camera's map says, else by the event, else by the label."""
    mapped = mapped_category(event, camera)
    if mapped is not None:
        return mapped
    if event.category is not None:
        return event.category
    if event.label in VEHICLES or event.label == "license_plate":
        return "vehicle_seen"
    word = re.sub(r"[^a-z0-9]+", "_", event.label.lower()).strip("_")[:50]
    if word[:1].isalpha():
        return f"{word}_seen"
    return "object_seen"


def _summary(event: DeviceEvent, camera: Viewpoint) -> Message:
    what = Message("findings.plate")
    if event.category != PLATE_READ:
        what = object_name(event.label)
    return Message("findings.at_camera", what=what, camera=camera.name)
