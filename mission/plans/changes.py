"""What sets a version of a plan apart from the plan it was made from, in words. Reads only."""

import re
from typing import Any

from mission.plans.stored_patterns import KEPT_PATTERNS
from mission.plans.tables import PlanRow
from telemetry.messages import Message, written
from telemetry.positions import Position, distance_m

SAME_PLACE_M = 0.5
UNITS = {"_m_s": "m/s", "_m": "m", "_deg": "°", "_cm": "cm", "_min": "min"}
"""By the ending of a wish's name."""


def changes(plan: PlanRow, before: PlanRow) -> list[Message]:
    """What is different in `plan`, a phrase each; empty when only the day is."""
    found: list[Message] = []
    if plan.pattern != before.pattern:
        found.append(Message("plan_changes.pattern", now=plan.pattern, before=before.pattern))
    else:
        for name in dict.fromkeys([*before.request, *plan.request]):
            if name == KEPT_PATTERNS:
                continue
            old = before.request.get(name)
            new = plan.request.get(name)
            if old != new:
                found.append(written(f"{_title(name)} {_words(old, name)} → {_words(new, name)}"))
    if plan.geometry != before.geometry:
        found.append(Message("plan_changes.outline"))
    if _moved_m(plan, before) > SAME_PLACE_M:
        found.append(Message("plan_changes.takeoff", away_m=_moved_m(plan, before)))
    if plan.unit_id != before.unit_id:
        found.append(Message("plan_changes.drone"))
    if plan.name != before.name:
        found.append(Message("plan_changes.renamed"))
    if not found and plan.items != before.items:
        found.append(Message("plan_changes.route"))
    return found


def _title(wish: str) -> str:
    ending = next((each for each in UNITS if wish.endswith(each)), "")
    return wish.removesuffix(ending).replace("_", " ")


def _words(value: Any, wish: str) -> str:
    if value is None:
        return "as planned"
    if isinstance(value, bool):
        if value:
            return "yes"
        return "no"
    unit = next((unit for ending, unit in UNITS.items() if wish.endswith(ending)), "")
    said = f"{value:g}" if isinstance(value, float) else str(value)
    return re.sub(r" (?=°)", "", f"{said} {unit}".strip())


def _moved_m(plan: PlanRow, before: PlanRow) -> float:
    if plan.home is None or before.home is None:
        return 0.0
    one, other = (Position(lat=each.home["lat"], lon=each.home["lon"]) for each in (plan, before) if each.home)
    return distance_m(one, other)
