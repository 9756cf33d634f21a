"""The patterns of QGroundControl kept with a plan: as its file held them, or made of our survey. Plans nothing."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mission.formats import PlanFile
from mission.formats.document import Entry
from mission.formats.qgc import patterns_read
from mission.plans.editable_survey import SURVEY, editable, planned_survey
from mission.plans.names import is_sortie
from mission.zones.geometry import read_area
from telemetry.errors import BadInput
from telemetry.messages import Message
from telemetry.transfer.mission_items import MissionItem

if TYPE_CHECKING:
    from mission.plans.tables import PlanRow

KEPT_PATTERNS = "patterns"
"""Where a plan from a file keeps them among its wishes."""


def kept_patterns(file: PlanFile) -> dict[str, Any]:
    """The patterns of a plan file, ready for JSON; empty where it has none."""
    found = [{"first": first, "count": count, "document": document} for first, count, document in patterns_read(file)]
    if not found:
        return {}
    return {KEPT_PATTERNS: found}


def patterns_of(plan: "PlanRow", items: Sequence[MissionItem]) -> tuple[tuple[Entry, ...], Message | None]:
    """The patterns that items of a kept plan stand for, and why a survey is none of them."""
    kept = plan.request.get(KEPT_PATTERNS, [])
    if plan.pattern != SURVEY:
        return tuple(
            Entry(each["document"], tuple(items[each["first"] : each["first"] + each["count"]])) for each in kept
        ), None
    try:
        area = read_area(plan.geometry, Message("plans.the_area"))
        sortie = is_sortie(plan.name)
        entry, why_not = editable(planned_survey(area, plan.request, items, plan.route, is_sortie=sortie))
    except (BadInput, KeyError, ValueError) as error:
        reason = error.told if isinstance(error, BadInput) else str(error)
        return (), Message("plans.no_pattern.unreadable", reason=reason)
    if entry is None:
        return (), why_not
    return (entry,), why_not
