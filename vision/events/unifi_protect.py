"""UniFi Protect: alarms by webhook (`alarm.triggers`), events of its stream (add, update, end by id), tracks of plates.

Shapes from recorded messages (uilibs/uiprotect). Traps: an update that says neither camera nor start, `end` three
times, an event that is closed when it is first told of. Names that faces were given and their events are not read.
"""

from typing import Any

from telemetry.dialects.dialect import Payload
from telemetry.dialects.fields import fraction, list_of, needed, number_of, object_of, text_of, what_of
from telemetry.dialects.message_reading import given, marked_simulated, read_json, refuse
from telemetry.dialects.times import DeviceTime, at_arrival, epoch_time
from telemetry.dialects.values import (
    TIME_OF_END,
    Arrival,
    DeviceEvent,
    PassedOver,
    Told,
    normal_plate,
)
from telemetry.messages import Message
from telemetry.observations.growing import PHASE
from vision.events.meanings import UNNAMED, label_of

NAME = "unifi_protect"
BARE = frozenset(
    {"motion", "lightMotion", "sensorMotion", "sensorOpened", "sensorClosed", "sensorAlarm", "smartAudioDetect", "ring"}
)
KINDS = {"smartDetectZone", "smartDetectLine", "smartDetectLoiterZone", "smartDetectTrack", "smartDetect", ""} | BARE
CATEGORIES = {"smartDetectLoiterZone": "loitering"}
PLATE_KEYS = ("license_plate", "licensePlate")


def recognises(head: bytes) -> bool:
    """Whether it is an alarm, an item of the stream, or a track."""
    item = b'"modelKey"' in head and b'"item"' in head
    alarm = b'"alarm"' in head and b'"triggers"' in head
    track = b'"payload"' in head and (b'"objectType"' in head or b'"firstShownTimeMs"' in head)
    return item or alarm or track


def parse(payload: Payload, arrival: Arrival) -> list[Told]:
    """What one message tells. Raises BadObservation for what is none of Protect's."""
    raw = read_json(payload, name=NAME)
    if isinstance(raw.get("alarm"), dict):
        return _alarm(raw, arrival)
    if isinstance(raw.get("payload"), list):
        return [_track(raw, arrival)]
    return [_item(raw, arrival)]


def _alarm(raw: dict[str, Any], arrival: Arrival) -> list[Told]:
    triggers = [one for one in list_of(raw, "alarm", "triggers")[:100] if isinstance(one, dict)]
    if not triggers:
        refuse(NAME, Message("events.field_missing", field="alarm.triggers"))
    return [_trigger(one, raw, arrival) for one in triggers]


def _trigger(trigger: dict[str, Any], raw: dict[str, Any], arrival: Arrival) -> Told:
    key = text_of(trigger, "key")
    if key.startswith("face"):
        return PassedOver(NAME, Message("events.face_passed_over"))
    when = _when(number_of(trigger, "timestamp") or number_of(raw, "timestamp"), arrival)
    plate = None
    if key.startswith(PLATE_KEYS):
        plate = normal_plate(text_of(trigger, "value"))
    label, category = what_of(plate, label_of(key) or "object", None)
    device = _device(text_of(trigger, "device"), arrival)
    event = text_of(trigger, "eventId")
    return DeviceEvent(
        format=NAME,
        device=device,
        ref=event or f"{key}@{when.at.isoformat()[:19]}",
        label=label,
        category=category,
        started_at=when.at,
        ended_at=None,
        confidence=1.0,
        identity=plate,
        attributes=given(alarm=text_of(raw, "alarm", "name"), zones=_zones(trigger))
        | {PHASE: "new"}
        | when.attributes
        | marked_simulated(raw),
        rule=key,
        is_bare=key in BARE or key.startswith(("audio", "sensor")),
    )


