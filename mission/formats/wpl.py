"""QGC WPL 110, the text of mission planners (.waypoints, .txt), in and out. Holds no fence, no rally points, no speed.

Format: mavlink.io, "File formats"; empty lines and those that begin with # say nothing, as in Mission Planner. A line
an item: index, current, frame, command, four parameters, latitude, longitude, altitude, autocontinue. In ArduPilot's
use row 0 is home, in frame 0; other files begin with an item.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from mission.formats import losses
from mission.formats.document import (
    DO_JUMP,
    HAS_POSITION,
    Dump,
    PlanFile,
    jump_target,
    key_of,
    plain_frame,
    zero_for_nan,
)
from mission.parsing import bounded
from telemetry.errors import BadPlan
from telemetry.messages import Message
from telemetry.positions import Position
from telemetry.transfer.mission_items import AltitudeFrame, Command, MissionItem

HEADER = "QGC WPL 110"
FIELDS = ("index", "current", "frame", "command", "param1", "param2", "param3", "param4", "x", "y", "z", "autocontinue")


@dataclass(frozen=True)
class WaypointsSource:
    """The frames of a file as it wrote them, by item: whole-number frames are plain ones in a plan."""

    frames: tuple[tuple[MissionItem, int], ...]
    told: tuple[Message, ...] = ()


@dataclass(frozen=True)
class Row:
    """One line: its index, what it says, the frame as it wrote it, and what messages call it."""

    index: int
    item: MissionItem
    frame: int
    place: str


def read(content: bytes, name: str, height_m: float) -> PlanFile:
    """The plan in a WPL file; `height_m` is not needed, every row has its own. Raises BadPlan naming the line."""
    del height_m
    text = bounded.text_of(content, name)
    bounded.want_count(text.count("\n") + text.count("\r") - text.count("\r\n"), name, "lines")
    lines = [(number, line) for number, line in enumerate(text.splitlines(), start=1) if _says_something(line)]
    _want_header([line for _, line in lines], name)
    rows = [_row(line, f"{name}, line {number}") for number, line in lines[1:]]
    _want_order(rows)
    home: Position | None = None
    notes: tuple[Message, ...] = ()
    if rows and _is_home(rows[0].index, rows[0].item):
        home = _home(rows.pop(0).item)
        notes = (Message("plans.notes.row_0"),)
    items = _aimed(rows)
    frames = tuple((item, row.frame) for item, row in zip(items, rows, strict=True) if row.frame != item.frame)
    return PlanFile(bounded.stem(name), tuple(items), home, kept={"waypoints": WaypointsSource(frames)}, notes=notes)


def write(plan: PlanFile) -> Dump:
    """The plan as QGC WPL 110, with home as row 0 where the plan has one. Raises BadPlan for a jump to nowhere."""
    kept: WaypointsSource | None = plan.kept.get("waypoints")
    frames = {}
    if kept is not None:
        frames = {key_of(item): frame for item, frame in kept.frames}
    rows = [HEADER]
    first = 0
    if plan.home is not None:
        home = plan.home
        row = MissionItem(Command.WAYPOINT, AltitudeFrame.AMSL, lat=home.lat, lon=home.lon, alt_m=home.alt_m or 0.0)
        rows.append(_line(0, row, current=True))
        first = 1
    elif plan.items and _is_home(0, plan.items[0]):
        first = 1  # so that it is not taken for home
    for number, item in enumerate(plan.items, start=first):
        row = replace(item, frame=frames.get(key_of(item), item.frame))
        if item.command == DO_JUMP:
            row = replace(row, param1=jump_target(item, plan) + first)
        rows.append(_line(number, row, current=number == 0))
    return Dump(("\n".join(rows) + "\n").encode(), tuple(_lost(plan)))


def _says_something(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _want_header(lines: Sequence[str], name: str) -> None:
    words = []
    if lines:
        words = lines[0].split()
    if words[:2] == ["QGC", "WPL"]:
        if words[2:] != ["110"]:
            raise BadPlan(Message("plans.wpl.version", name=name, version=" ".join(words[2:])[:20] or "none"))
        return
    if len(words) == 2 and all(re.fullmatch(r"-?\d+(\.\d+)?", word) for word in words):
        raise BadPlan(Message("plans.wpl.fence_list", name=name))
    if words[:1] == ["RALLY"]:
        raise BadPlan(Message("plans.wpl.rally_list", name=name))
    raise BadPlan(Message("plans.wpl.no_header", name=name, header=HEADER))


def _row(line: str, place: str) -> Row:
    words = line.split()
    if len(words) != len(FIELDS):
        raise BadPlan(Message("plans.wpl.fields", place=place, found=len(words), wanted=len(FIELDS)))
    fields = dict(zip(FIELDS, words, strict=True))
    index, frame, command = (
        _whole(fields[key], most, f"{place}, {key}")
        for key, most in (("index", 1_000_000), ("frame", 21), ("command", 65535))
    )
    go_on = _whole(fields["autocontinue"], 255, f"{place}, autocontinue")
    p1, p2, p3, p4 = (_param(fields[f"param{n}"], f"{place}, param{n}") for n in range(1, 5))
    x, y, z = (bounded.number_in(fields[key], f"{place}, {key}") for key in "xyz")
    if command in HAS_POSITION:
        bounded.place_of(x, y, place)
        bounded.height_of(z, place)
    item = MissionItem(command, plain_frame(frame), p1, p2, p3, p4, lat=x, lon=y, alt_m=z, autocontinue=go_on != 0)
    return Row(index, item, frame, place)


def _whole(text: str, most: int, place: str) -> int:
    value = bounded.number_in(text, place)
    if value != int(value) or not 0 <= value <= most:
        raise BadPlan(Message("plans.wpl.no_whole_number", place=place, text=text[:20], most=most))
    return int(value)


def _param(text: str, place: str) -> float:
    """A parameter; QGroundControl wrote nan for "as the vehicle likes"."""
    if text.lower() == "nan":
        return math.nan
    return bounded.number_in(text, place)


def _is_home(index: int, item: MissionItem) -> bool:
    return index == 0 and item.command == Command.WAYPOINT and item.frame == AltitudeFrame.AMSL


def _home(item: MissionItem) -> Position | None:
    """None where row 0 only holds home's place in the list."""
    if item.lat == item.lon == 0:
        return None
    return Position(lat=item.lat, lon=item.lon, alt_m=item.alt_m)


