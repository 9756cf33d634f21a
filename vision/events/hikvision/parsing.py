"""Hikvision's alerts as events: heartbeats apart, one event while an alarm lasts, number plates, their traps.

Shapes from recorded alerts (hikvision_next, node-red-contrib-hikvision-ultimate, pyHik) and ISAPI 2.x. Faces are passed
over; no picture is fetched, one that comes along in the upload is taken.
"""

import re
from datetime import datetime
from typing import Any

from telemetry.dialects.dialect import Payload
from telemetry.dialects.fields import (
    clean,
    fraction,
    if_so,
    list_of,
    number_of,
    object_of,
    phases,
    ref_of,
    text_of,
    what_of,
)
from telemetry.dialects.message_reading import given, refuse_kind
from telemetry.dialects.multipart import parts
from telemetry.dialects.times import DeviceTime, iso_time, town_time
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
from vision.events.hikvision.alerts import NAME, RawAlert, alerts_in
from vision.events.hikvision.kinds import BARE, FACES, HEARTBEATS, MEANINGS, OWN_STATE
from vision.events.meanings import UNNAMED, label_of, rule_category

NO_PLATE = frozenset({"", "unknown", "noplate", "none", "null"})
ABSOLUTE = re.compile(r"\d{14}(\d{3})?")
"""yyyymmddHHMMSSmmm, the device's local time."""
PICTURES = ("detectionPicture.jpg", "licensePlatePicture.jpg", "detectionPicture", "licensePlatePicture")
JPEG_START = b"\xff\xd8\xff"


def recognises(head: bytes) -> bool:
    """Whether it holds an alert."""
    return b"EventNotificationAlert" in head or (b'"eventType"' in head and b'"eventState"' in head)


def parse(payload: Payload, arrival: Arrival) -> list[Told]:
    """What each alert in `payload` tells; one that cannot be read is quarantined beside the others.

    Raises BadObservation when there is no alert at all."""
    picture = _picture(payload, arrival)
    return [_told(raw, arrival, picture) for raw in alerts_in(payload)]


def _told(raw: RawAlert, arrival: Arrival, picture: bytes | None) -> Told:
    if raw.refused is not None:
        return Quarantined(NAME, raw.refused, raw.payload, "application/xml")
    try:
        return _alert(raw.fields, arrival, picture)
    except BadObservation as error:
        return Quarantined.because(error, NAME, raw.payload, "application/xml")


def _alert(raw: dict[str, Any], arrival: Arrival, picture: bytes | None) -> Told:
    kind = text_of(raw, "eventType").lower()
    if kind == "duration":
        kind = text_of(raw, "DurationList", "Duration", "relationEvent").lower()
    state = text_of(raw, "eventState").lower()
    names = _names(raw, arrival)
    when = _time(text_of(raw, "dateTime"), arrival)
    if kind in HEARTBEATS or (kind == "videoloss" and state == "inactive"):
        return DeviceHeartbeat(NAME, names[0], when.at, also_called=names[1:])
    if kind in ("anpr", "vehicledetection") and isinstance(raw.get("ANPR"), dict):
        return _plate(raw, names, when, arrival, picture)
    if kind in FACES:
        return PassedOver(NAME, Message("events.face_passed_over"))
    if kind in OWN_STATE:
        return PassedOver(NAME, Message("events.device_state", topic=kind))
    if kind not in MEANINGS and kind not in BARE:
        refuse_kind(NAME, kind or "eventType")
    return _lasting(raw, kind, state, names, when, picture)


def _lasting(
    raw: dict[str, Any], kind: str, state: str, names: tuple[str, ...], when: DeviceTime, picture: bytes | None
) -> DeviceEvent:
    region = object_of(raw, "DetectionRegionList", "DetectionRegionEntry")
    target = label_of(text_of(region, "detectionTarget") or text_of(raw, "detectionTarget"))
    label, meaning = MEANINGS.get(kind, (kind, None))
    confidence = 1.0
    ends = state == "inactive"
    begins = number_of(raw, "activePostCount") in (None, 0.0, 1.0)
    if target not in ("", "others", "unknown"):
        label = target
    elif ends:
        confidence = UNNAMED
    return DeviceEvent(
        format=NAME,
        device=names[0],
        ref=ref_of(kind, text_of(raw, "inputIOPortID"), *_channel(raw)),
        label=label,
        category=rule_category(meaning, label),
        started_at=when.at,
        ended_at=if_so(ends, when.at),
        confidence=confidence,
        attributes=phases(when.at, begins=begins, ends=ends)
        | given(
            rule=kind,
            region=text_of(region, "regionID"),
            target_box=_box(object_of(region, "TargetRect")),
            channel_name=text_of(raw, "channelName"),
            resent=text_of(raw, "isDataRetransmission") == "true" or None,
        )
        | when.attributes,
        image=picture,
        also_called=names[1:],
        rule=kind,
        is_bare=kind in BARE,
    )


