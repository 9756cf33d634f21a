"""The entries of a .plan file's mission: simple items, and patterns that carry theirs stored. In `params` null is NaN.

An entry is kept with the items it stood for, so that what was not changed is written back as it was.
"""

import copy
import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from mission.formats.document import (
    DO_JUMP,
    HAS_POSITION,
    NEEDS_POSITION,
    Entry,
    PlanFile,
    jump_target,
    key_of,
    none_for_nan,
    object_in,
    plain_frame,
    same_items,
    zero_for_nan,
)
from mission.formats.qgc.expansion import VERSIONS, expanded
from mission.parsing import bounded
from telemetry.errors import BadPlan
from telemetry.messages import Message
from telemetry.transfer.mission_items import AltitudeFrame, MissionItem

KNOWN_KEYS = {
    "type", "command", "frame", "params", "doJumpId", "autoContinue", "AMSLAltAboveTerrain", "Altitude", "AltitudeMode",
    "coordinate", "MISSION_ITEM_ID",
}  # fmt: skip

TERRAIN_FRAME = 10
"""MAV_FRAME_GLOBAL_TERRAIN_ALT."""
MIXED_HEIGHTS = 0
"""The mode of a whole plan whose items differ."""
ALTITUDE_MODES: dict[int, int] = {AltitudeFrame.RELATIVE: 1, AltitudeFrame.AMSL: 2, TERRAIN_FRAME: 4}
"""QGroundControl's AltitudeMode for each frame (QmlControls/QGroundControlQmlGlobal.h: AltMode). An item without one
is read as above home in the relative frame and as above the sea in every other, the terrain frame too; 3 stands for a
height above the sea that QGroundControl has worked out from its own terrain."""


def read_entries(value: object, place: str) -> tuple[tuple[Entry, ...], tuple[Message, ...]]:
    """Every entry with its items, and notes on patterns that had to be expanded. Raises BadPlan."""
    if not isinstance(value, list):
        raise BadPlan(f"{place}: not a list")
    bounded.want_count(len(value), place)
    entries = []
    notes = []
    count = 0
    for number, document in enumerate(value):
        here = f"{place}[{number}]"
        items, note = _read_entry(document, here)
        count += len(items)
        bounded.want_count(count, place)
        entries.append(Entry(document, tuple(items)))
        if note is not None:
            notes.append(Message("plans.notes.at", place=here, note=note))
    return _aimed(entries, place), tuple(notes)


def write_entries(plan: PlanFile, kept: Sequence[Entry]) -> list[dict[str, Any]]:
    """mission.items of a plan: entries that still stand for the same items as they were, all others afresh."""
    items = plan.items
    if kept and same_items([item for entry in kept for item in entry.items], items):
        return [copy.deepcopy(entry.document) for entry in kept]
    known: dict[object, list[Entry]] = defaultdict(list)
    for entry in kept:
        if entry.items:
            known[key_of(entry.items[0])].append(entry)
    written: list[dict[str, Any]] = []
    at = 0
    while at < len(items):
        candidates = known[key_of(items[at])]
        same = next((entry for entry in candidates if same_items(entry.items, items[at : at + len(entry.items)])), None)
        if same is None:
            written.append(_write_simple(items[at]))
            span = 1
        else:
            candidates.remove(same)
            written.append(copy.deepcopy(same.document))
            span = len(same.items)
        _number(written[-1], at, span, plan)
        at += span
    return written


def altitude_mode_of(plan: PlanFile) -> int:
    """QGroundControl's altitude mode of a whole plan: the one that all its places share, else mixed."""
    modes = {ALTITUDE_MODES.get(item.frame, MIXED_HEIGHTS) for item in plan.items if item.command in HAS_POSITION}
    if not modes:
        return ALTITUDE_MODES[AltitudeFrame.RELATIVE]
    if len(modes) > 1:
        return MIXED_HEIGHTS
    return modes.pop()


def told_entries(entries: Sequence[Entry]) -> list[Message]:
    """What of the entries only a .plan file can hold."""
    patterns = Counter(e.document["complexItemType"] for e in entries if e.document["type"] == "ComplexItem")
    told = [Message("plans.lost.pattern", count=count, kind=kind) for kind, count in patterns.items()]
    extra = sorted({key for e in entries if e.document["type"] == "SimpleItem" for key in set(e.document) - KNOWN_KEYS})
    if extra:
        told.append(Message("plans.lost.item_keys", keys=", ".join(extra)[:120]))
    return told


def _read_entry(document: object, place: str) -> tuple[list[MissionItem], Message | None]:
    if not isinstance(document, dict):
        raise BadPlan(Message("plans.no_object", place=place))
    if document.get("type") == "ComplexItem":
        return _read_complex(document, place)
    if document.get("type") != "SimpleItem":
        raise BadPlan(Message("plans.qgc.item_type", place=place, type=str(document.get("type"))[:40]))
    return [_read_simple(document, place)], None