def _want_order(rows: Sequence[Row]) -> None:
    for before, row in pairwise(rows):
        if row.index <= before.index:
            raise BadPlan(Message("plans.wpl.index", place=row.place, index=row.index, before=before.index))


def _aimed(rows: Sequence[Row]) -> list[MissionItem]:
    """The items, each jump aimed at a place in the list instead of at a row's index."""
    places = {row.index: place for place, row in enumerate(rows)}
    items = []
    for row in rows:
        item = row.item
        if item.command == DO_JUMP:
            if item.param1 not in places:
                raise BadPlan(Message("plans.wpl.jump", place=row.place, target=item.param1))
            item = replace(item, param1=float(places[int(item.param1)]))
        items.append(item)
    return items


def _line(index: int, item: MissionItem, *, current: bool) -> str:
    params = [_decimal(zero_for_nan(value)) for value in item.params]
    there = [f"{item.lat:.9f}", f"{item.lon:.9f}", f"{item.alt_m:.6f}"]
    words = [str(index), str(int(current)), str(int(item.frame)), str(int(item.command)), *params, *there]
    return "\t".join([*words, str(int(item.autocontinue))])


def _decimal(value: float) -> str:
    if value == int(value):
        return str(int(value))
    return repr(value)


def _lost(plan: PlanFile) -> list[Message]:
    lost = losses.beside_items(plan, "waypoints")
    free = sum(any(math.isnan(value) for value in item.params) for item in plan.items)
    if free:
        lost.append(Message("plans.lost.free_parameters", count=free))
    if plan.home is None and plan.items:
        lost.append(Message("plans.lost.no_home_row"))
    elif plan.home is not None and plan.home.alt_m is None:
        lost.append(Message("plans.lost.home_altitude"))
    return lost
