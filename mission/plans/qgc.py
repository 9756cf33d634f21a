"""QGroundControl .plan files, in and out: simple items, and the items a survey or corridor carries stored.

Format: dev.qgroundcontrol.com, "Plan file format". Expands nothing that carries no items (it says so instead), and
reads neither geofence nor rally points. In `params` null means NaN.
"""

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from mission.routes.route import Route
from telemetry.errors import BadPlan
from telemetry.positions import Position
from telemetry.vehicles import Command, Frame, MissionItem

LARGEST_FILE = 20_000_000
"""Bytes."""
MOST_ITEMS = 20_000
NEEDS_POSITION = {Command.WAYPOINT, 17, 18, 19, 82}
"""Waypoint, the loiters and spline waypoint: useless without a place."""
WITH_STORED_ITEMS = {"survey": (2, 3, 4, 5), "CorridorScan": (2, 3)}
"""Complex items that may carry their mission items, and the versions of each."""


@dataclass(frozen=True)
class QgcPlan:
    """What is flown of a .plan file."""

    items: tuple[MissionItem, ...]
    home: Position | None
    """The planned home, altitude (if any) above mean sea level; None where the file has none."""


def load_plan(path: Path) -> QgcPlan:
    """The plan in a file. Raises BadPlan naming the file, the place in it and the reason."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise BadPlan(f"{path.name} is larger than {LARGEST_FILE // 1_000_000} MB; no plan is")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadPlan(f"{path.name} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadPlan(f"{path.name} is not a plan: it is not UTF-8 text") from error
    return read_plan(text, path.name)


def read_plan(text: str, name: str) -> QgcPlan:
    """The plan in the text of a .plan file; `name` is what messages call it."""
    root = _parse(text, name)
    if not isinstance(root, dict) or root.get("fileType") != "Plan":
        raise BadPlan(f'{name} is not a QGroundControl plan: its fileType is not "Plan"')
    _want_version(root, 1, name)
    mission = root.get("mission")
    if not isinstance(mission, dict):
        raise BadPlan(f"{name} holds no mission; save it from the plan view with a mission in it")
    _want_version(mission, 2, f"{name}, mission")
    entries = mission.get("items")
    if not isinstance(entries, list):
        raise BadPlan(f"{name}, mission.items: not a list")
    items = [item for n, entry in enumerate(entries) for item in _read_item(entry, f"{name}, mission.items[{n}]")]
    if len(items) > MOST_ITEMS:
        raise BadPlan(f"{name} holds {len(items):,} items; no vehicle takes more than {MOST_ITEMS:,}")
    return QgcPlan(tuple(items), _home(mission.get("plannedHomePosition"), name))


def plan_document(items: list[MissionItem], *, home: Position, speed_m_s: float) -> dict[str, Any]:
    """The .plan document of `items`, for a multirotor that starts at `home`."""
    return {
        "fileType": "Plan",
        "version": 1,
        "groundStation": "Vanagas",
        "geoFence": {"circles": [], "polygons": [], "version": 2},
        "rallyPoints": {"points": [], "version": 2},
        "mission": {
            "version": 2,
            "firmwareType": 12,
            "vehicleType": 2,
            "globalPlanAltitudeMode": 1,
            "cruiseSpeed": speed_m_s,
            "hoverSpeed": speed_m_s,
            "plannedHomePosition": [home.lat, home.lon, home.alt_m or 0.0],
            "items": [_write_item(number, item) for number, item in enumerate(items, start=1)],
        },
    }


def route_document(route: Route, items: list[MissionItem]) -> dict[str, Any]:
    """The .plan document of a route's `items`; home is where the route begins."""
    first = route.points[0]
    return plan_document(
        items, home=Position(lat=first.lat, lon=first.lon), speed_m_s=round(route.summary.speed_m_s, 2)
    )


def _parse(text: str, name: str) -> object:
    def refuse(constant: str) -> NoReturn:
        raise BadPlan(f"{name} holds the number {constant}, which JSON does not have; QGroundControl writes null")

    try:
        return json.loads(text, parse_constant=refuse)
    except json.JSONDecodeError as error:
        raise BadPlan(f"{name} is not JSON: line {error.lineno}, column {error.colno}: {error.msg}") from error
    except RecursionError as error:
        raise BadPlan(f"{name} is not a plan: it is nested too deeply") from error
    except ValueError as error:
        raise BadPlan(f"{name} is not JSON: {error}") from error


