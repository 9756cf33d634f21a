"""What a format cannot hold, as sentences for the person who chose it. Writes no file."""

from collections.abc import Iterable

from mission.formats.document import PlanFile


def counted(count: int, one: str, many: str | None = None) -> str:
    """`1 polygon`, `3 polygons`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def beside_items(plan: PlanFile, format_key: str) -> list[str]:
    """For a format that holds home and items alone."""
    lost = []
    if plan.fence:
        lost.append(f"the geofence ({counted(len(plan.fence), 'area')}) is left out: this format has none")
    if plan.rally:
        lost.append(f"{counted(len(plan.rally), 'rally point')} left out: this format has none")
    if plan.speed_m_s is not None:
        lost.append(f"the planning speed of {plan.speed_m_s:g} m/s is left out: this format has none")
    return lost + kept_by_others(plan, format_key)


def kept_by_others(plan: PlanFile, format_key: str) -> list[str]:
    """What the file that the plan was read from held and only its own format can."""
    others: Iterable[object] = (kept for key, kept in plan.kept.items() if key != format_key)
    return [sentence for kept in others for sentence in getattr(kept, "told", ())]
