"""Single fields out of devices' messages, forgivingly: a field of the wrong kind is a field that is not there.

For dialects whose firmware versions differ; those with a settled shape are read by `message_reading.read_shape`.
"""

import hashlib
import math
from datetime import datetime
from typing import Any

from telemetry.dialects.message_reading import refuse
from telemetry.dialects.values import PLATE_READ, Arrival
from telemetry.messages import Message
from telemetry.observations.contradictions import BEGAN_S, NAMES_RESTART
from telemetry.observations.growing import PHASE

LONGEST_REF = 150


def text_of(raw: object, *path: str) -> str:
    """The text or whole number down `path`, without control characters, at most 200 characters; empty for none."""
    found = value_of(raw, *path)
    if isinstance(found, bool) or not isinstance(found, str | int):
        return ""
    if isinstance(found, int):
        found = str(found) if abs(found) < 10**30 else ""
    return clean(found)


def clean(text: str) -> str:
    """`text` as a name may be: no control characters and no half characters, at most 200."""
    kept = "".join(c if c.isprintable() else " " for c in text[:400])
    return " ".join(kept.encode("utf-8", "replace").decode("utf-8").split())[:200]


def number_of(raw: object, *path: str) -> float | None:
    """The finite number down `path`, also one written as text."""
    found = value_of(raw, *path)
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        return None
    try:
        number = float(found[:40] if isinstance(found, str) else found)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def object_of(raw: object, *path: str) -> dict[str, Any]:
    """The JSON object down `path`; an empty one for none."""
    found = value_of(raw, *path)
    return found if isinstance(found, dict) else {}


def list_of(raw: object, *path: str) -> list[Any]:
    """The JSON array down `path`; an empty one for none."""
    found = value_of(raw, *path)
    return found if isinstance(found, list) else []


def value_of(raw: object, *path: str) -> Any:
    """Whatever stands down `path`."""
    for key in path:
        if not isinstance(raw, dict):
            return None
        raw = raw.get(key)
    return raw


def numbers_of(raw: object, *path: str, most: int = 8) -> list[float]:
    """The numbers of a short array; empty when anything else is in it."""
    found = list_of(raw, *path)[:most]
    numbers = [number_of({"": one}, "") for one in found]
    return [number for number in numbers if number is not None] if None not in numbers else []


def fraction(value: float | None, *, of: float = 1.0) -> float:
    """A confidence on a scale from 0 to `of` as 0..1. One that was not told is 1: the device decided, without doubt."""
    if value is None:
        return 1.0
    return round(min(max(value / of, 0.0), 1.0), 6)


def needed(name: str, field: str, value: str) -> str:
    """`value` when there is one. Raises BadObservation naming the field."""
    if not value:
        refuse(name, Message("events.field_missing", field=field))
    return value


def ref_of(*parts: object) -> str:
    """The name of an event out of what stays the same in all its messages; short enough to be kept."""
    said = clean("|".join(str(part) for part in parts if part not in (None, "")))
    if len(said) <= LONGEST_REF:
        return said
    return f"{said[:100]}|{hashlib.sha256(said.encode()).hexdigest()[:24]}"


def digest_of(*parts: object) -> str:
    """A name for an event to which its device gives none. Not to be made of a plate, which could be guessed from it."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:24]


def device_of(arrival: Arrival, said: str, *, name: str, channel: str = "") -> str:
    """The camera: as whoever handed in calls it, else as the message does, else the dialect; with the channel of a
    device that has several."""
    device = arrival.sender or said or name
    if channel and channel not in ("0", "1"):
        return clean(f"{device}/{channel}")
    return clean(device) or name


def seconds_of(raw: object, *path: str) -> float | None:
    """Seconds out of a field that counts milliseconds."""
    return scaled(number_of(raw, *path), 0.001)


def scaled(value: float | None, by: float) -> float | None:
    """`value` in another unit; none stays none."""
    if value is None:
        return None
    return round(value * by, 6)


def known(value: float | None, *, most: float = math.inf) -> float | None:
    """`value` from 0 to `most`; devices write -1 for what they do not know."""
    if value is None or not 0 <= value <= most:
        return None
    return value


def what_of(plate: str | None, label: str = "vehicle", category: str | None = "vehicle_seen") -> tuple[str, str | None]:
    """Label and category of a plate that was read; else those given."""
    if plate:
        return "license_plate", PLATE_READ
    return label, category


def phases(at: datetime, *, begins: bool, ends: bool) -> dict[str, Any]:
    """What an event says of its life when its device uses the same name again: which part it is, and when it began."""
    said: dict[str, Any] = {NAMES_RESTART: True, PHASE: "update"}
    if ends:
        said[PHASE] = "end"
    elif begins:
        said |= {PHASE: "new", BEGAN_S: at.timestamp()}
    return said


def if_so(condition: bool, at: datetime) -> datetime | None:
    """A time that counts only on a condition: that something ended then."""
    if condition:
        return at
    return None
