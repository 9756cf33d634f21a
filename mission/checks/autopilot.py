"""Does the drone's autopilot take every item of the mission? Asked only where the autopilot is known."""

from collections.abc import Sequence

from mission.checks.inputs import Inputs
from mission.checks.verdict import Level, Verdict
from telemetry.transfer.mission_items import MissionItem
from telemetry.transfer.refusals import REFUSALS, AutopilotName

CHECK = "autopilot"
RULE = "what the autopilot refused when it was tried, one command at a time"
CLEARS = "replace these items or leave them out, or fly with another autopilot"
MOST_NAMED = 8


def check(inputs: Inputs) -> list[Verdict]:
    """As `check_autopilot`, of a flight."""
    return check_autopilot(inputs.autopilot, inputs.items)


def check_autopilot(autopilot: AutopilotName | None, items: Sequence[MissionItem]) -> list[Verdict]:
    """A block that names the items it refuses, counted from 1; nothing where it takes all, or is not known."""
    if autopilot is None:
        return []
    refused = REFUSALS[autopilot].refused(items)
    if not refused:
        return []
    said = "; ".join(refused[:MOST_NAMED])
    if len(refused) > MOST_NAMED:
        said += f"; and {len(refused) - MOST_NAMED} more items"
    numbers = {"autopilot": autopilot.value, "refused_items": len(refused)}
    return [Verdict(CHECK, Level.BLOCK, RULE, said, CLEARS, numbers)]
