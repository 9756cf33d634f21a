"""With which offsets of its sources' clocks an incident was worked out, as its timeline says. Learns none."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlmodel import Session, col, select

from incidents.timeline.tables import EntryKind, TimelineRow
from telemetry.messages import Message

Clocks = Mapping[str, float]
"""How many seconds the clock of each device was taken to be ahead, by kind and id of the source."""


def clocks(entries: Iterable[TimelineRow]) -> dict[str, float]:
    """The offsets that hold for one timeline, whose `entries` are in the order they were written."""
    found: dict[str, float] = {}
    for entry in entries:
        if entry.kind == EntryKind.CLOCK and entry.message is not None:
            found |= _read(entry.message)
    return found


def clocks_of(session: Session, incident_ids: Sequence[str]) -> dict[str, dict[str, float]]:
    """The same of several incidents; those without any are left out."""
    query = select(TimelineRow.incident_id, TimelineRow.message).where(
        col(TimelineRow.incident_id).in_(incident_ids), TimelineRow.kind == EntryKind.CLOCK
    )
    found: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for incident, message in session.exec(query.order_by(col(TimelineRow.seq))):
        if message is not None:
            found[incident] |= _read(message)
    return dict(found)


def clock_message(device: str, ahead_s: float) -> Message:
    """What a timeline says of a clock that is taken to be `ahead_s` seconds ahead, negative: behind."""
    source = device.partition(" ")[2]
    if ahead_s == 0:
        code = "timeline.clock_right"
    elif ahead_s > 0:
        code = "timeline.clock_ahead"
    else:
        code = "timeline.clock_behind"
    return Message(code, source=source, off_s=abs(ahead_s), device=device, ahead_s=ahead_s)


def _read(message: Mapping[str, Any]) -> dict[str, float]:
    params = message["params"]
    return {str(params["device"]): float(params["ahead_s"])}
