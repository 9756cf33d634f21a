"""A device's event as an observation of one of our cameras. Stores nothing and looks nothing up."""

import re
from collections.abc import Sequence
from datetime import datetime

from pydantic import ValidationError

from telemetry.cities import City
from telemetry.errors import BadObservation
from telemetry.messages import Message
from telemetry.observations import Media, Observation, Source, SourceKind
from telemetry.scopes import Scope
from telemetry.validation import explain
from vision.cameras.service import aim
from vision.cameras.tables import CameraRow
from vision.detection.object_names import object_name
from vision.events.values import PLATE, PLATE_READ, DeviceEvent

VEHICLES = frozenset({"car", "truck", "bus", "motorcycle", "bicycle", "vehicle", "license_plate"})
"""Labels that are a vehicle when no camera says more."""


def to_observation(
    event: DeviceEvent, camera: CameraRow, received_at: datetime, media: Sequence[Media] = ()
) -> Observation:
    """`event` as `camera` saw it; its picture, if it was kept, in `media`.

    Raises BadObservation when the device takes the event back, or when it does not fit an observation.
    """
    unusable = event.refused or event.dropped_because
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
            city=City(camera.city),
            scope=Scope(camera.scope),
            source=Source(kind=kind, id=camera.id),
            source_ref=event.ref,
            category=category,
            started_at=event.started_at,
            ended_at=event.ended_at,
            received_at=received_at,
            position=aim(camera),
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


def category_of(event: DeviceEvent, camera: CameraRow) -> str:
    """What the event means at this camera: as the camera's map says, else by the event, else by the label."""
    if event.label in camera.categories:
        return str(camera.categories[event.label])
    if event.category is not None:
        return event.category
    if event.label in VEHICLES:
        return "vehicle_seen"
    word = re.sub(r"[^a-z0-9]+", "_", event.label.lower()).strip("_")[:50]
    if word[:1].isalpha():
        return f"{word}_seen"
    return "object_seen"


def _summary(event: DeviceEvent, camera: CameraRow) -> Message:
    what = Message("findings.plate")
    if event.category != PLATE_READ:
        what = object_name(event.label)
    return Message("findings.at_camera", what=what, camera=camera.name)