def _read_complex(document: dict[str, Any], place: str) -> tuple[list[MissionItem], Message | None]:
    kind = str(document.get("complexItemType"))[:40]
    if kind not in VERSIONS:
        raise BadPlan(Message("plans.qgc.pattern_unknown", place=place, kind=kind, known=list(VERSIONS)))
    version = document.get("version")
    if isinstance(version, bool) or version not in VERSIONS[kind]:
        raise BadPlan(Message("plans.qgc.pattern_version", place=place, kind=kind, version=str(version)[:20]))
    stored = object_in(document, "TransectStyleComplexItem").get("Items")
    if stored is not None and not isinstance(stored, list):
        raise BadPlan(Message("plans.qgc.items", place=place))
    if not stored:
        items = expanded(document, place)
        return items, Message("plans.notes.computed", kind=kind, count=len(items))
    inner = f"{place}.TransectStyleComplexItem.Items"
    bounded.want_count(len(stored), inner)
    return [item for n, part in enumerate(stored) for item in _read_entry(part, f"{inner}[{n}]")[0]], None


def _read_simple(document: dict[str, Any], place: str) -> MissionItem:
    command, frame = (
        bounded.whole_of(document.get(key), most, f"{place}.{key}") for key, most in (("command", 65535), ("frame", 21))
    )
    params = document.get("params")
    if isinstance(params, list) and len(params) == 4 and isinstance(document.get("coordinate"), list):
        params = params + document["coordinate"]  # as QGroundControl wrote it before 3.1
    if not isinstance(params, list) or len(params) != 7:
        raise BadPlan(Message("plans.qgc.params", place=place))
    p1, p2, p3, p4, *there = [bounded.number_or_nan(value, f"{place}.params[{n}]") for n, value in enumerate(params)]
    if command in NEEDS_POSITION and any(math.isnan(value) for value in there):
        raise BadPlan(Message("plans.qgc.command_place", place=place, command=command))
    x, y, z = (zero_for_nan(value) for value in there)
    if command in HAS_POSITION:
        bounded.place_of(x, y, place)
        bounded.height_of(z, place)
    go_on = document.get("autoContinue") is not False
    return MissionItem(command, plain_frame(frame), p1, p2, p3, p4, lat=x, lon=y, alt_m=z, autocontinue=go_on)


def _aimed(entries: list[Entry], place: str) -> tuple[Entry, ...]:
    """The entries, each jump aimed at a place in the list instead of at a doJumpId, as QGroundControl finds it."""
    targets: dict[float, int] = {}
    at = 0
    for entry in entries:
        if entry.document["type"] == "SimpleItem":
            number = entry.document.get("doJumpId")
            if isinstance(number, int | float):
                targets.setdefault(number, at)
        at += len(entry.items)

    def aim(item: MissionItem) -> MissionItem:
        if item.command != DO_JUMP:
            return item
        if item.param1 not in targets:
            raise BadPlan(Message("plans.qgc.jump", place=place, target=item.param1))
        return replace(item, param1=float(targets[item.param1]))

    return tuple(replace(entry, items=tuple(map(aim, entry.items))) for entry in entries)


def _write_simple(item: MissionItem) -> dict[str, Any]:
    params = [none_for_nan(value) for value in item.params]
    written: dict[str, Any] = {
        "type": "SimpleItem",
        "autoContinue": item.autocontinue,
        "command": int(item.command),
        "doJumpId": 0,
        "frame": int(item.frame),
        "params": [*params, item.lat, item.lon, item.alt_m],
    }
    if item.frame in ALTITUDE_MODES and item.command in HAS_POSITION:
        mode = ALTITUDE_MODES[item.frame]
        written |= {"AMSLAltAboveTerrain": None, "Altitude": item.alt_m, "AltitudeMode": mode}
    return written


def _number(document: dict[str, Any], at: int, span: int, plan: PlanFile) -> None:
    """Give an entry's items the doJumpIds that follow from their place in the whole."""
    inner = [document]
    if document["type"] != "SimpleItem":
        inner = object_in(document, "TransectStyleComplexItem").get("Items") or []
    for number, part in enumerate(inner[:span], start=at):
        part["doJumpId"] = number + 1
        if plan.items[number].command == DO_JUMP:
            part["params"][0] = jump_target(plan.items[number], plan) + 1


def patterns_in(entries: Sequence[Entry]) -> list[tuple[int, int, dict[str, Any]]]:
    """Of each pattern: the place of its first item in the plan, from 0, how many it has, and its document."""
    found = []
    at = 0
    for entry in entries:
        if entry.document["type"] == "ComplexItem":
            found.append((at, len(entry.items), entry.document))
        at += len(entry.items)
    return found


def document_items(items: Sequence[MissionItem]) -> list[dict[str, Any]]:
    """Items as a pattern stores them."""
    return [_write_simple(item) for item in items]
