"""Frigate's MQTT messages: `events` and `reviews` (new, update, end) and `tracked_object_update` of type lpr.

Shapes from Frigate's docs, integrations/mqtt. Faces and `sub_label` (which may carry a recognised person's name) are
never read. Fetches no clip from Frigate.
"""

import base64
import binascii
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from telemetry.dialects.dialect import Payload
from telemetry.dialects.message_reading import (
    EpochSeconds,
    Fraction,
    Label,
    MessageShape,
    given,
    marked_simulated,
    read_json,
    read_shape,
    refuse,
)
from telemetry.dialects.values import PLATE_READ, Arrival, DeviceEvent, normal_plate
from telemetry.messages import Message
from telemetry.observations.values import Name

NAME = "frigate"
JPEG_START = b"\xff\xd8\xff"

UPDATES = (b'"lpr"', b'"face"', b'"description"', b'"classification"', b'"thumbnail"')
"""Kinds of `tracked_object_update`."""
Zones = Annotated[list[Name], Field(max_length=100, default_factory=list)]


class _Tracked(MessageShape):
    """`after` of an event: the object as it is now."""

    id: Name
    camera: Name
    label: Label
    start_time: EpochSeconds
    end_time: EpochSeconds | None = None
    score: Fraction | None = None
    top_score: Fraction | None = None
    false_positive: bool = False
    current_zones: Zones
    entered_zones: Zones
    stationary: bool | None = None
    average_estimated_speed: float | None = None
    recognized_license_plate: Annotated[str, Field(max_length=50)] | None = None
    recognized_license_plate_score: Fraction | None = None
    thumbnail: str | None = None


class _Event(MessageShape):
    """A message on `frigate/events`."""

    type: Literal["new", "update", "end"]
    after: _Tracked


class _PlateUpdate(MessageShape):
    """A message of type lpr on `frigate/tracked_object_update`."""

    id: Name
    camera: Name
    plate: Annotated[str, Field(min_length=1, max_length=50)]
    score: Fraction
    timestamp: EpochSeconds
    plate_box: Annotated[list[float], Field(max_length=4)] | None = None


class _ReviewData(MessageShape):
    """What a review item is about."""

    detections: Annotated[list[Name], Field(max_length=1_000, default_factory=list)]
    objects: Annotated[list[Label], Field(max_length=100, default_factory=list)]
    audio: Annotated[list[Label], Field(max_length=100, default_factory=list)]
    zones: Zones


class _Review(MessageShape):
    """`after` of a review: a stretch of time at one camera that somebody should look at."""

    id: Name
    camera: Name
    start_time: EpochSeconds
    end_time: EpochSeconds | None = None
    severity: Literal["alert", "detection"]
    data: _ReviewData


class _ReviewMessage(MessageShape):
    """A message on `frigate/reviews`."""

    type: Literal["new", "update", "end"]
    after: _Review


VERIFIED = "-verified"
"""Frigate's ending of an object's label to which it has put a name; the name itself is never read."""


def recognises(head: bytes) -> bool:
    """Whether it is one of Frigate's messages."""
    tracked = b'"after"' in head and b'"before"' in head
    named = b'"id"' in head or b'"event_id"' in head
    return tracked or (b'"type"' in head and named and any(kind in head for kind in UPDATES))


def parse(payload: Payload, arrival: Arrival) -> list[DeviceEvent]:
    """The event in one message, or one for each kind of thing in a review; none for updates of other kinds
    (descriptions, faces, classifications).

    Times are seconds since 1970, UTC; scores 0..1. Raises BadObservation.
    """
    raw = read_json(payload, name=NAME)
    kind = raw.get("type")
    if "after" not in raw and isinstance(kind, str) and kind not in ("new", "update", "end"):
        if kind == "lpr":
            return [_plate(raw, arrival.received_at)]
        return []
    after = raw.get("after")
    if isinstance(after, dict) and "severity" in after:
        return _reviewed(raw, arrival.received_at)
    return [_tracked(raw, arrival.received_at)]


def _reviewed(raw: dict[str, Any], received_at: datetime) -> list[DeviceEvent]:
    """An event for each kind of thing in it: a review names no score, and gains kinds as it goes on."""
    message = read_shape(_ReviewMessage, raw, name=NAME, received_at=received_at)
    review = message.after
    if review.end_time is not None and review.end_time < review.start_time:
        refuse(NAME, Message("events.ends_before_start", event=review.id))
    labels = dict.fromkeys(label.removesuffix(VERIFIED) for label in (*review.data.objects, *review.data.audio))
    return [
        DeviceEvent(
            format=NAME,
            device=review.camera,
            ref=f"{review.id[:120]}/{label[:70]}",
            label=label,
            category=None,
            started_at=review.start_time,
            ended_at=review.end_time,
            confidence=1.0,
            attributes=given(
                phase=message.type,
                severity=review.severity,
                zones=list(dict.fromkeys(review.data.zones)),
                detections=review.data.detections,
            )
            | marked_simulated(raw, raw["after"], raw["after"].get("data")),
        )
        for label in labels
        if label
    ]


def _tracked(raw: dict[str, Any], received_at: datetime) -> DeviceEvent:
    event = read_shape(_Event, raw, name=NAME, received_at=received_at)
    seen = event.after
    if seen.end_time is not None and seen.end_time < seen.start_time:
        refuse(NAME, Message("events.ends_before_start", event=seen.id))
    score = seen.top_score if seen.top_score is not None else seen.score
    if score is None:
        refuse(NAME, Message("events.no_score", event=seen.id))
    after = raw["after"]
    return DeviceEvent(
        format=NAME,
        device=seen.camera,
        ref=seen.id,
        label=seen.label,
        category=None,
        started_at=seen.start_time,
        ended_at=seen.end_time,
        confidence=score,
        identity=normal_plate(seen.recognized_license_plate or ""),
        attributes=given(
            phase=event.type,
            zones=list(dict.fromkeys(seen.entered_zones + seen.current_zones)),
            stationary=seen.stationary,
            speed=seen.average_estimated_speed,
            plate_score=seen.recognized_license_plate_score,
        )
        | marked_simulated(raw, after, after.get("data")),
        image=_jpeg(seen),
        false_positive=seen.false_positive,
    )


def _plate(raw: dict[str, Any], received_at: datetime) -> DeviceEvent:
    read = read_shape(_PlateUpdate, raw, name=NAME, received_at=received_at)
    plate = normal_plate(read.plate)
    if plate is None:
        refuse(NAME, Message("events.empty_plate", event=read.id, plate=repr(read.plate)))
    return DeviceEvent(
        format=NAME,
        device=read.camera,
        ref=read.id,
        label="license_plate",
        category=PLATE_READ,
        started_at=read.timestamp,
        ended_at=None,
        confidence=read.score,
        identity=plate,
        attributes=given(plate_box=read.plate_box) | marked_simulated(raw),
    )


def _jpeg(seen: _Tracked) -> bytes | None:
    if not seen.thumbnail:
        return None
    try:
        picture = base64.b64decode(seen.thumbnail, validate=True)
    except (binascii.Error, ValueError):
        picture = b""
    if not picture.startswith(JPEG_START):
        refuse(NAME, Message("events.no_thumbnail", event=seen.id))
    return picture
