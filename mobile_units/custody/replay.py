"""What a file of custody events leads to: each camera's state, and what was refused. Pure: lines in, values out.

Events count in the order of their times, whatever their order in the file; of equal times the earlier line first.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from mobile_units.custody.reading import BadCustodyLine, parse_line, read_event
from mobile_units.custody.transitions import apply
from mobile_units.custody.values import CameraCustody, CustodyEvent
from telemetry.clock import iso_or_none
from telemetry.errors import CustodyRefused
from telemetry.messages import Message

REFUSED = "refused"
"""Beside the cameras in what is written, so no camera is called so."""
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class RefusedLine:
    """A line that changed nothing."""

    line: int
    """From 1."""
    event: str | None
    """What it calls its event; None where it has none."""
    reason: Message

    def public(self) -> dict[str, Any]:
        """JSON-ready."""
        return {"line": self.line, "event": self.event, "reason": self.reason.text(), "code": self.reason.code}


@dataclass
class CustodyReplay:
    """What the events led to."""

    cameras: dict[str, CameraCustody] = field(default_factory=dict)
    refused: list[RefusedLine] = field(default_factory=list)
    """By line."""
    taken: int = 0
    """Events that were not refused."""

    def public(self) -> dict[str, Any]:
        """JSON-ready: every camera by its name, and what was refused."""
        shown: dict[str, Any] = {name: public(camera) for name, camera in sorted(self.cameras.items())}
        shown[REFUSED] = [one.public() for one in self.refused]
        return shown


def replay(lines: Iterable[bytes]) -> CustodyReplay:
    """What the lines of a file, UTF-8 and with or without a byte order mark, lead to; empty ones are passed over."""
    done = CustodyReplay()
    events = list(_readable(lines, done))
    for number, event in sorted(events, key=lambda one: one[1].at):
        done.cameras.setdefault(event.camera, CameraCustody())
        try:
            done.cameras = apply(done.cameras, event)
            done.taken += 1
        except CustodyRefused as error:
            done.refused.append(RefusedLine(number, event.kind.value, error.told))
    done.refused.sort(key=lambda one: one.line)
    return done


def _readable(lines: Iterable[bytes], done: CustodyReplay) -> Iterator[tuple[int, CustodyEvent]]:
    """The events with their lines; those that are none are noted in `done`."""
    for number, content in enumerate(lines, 1):
        name = None
        try:
            text = _text(content.removeprefix(_BYTE_ORDER_MARK)).strip()
            if text:
                raw = parse_line(text)
                name = _event_name(raw)
                event = read_event(raw)
                if event.camera == REFUSED:
                    raise BadCustodyLine(Message("custody.not_that_name", camera=REFUSED))
                yield number, event
        except BadCustodyLine as error:
            done.refused.append(RefusedLine(number, name, error.told))


def public(camera: CameraCustody) -> dict[str, Any]:
    """The camera as JSON has it."""
    return {
        "state": camera.state.value,
        "holder": camera.holder,
        "since": iso_or_none(camera.since),
        "footage": [{"sha256": file.sha256, "verified": file.verified} for file in camera.footage],
    }


def _text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise BadCustodyLine(Message("custody.no_utf8", byte=error.start)) from error


def _event_name(raw: dict[str, Any]) -> str | None:
    name = raw.get("event")
    if isinstance(name, str) and name.isprintable():
        return name[:60]
    return None