def _want_version(thing: dict[str, Any], wanted: int, place: str) -> None:
    if thing.get("version") != wanted:
        raise BadPlan(f"{place} has version {str(thing.get('version'))[:20]}; only version {wanted} is known")


def _read_item(entry: object, place: str) -> list[MissionItem]:
    if not isinstance(entry, dict):
        raise BadPlan(f"{place}: not an object")
    if entry.get("type") == "ComplexItem":
        return _read_complex(entry, place)
    if entry.get("type") != "SimpleItem":
        raise BadPlan(f"{place}: its type is {str(entry.get('type'))[:40]}, neither SimpleItem nor ComplexItem")
    return [_read_simple(entry, place)]


def _read_complex(entry: dict[str, Any], place: str) -> list[MissionItem]:
    kind = str(entry.get("complexItemType"))[:40]
    if kind not in WITH_STORED_ITEMS:
        raise BadPlan(f"{place}: a {kind} cannot be read; only surveys and corridors that carry their items can")
    if entry.get("version") not in WITH_STORED_ITEMS[kind]:
        raise BadPlan(f"{place}: {kind} has version {str(entry.get('version'))[:20]}, which is not known")
    style = entry.get("TransectStyleComplexItem")
    stored = style.get("Items") if isinstance(style, dict) else None
    if not isinstance(stored, list) or not stored:
        raise BadPlan(f"{place}: the {kind} carries no items; open it in QGroundControl and save it again")
    inner = f"{place}.TransectStyleComplexItem.Items"
    return [item for number, part in enumerate(stored) for item in _read_item(part, f"{inner}[{number}]")]


def _read_simple(entry: dict[str, Any], place: str) -> MissionItem:
    command, frame = _whole(entry, "command", 65535, place), _whole(entry, "frame", 21, place)
    params = entry.get("params")
    if not isinstance(params, list) or len(params) != 7:
        raise BadPlan(f"{place}.params: not a list of seven numbers")
    p1, p2, p3, p4, *place_of = [_number(value, f"{place}.params[{n}]") for n, value in enumerate(params)]
    if command in NEEDS_POSITION and any(math.isnan(value) for value in place_of):
        raise BadPlan(f"{place}: command {command} needs a latitude, a longitude and an altitude")
    x, y, z = (0.0 if math.isnan(value) else value for value in place_of)
    if abs(x) > 90 or abs(y) > 180:
        raise BadPlan(f"{place} is off the globe: latitude {x:g}, longitude {y:g}")
    go_on = entry.get("autoContinue") is not False
    return MissionItem(command, frame, p1, p2, p3, p4, lat=x, lon=y, alt_m=z, autocontinue=go_on)


def _whole(entry: dict[str, Any], key: str, most: int, place: str) -> int:
    value = entry.get(key)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise BadPlan(f"{place}.{key}: not a whole number from 0 to {most}")
    return value


def _number(value: object, place: str) -> float:
    if value is None:
        return math.nan
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e30:
        raise BadPlan(f"{place}: not a number that MAVLink can carry")
    return float(value)


def _home(value: object, name: str) -> Position | None:
    if value is None:
        return None
    place = f"{name}, mission.plannedHomePosition"
    if not isinstance(value, list) or len(value) not in (2, 3):
        raise BadPlan(f"{place}: not [latitude, longitude, altitude]")
    lat, lon, alt = (_number(part, place) for part in [*value, None][:3])
    known = not math.isnan(alt)
    if not (abs(lat) <= 90 and abs(lon) <= 180 and (not known or -1_000 <= alt <= 100_000)):
        raise BadPlan(f"{place} is off the globe: {lat:g}, {lon:g}, {alt:g} m")
    return Position(lat=lat, lon=lon, alt_m=alt if known else None)


def _write_item(number: int, item: MissionItem) -> dict[str, Any]:
    params = [None if math.isnan(value) else value for value in item.params]
    written: dict[str, Any] = {
        "type": "SimpleItem",
        "autoContinue": item.autocontinue,
        "command": int(item.command),
        "doJumpId": number,
        "frame": int(item.frame),
        "params": [*params, item.lat, item.lon, item.alt_m],
    }
    if item.frame == Frame.RELATIVE:
        written |= {"AMSLAltAboveTerrain": None, "Altitude": item.alt_m, "AltitudeMode": 1}
    return written
