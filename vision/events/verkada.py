"""Verkada's webhooks: number plates (`lpr`) and notifications of cameras.

Shapes from apidocs.verkada.com. Trap: `created` counts seconds and `detected` milliseconds. Names of people of interest
are not read, pictures are not fetched.
"""

from typing import Any

from telemetry.dialects.dialect import Payload
from telemetry.dialects.fields import (
    device_of,
    digest_of,
    fraction,
    list_of,
    needed,
    number_of,
    numbers_of,
    object_of,
    ref_of,
    text_of,
    what_of,
)
from telemetry.dialects.message_reading import given, marked_simulated, read_json, refuse_kind
from telemetry.dialects.times import DeviceTime, epoch_time
from telemetry.dialects.values import Arrival, DeviceEvent, DeviceHeartbeat, PassedOver, Told, normal_plate
from telemetry.messages import Message
from vision.events.meanings import CLOSED_AREA, label_of, rule_category

NAME = "verkada"
MILLISECONDS_FROM = 100_000_000_000
"""A number of seconds this large would be in the year 5138: it counts milliseconds."""
MEANINGS: dict[str, tuple[str, str | None]] = {
    "motion": ("motion", None),
    "person_detected": ("person", None),
    "person": ("person", None),
    "vehicle_detected": ("vehicle", None),
    "vehicle": ("vehicle", None),
    "line_crossing": ("line_crossing", CLOSED_AREA),
    "loitering": ("person", "loitering"),
    "crowd": ("group", "crowd"),
    "tamper": ("tamper", "tamper"),
    "offline": ("video_loss", "camera_lost"),
    "camera_offline": ("video_loss", "camera_lost"),
    "glass_break": ("glass_break", None),
}
BARE = frozenset({"motion"})


def recognises(head: bytes) -> bool:
    """Whether it is a webhook of theirs."""
    return b'"webhook_type"' in head or (b'"org_id"' in head and b'"license_plate_number"' in head)


def parse(payload: Payload, arrival: Arrival) -> list[Told]:
    """What one webhook tells. Raises BadObservation."""
    raw = read_json(payload, name=NAME)
    data = object_of(raw, "data") or raw
    kind = text_of(raw, "webhook_type")
    if kind == "lpr" or "license_plate_number" in data:
        return [_plate(raw, data, arrival)]
    if kind != "notification":
        refuse_kind(NAME, kind or "webhook_type")
    return [_notification(data, arrival)]


def _plate(raw: dict[str, Any], data: dict[str, Any], arrival: Arrival) -> DeviceEvent:
    camera = needed(NAME, "data.camera_id", text_of(data, "camera_id") or arrival.sender)
    when = _when(data, ("detected", "created"), arrival)
    plate = normal_plate(text_of(data, "license_plate_number"))
    label, category = what_of(plate)
    crop = numbers_of(data, "crop", most=4)
    return DeviceEvent(
        format=NAME,
        device=device_of(arrival, camera, name=NAME),
        ref=ref_of("lpr", text_of(data, "detected") or text_of(data, "created"), digest_of(camera, crop)[:12]),
        label=label,
        category=category,
        started_at=when.at,
        ended_at=when.at,
        confidence=fraction(number_of(data, "confidence")),
        identity=plate,
        attributes=given(region=text_of(data, "license_plate_state"), plate_box=crop)
        | when.attributes
        | marked_simulated(raw),
        also_called=(camera,),
        rule="lpr",
    )


def _notification(data: dict[str, Any], arrival: Arrival) -> Told:
    kind = text_of(data, "notification_type").lower()
    if "person_of_interest" in kind or "face" in kind:
        return PassedOver(NAME, Message("events.face_passed_over"))
    camera = needed(NAME, "data.camera_id", text_of(data, "camera_id") or arrival.sender)
    when = _when(data, ("created", "detected"), arrival)
    if kind in ("online", "camera_online"):
        return DeviceHeartbeat(NAME, device_of(arrival, camera, name=NAME), when.at)
    if kind not in MEANINGS:
        refuse_kind(NAME, kind or "notification_type")
    label, meaning = MEANINGS[kind]
    seen = [label_of(one) for one in list_of(data, "objects")[:20] if isinstance(one, str)]
    label = next(iter(seen), label)
    said_at = text_of(data, "created") or text_of(data, "detected")
    return DeviceEvent(
        format=NAME,
        device=device_of(arrival, camera, name=NAME),
        ref=text_of(data, "notification_id") or ref_of(kind, said_at or when.at.isoformat()[:16]),
        label=label,
        category=rule_category(meaning, label),
        started_at=when.at,
        ended_at=None,
        confidence=1.0,
        attributes=given(rule=kind, classes=seen) | when.attributes,
        also_called=(camera,),
        rule=kind,
        is_bare=kind in BARE and not seen,
    )


def _when(data: dict[str, Any], keys: tuple[str, ...], arrival: Arrival) -> DeviceTime:
    said = next((number for number in (number_of(data, key) for key in keys) if number), None)
    if said is not None and said >= MILLISECONDS_FROM:
        said /= 1000
    return epoch_time(said, arrival)
