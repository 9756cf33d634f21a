"""What a format cannot hold, as messages to the person who chose it. Writes no file."""

from collections.abc import Iterable

from mission.formats.document import PlanFile
from telemetry.messages import Message


def beside_items(plan: PlanFile, format_key: str) -> list[Message]:
    """For a format that holds home and items alone."""
    lost = []
    if plan.fence:
        lost.append(Message("plans.lost.fence", count=len(plan.fence)))
    if plan.rally:
        lost.append(Message("plans.lost.rally", count=len(plan.rally)))
    if plan.speed_m_s is not None:
        lost.append(Message("plans.lost.speed", speed=plan.speed_m_s))
    return lost + kept_by_others(plan, format_key)


def kept_by_others(plan: PlanFile, format_key: str) -> list[Message]:
    """What the file that the plan was read from held and only its own format can."""
    others: Iterable[object] = (kept for key, kept in plan.kept.items() if key != format_key)
    return [message for kept in others for message in getattr(kept, "told", ())]
