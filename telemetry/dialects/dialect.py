"""One vendor's dialect as the program lists it, and the promise of all: any bytes give an answer."""

import json
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from telemetry.dialects.values import Arrival, PassedOver, Quarantined, Told
from telemetry.errors import BadObservation
from telemetry.messages import Message

log = logging.getLogger(__name__)

LARGEST_PAYLOAD = 16_000_000
"""Bytes: a message with its pictures, or a stretch of a stream."""
LARGEST_JSON = 4_000_000
MOST_BRACKETS = 200_000
"""Counted before anything is parsed: each becomes an object in memory."""
MOST_MESSAGES = 1_000
"""In one array or file of lines."""

Payload = bytes | dict[str, Any]
"""A message as it came, or one that was taken out of a JSON array."""
Parser = Callable[[Payload, Arrival], Sequence[Told]]
"""Turns one message into what it tells. Raises BadObservation naming the dialect, the field and the reason."""
Recognition = Callable[[bytes], bool]
"""Whether the first bytes of a message look like the dialect."""


@dataclass(frozen=True)
class Dialect:
    """A vendor's format: its name in addresses and commands, and its parser."""

    name: str
    title: str
    """Whose it is and what it carries; product names."""
    parse: Parser
    recognises: Recognition
    also_called: tuple[str, ...] = ()
    """Other names under which it may be asked for."""
    is_in_address: bool = False
    """A message may stand in the address that is called, behind its question mark."""

    def read(self, payload: bytes, arrival: Arrival) -> tuple[Told, ...]:
        """What `payload` tells: never nothing, never an exception. Several messages may come in a JSON array, or one
        on each line.

        What cannot be read is quarantined with the reason, part by part.
        """
        most = LARGEST_PAYLOAD
        if payload[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"[", b"{"):
            most = LARGEST_JSON
        if len(payload) > most:
            too_large = Message("events.message_too_large", size=len(payload), most=most)
            return (self._refused(too_large, payload[:most], arrival),)
        if payload.count(b"[") + payload.count(b"{") > MOST_BRACKETS:
            return (self._refused(Message("events.too_deep"), payload, arrival),)
        told: list[Told] = []
        for part in _messages(payload):
            told += self._read_one(part, arrival)
        return tuple(told)

    def _read_one(self, part: Payload, arrival: Arrival) -> list[Told]:
        try:
            told = list(self.parse(part, arrival))
        except BadObservation as error:
            return [Quarantined.because(error, self.name, _bytes_of(part), arrival.content_type)]
        except Exception:
            log.exception("%s: the parser failed", self.name)
            return [self._refused(Message("events.parser_failed"), _bytes_of(part), arrival)]
        return told or [PassedOver(self.name, Message("events.nothing_told"))]

    def _refused(self, why: Message, payload: bytes, arrival: Arrival) -> Quarantined:
        reason = Message("events.refused", format=self.name, why=why)
        return Quarantined(self.name, reason, payload, arrival.content_type)


def _bytes_of(part: Payload) -> bytes:
    if isinstance(part, bytes):
        return part
    return json.dumps(part, ensure_ascii=True).encode()


def _messages(payload: bytes) -> Iterator[Payload]:
    """The messages of a JSON array or of lines of JSON objects; anything else is one message."""
    start = payload[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    several: list[Any] = []
    if start == b"[":
        several = _array(payload)
    elif start == b"{" and b"\n{" in payload:
        several = _lines(payload)
    if 0 < len(several) <= MOST_MESSAGES and all(isinstance(one, dict) for one in several):
        yield from several
    else:
        yield payload


def _array(payload: bytes) -> list[Any]:
    try:
        found = json.loads(payload)
    except (ValueError, RecursionError):
        return []
    return found if isinstance(found, list) else []


def _lines(payload: bytes) -> list[Any]:
    try:
        return [json.loads(line) for line in payload.splitlines() if line.strip()]
    except (ValueError, RecursionError):
        return []
