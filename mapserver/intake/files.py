"""Files of devices' messages as observations, positions and what could not be read. Reads no database.

Whatever order files and messages come in, and however often, the result is the same: an event is once in it, with all
that was told of it.
"""

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import AwareDatetime, Base64Bytes, BaseModel, ConfigDict, ValidationError

from incidents.merging import events_of
from mapserver.intake.camera_map import CameraMap, clock_corrected
from mapserver.intake.dialects import DIALECTS, recognised
from mapserver.intake.flow import DeviceMessage
from telemetry.clock import iso
from telemetry.dialects.dialect import Dialect
from telemetry.dialects.values import (
    DEVICE_TIME,
    TIME_NOTE,
    TIME_OF_ARRIVAL,
    Arrival,
    DeviceEvent,
    DeviceHeartbeat,
    PassedOver,
    PositionReport,
    Quarantined,
    Told,
)
from telemetry.errors import BadInput
from telemetry.messages import Message
from telemetry.observations import Observation
from telemetry.validation import explain
from vision.events.observations import reason_to_drop, to_observation

UNKNOWN = "auto"
"""The dialect of what looks like none."""


@dataclass(frozen=True)
class HeldBack:
    """One thing that could not be used, with the file that it stood in."""

    file: str
    dialect: str
    reason: Message
    payload: bytes = field(repr=False)
    content_type: str = ""

    def to_json(self, received_at: str) -> dict[str, Any]:
        """As one line of a quarantine file; `payload` in base64."""
        return {
            "file": self.file,
            "dialect": self.dialect,
            "received_at": received_at,
            "content_type": self.content_type,
            "reason": str(self.reason),
            "reason_message": self.reason.to_json(),
            "payload": base64.b64encode(self.payload).decode(),
        }


@dataclass
class FileReading:
    """What all files together tell."""

    files: int = 0
    heartbeats: int = 0
    passed_over: list[Message] = field(default_factory=list)
    positions: list[PositionReport] = field(default_factory=list)
    held_back: list[HeldBack] = field(default_factory=list)
    _events: list[tuple[str, DeviceEvent, bytes]] = field(default_factory=list)

    def add(self, file: str, payload: bytes, arrival: Arrival, dialect: Dialect | None) -> None:
        """Read one file in `dialect`, or in the one that it looks like."""
        self.files += 1
        if dialect is None and not payload.strip():
            self.passed_over.append(Message("events.empty"))
            return
        known = dialect or recognised(payload)
        if known is None:
            reason = Message("events.no_dialect", formats=sorted(DIALECTS))
            self.held_back.append(HeldBack(file, UNKNOWN, reason, payload, arrival.content_type))
            return
        for told in known.read(payload, arrival):
            self._take(file, told, payload)

    def _take(self, file: str, told: Told, payload: bytes) -> None:
        match told:
            case DeviceHeartbeat():
                self.heartbeats += 1
            case PassedOver():
                self.passed_over.append(told.reason)
            case PositionReport():
                self.positions.append(told)
            case Quarantined():
                self.held_back.append(HeldBack(file, told.format, told.reason, told.payload, told.content_type))
            case DeviceEvent():
                self._events.append((file, told, payload))

    def observations(self, cameras: CameraMap, arrival: Arrival) -> list[Observation]:
        """The events, each once and with all that was told of it, by their time. What is of no known camera is held
        back; mere changes that no camera's map names are passed over."""
        named = _named([event for _, event, _ in self._events])
        found: list[Observation] = []
        for (file, _, payload), event in zip(self._events, named, strict=True):
            try:
                seen = self._observation(event, cameras, arrival)
            except BadInput as error:
                self.held_back.append(HeldBack(file, event.format, error.told, payload, arrival.content_type))
                continue
            if seen is not None:
                found.append(seen)
        return sorted(events_of(found).events, key=lambda one: (one.started_at, one.id))

    def _observation(self, event: DeviceEvent, cameras: CameraMap, arrival: Arrival) -> Observation | None:
        camera, ahead_s = cameras.of(event)
        dropped = None if event.refused else reason_to_drop(event, camera)
        if dropped is not None:
            self.passed_over.append(dropped)
            return None
        return to_observation(clock_corrected(event, ahead_s), camera, arrival.received_at)

    def position_lines(self, arrival: Arrival) -> list[dict[str, Any]]:
        """The positions by their time, each once, as lines that `merge` passes over."""
        ordered = sorted(self.positions, key=lambda one: (one.at, one.format, one.device))
        lines = [_position_line(one, arrival) for one in ordered]
        return [line for number, line in enumerate(lines) if line not in lines[max(0, number - 50) : number]]

    def quarantine_lines(self, arrival: Arrival) -> list[dict[str, Any]]:
        """What was held back, each once."""
        received_at = iso(arrival.received_at)
        once = {(one.dialect, one.payload, str(one.reason)): one for one in reversed(self.held_back)}
        return [one.to_json(received_at) for one in reversed(once.values())]


def read_quarantine_file(path: Path) -> list[tuple[DeviceMessage, datetime]]:
    """The messages of a quarantine file that name a dialect, each with when it came. Raises BadInput naming the
    line."""
    found = []
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(Message("files.unreadable", name=path, reason=str(error))) from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            said = QuarantineLine.model_validate_json(line)
        except ValidationError as error:
            raise BadInput(Message("files.line_no_json", name=path, line=number, reason=explain(error))) from error
        message = DeviceMessage(said.dialect, said.payload, said.content_type)
        if said.dialect != UNKNOWN:
            found.append((message, said.received_at))
    return found


class QuarantineLine(BaseModel):
    """One line of a quarantine file."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    dialect: str
    received_at: AwareDatetime
    content_type: str = ""
    payload: Base64Bytes


def _named(events: Sequence[DeviceEvent]) -> list[DeviceEvent]:
    """Events that do not say their camera with that of another message about the same event, and its beginning."""
    known = _first_of(event for event in events if event.device)
    return [_with_device(event, known) for event in events]


def _first_of(events: Iterable[DeviceEvent]) -> Mapping[tuple[str, str], DeviceEvent]:
    found: dict[tuple[str, str], DeviceEvent] = {}
    for event in events:
        key = (event.format, event.ref)
        if key not in found or event.started_at < found[key].started_at:
            found[key] = event
    return found


def _with_device(event: DeviceEvent, known: Mapping[tuple[str, str], DeviceEvent]) -> DeviceEvent:
    if event.device:
        return event
    named = known.get((event.format, event.ref))
    if named is None:
        return replace(event, device=event.format)
    attributes = {key: value for key, value in event.attributes.items() if key not in (TIME_NOTE, DEVICE_TIME)}
    started = event.started_at
    if event.ended_at is None and event.attributes.get(TIME_NOTE) == TIME_OF_ARRIVAL:
        started = named.started_at
    return replace(
        event,
        device=named.device,
        also_called=named.also_called,
        started_at=started,
        attributes=attributes,
        rule=event.rule or named.rule,
        is_bare=event.is_bare or named.is_bare,
    )


def _position_line(one: PositionReport, arrival: Arrival) -> dict[str, Any]:
    position = {"lat": one.lat, "lon": one.lon, "accuracy_m": one.accuracy_m}
    if one.alt_m is not None:
        position["alt_m"] = one.alt_m
    return {
        "kind": "position",
        "dialect": one.format,
        "device": one.device,
        "at": iso(one.at),
        "received_at": iso(arrival.received_at),
        "position": position,
        "speed_mps": one.speed_mps,
        "course_deg": one.course_deg,
        "battery": one.battery,
        "coarse": one.is_coarse,
        "attributes": dict(one.attributes),
    }
