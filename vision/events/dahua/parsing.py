"""Dahua's events: starts, stops and pulses, number plates, and their traps.

Shapes from recorded events (rroller/dahua, YutthapoomSa/dahua-api). Traps: `UTC` in local time beside a right
`RealUTC`, `=` in values, data that are no JSON, EventID and GroupID that start again at a reboot, confidences up to
255.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from telemetry.dialects.dialect import Payload
from telemetry.dialects.fields import (
    clean,
    device_of,
    fraction,
    if_so,
    list_of,
    number_of,
    numbers_of,
    object_of,
    phases,
    ref_of,
    text_of,
    what_of,
)
from telemetry.dialects.message_reading import given, read_json, refuse, refuse_kind
from telemetry.dialects.times import DeviceTime, epoch_time
from telemetry.dialects.values import (
    Arrival,
    DeviceEvent,
    DeviceHeartbeat,
    PassedOver,
    Quarantined,
    Told,
    normal_plate,
)
from telemetry.errors import BadObservation
from telemetry.messages import Message
from vision.events.dahua.codes import BARE, FACES, MEANINGS, OWN_STATE
from vision.events.meanings import UNNAMED, label_of, rule_category

NAME = "dahua"
LINE = re.compile(rb"Code=([\w.]{1,60});\s*action=(\w{1,20});\s*index=(\d{1,5})(;\s*data=)?")
BOUNDARY = re.compile(rb"\r?\n--[\w-]{1,70}(?:--)?\s*(?:\r?\n|$)")
HEARTBEAT = re.compile(rb"(?:^|\n)Heartbeat\s*(?:\r?\n|$)")
MOST_EVENTS = 2_000
LARGEST_DATA = 200_000
"""Bytes of what follows one `data=`."""
BOX_SCALE = 8191.0
NO_OBJECT = frozenset({"", "unknown", "plate"})


@dataclass(frozen=True)
class RawEvent:
    """One event before it is judged."""

    code: str
    action: str
    channel: int
    """Counts from 0."""
    data: dict[str, Any] = field(default_factory=dict)
    payload: bytes = field(default=b"", repr=False)


def recognises(head: bytes) -> bool:
    """Whether it is a part of an attached stream or a notification of RPC2."""
    attached = LINE.search(head) is not None or (b"--myboundary" in head and HEARTBEAT.search(head) is not None)
    return attached or b"client.notifyEventStream" in head


def parse(payload: Payload, arrival: Arrival) -> list[Told]:
    """What each event in `payload` tells; one that cannot be read is quarantined beside the others.

    Raises BadObservation when there is none at all."""
    if isinstance(payload, bytes) and LINE.search(payload):
        return list(_attached(payload, arrival))
    if isinstance(payload, bytes) and HEARTBEAT.search(payload[:2_000]):
        return [DeviceHeartbeat(NAME, device_of(arrival, "", name=NAME))]
    raw = read_json(payload, name=NAME)
    events = list_of(raw, "params", "eventList") or list_of(raw, "eventList")
    if not events:
        refuse(NAME, Message("events.no_alert"))
    if len(events) > MOST_EVENTS:
        refuse(NAME, Message("events.too_many_events", most=MOST_EVENTS))
    return [_rpc_event(one, arrival) for one in events]


def _rpc_event(raw: object, arrival: Arrival) -> Told:
    payload = json.dumps(raw).encode()
    index = number_of(raw, "Index")
    return _told(
        RawEvent(text_of(raw, "Code"), text_of(raw, "Action"), int(index or 0), object_of(raw, "Data"), payload),
        arrival,
    )


def _attached(payload: bytes, arrival: Arrival) -> Iterator[Told]:
    if HEARTBEAT.search(payload):
        yield DeviceHeartbeat(NAME, device_of(arrival, "", name=NAME))
    at = 0
    for _ in range(MOST_EVENTS):
        line = LINE.search(payload, at)
        if line is None:
            return
        code, action = (line[number].decode() for number in (1, 2))
        read_data = _no_data
        if line[4]:
            read_data = _data
        data, at, is_whole = read_data(payload, line.end())
        part = payload[line.start() : at]
        if is_whole:
            yield _told(RawEvent(code, action, int(line[3]), data, part), arrival)
        else:
            yield _quarantined(Message("events.cut_off"), part)
    if LINE.search(payload, at):
        yield _quarantined(Message("events.too_many_events", most=MOST_EVENTS), payload[at:])


def _quarantined(why: Message, part: bytes) -> Quarantined:
    return Quarantined(NAME, Message("events.refused", format=NAME, why=why), part)


def _no_data(payload: bytes, start: int) -> tuple[dict[str, Any], int, bool]:
    """An event without data is whole when its line ends."""
    return {}, start, payload[start : start + 1] in (b"\r", b"\n")


def _data(payload: bytes, start: int) -> tuple[dict[str, Any], int, bool]:
    """What follows `data=`, where it ends, and whether it is whole: JSON over many lines, or any text up to the next
    boundary."""
    end = min(len(payload), start + LARGEST_DATA)
    following = LINE.search(payload, start, end)
    if following is not None:
        end = following.start()
    boundary = BOUNDARY.search(payload, start, end)
    if boundary is not None:
        end = boundary.start()
    text = payload[start:end].decode("utf-8", "replace")
    if not text.lstrip().startswith("{"):
        return {}, end, bool(text.strip())
    try:
        raw, length = json.JSONDecoder().raw_decode(text.lstrip())
    except (ValueError, RecursionError):
        return {}, end, boundary is not None and text.rstrip().endswith("}")
    skipped = len(text) - len(text.lstrip())
    ends_at = start + len(text[: skipped + length].encode("utf-8", "replace"))
    return object_of({"": raw}, ""), min(ends_at, end), True


def _told(raw: RawEvent, arrival: Arrival) -> Told:
    if raw.code.startswith(FACES):
        return PassedOver(NAME, Message("events.face_passed_over"))
    if raw.code in OWN_STATE:
        return PassedOver(NAME, Message("events.device_state", topic=raw.code))
    try:
        if raw.code not in MEANINGS and raw.code not in BARE:
            refuse_kind(NAME, raw.code or "Code")
        return _event(raw, arrival)
    except BadObservation as error:
        return Quarantined.because(error, NAME, raw.payload)


def _event(raw: RawEvent, arrival: Arrival) -> DeviceEvent:
    car = object_of(raw.data, "TrafficCar")
    serial = text_of(car, "MachineName") or text_of(raw.data, "SerialNo") or text_of(raw.data, "MachineName")
    when = _time(raw.data, arrival)
    seen = object_of(raw.data, "Object")
    plate = normal_plate(text_of(car, "PlateNumber") or _plate_of(seen))
    seen_as = _label(raw)
    label, category = what_of(plate, seen_as, rule_category(MEANINGS.get(raw.code, ("", None))[1], seen_as))
    action = raw.action.lower()
    channel = str(raw.channel + 1)
    return DeviceEvent(
        format=NAME,
        device=device_of(arrival, serial, name=NAME, channel=channel),
        ref=_ref(raw, serial, when),
        label=label,
        category=category,
        started_at=when.at,
        ended_at=if_so(action == "stop", when.at),
        confidence=_confidence(raw, is_plate=plate is not None),
        identity=plate,
        attributes=_attributes(raw, car, action, when) | when.attributes,
        also_called=tuple(name for name in (serial, f"{serial}/{channel}") if serial),
        rule=raw.code,
        is_unnamed=not (arrival.sender or serial),
        is_bare=raw.code in BARE,
    )


def _attributes(raw: RawEvent, car: dict[str, Any], action: str, when: DeviceTime) -> dict[str, Any]:
    kept = given(
        rule=text_of(raw.data, "Name") or raw.code,
        lane=text_of(raw.data, "Lane"),
        colour=text_of(car, "VehicleColor"),
        vehicle=text_of(raw.data, "Vehicle", "Category"),
        direction=_direction(raw, car),
        target_box=_box(raw.data),
    )
    if action == "pulse":
        return kept
    return kept | phases(when.at, begins=action == "start", ends=action == "stop")


def _box(data: dict[str, Any]) -> list[float]:
    """Left, top, right, bottom of what was seen as parts of the picture; of the vehicle where the plate has none."""
    for part in ("Object", "Vehicle"):
        corners = numbers_of(data, part, "BoundingBox", most=4)
        if any(corners):
            return [round(corner / BOX_SCALE, 4) for corner in corners]
    return []


def _direction(raw: RawEvent, car: dict[str, Any]) -> str:
    told = list_of(car, "DrivingDirection")
    if told and isinstance(told[0], str):
        return clean(told[0])
    return text_of(raw.data, "Direction")


def _time(data: dict[str, Any], arrival: Arrival) -> DeviceTime:
    """RealUTC, else UTC, which some devices count in local time."""
    fraction_s = (number_of(data, "UTCMS") or 0.0) / 1000
    real = number_of(data, "RealUTC")
    if real:
        return epoch_time(real + fraction_s, arrival)
    said = number_of(data, "UTC")
    if not said:
        return epoch_time(None, arrival)
    return epoch_time(said + fraction_s, arrival, may_be_local=True)


def _ref(raw: RawEvent, serial: str, when: DeviceTime) -> str:
    """Start and stop have code, channel and rule in common; a pulse is named by its numbers, which start again at a
    reboot, and therefore by its minute."""
    if raw.action.lower() != "pulse":
        return ref_of(serial, raw.code, raw.channel, text_of(raw.data, "Name"))
    numbers = (text_of(raw.data, "GroupID"), text_of(raw.data, "EventID"))
    return ref_of(serial, raw.code, raw.channel, *numbers, when.at.isoformat()[:16])


def _plate_of(seen: dict[str, Any]) -> str:
    if text_of(seen, "ObjectType") != "Plate":
        return ""
    return text_of(seen, "Text")


def _label(raw: RawEvent) -> str:
    for kind in (text_of(raw.data, "Object", "ObjectType"), text_of(raw.data, "Vehicle", "ObjectType")):
        if kind.lower() not in NO_OBJECT:
            return label_of(kind)
    return MEANINGS.get(raw.code, (raw.code.lower(), None))[0]


def _confidence(raw: RawEvent, *, is_plate: bool) -> float:
    """Of the plate, else of the vehicle or the object, 0..255; 0 says that none was told."""
    for part in sorted(("Object", "Vehicle"), reverse=not is_plate):
        said = number_of(raw.data, part, "Confidence")
        if said:
            return fraction(said, of=255)
    if raw.action.lower() == "stop" and not object_of(raw.data, "Object"):
        return UNNAMED
    return 1.0