def _zones(trigger: dict[str, Any]) -> list[str]:
    """The names or numbers of the zones that it happened in; a trigger may group them by what they are."""
    zones = trigger.get("zones")
    if isinstance(zones, dict):
        zones = [one for inner in zones.values() if isinstance(inner, list) for one in inner]
    found = [text_of({"": one}, "") for one in list_of({"": zones}, "")[:50]]
    return [zone for zone in found if zone]


def _item(raw: dict[str, Any], arrival: Arrival) -> Told:
    item = object_of(raw, "item") or raw
    ref = needed(NAME, "item.id", text_of(item, "id"))
    model = text_of(item, "modelKey")
    if model not in ("event", ""):
        return PassedOver(NAME, Message("events.device_state", topic=model))
    kind = text_of(item, "type")
    if kind not in KINDS:
        return PassedOver(NAME, Message("events.device_state", topic=kind))
    labels = [label_of(one) for one in list_of(item, "smartDetectTypes")[:20] if isinstance(one, str)]
    if "face" in labels and len(labels) == 1:
        return PassedOver(NAME, Message("events.face_passed_over"))
    started = _when(number_of(item, "start"), arrival, text_of(item, "start"))
    ended = _when(number_of(item, "end"), arrival)
    phase = {"add": "new"}.get(text_of(raw, "type"), "update")
    if ended.known_at is not None:
        phase = "end"
    if ended.known_at is not None and (started.known_at is None or ended.at < started.at):
        started = DeviceTime(ended.at, TIME_OF_END, started.said)
    confidence = UNNAMED
    if labels:
        confidence = fraction(number_of(item, "score"), of=100)
    unnamed = "object"
    if kind in BARE:
        unnamed = kind.lower()
    return DeviceEvent(
        format=NAME,
        device=_device(text_of(item, "device") or text_of(item, "camera"), arrival),
        ref=ref,
        label=next((one for one in labels if one != "face"), unnamed),
        category=CATEGORIES.get(kind),
        started_at=started.at,
        ended_at=ended.known_at,
        confidence=confidence,
        attributes=given(classes=[one for one in labels if one != "face"]) | {PHASE: phase} | started.attributes,
        rule=kind,
        is_bare=kind in BARE,
    )


def _track(raw: dict[str, Any], arrival: Arrival) -> DeviceEvent:
    """A vehicle's track with its plate, from the surest of its reads."""
    reads = [one for one in list_of(raw, "payload")[:5_000] if isinstance(one, dict)]
    if not reads:
        refuse(NAME, Message("events.field_missing", field="payload"))
    ref = needed(NAME, "id", text_of(raw, "event") or text_of(raw, "id"))
    times = [stamp for stamp in (number_of(one, "timestamp") for one in reads) if stamp is not None]
    started = _when(min(times, default=None), arrival)
    ended = _when(max(times, default=None), arrival)
    best = max(reads, key=lambda one: (bool(text_of(one, "licensePlate")), number_of(one, "confidence") or 0.0))
    plate = normal_plate(text_of(best, "licensePlate"))
    label, category = what_of(plate, label_of(text_of(best, "objectType")) or "object", None)
    return DeviceEvent(
        format=NAME,
        device=_device(text_of(raw, "camera"), arrival),
        ref=ref,
        label=label,
        category=category,
        started_at=started.at,
        ended_at=max(ended.at, started.at),
        confidence=fraction(number_of(best, "confidence"), of=100),
        identity=plate,
        attributes=given(vehicle=text_of(best, "objectType"), zones=_zones(best)) | {PHASE: "end"} | started.attributes,
        rule="smartDetectTrack",
    )


def _device(said: str, arrival: Arrival) -> str:
    """The camera; empty when neither the message nor its sender says it, as an earlier message will have."""
    return said or arrival.sender


def _when(milliseconds: float | None, arrival: Arrival, said: str = "") -> DeviceTime:
    if milliseconds is None:
        return at_arrival(arrival, said)
    return epoch_time(milliseconds / 1000, arrival)
