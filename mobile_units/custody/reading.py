"""Custody events out of JSON, one a line. Decides nothing about cameras.

The fields, with the other names that are understood; a line that can be meant in two ways is refused.

| field | other names | is |
|---|---|---|
| `at` | `time`, `timestamp` | ISO 8601 with a time zone |
| `camera` | `camera_id`, `unit`, `unit_id` | which body camera |
| `event` | | one of the thirteen; `hand-over` and `handover` are `hand_over` |
| `by` | `who`, `user` | who says it |
| `to` | `holder`, `inspector`, `issued_to` | `issue`: who carries it (`by` without one); `hand_over`: who takes it |
| `from` | `giver` | `hand_over`: who gives it (its holder without one) |
| `confirmed_by` | `confirmations`, `confirmed`, `both_confirmed` | `hand_over`: name, list, `true`; `by` counts |
| `battery` | `battery_percent`, `battery_pct` | percent; `0.4`, with a point, a fraction (`1` is 1 %) |
| `free_gib` | `free_bytes`, `free_gb`, `free_mib`, `free` | of storage; `free` < 4096 GiB, from 1 MiB bytes |
| `sha256` | `hash`, `sha256s`, `files` | 64 hexadecimal digits, or a list of such (of `files` their `sha256`) |
| `empty` | | `offload_done`: true where no footage was on it |
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from mobile_units.custody.values import GIB, CustodyEvent, CustodyEventKind
from telemetry.clock import as_utc
from telemetry.errors import BadInput
from telemetry.messages import Message

LONGEST_NAME = 200
LARGEST_LINE = 1_000_000
"""Characters."""
LARGEST_NUMBER = 1e15
_KINDS = {kind.value.replace("_", ""): kind for kind in CustodyEventKind}
_SHA256 = re.compile(r"[0-9a-f]{64}")
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*%")
_UNITS = {"free_gib": GIB, "free_bytes": 1, "free_gb": 10**9, "free_mib": 1024**2}
_LEAST_BYTES = 1024**2
_MOST_GIB = 4096


class BadCustodyLine(BadInput):
    """A line that is no custody event."""


def parse_line(line: str) -> dict[str, Any]:
    """The JSON object of a line. Raises BadCustodyLine."""
    if len(line) > LARGEST_LINE:
        raise BadCustodyLine(Message("custody.line_too_long", most=LARGEST_LINE))
    try:
        raw = json.loads(line)
    except (ValueError, RecursionError) as error:
        reason = str(error) or type(error).__name__
        raise BadCustodyLine(Message("custody.no_json", reason=reason)) from error
    if not isinstance(raw, dict):
        raise BadCustodyLine(Message("custody.no_object"))
    return raw


def read_event(raw: Mapping[str, Any]) -> CustodyEvent:
    """The event that `raw` says. Raises BadCustodyLine."""
    kind = _kind(raw)
    by = _name(raw, "by", "who", "user")
    to = _name(raw, "to", "holder", "inspector", "issued_to", needed=False)
    giver = _name(raw, "from", "giver", needed=False)
    if kind is CustodyEventKind.HAND_OVER and giver and not to:
        to = by
    return CustodyEvent(
        at=_moment(raw),
        camera=_name(raw, "camera", "camera_id", "unit", "unit_id"),
        kind=kind,
        by=by,
        to=to,
        giver=giver,
        confirmed_by=_confirmed(raw),
        both_confirmed=_both_confirmed(raw),
        battery=read_battery(raw),
        free_bytes=read_free_bytes(raw),
        sha256=_hashes(raw),
        is_empty=_empty(raw),
    )


def _given(raw: Mapping[str, Any], *names: str) -> tuple[str, Any]:
    """The first of `names` that has a value, and that value; `names[0]` and None where none has."""
    for name in names:
        if raw.get(name) is not None:
            return name, raw[name]
    return names[0], None


def _name(raw: Mapping[str, Any], *names: str, needed: bool = True) -> str:
    field, value = _given(raw, *names)
    if value is None:
        if needed:
            raise BadCustodyLine(Message("custody.field_missing", field=field))
        return ""
    return _checked_name(field, value)


def _checked_name(field: str, value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value.strip()) <= LONGEST_NAME or not value.isprintable():
        raise BadCustodyLine(Message("custody.not_a_name", field=field, most=LONGEST_NAME))
    return value.strip()


def _kind(raw: Mapping[str, Any]) -> CustodyEventKind:
    _, value = _given(raw, "event")
    if value is None:
        raise BadCustodyLine(Message("custody.field_missing", field="event"))
    found = None
    if isinstance(value, str):
        found = _KINDS.get(re.sub(r"[\s_-]", "", value).casefold())
    if found is None:
        known = [kind.value for kind in CustodyEventKind]
        raise BadCustodyLine(Message("custody.unknown_event", event=ascii(value)[:60], known=known))
    return found


def _moment(raw: Mapping[str, Any]) -> datetime:
    field, value = _given(raw, "at", "time", "timestamp")
    if value is None:
        raise BadCustodyLine(Message("custody.field_missing", field=field))
    try:
        if not isinstance(value, str):
            raise ValueError("not a text")
        return as_utc(datetime.fromisoformat(value.strip()))
    except ValueError as error:
        raise BadCustodyLine(Message("custody.not_a_time", field=field, text=ascii(value)[:60])) from error


def _confirmed(raw: Mapping[str, Any]) -> frozenset[str]:
    field, value = _given(raw, "confirmed_by", "confirmations", "confirmed", "both_confirmed")
    if value is None or isinstance(value, bool):
        return frozenset()
    names = value
    if isinstance(value, str):
        names = [value]
    if not isinstance(names, list):
        raise BadCustodyLine(Message("custody.not_names", field=field))
    return frozenset(_checked_name(field, name) for name in names)


def _both_confirmed(raw: Mapping[str, Any]) -> bool:
    return True in (raw.get("confirmed"), raw.get("both_confirmed"))


def _number(field: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= LARGEST_NUMBER:
        raise BadCustodyLine(Message("custody.not_a_number", field=field, value=ascii(value)[:40]))
    return value


def read_battery(raw: Mapping[str, Any]) -> float | None:
    """The charge that a line or a dock's status says, 0..1. Raises BadCustodyLine."""
    field, value = _given(raw, "battery", "battery_percent", "battery_pct")
    if value is None:
        return None
    percent = None
    if isinstance(value, str):
        percent = _PERCENT.fullmatch(value.strip())
    if percent is not None:
        share = float(percent[1]) / 100
    elif field == "battery" and isinstance(value, float) and value <= 1:
        share = _number(field, value)
    else:
        share = _number(field, value) / 100
    if share > 1:
        raise BadCustodyLine(Message("custody.not_a_charge", field=field, value=ascii(value)[:40]))
    return share


