"""What the battery gave against what the energy model says of the flight as it was flown. Pure.

The model's power (`Airframe.power_w`) is summed along the recorded track in still air, so a flight that was broken off
or waited is compared with itself and not with its plan; wind is left in the ratio.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mission.debrief.coverage import LONGEST_STEP_S
from telemetry.vehicles import Airframe

Floats = NDArray[np.float64]
LEAST_USED = 0.05
"""A flight on less of the battery tells nothing: it is told in whole percents."""
PLAUSIBLE = (0.5, 2.0)
"""A ratio beyond is of another battery than it seems, or of a simulation on a clock of its own: not of the model."""
LEAST_RECORDED = 0.9
"""Part of the flight's time that must be on record for its ratio to count."""


@dataclass(frozen=True)
class BatteryUse:
    """Energy of one flight, watt-hours."""

    used_wh: float | None
    """None when the vehicle did not tell its battery."""
    predicted_wh: float
    recorded: float
    """Part of the time that the prediction stands on, 0..1."""
    ratio: float | None
    """Used over predicted; None when the flight is too short or too badly recorded to tell, or it cannot be."""


def compare(
    airframe: Airframe, seconds: Floats, height_m: Floats, speed_m_s: Floats, start: float | None, end: float | None
) -> BatteryUse:
    """`seconds`, `height_m` and `speed_m_s` (over ground) of each recorded point; `start` and `end` are 0..1."""
    steps = np.diff(seconds)
    rises = np.diff(height_m)
    good = (steps > 0) & (steps <= LONGEST_STEP_S)
    speed = (speed_m_s[:-1] + speed_m_s[1:])[good] / 2
    watts = airframe.power_w(speed, rises[good] / steps[good])
    predicted = float((watts * steps[good]).sum()) / 3600
    recorded = 0.0
    if len(seconds) > 1 and seconds[-1] > seconds[0]:
        recorded = float(steps[good].sum()) / float(seconds[-1] - seconds[0])
    if start is None or end is None:
        return BatteryUse(None, predicted, recorded, None)
    used = (start - end) * airframe.battery_wh
    if start - end < LEAST_USED or recorded < LEAST_RECORDED or predicted <= 0:
        return BatteryUse(used, predicted, recorded, None)
    ratio = used / predicted
    if not PLAUSIBLE[0] <= ratio <= PLAUSIBLE[1]:
        return BatteryUse(used, predicted, recorded, None)
    return BatteryUse(used, predicted, recorded, ratio)
