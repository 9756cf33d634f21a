"""One factor on the energy model, out of the ratios of flights. Looks none up: see `mission.flights.learned_energy`."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from telemetry.vehicles import Airframe

FEWEST = 3
"""Before so many a drone is as its catalogue says."""
LOWEST = 0.8
HIGHEST = 1.6
"""What a factor may be: a model that is farther off is wrong, not tired."""


@dataclass(frozen=True)
class EnergyFactor:
    """By how much a drone's flights use more than the model says."""

    value: float = 1.0
    flights: int = 0
    """How many stand behind it; 0 for none."""

    def of(self, airframe: Airframe) -> Airframe:
        """`airframe` as its flights have shown it: what uses an eighth more has a battery smaller by a ninth."""
        return replace(airframe, battery_wh=airframe.battery_wh / self.value)

    def as_json(self) -> dict[str, float | int]:
        """For the planner."""
        return {"factor": round(self.value, 3), "flights": self.flights}


def factor_of(ratios: Sequence[float]) -> EnergyFactor:
    """The mean of `ratios` (used over predicted) without their highest and lowest fifth, within the bounds."""
    if len(ratios) < FEWEST:
        return EnergyFactor()
    cut = max(1, len(ratios) // 5)
    mean = float(np.sort(np.asarray(ratios))[cut:-cut].mean())
    return EnergyFactor(min(HIGHEST, max(LOWEST, mean)), len(ratios))