def read_free_bytes(raw: Mapping[str, Any]) -> int | None:
    """The free storage that a line or a dock's status says. Raises BadCustodyLine."""
    field, value = _given(raw, *_UNITS, "free")
    if value is None:
        return None
    number = _number(field, value)
    if field == "free":
        if _MOST_GIB <= number < _LEAST_BYTES:
            raise BadCustodyLine(Message("custody.unclear_free", value=ascii(value)[:40]))
        field = "free_bytes"
        if number < _MOST_GIB:
            field = "free_gib"
    return int(number * _UNITS[field])


def _hashes(raw: Mapping[str, Any]) -> tuple[str, ...]:
    field, value = _given(raw, "sha256", "sha256s", "hash", "files")
    if value is None:
        return ()
    listed: Sequence[Any] = value if isinstance(value, list) else [value]
    return tuple(_hash(field, one) for one in listed)


def _hash(field: str, value: object) -> str:
    if isinstance(value, Mapping):
        value = value.get("sha256")
    if not isinstance(value, str) or not _SHA256.fullmatch(value.strip().lower()):
        raise BadCustodyLine(Message("custody.not_a_hash", field=field, value=ascii(value)[:40]))
    return value.strip().lower()


def _empty(raw: Mapping[str, Any]) -> bool:
    value = raw.get("empty", False)
    if not isinstance(value, bool):
        raise BadCustodyLine(Message("custody.not_yes_or_no", field="empty"))
    return value
