"""The alerts in a body or a stretch of an alertStream, each as nested names and texts. Judges none.

Traps: five namespaces and none at all, several alerts in one chunk, one cut off at its end; newer devices send JSON.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

from telemetry.dialects.fields import object_of
from telemetry.dialects.message_reading import refuse
from telemetry.dialects.xml_reading import LONGEST_TEXT, local_name, read_xml
from telemetry.errors import BadObservation
from telemetry.messages import Message

NAME = "hikvision"
OPENING = re.compile(rb"<(?:\w{1,20}:)?EventNotificationAlert[\s>]")
CLOSING = re.compile(rb"</(?:\w{1,20}:)?EventNotificationAlert\s*>")
MOST_ALERTS = 2_000
"""In one stretch of a stream."""


@dataclass(frozen=True)
class RawAlert:
    """One alert, or the reason why what stood there is none."""

    fields: dict[str, Any] = field(default_factory=dict)
    refused: Message | None = None
    payload: bytes = field(default=b"", repr=False)


def alerts_in(payload: bytes | dict[str, Any]) -> list[RawAlert]:
    """Every alert of `payload`. Raises BadObservation when there is none at all."""
    if isinstance(payload, dict):
        return [RawAlert(payload)]
    found = list(_xml_alerts(payload)) or list(_json_alerts(payload))
    if not found:
        refuse(NAME, Message("events.no_alert"))
    return found


def _xml_alerts(payload: bytes) -> Iterator[RawAlert]:
    at = 0
    for _ in range(MOST_ALERTS):
        opening = OPENING.search(payload, at)
        if opening is None:
            return
        closing = CLOSING.search(payload, opening.start())
        if closing is None:
            cut_off = payload[opening.start() :]
            why = Message("events.refused", format=NAME, why=Message("events.cut_off"))
            yield RawAlert(refused=why, payload=cut_off)
            return
        at = closing.end()
        yield _xml_alert(payload[opening.start() : at])


def _xml_alert(document: bytes) -> RawAlert:
    try:
        return RawAlert(_fields(read_xml(document, name=NAME)), payload=document)
    except BadObservation as error:
        return RawAlert(refused=error.told, payload=document)


def _fields(element: Element) -> dict[str, Any]:
    """An element as names and texts; the first of several children of one name, and all of them below NAME[]."""
    found: dict[str, Any] = {}
    for child in element:
        said: Any = (child.text or "").strip()
        if len(child):
            said = _fields(child)
        if isinstance(said, str) and len(said) > LONGEST_TEXT:
            continue
        name = local_name(child)
        found.setdefault(name, said)
        found.setdefault(f"{name}[]", []).append(said)
    return found


def _json_alerts(payload: bytes) -> Iterator[RawAlert]:
    """Alerts that come as JSON, each from a brace at the beginning of a line."""
    decoder = json.JSONDecoder()
    text = payload.decode("utf-8", "replace")
    at = 0
    for _ in range(MOST_ALERTS):
        at = _next_brace(text, at)
        if at < 0:
            return
        try:
            raw, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            why = Message("events.refused", format=NAME, why=Message("events.not_json", reason=str(error)[:100]))
            yield RawAlert(refused=why, payload=text[at:].encode())
            return
        alert = object_of(raw, "EventNotificationAlert") or raw
        if isinstance(alert, dict) and "eventType" in alert:
            yield RawAlert(alert)


def _next_brace(text: str, at: int) -> int:
    if text.startswith("{", at):
        return at
    found = text.find("\n{", at)
    if found < 0:
        return -1
    return found + 1
