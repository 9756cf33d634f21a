"""How every vendor's message is read: size, JSON, shape and time are checked here, with one kind of sentence for each.

Knows no vendor's fields.
"""

import json
from datetime import datetime, timedelta
from typing import Annotated, Any, NoReturn, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, ValidationInfo

from telemetry.clock import as_utc, from_epoch, iso
from telemetry.errors import BadObservation, UnknownEvent
from telemetry.messages import Message
from telemetry.observations.values import Name
from telemetry.validation import explain

MAX_MESSAGE_BYTES = 1_000_000
"""No event of these formats comes near it, pictures apart."""
MAX_IMAGE_BYTES = 10_000_000
EARLIEST = from_epoch(946_684_800)
"""The year 2000: a device that says less has lost its clock."""
MOST_AHEAD = timedelta(days=1)


class MessageShape(BaseModel):
    """Base of a vendor's message: fields that are not named are ignored, those that are must be of the right type."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True, str_strip_whitespace=True, allow_inf_nan=False)


def _in_reach(moment: datetime, info: ValidationInfo) -> datetime:
    received_at: datetime = info.context["received_at"] if info.context else moment
    if moment < EARLIEST:
        raise ValueError(Message("events.times.too_early", at=iso(moment)))
    if moment > received_at + MOST_AHEAD:
        raise ValueError(Message("events.times.ahead", at=iso(moment), received_at=iso(received_at)))
    return moment


def _epoch_s(raw: object, info: ValidationInfo) -> datetime:
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise ValueError(Message("events.times.no_seconds"))
    return _in_reach(from_epoch(raw), info)


def _epoch_ms_text(raw: object, info: ValidationInfo) -> datetime:
    if isinstance(raw, bool) or not isinstance(raw, int | str) or not str(raw).isdecimal() or len(str(raw)) > 20:
        raise ValueError(Message("events.times.no_milliseconds"))
    return _in_reach(from_epoch(int(raw) / 1000), info)


def _iso_text(raw: object, info: ValidationInfo) -> datetime:
    if not isinstance(raw, str):
        raise ValueError(Message("events.times.no_text"))
    try:
        moment = datetime.fromisoformat(raw.strip())
    except ValueError as error:
        raise ValueError(Message("events.times.no_iso")) from error
    return _in_reach(as_utc(moment), info)


EpochSeconds = Annotated[datetime, BeforeValidator(_epoch_s)]
EpochMilliseconds = Annotated[datetime, BeforeValidator(_epoch_ms_text)]
IsoTime = Annotated[datetime, BeforeValidator(_iso_text)]
Fraction = Annotated[float, Field(ge=0, le=1)]
Label = Name

ShapeT = TypeVar("ShapeT", bound=MessageShape)


def read_json(payload: bytes | dict[str, Any], *, name: str) -> dict[str, Any]:
    """The JSON object in `payload`. Raises BadObservation when it is too big, not JSON or not an object."""
    if isinstance(payload, dict):
        return payload
    if len(payload) > MAX_MESSAGE_BYTES:
        refuse(name, Message("events.message_too_large", size=len(payload), most=MAX_MESSAGE_BYTES))
    try:
        raw = json.loads(payload)
    except (ValueError, RecursionError) as error:
        not_json = Message("events.not_json", reason=error)
        raise BadObservation(Message("events.refused", format=name, why=not_json)) from error
    if not isinstance(raw, dict):
        refuse(name, Message("events.no_object"))
    return raw


def read_shape(
    shape: type[ShapeT], raw: object, *, name: str, received_at: datetime, under: tuple[str | int, ...] = ()
) -> ShapeT:
    """`raw`, found `under` this way in the message, as `shape`.

    Raises BadObservation naming the format, each bad field and the reason.
    """
    try:
        return shape.model_validate(raw, context={"received_at": received_at})
    except (ValidationError, RecursionError) as error:
        why: Message | str = Message("events.too_deep")
        if isinstance(error, ValidationError):
            why = explain(error, under=under)
        unusable = Message("events.message_unusable", why=why)
        raise BadObservation(Message("events.refused", format=name, why=unusable)) from error


def refuse(name: str, why: Message) -> NoReturn:
    """Raises BadObservation for a message of format `name`."""
    raise BadObservation(Message("events.refused", format=name, why=why))


def refuse_kind(name: str, kind: str) -> NoReturn:
    """Raises UnknownEvent for an event of a kind that format `name` may have and nobody has met."""
    raise UnknownEvent(Message("events.refused", format=name, why=Message("events.unknown_kind", kind=kind)))


def marked_simulated(*parts: object) -> dict[str, Any]:
    """The attribute that says so, when one of these JSON values is an object carrying `"simulated": true`."""
    said = any(isinstance(part, dict) and part.get("simulated") is True for part in parts)
    if said:
        return {"simulated": True}
    return {}


def given(**details: Any) -> dict[str, Any]:
    """Those of `details` that were given."""
    return {key: value for key, value in details.items() if value not in (None, "", [], ())}
