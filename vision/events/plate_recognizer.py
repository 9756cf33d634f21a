"""Plate Recognizer Stream's webhook: JSON, or multipart with the JSON in `json` and the picture in `upload`.

Shapes from the vendor's webhook tester and csv-upload (parkpow/deep-license-plate-recognition); in vehicle mode `plate`
is an object. Checks no signature.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from functools import reduce
from typing import Annotated, Any, Literal

from pydantic import Field

from telemetry.clock import iso
from telemetry.dialects.dialect import Payload
from telemetry.dialects.message_reading import (
    MAX_IMAGE_BYTES,
    Fraction,
    IsoTime,
    MessageShape,
    given,
    marked_simulated,
    read_json,
    read_shape,
    refuse,
)
from telemetry.dialects.multipart import parts
from telemetry.dialects.values import PLATE_READ, Arrival, DeviceEvent, normal_plate
from telemetry.errors import BadObservation
from telemetry.messages import Message
from telemetry.observations.values import Name

NAME = "plate_recognizer"
PlateText = Annotated[str, Field(max_length=50)]
Direction = Annotated[float, Field(ge=0, le=360)] | Literal[""] | None


class _Box(MessageShape):
    xmin: float
    ymin: float
    xmax: float
    ymax: float


class _Region(MessageShape):
    code: Annotated[str, Field(max_length=20)]


class _Vehicle(MessageShape):
    type: Annotated[str, Field(max_length=50)] | None = None
    score: Fraction | None = None
    box: _Box | None = None


class _Result(MessageShape):
    """One vehicle or plate in the picture, `plate` being its text."""

    plate: PlateText | None = None
    score: Fraction | None = None
    box: _Box | None = None
    region: _Region | None = None
    vehicle: _Vehicle | None = None
    direction: Direction = None


class _Reading(MessageShape):
    """One way to read a plate, or the country that it may be of."""

    value: PlateText
    score: Fraction


class _Readings(MessageShape):
    plate: Annotated[list[_Reading], Field(max_length=100, default_factory=list)]
    region: Annotated[list[_Reading], Field(max_length=100, default_factory=list)]


class _PlateObject(MessageShape):
    """A plate in vehicle mode."""

    score: Fraction
    box: _Box | None = None
    props: _Readings


class _VehicleModeResult(MessageShape):
    """One vehicle in the picture, `plate` being an object."""

    plate: _PlateObject
    vehicle: _Vehicle | None = None
    direction: Direction = None


class _Data(MessageShape):
    camera_id: Name
    timestamp: IsoTime
    results: Annotated[list[Any], Field(max_length=200)]


class _Webhook(MessageShape):
    data: _Data


def recognises(head: bytes) -> bool:
    """Whether it is a webhook of Stream."""
    return b'"camera_id"' in head and b'"results"' in head and b'"data_type"' not in head


def parse(payload: Payload, arrival: Arrival) -> list[DeviceEvent]:
    """One event a place in the picture (the best read of each): a plate, or a vehicle whose plate was not read.

    The time is `timestamp` with its zone, kept as UTC. The vendor gives an event no name: it is derived from camera,
    time and place, so that a repeated webhook is the same event; not from the plate, which could then be guessed from
    it. Only a plate without a place has to stand for itself. A result that cannot be read is an event that says why,
    beside the others. Raises BadObservation.
    """
    image = None
    if isinstance(payload, bytes) and arrival.content_type.lower().lstrip().startswith("multipart/"):
        form = parts(payload, arrival.content_type, name=NAME)
        if "json" not in form:
            refuse(NAME, Message("events.no_json_field"))
        payload = form["json"]
        image = form.get("upload") or None
    if image is not None and len(image) > MAX_IMAGE_BYTES:
        refuse(NAME, Message("events.picture_too_large", size=len(image), most=MAX_IMAGE_BYTES))
    raw = read_json(payload, name=NAME)
    data = read_shape(_Webhook, raw, name=NAME, received_at=arrival.received_at).data
    simulated = marked_simulated(raw, raw["data"])
    events = [
        _event_or_refusal(data, number, result, simulated, image, arrival.received_at)
        for number, result in enumerate(data.results)
    ]
    refusals = [event for event in events if event.refused is not None]
    if events and len(refusals) == len(events):
        told = [event.refused for event in refusals[:5] if event.refused is not None]
        raise BadObservation(reduce(lambda one, other: Message("feeds.both", one=one, other=other), told))
    return [*_best_of_each(event for event in events if event.refused is None), *refusals]


def _best_of_each(events: Iterable[DeviceEvent]) -> list[DeviceEvent]:
    best: dict[str, DeviceEvent] = {}
    for event in events:
        if event.ref not in best or best[event.ref].confidence < event.confidence:
            best[event.ref] = event
    return list(best.values())


def _event_or_refusal(
    data: _Data, number: int, raw: Any, simulated: dict[str, Any], image: bytes | None, received_at: datetime
) -> DeviceEvent:
    try:
        result = _result(number, raw, received_at)
        return _event(data, number, result, simulated, image)
    except BadObservation as error:
        return DeviceEvent(
            format=NAME,
            device=data.camera_id,
            ref=_ref(data.camera_id, data.timestamp, number),
            label="vehicle",
            category=None,
            started_at=data.timestamp,
            ended_at=None,
            confidence=0.0,
            refused=error.told,
        )


def _result(number: int, raw: Any, received_at: datetime) -> _Result:
    """One result in either of its shapes, as the plainer one. Raises BadObservation."""
    under = ("data", "results", number)
    if not isinstance(raw, dict) or not isinstance(raw.get("plate"), dict):
        return read_shape(_Result, raw, name=NAME, received_at=received_at, under=under)
    result = read_shape(_VehicleModeResult, raw, name=NAME, received_at=received_at, under=under)
    readings = sorted(result.plate.props.plate, key=lambda reading: -reading.score)
    regions = sorted(result.plate.props.region, key=lambda reading: -reading.score)
    return _Result(
        plate=readings[0].value if readings else None,
        score=readings[0].score if readings else result.plate.score,
        box=result.plate.box,
        region=_Region(code=regions[0].value[:20]) if regions else None,
        vehicle=result.vehicle,
        direction=result.direction,
    )


def _event(data: _Data, number: int, result: _Result, simulated: dict[str, Any], image: bytes | None) -> DeviceEvent:
    plate = normal_plate(result.plate or "")
    vehicle = result.vehicle
    score = result.score
    place = result.box
    if plate is None and vehicle is not None:
        if score is None:
            score = vehicle.score
        if place is None:
            place = vehicle.box
    if score is None:
        refuse(NAME, Message("events.score_missing", field=f"data.results.{number}.score"))
    box = None
    if place is not None:
        box = [place.xmin, place.ymin, place.xmax, place.ymax]
    return DeviceEvent(
        format=NAME,
        device=data.camera_id,
        ref=_ref(data.camera_id, data.timestamp, box or plate or number),
        label="vehicle" if plate is None else "license_plate",
        category=None if plate is None else PLATE_READ,
        started_at=data.timestamp,
        ended_at=None,
        confidence=score,
        identity=plate,
        attributes=given(
            region=result.region and result.region.code,
            vehicle=vehicle and vehicle.type,
            direction_deg=result.direction,
            plate_box=box,
        )
        | simulated,
        image=image,
    )


def _ref(camera: str, at: datetime, what: object) -> str:
    said = json.dumps([camera, iso(at), at.microsecond, what])
    return "pr-" + hashlib.sha256(said.encode()).hexdigest()[:32]
