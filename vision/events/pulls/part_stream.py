"""The parts of a multipart body that never ends, as its bytes come. Opens nothing.

RFC 2046, 5.1, as cameras write it: boundaries named with and without their dashes, parts without a length or with a
wrong one, text between parts.
"""

import re
from dataclasses import dataclass

from telemetry.errors import BadObservation
from telemetry.messages import Message

LARGEST_PART = 16_000_000
"""Bytes: an event with its pictures."""
LARGEST_HEAD = 16_000
BLANK_LINE = re.compile(rb"\r?\n\r?\n")
LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,9})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
KIND = re.compile(rb"^content-type:[ \t]*([^\r\n]{1,200})", re.IGNORECASE | re.MULTILINE)
END_OF_ALERT = re.compile(rb"</(?:\w+:)?EventNotificationAlert\s*>")
"""Ends a part that has no length and whose next boundary may be many seconds away."""
PICTURES = ("image/", "video/", "application/octet-stream")
"""Kinds of parts that are no text: their length is right, and what is in them may look like anything."""
BLANKS = b" \t\r\n"


@dataclass(frozen=True)
class Part:
    """One part of the body."""

    content_type: str
    body: bytes


class PartStream:
    """Takes the bytes of one body."""

    def __init__(self, boundary: str) -> None:
        """`boundary` as the Content-Type of the answer names it."""
        name = re.escape(boundary.strip('" ').lstrip("-").encode())
        self._boundary = re.compile(rb"(?:^|\r?\n)--+" + name + rb"(?:--)?[ \t]*\r?\n")
        self._waiting = b""
        self._head: bytes | None = None
        """Of the part whose body is being awaited; None between parts."""

    def feed(self, data: bytes) -> list[Part]:
        """The parts that are whole by now. Raises BadObservation when one grows beyond what any event needs."""
        self._waiting += data
        found: list[Part] = []
        while (part := self._next()) is not None:
            if part.body.strip(BLANKS):
                found.append(part)
        if len(self._waiting) > LARGEST_PART:
            raise BadObservation(Message("events.message_too_large", size=len(self._waiting), most=LARGEST_PART))
        return found

    def _next(self) -> Part | None:
        """The next stretch of the body that is whole; one without a head stood between two parts."""
        if self._head is None:
            return self._between()
        return self._body(self._head)

    def _between(self) -> Part | None:
        boundary = self._boundary.search(self._waiting)
        if boundary is None:
            return None
        end_of_head = BLANK_LINE.search(self._waiting, max(boundary.start(), boundary.end() - 2))
        if end_of_head is None:
            return None
        stray = Part("", self._waiting[: boundary.start()])
        self._head = self._waiting[boundary.end() : end_of_head.start()]
        self._waiting = self._waiting[end_of_head.end() :]
        return stray

    def _body(self, head: bytes) -> Part | None:
        said = KIND.search(head)
        kind = "" if said is None else said[1].decode("latin-1").strip()
        length = LENGTH.search(head)
        if length is None:
            end = self._end_of_text(None)
        elif kind.startswith(PICTURES):
            end = int(length[1])
        else:
            end = self._end_of_text(int(length[1]))
        if end > LARGEST_PART:
            raise BadObservation(Message("events.message_too_large", size=end, most=LARGEST_PART))
        if end < 0 or len(self._waiting) < end:
            return None
        part = Part(kind, self._waiting[:end])
        self._waiting = self._waiting[end:]
        self._head = None
        return part

    def _end_of_text(self, length: int | None) -> int:
        """Where the body ends that is being awaited; -1 while that cannot be known.

        Cameras count wrongly: a length is believed where a boundary follows, or nothing yet and the text looks whole.
        """
        boundary = self._boundary.search(self._waiting)
        alert = END_OF_ALERT.search(self._waiting)
        ends = [boundary.start()] if boundary is not None else []
        if alert is not None:
            ends.append(alert.end())
        if length is not None and not ends and self._looks_whole(length):
            ends.append(length)
        return min(ends, default=-1)

    def _looks_whole(self, length: int) -> bool:
        text = self._waiting[:length]
        return len(text) == length and text.count(b"{") == text.count(b"}") and not self._waiting[length:].strip(BLANKS)
