"""Does the drone's autopilot take every item of the mission? Asked only where the autopilot is known."""

from collections.abc import Sequence

from mission.checks.inputs import Inputs
from mission.checks.verdict import Level, Verdict
from telemetry.messages import Message
from telemetry.sentences import sentences
from telemetry.transfer.mission_items import MissionItem
from telemetry.transfer.refusals import REFUSALS, AutopilotName

CHECK = "autopilot"
RULE = Message("checks.autopilot.rule")
CLEARS = Message("checks.autopilot.clears")
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
    named = refused[:MOST_NAMED]
    if len(refused) > MOST_NAMED:
        named.append(Message("checks.autopilot.more", count=len(refused) - MOST_NAMED))
    numbers = {"autopilot": autopilot.value, "refused_items": len(refused)}
    return [Verdict(CHECK, Level.BLOCK, RULE, sentences(named), CLEARS, numbers)]
