"""The registry of checks in their order, and running them all. Gathers nothing and keeps nothing."""

from collections.abc import Callable

from mission.checks import (
    autopilot,
    category,
    daylight,
    duty,
    energy,
    geofence,
    ground_risk,
    height,
    images,
    link,
    overlap,
    papers,
    return_path,
    sight,
    weather,
    zones,
)
from mission.checks.inputs import Inputs
from mission.checks.verdict import Verdict

Check = Callable[[Inputs], list[Verdict]]
CHECKS: dict[str, Check] = {
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
"""By short name: each gives a verdict of every flight."""
CONDITIONAL_CHECKS: dict[str, Check] = {
    autopilot.CHECK: autopilot.check,
    images.CHECK: images.check,
}
"""By short name: each gives a verdict only where the flight has what it looks at."""


def run_checks(inputs: Inputs) -> list[Verdict]:
    """The verdicts of every registered check, in the order of the registry.

    Raises BadInput where the terrain is not known.
    """
    return [verdict for check in (CHECKS | CONDITIONAL_CHECKS).values() for verdict in check(inputs)]
