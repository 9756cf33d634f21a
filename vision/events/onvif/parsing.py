"""ONVIF's notifications as events: states at subscribing are none, starts and ends find each other by topic and source.

Traps, each seen in a recorded message: UtcTime without Z or missing; either order of attributes; Axis' profile ANY,
which doubles each event; PropertyOperation "None". Faces and pictures are not read.
"""

import re
from collections.abc import Iterable
from typing import Any

from telemetry.dialects.dialect import Payload
from telemetry.dialects.fields import device_of, fraction, if_so, number_of, phases, ref_of, what_of
from telemetry.dialects.message_reading import given, refuse, refuse_kind
from telemetry.dialects.times import DeviceTime, epoch_time, iso_time
from telemetry.dialects.values import Arrival, DeviceEvent, PassedOver, Told, normal_plate
from telemetry.messages import Message
from vision.events.meanings import UNNAMED, label_of, rule_category
from vision.events.onvif.notifications import NAME, Notification, from_json, from_xml
from vision.events.onvif.topics import ANY_PROFILE, TopicMeaning, Weight, meaning_of

TRUE = frozenset({"true", "1", "active", "on", "yes"})
FALSE = frozenset({"false", "0", "inactive", "off", "no", ""})
TRUTH_NAMES = re.compile(
    r"^(is[a-z_]*|active|state|logicalstate|detected|triggered|triggerstatus|alarm|alarmed|failed|lost|value|motion"
    r"|crossed|tampering)$",
    re.IGNORECASE,
)  # fmt: skip
CLASS_NAMES = ("classTypes", "ClassTypes", "ClassType", "ObjectType", "Class", "type", "Type")
OBJECT_NAMES = ("ObjectId", "objectId", "ObjectID")
RULE_NAMES = ("Rule", "RuleName", "VideoAnalyticsRule")
VIDEO_NAMES = (
    "VideoSourceConfigurationToken", "VideoSourceToken", "VideoSource", "Source", "VideoSourceConfiguration",
)  # fmt: skip
SEEN_BY_NAME = {"isvehicle": "vehicle", "ispeople": "person", "isperson": "person", "ispet": "animal"}
SCENARIO = "CameraApplicationPlatform/"


def recognises(head: bytes) -> bool:
    """Whether it is ONVIF's XML, or JSON as it or Axis sends it over MQTT."""
    if b"<" in head[:200]:
        return b"NotificationMessage" in head or b"MetadataStream" in head or b"PullMessagesResponse" in head
    onvif = b'"UtcTime"' in head and (b'"Source"' in head or b'"Data"' in head)
    return onvif or (b'"topic"' in head and b'"message"' in head and b"onvif" in head)


def parse(payload: Payload, arrival: Arrival) -> list[Told]:
    """What the notifications of one message tell. Raises BadObservation for what is neither XML nor JSON of ONVIF."""
    found: Iterable[Notification]
    if isinstance(payload, bytes) and payload[:200].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        found = from_xml(payload)
    else:
        found = [from_json(payload, arrival)]
    return [_told(one, arrival) for one in found]


def _told(said: Notification, arrival: Arrival) -> Told:
    if not said.topic:
        refuse(NAME, Message("events.field_missing", field="Topic"))
    meaning = meaning_of(said.topic)
    if said.operation == "Initialized":
        return PassedOver(NAME, Message("events.state_at_subscribing", topic=said.topic))
    if ANY_PROFILE.search(said.topic):
        return PassedOver(NAME, Message("events.told_twice", topic=said.topic))
    if meaning is None:
        refuse_kind(NAME, said.topic)
    if meaning.weight is Weight.STATE:
        return PassedOver(NAME, Message("events.device_state", topic=said.topic))
    return _event(said, meaning, arrival)


def _event(said: Notification, meaning: TopicMeaning, arrival: Arrival) -> DeviceEvent:
    when = _time_of(said, arrival)
    truth = _truth(said.data)
    label = _label(said.data, meaning.label)
    ends = said.operation == "Deleted" or truth is False
    lasts = ends or truth is True
    plate = normal_plate(said.plate.get("number") or _first(said.data, ("Plate", "PlateNumber", "text", "plate")))
    label, category = what_of(plate, label, rule_category(meaning.meaning, label))
    confidence = _confidence(said)
    if ends and not _first(said.data, CLASS_NAMES):
        confidence = UNNAMED
    return DeviceEvent(
        format=NAME,
        device=device_of(arrival, said.producer or _first(said.source, VIDEO_NAMES), name=NAME),
        ref=_ref(said, when, lasts=lasts),
        label=label,
        category=category,
        started_at=when.at,
        ended_at=if_so(ends, when.at),
        confidence=confidence,
        identity=plate,
        attributes=_attributes(said, when, lasts=lasts, ends=ends),
        also_called=tuple(name for name in (said.producer, _first(said.source, VIDEO_NAMES)) if name),
        rule=_first(said.source, RULE_NAMES) or said.topic,
        is_unnamed=not (arrival.sender or said.producer),
        is_bare=meaning.weight is Weight.BARE,
    )


def _time_of(said: Notification, arrival: Arrival) -> DeviceTime:
    if said.epoch_s is not None:
        return epoch_time(said.epoch_s, arrival)
    return iso_time(said.said_at, arrival)


def _truth(data: dict[str, str]) -> bool | None:
    """Whether what the rule watches for is there now; None when the message is about a moment."""
    for name, value in data.items():
        word = value.lower()
        if TRUTH_NAMES.match(name) and word in TRUE:
            return True
        if TRUTH_NAMES.match(name) and word in FALSE:
            return False
    if any(name in data and data[name] == "" for name in CLASS_NAMES):
        return False
    return None


def _label(data: dict[str, str], otherwise: str) -> str:
    for name, value in data.items():
        if name.lower() in SEEN_BY_NAME and value.lower() in TRUE:
            return SEEN_BY_NAME[name.lower()]
    words = _first(data, CLASS_NAMES).replace(",", " ").split()
    if not words:
        return otherwise
    return label_of(words[0])


def _ref(said: Notification, when: DeviceTime, *, lasts: bool) -> str:
    """What start and end have in common; a moment is named by its time, too."""
    source = [f"{key}={value}" for key, value in sorted(said.source.items())]
    seen = _first(said.data, OBJECT_NAMES)
    if said.topic.startswith(SCENARIO):
        seen = ""
    if lasts:
        return ref_of(said.topic, *source, seen)
    at = said.said_at or when.at.isoformat(timespec="minutes")
    return ref_of(said.topic, *source, seen, at)


def _confidence(said: Notification) -> float:
    likelihood = number_of(said.plate, "likelihood")
    if likelihood is None:
        likelihood = number_of(said.data, "Likelihood")
    if likelihood is not None and likelihood > 1:
        return fraction(likelihood, of=100)
    return fraction(likelihood)


def _attributes(said: Notification, when: DeviceTime, *, lasts: bool, ends: bool) -> dict[str, Any]:
    kept = given(
        topic=said.topic,
        rule=_first(said.source, RULE_NAMES),
        object_id=_first(said.data, OBJECT_NAMES),
        classes=_first(said.data, CLASS_NAMES).split(),
        region=said.plate.get("country"),
    )
    if lasts:
        kept |= phases(when.at, begins=True, ends=ends)
    return kept | when.attributes


def _first(items: dict[str, str], names: tuple[str, ...]) -> str:
    return next((items[name] for name in names if items.get(name)), "")
