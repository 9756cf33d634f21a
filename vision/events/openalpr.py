"""OpenALPR and Rekor Scout: groups of reads of one vehicle (`alpr_group`), vehicles, heartbeats.

Shapes from OpenALPR's documentation and mlapaglia/OpenAlprWebhookProcessor. Single frames (`alpr_results`) are passed
over, as their group follows. Pictures in base64 are not kept, addresses of streams are not read: they hold passwords.
"""

from datetime import datetime
from typing import Any

from telemetry.dialects.dialect import Payload
from telemetry.dialects.fields import (
    device_of,
    fraction,
    if_so,
    known,
    list_of,
    needed,
    number_of,
    object_of,
    seconds_of,
    text_of,
    what_of,
)
from telemetry.dialects.message_reading import given, marked_simulated, read_json, refuse_kind
from telemetry.dialects.times import epoch_time
from telemetry.dialects.values import Arrival, DeviceEvent, DeviceHeartbeat, PassedOver, Told, normal_plate
from telemetry.messages import Message
from telemetry.observations.growing import PHASE

NAME = "openalpr"
PHASES = {True: "update", False: "end"}
"""By whether it is a preview."""


def recognises(head: bytes) -> bool:
    """Whether it says one of its data types."""
    return b'"data_type"' in head and any(
        kind in head for kind in (b'"alpr_group"', b'"alpr_results"', b'"heartbeat"', b'"vehicle"')
    )


def parse(payload: Payload, arrival: Arrival) -> list[Told]:
    """The group, the vehicle or the heartbeats of one message. Raises BadObservation."""
    raw = read_json(payload, name=NAME)
    kind = text_of(raw, "data_type")
    if kind == "heartbeat":
        return _heartbeats(raw, arrival)
    if kind == "alpr_results":
        return [PassedOver(NAME, Message("events.single_frame"))]
    if kind not in ("alpr_group", "vehicle"):
        refuse_kind(NAME, kind or "data_type")
    return [_group(raw, arrival)]


def _heartbeats(raw: dict[str, Any], arrival: Arrival) -> list[Told]:
    streams = [one for one in list_of(raw, "video_streams")[:200] if isinstance(one, dict)]
    if not streams:
        return [
            DeviceHeartbeat(
                NAME, device_of(arrival, text_of(raw, "agent_uid"), name=NAME), _at(raw, "timestamp", arrival)
            )
        ]
    return [
        DeviceHeartbeat(
            NAME,
            device_of(arrival, text_of(one, "camera_id"), name=NAME),
            _at(one, "last_update", arrival),
            is_well=one.get("is_streaming") is not False,
        )
        for one in streams
    ]


def _at(raw: dict[str, Any], key: str, arrival: Arrival) -> datetime | None:
    return epoch_time(seconds_of(raw, key), arrival).known_at


def _group(raw: dict[str, Any], arrival: Arrival) -> DeviceEvent:
    best = object_of(raw, "best_plate")
    uuids = [one for one in list_of(raw, "uuids") if isinstance(one, str)]
    first = text_of({"": next(iter(uuids), "")}, "")
    ref = needed(NAME, "best_uuid", text_of(raw, "best_uuid") or first)
    plate = normal_plate(text_of(raw, "best_plate_number") or text_of(best, "plate") or text_of(raw, "best_plate"))
    is_preview = raw.get("is_preview") is True
    started = epoch_time(seconds_of(raw, "epoch_start"), arrival)
    ended = epoch_time(seconds_of(raw, "epoch_end"), arrival)
    is_over = ended.known_at is not None and not is_preview
    label, category = what_of(plate)
    confidence = number_of(raw, "best_confidence")
    if confidence is None:
        confidence = number_of(best, "confidence")
    camera = text_of(raw, "camera_id")
    return DeviceEvent(
        format=NAME,
        device=device_of(arrival, camera, name=NAME),
        ref=first or ref,  # the group's first read stays the first while it grows; its best one may change
        label=label,
        category=category,
        started_at=started.at,
        ended_at=if_so(is_over, max(ended.at, started.at)),
        confidence=fraction(confidence, of=100),
        identity=plate,
        attributes=given(
            best_uuid=ref,
            region=text_of(raw, "best_region") or text_of(best, "region"),
            direction_deg=known(number_of(raw, "travel_direction"), most=360),
            is_parked=raw.get("is_parked") is True or None,
            plate_box=_box(best),
            vehicle=_surest(raw, "body_type"),
            colour=_surest(raw, "color"),
            make=_surest(raw, "make"),
            site=text_of(raw, "site_id"),
        )
        | {PHASE: PHASES[is_preview]}
        | started.attributes
        | marked_simulated(raw),
        also_called=tuple(filter(None, [camera])),
        rule="alpr",
    )


def _box(best: dict[str, Any]) -> list[float] | None:
    """Left, top, right, bottom in pixels, out of the plate's four corners."""
    corners = list_of(best, "coordinates")[:4]
    across = [number_of(corner, "x") for corner in corners]
    down = [number_of(corner, "y") for corner in corners]
    x = [value for value in across if value is not None]
    y = [value for value in down if value is not None]
    if len(x) < 4 or len(y) < 4:
        return None
    return [min(x), min(y), max(x), max(y)]


def _surest(raw: dict[str, Any], key: str) -> str:
    told = [one for one in list_of(raw, "vehicle", key)[:50] if isinstance(one, dict)]
    best: dict[str, Any] = max(told, key=lambda one: number_of(one, "confidence") or 0.0, default={})
    return text_of(best, "name")
