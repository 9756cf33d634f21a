"""ONVIF's notifications out of XML (PullPoint, metadata stream) and JSON (MQTT), in one shape. Judges none.

ONVIF Core Specification, Event Service (wsnt:NotificationMessage; `onvif-ej`), Analytics Service (metadata frames).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

from telemetry.dialects.fields import clean, object_of, seconds_of, text_of
from telemetry.dialects.message_reading import read_json, refuse
from telemetry.dialects.values import Arrival
from telemetry.dialects.xml_reading import child_of, documents, inside, local_name, read_xml, text_at
from telemetry.messages import Message
from vision.events.onvif.topics import plain_topic

NAME = "onvif"
MOST_ITEMS = 50
"""Name and value pairs of a notification that are read."""
PRODUCER = re.compile(r"uri://([0-9a-fA-F-]{8,40})")


@dataclass(frozen=True)
class Notification:
    """One message of a device's rules engine."""

    topic: str
    """Without namespaces."""
    said_at: str
    """Its time in the device's words, empty when it said none."""
    operation: str = ""
    """Initialized, Changed, Deleted or nothing."""
    source: dict[str, str] = field(default_factory=dict)
    data: dict[str, str] = field(default_factory=dict)
    producer: str = ""
    """The device by its own identity, where it says one."""
    plate: dict[str, str] = field(default_factory=dict)
    """Number, likelihood and country of a LicensePlateInfo."""
    epoch_s: float | None = None
    """Its time where that is a number of seconds since 1970."""


def from_xml(payload: bytes) -> Iterator[Notification]:
    """The notifications of a document, or of several that follow each other. Raises BadObservation."""
    for document in documents(payload):
        root = read_xml(document, name=NAME)
        if local_name(root) not in (
            "MetadataStream",
            "NotificationMessage",
            "Envelope",
            "PullMessagesResponse",
            "Notify",
        ):
            refuse(NAME, Message("events.other_root", root=clean(local_name(root))))
        for element in inside(root, "NotificationMessage"):
            yield _notification(element)
        for frame in inside(root, "Frame"):
            yield from _plates_of(frame)


def _notification(element: Element) -> Notification:
    message = next((one for one in inside(element, "Message") if child_of(one, "Message") is None), None)
    address = text_at(element, "ProducerReference", "Address")
    source: dict[str, str] = {}
    data: dict[str, str] = {}
    plate: dict[str, str] = {}
    said_at = ""
    operation = ""
    if message is not None:
        said_at = message.get("UtcTime", "").strip()[:60]
        operation = message.get("PropertyOperation", "").strip()
        for part in ("Source", "Key"):
            source |= _items(child_of(message, part))
        data = _items(child_of(message, "Data"))
        plate = _plate_info(message)
    return Notification(
        topic=plain_topic(text_at(element, "Topic")),
        said_at=said_at,
        operation=operation,
        source=source,
        data=data,
        producer="".join(PRODUCER.findall(address)[:1]),
        plate=plate,
    )


def _items(part: Element | None) -> dict[str, str]:
    if part is None:
        return {}
    found = list(inside(part, "SimpleItem"))[:MOST_ITEMS]
    return {clean(item.get("Name", "")): clean(item.get("Value", "")) for item in found}


def _plate_info(around: Element) -> dict[str, str]:
    info = next(inside(around, "LicensePlateInfo"), None)
    if info is None:
        return {}
    number = child_of(info, "PlateNumber")
    likelihood = ""
    if number is not None:
        likelihood = number.get("Likelihood", "")
    return {
        "number": text_at(info, "PlateNumber"),
        "likelihood": likelihood,
        "country": text_at(info, "CountryCode"),
    }


def _plates_of(frame: Element) -> Iterator[Notification]:
    """Number plates among the objects of a metadata frame; its other objects are tracks, which rules judge."""
    for seen in inside(frame, "Object"):
        plate = _plate_info(seen)
        if plate.get("number"):
            yield Notification(
                topic="RuleEngine/Recognition/LicensePlate",
                said_at=frame.get("UtcTime", "").strip()[:60],
                source={"Source": clean(frame.get("Source", ""))},
                data={"ObjectId": clean(seen.get("ObjectId", ""))},
                plate=plate,
            )


def from_json(payload: bytes | dict[str, Any], arrival: Arrival) -> Notification:
    """The notification of an MQTT message: ONVIF's own (its topic says what it is about, nothing at all that a state
    ended), or an Axis camera's. Raises BadObservation."""
    topic, source = _of_mqtt_topic(arrival.topic)
    if payload == b"":
        return Notification(topic=topic, said_at="", operation="Deleted", source=source)
    raw = read_json(payload, name=NAME)
    if "message" in raw and "topic" in raw:
        return _axis_message(raw)
    said = {key: _flat(value) for key, value in object_of(raw, "Source").items()}
    return Notification(
        topic=topic or plain_topic(text_of(raw, "Topic")),
        said_at=text_of(raw, "UtcTime"),
        operation=text_of(raw, "PropertyOperation"),
        source={**said, **{key: _flat(value) for key, value in object_of(raw, "Key").items()}} or source,
        data={clean(key): _flat(value) for key, value in list(object_of(raw, "Data").items())[:MOST_ITEMS]},
    )


def _axis_message(raw: dict[str, Any]) -> Notification:
    """Axis' MQTT events: topic, timestamp (milliseconds), serial, message{source, key, data}."""
    parts = object_of(raw, "message")
    return Notification(
        topic=plain_topic(text_of(raw, "topic")),
        said_at=text_of(raw, "timestamp"),
        source={clean(key): _flat(one) for part in ("source", "key") for key, one in object_of(parts, part).items()},
        data={clean(key): _flat(one) for key, one in list(object_of(parts, "data").items())[:MOST_ITEMS]},
        producer=text_of(raw, "serial"),
        epoch_s=seconds_of(raw, "timestamp"),
    )


def _flat(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:g}"
    return text_of({"": value}, "")


def _of_mqtt_topic(topic: str) -> tuple[str, dict[str, str]]:
    """PREFIX/onvif-ej/RuleEngine/LineDetector/Crossed/&1/2/Fence: what it is about, and the source's values."""
    _, found, rest = topic.partition("onvif-ej/")
    if not found:
        return "", {}
    path, _, values = rest.partition("/&")
    source = {f"Source{number}": clean(value) for number, value in enumerate(values.split("/")) if value}
    return plain_topic(path), source