def _plate(
    raw: dict[str, Any], names: tuple[str, ...], when: DeviceTime, arrival: Arrival, picture: bytes | None
) -> DeviceEvent:
    read = object_of(raw, "ANPR")
    text = text_of(read, "licensePlate")
    plate = normal_plate(text)
    if text.lower() in NO_PLATE:
        plate = None
    label, category = what_of(plate, label_of(text_of(read, "vehicleType")) or "vehicle")
    pictures = [one for one in list_of(read, "pictureInfoList", "pictureInfo[]") if isinstance(one, dict)]
    absolute = next((text_of(one, "absTime") for one in pictures if text_of(one, "absTime")), "")
    exact = _absolute(absolute, when, arrival)
    box = next((_box(object_of(one, "plateRect"), of=1000) for one in pictures if "plateRect" in one), None)
    line = text_of(read, "line") or text_of(read, "laneNo")
    return DeviceEvent(
        format=NAME,
        device=names[0],
        ref=text_of(raw, "UUID") or ref_of("anpr", *_channel(raw), line, absolute or text_of(raw, "dateTime")),
        label=label,
        category=category,
        started_at=exact.at,
        ended_at=exact.at,
        confidence=fraction(number_of(read, "confidenceLevel"), of=100),
        identity=plate,
        attributes=given(
            direction=text_of(read, "direction"),
            lane=line,
            country_number=text_of(read, "country"),
            vehicle=text_of(read, "vehicleType"),
            colour=text_of(read, "vehicleInfo", "color"),
            plate_box=box,
            channel_name=text_of(raw, "channelName"),
            resent=text_of(raw, "isDataRetransmission") == "true" or None,
        )
        | exact.attributes,
        image=picture,
        also_called=names[1:],
        rule="anpr",
    )


def _names(raw: dict[str, Any], arrival: Arrival) -> tuple[str, ...]:
    """What the camera is called: a channel of whoever handed in, of its hardware address, of its network address."""
    channel = "".join(_channel(raw))
    found: list[str] = []
    for device in (arrival.sender, text_of(raw, "macAddress").lower(), text_of(raw, "ipAddress")):
        if device and channel not in ("", "0", "1"):
            found.append(f"{device}/{channel}")
        elif device:
            found.append(device)
    found.append(text_of(raw, "channelName"))
    return tuple(dict.fromkeys(clean(name) for name in found if name)) or (NAME,)


def _channel(raw: dict[str, Any]) -> tuple[str, ...]:
    channel = text_of(raw, "channelID") or text_of(raw, "dynChannelID")
    return tuple(filter(None, [channel]))


def _time(said: str, arrival: Arrival) -> DeviceTime:
    """`dateTime`; one whose seconds ran into the zone (11:47:0500:00) is mended as far as it says its minute."""
    when = iso_time(said, arrival, zone=arrival.zone)
    mended = re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:)(\d\d)(\d\d:\d\d)", said)
    if mended is None:
        return when
    east = iso_time(f"{mended[1]}00+{mended[3]}", arrival)
    return DeviceTime(east.at, "mended", said)


def _absolute(said: str, when: DeviceTime, arrival: Arrival) -> DeviceTime:
    """The exact time of a picture, local as `dateTime` is, whose zone it has: whichever quarter of an hour brings both
    together."""
    if ABSOLUTE.fullmatch(said) is None:
        return when
    try:
        local = datetime.strptime(said[:14], "%Y%m%d%H%M%S")  # noqa: DTZ007 the device's zone, found below
    except ValueError:
        return when
    exact = town_time(local.replace(microsecond=int(said[14:] or "0") * 1000), arrival, said)
    if when.note:
        return exact
    quarters = round((exact.at - when.at).total_seconds() / 900)
    moved = exact.at.timestamp() - quarters * 900
    if abs(moved - when.at.timestamp()) > 120:
        return when
    return DeviceTime(datetime.fromtimestamp(moved, when.at.tzinfo))


def _box(rect: dict[str, Any], of: float = 1.0) -> list[float] | None:
    """x, y, width, height as parts of the picture."""
    numbers = [number_of(rect, key) for key in ("X", "Y", "width", "height")]
    if any(number is None for number in numbers):
        return None
    return [round(number / of, 6) for number in numbers if number is not None]


def _picture(payload: Payload, arrival: Arrival) -> bytes | None:
    """The JPEG picture of an upload in parts."""
    if not isinstance(payload, bytes) or not arrival.content_type.lower().lstrip().startswith("multipart/form-data"):
        return None
    found = parts(payload, arrival.content_type, name=NAME)
    pictures = [found[name] for name in PICTURES if name in found] + list(found.values())
    return next((one for one in pictures if one.startswith(JPEG_START)), None)
