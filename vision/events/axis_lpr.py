"""Axis License Plate Verifier / FF Group LPR's JSON push, where every number is a string.

Shape from a recorded event of an AXIS P1445-LE-3. One car is told of several times (carState new, update, lost) under
one carID, and carID starts again when the camera restarts. Fetches no picture from the camera.
"""

from typing import Annotated, Literal

from pydantic import AliasChoices, Field

from telemetry.dialects.dialect import Payload
from telemetry.dialects.message_reading import (
    EpochMilliseconds,
    Fraction,
    MessageShape,
    given,
    marked_simulated,
    read_json,
    read_shape,
    refuse,
)
from telemetry.dialects.values import PLATE_READ, Arrival, DeviceEvent, normal_plate
from telemetry.messages import Message
from telemetry.observations.contradictions import NAMES_RESTART
from telemetry.observations.values import Name

NAME = "axis_lpr"


class _Camera(MessageShape):
    serial: Annotated[Name, Field(validation_alias="SerialNumber", max_length=90)]
    model: Annotated[str | None, Field(validation_alias="ProdShortName", max_length=100)] = None


class _Event(MessageShape):
    """One message; fields are named as the camera names them, but for the plate, which comes in several spellings."""

    plate: Annotated[
        str,
        Field(validation_alias=AliasChoices("plateUTF8", "plateUnicode", "plateText", "plateASCII"), max_length=50),
    ]
    captured_at: Annotated[EpochMilliseconds, Field(validation_alias="capture_timestamp")]
    confidence: Annotated[Fraction, Field(validation_alias="plateConfidence", strict=False)]
    car_id: Annotated[Name, Field(validation_alias="carID", max_length=90)]
    state: Annotated[Literal["new", "update", "lost"], Field(validation_alias="carState")]
    country: Annotated[str | None, Field(validation_alias="plateCountry", max_length=20)] = None
    direction: Annotated[str | None, Field(validation_alias="carMoveDirection", max_length=20)] = None
    box: Annotated[list[float] | None, Field(validation_alias="plateCoordinates", max_length=4)] = None
    camera: Annotated[_Camera, Field(validation_alias="camera_info")]


def recognises(head: bytes) -> bool:
    """Whether it is a push of the plate verifier."""
    return b'"carID"' in head or (b'"plateConfidence"' in head and b'"capture_timestamp"' in head)


def parse(payload: Payload, arrival: Arrival) -> list[DeviceEvent]:
    """The plate read in one message; the same event whether the car is new, updated or lost.

    The time is `capture_timestamp` (milliseconds since 1970, UTC); `datetime` is the camera's local time without a zone
    and is not used. `carID` counts within one camera since that started, so the event's name is serial number and
    carID, and says of itself that it may come again. Raises BadObservation.
    """
    raw = read_json(payload, name=NAME)
    read = read_shape(_Event, raw, name=NAME, received_at=arrival.received_at)
    plate = normal_plate(read.plate)
    if plate is None:
        refuse(NAME, Message("events.empty_plate_of_car", car=read.car_id, plate=repr(read.plate)))
    return [
        DeviceEvent(
            format=NAME,
            device=read.camera.serial,
            ref=f"{read.camera.serial}:{read.car_id}",
            label="license_plate",
            category=PLATE_READ,
            started_at=read.captured_at,
            ended_at=read.captured_at if read.state == "lost" else None,
            confidence=read.confidence,
            identity=plate,
            attributes={NAMES_RESTART: True}
            | given(
                phase=read.state,
                began_s=read.captured_at.timestamp() if read.state == "new" else None,
                region=read.country,
                direction=read.direction,
                plate_box=read.box,
                device_model=read.camera.model,
            )
            | marked_simulated(raw),
        )
    ]
