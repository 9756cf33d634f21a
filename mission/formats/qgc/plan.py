"""The whole of a .plan file: mission, home, geofence, rally points, and whatever else it says, kept for writing again.

Knows nothing of single items (`items.py`) and of the patterns that hold many (`survey.py`, `corridor.py`,
`structure.py`).
"""

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mission.formats import losses
from mission.formats.document import Dump, Entry, FenceArea, PlanFile
from mission.formats.path import path_of
from mission.formats.qgc import fence as fences
from mission.formats.qgc.items import altitude_mode_of, read_entries, told_entries, write_entries
from mission.parsing import bounded
from telemetry.errors import BadPlan
from telemetry.messages import Message
from telemetry.positions import Position

KNOWN_KEYS = {"fileType", "version", "groundStation", "mission", "geoFence", "rallyPoints"}
FIXED_WING = 1
"""MAV_TYPE whose speed is the cruise speed, not the hover speed."""


@dataclass(frozen=True)
class PlanSource:
    """A .plan document as it was read, and what of it was understood as what."""

    root: Mapping[str, Any]
    entries: tuple[Entry, ...]
    home: Position | None
    speed_m_s: float | None
    fence: tuple[FenceArea, ...]
    rally: tuple[Position, ...]

    @property
    def told(self) -> tuple[Message, ...]:
        """What of it only a .plan file can hold, as messages."""
        extra = sorted(set(self.root) - KNOWN_KEYS)
        said = list(told_entries(self.entries))
        if extra:
            said.append(Message("plans.lost.file_keys", keys=", ".join(extra)[:120]))
        if isinstance(self.root.get("geoFence"), dict) and self.root["geoFence"].get("breachReturn"):
            said.append(Message("plans.lost.breach_return"))
        return tuple(said)


def read(content: bytes, name: str, height_m: float) -> PlanFile:
    """The plan in a .plan file; `height_m` is not needed, every item has its own height. Raises BadPlan."""
    del height_m
    root = bounded.json_of(content, name)
    if not isinstance(root, dict) or root.get("fileType") != "Plan":
        raise BadPlan(Message("plans.qgc.file_type", name=name))
    _want_version(root, (1,), name)
    mission = root.get("mission")
    if not isinstance(mission, dict):
        raise BadPlan(Message("plans.qgc.no_mission", name=name))
    _want_version(mission, (2,), f"{name}, mission")
    home = _home(mission.get("plannedHomePosition"), f"{name}, mission.plannedHomePosition")
    speed = _speed(mission)
    entries, notes = read_entries(mission.get("items"), f"{name}, mission.items")
    fence = fences.read_fence(root.get("geoFence"), f"{name}, geoFence")
    rally = fences.read_rally(root.get("rallyPoints"), f"{name}, rallyPoints")
    return PlanFile(
        name=bounded.stem(name),
        items=tuple(item for entry in entries for item in entry.items),
        home=home,
        fence=fence,
        rally=rally,
        speed_m_s=speed,
        kept={"plan": PlanSource(root, entries, home, speed, fence, rally)},
        notes=notes,
    )


def write(plan: PlanFile) -> Dump:
    """The plan as a .plan file; what was read from one and not changed since is written as it was."""
    kept: PlanSource | None = plan.kept.get("plan")
    root = _blank()
    entries = plan.patterns
    if kept is not None:
        root = copy.deepcopy(dict(kept.root))
        entries = kept.entries
    mission = root["mission"]
    lost = losses.kept_by_others(plan, "plan")
    mission["items"] = write_entries(plan, entries)
    if plan.no_pattern:
        lost.append(Message("plans.lost.survey", reason=plan.no_pattern))
    if kept is None:
        mission["globalPlanAltitudeMode"] = altitude_mode_of(plan)
    if kept is None or plan.speed_m_s != kept.speed_m_s:
        mission["cruiseSpeed"] = mission["hoverSpeed"] = plan.speed_m_s or _blank()["mission"]["hoverSpeed"]
    if plan.speed_m_s is None and kept is None:
        lost.append(Message("plans.lost.qgc_speed"))
    if kept is None or plan.home != kept.home:
        mission["plannedHomePosition"] = _written_home(plan, lost)
    if kept is None or plan.fence != kept.fence:
        root["geoFence"] = fences.write_fence(plan.fence, root.get("geoFence"))
    if kept is None or plan.rally != kept.rally:
        root["rallyPoints"] = fences.write_rally(plan.rally)
        lost += fences.lost_of_rally(plan.rally)
    text = json.dumps(root, indent=4, allow_nan=False, ensure_ascii=True)
    return Dump((text + "\n").encode(), tuple(lost))


def _blank() -> dict[str, Any]:
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
            "cruiseSpeed": 5.0,
            "hoverSpeed": 5.0,
            "items": [],
        },
    }


def _want_version(thing: Mapping[str, Any], wanted: tuple[int, ...], place: str) -> None:
    version = thing.get("version")
    if isinstance(version, bool) or version not in wanted:
        known = " or ".join(str(number) for number in wanted)
        raise BadPlan(Message("plans.qgc.version", place=place, version=str(version)[:20], known=known))


def _home(value: object, place: str) -> Position | None:
    if value is None:
        return None
    if not isinstance(value, list) or len(value) not in (2, 3):
        raise BadPlan(Message("plans.qgc.no_place", place=place))
    if value[0] is None and value[1] is None:
        return None
    lat, lon, alt = [*value, None][:3]
    return bounded.position_of(lat, lon, alt, place)


def _speed(mission: Mapping[str, Any]) -> float | None:
    key = "hoverSpeed"
    if mission.get("vehicleType") == FIXED_WING:
        key = "cruiseSpeed"
    value = mission.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1000:
        return None
    return float(value)


def _written_home(plan: PlanFile, lost: list[Message]) -> list[float | None]:
    if plan.home is not None:
        return [plan.home.lat, plan.home.lon, plan.home.alt_m]
    lost.append(Message("plans.lost.qgc_home"))
    lat, lon = next(((item.lat, item.lon) for item in path_of(plan)), (0.0, 0.0))
    return [lat, lon, None]
