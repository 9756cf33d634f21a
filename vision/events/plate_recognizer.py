"""Plate Recognizer Stream's webhook: JSON, or multipart with the JSON in `json` and the picture in `upload`.

Shape from the vendor's webhook tester (parkpow/deep-license-plate-recognition). Checks no signature.
"""

import hashlib
import json
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from telemetry.clock import iso
from telemetry.observations.values import Name
from vision.events.multipart import parts
from vision.events.reading import (
    MAX_IMAGE_BYTES,
    Fraction,
    IsoTime,
    Shape,
    given,
    marked_simulated,
    read_json,
    read_shape,
    refuse,
)
from vision.events.values import PLATE_READ, DeviceEvent, normal_plate

NAME = "plate_recognizer"


class _Box(Shape):
    xmin: float
    ymin: float
    xmax: float
    ymax: float


class _Region(Shape):
    code: Annotated[str, Field(max_length=20)]


class _Vehicle(Shape):
    type: Annotated[str, Field(max_length=50)] | None = None


class _Result(Shape):
    """One vehicle or plate in the picture."""

    plate: Annotated[str, Field(max_length=50)] = ""
    score: Fraction
    box: _Box | None = None
    region: _Region | None = None
    vehicle: _Vehicle | None = None
    direction: Annotated[float, Field(ge=0, le=360)] | Literal[""] | None = None


class _Data(Shape):
    camera_id: Name
    timestamp: IsoTime
    results: Annotated[list[_Result], Field(max_length=200)]


class _Webhook(Shape):
    data: _Data


def parse(
    payload: bytes | dict[str, Any], *, received_at: datetime, content_type: str = "application/json"
) -> list[DeviceEvent]:
    """One event a place in the picture (the best read of each): a plate, or a vehicle whose plate was not read.

    The time is `timestamp` with its zone, kept as UTC. The vendor gives an event no name: it is derived from camera,
    time and place, so that a repeated webhook is the same event; not from the plate, which could then be guessed from
    it. Only a plate without a place has to stand for itself. Raises BadObservation.
    """
    image = None
    if isinstance(payload, bytes) and content_type.lower().lstrip().startswith("multipart/"):
        form = parts(payload, content_type, name=NAME)
        if "json" not in form:
            refuse(NAME, "the upload has no field named json; Stream sends the event in it")
        payload, image = form["json"], form.get("upload") or None
    if image is not None and len(image) > MAX_IMAGE_BYTES:
        refuse(NAME, f"the picture has {len(image)} bytes; at most {MAX_IMAGE_BYTES} are read")
    raw = read_json(payload, name=NAME)
    data = read_shape(_Webhook, raw, name=NAME, received_at=received_at).data
    simulated = marked_simulated(raw, raw["data"])
    best: dict[str, DeviceEvent] = {}
    for result in data.results:
        event = _event(data, result, simulated, image)
        if event.ref not in best or best[event.ref].confidence < event.confidence:
            best[event.ref] = event
    return list(best.values())


def _event(data: _Data, result: _Result, simulated: dict[str, Any], image: bytes | None) -> DeviceEvent:
    plate = normal_plate(result.plate)
    box = None if result.box is None else [result.box.xmin, result.box.ymin, result.box.xmax, result.box.ymax]
    return DeviceEvent(
        format=NAME,
        device=data.camera_id,
        ref=_ref(data.camera_id, data.timestamp, box or plate),
        label="vehicle" if plate is None else "license_plate",
        category=None if plate is None else PLATE_READ,
        started_at=data.timestamp,
        ended_at=None,
        confidence=result.score,
        identity=plate,
        attributes=given(
            region=result.region and result.region.code,
            vehicle=result.vehicle and result.vehicle.type,
            direction_deg=result.direction,
            plate_box=box,
        )
        | simulated,
        image=image,
    )


def _ref(camera: str, at: datetime, what: object) -> str:
    said = json.dumps([camera, iso(at), at.microsecond, what])
    return "pr-" + hashlib.sha256(said.encode()).hexdigest()[:32]
