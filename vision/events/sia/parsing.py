"""Frames of alarm panels as events: alarms and their restoring find each other by account, code and zone.

Traps: times that are local though the standard says UTC, no time at all, `"NULL"` that only keeps the line open,
addresses of pictures (`[V...]`), which are never fetched. Encrypted frames are quarantined.
"""

import itertools
from datetime import UTC, datetime

from telemetry.dialects.dialect import Payload
from telemetry.dialects.fields import clean, device_of, if_so, phases, ref_of
from telemetry.dialects.message_reading import given, refuse, refuse_kind
from telemetry.dialects.times import DeviceTime, at_arrival, unshifted
from telemetry.dialects.values import Arrival, DeviceEvent, DeviceHeartbeat, PassedOver, Quarantined, Told
from telemetry.errors import BadObservation
from telemetry.messages import Message
from vision.events.sia.codes import PanelEvent, contact_id, sia_event
from vision.events.sia.frames import FRAME, SiaFrame, frame_in, lines_in

NAME = "sia_dc09"
MOST_LINES = 2_000
KEEP_ALIVE = "NULL"
EVENTS = {"ADM-CID": contact_id, "SIA-DCS": sia_event}


def recognises(head: bytes) -> bool:
    """Whether a frame stands in it."""
    return FRAME.search(head[:2_000]) is not None


def parse(payload: Payload, arrival: Arrival) -> list[Told]:
    """What each line of `payload` tells; one that cannot be read is quarantined beside the others.

    Raises BadObservation when none is a frame, and for more than MOST_LINES."""
    lines: list[bytes] = []
    if isinstance(payload, bytes):
        lines = list(itertools.islice(lines_in(payload), MOST_LINES + 1))
    if len(lines) > MOST_LINES:
        refuse(NAME, Message("events.too_many_events", most=MOST_LINES))
    frames = [frame_in(line) for line in lines]
    if not any(frames):
        refuse(NAME, Message("events.no_frame"))
    return [_told(line, frame, arrival) for line, frame in zip(lines, frames, strict=True)]


def _told(line: bytes, frame: SiaFrame | None, arrival: Arrival) -> Told:
    try:
        if frame is None:
            refuse(NAME, Message("events.no_frame"))
        return _read(frame, arrival)
    except BadObservation as error:
        return Quarantined.because(error, NAME, line, "text/plain")


def _read(frame: SiaFrame, arrival: Arrival) -> Told:
    if frame.id.startswith("*"):
        refuse(NAME, Message("events.encrypted"))
    if not frame.is_whole:
        refuse(NAME, Message("events.cut_off"))
    device = device_of(arrival, frame.account, name=NAME)
    when = _time(frame, arrival)
    if frame.id == KEEP_ALIVE:
        return DeviceHeartbeat(NAME, device, when.at)
    told = EVENTS.get(frame.id, sia_event)(frame.data)
    if told is None:
        refuse_kind(NAME, clean(f"{frame.id} {frame.data[:40]}"))
    if told.is_test:
        return DeviceHeartbeat(NAME, device, when.at)
    if told.category is None:
        return PassedOver(NAME, Message("events.device_state", topic=told.code))
    return _event(frame, told, device, when)


def _event(frame: SiaFrame, told: PanelEvent, device: str, when: DeviceTime) -> DeviceEvent:
    return DeviceEvent(
        format=NAME,
        device=device,
        ref=ref_of(frame.account, told.code, told.zone),
        label=told.label,
        category=told.category,
        started_at=when.at,
        ended_at=if_so(told.is_restored, when.at),
        confidence=1.0,
        attributes=phases(when.at, begins=True, ends=told.is_restored)
        | given(code=told.code, zone=told.zone, sequence=frame.sequence, is_checked=frame.is_checked)
        | when.attributes,
        also_called=tuple(filter(None, [frame.account])),
        rule=told.code,
    )


def _time(frame: SiaFrame, arrival: Arrival) -> DeviceTime:
    """UTC by the standard; the town's where the arrival shows that the panel writes that."""
    if frame.time is None:
        return at_arrival(arrival)
    try:
        moment = datetime(*frame.time, tzinfo=UTC)
    except ValueError:
        return at_arrival(arrival, "-".join(str(part) for part in frame.time))
    return unshifted(moment, arrival, moment.isoformat())
