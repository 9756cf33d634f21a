"""The sixteen checks in their order, and running them all. Gathers nothing and keeps nothing."""

from collections.abc import Callable

from mission.checks import (
    category,
    daylight,
    duty,
    energy,
    geofence,
    ground_risk,
    height,
    link,
    overlap,
    papers,
    return_path,
    sight,
    weather,
    zones,
)
from mission.checks.autopilot import check_autopilot
from mission.checks.images import check_images
from mission.checks.inputs import Inputs
from mission.checks.verdict import Verdict

CHECKS: dict[str, Callable[[Inputs], list[Verdict]]] = {
    papers.CHECK: papers.check,
    category.CHECK: category.check,
    height.CHECK: height.check,
    zones.ZONES: zones.check,
    zones.DATA: zones.check_data,
    zones.PERMITS: zones.check_permits,
    sight.CHECK: sight.check,
    ground_risk.CHECK: ground_risk.check,
    energy.CHECK: energy.check,
    weather.CHECK: weather.check,
    daylight.CHECK: daylight.check,
    overlap.CHECK: overlap.check,
    geofence.CHECK: geofence.check,
    return_path.CHECK: return_path.check,
    link.CHECK: link.check,
    duty.CHECK: duty.check,
}


def run_checks(inputs: Inputs) -> list[Verdict]:
    """At least one verdict of each check, in their order, what the drone's autopilot refuses of the mission, and how
    many pictures show each point of an area that is mapped.

    Raises BadInput where the terrain is not known.
    """
    verdicts = [verdict for check in CHECKS.values() for verdict in check(inputs)]
    return verdicts + check_autopilot(inputs.autopilot, inputs.items) + check_images(inputs)
