"""What a drone's last flights say of the energy model: one factor a drone, kept as the ratios of its debriefs.

The factor is never stored: it is worked out of the debriefs each time, so it cannot disagree with them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from sqlmodel import Session, col, func, select

from mission.debrief.tables import DebriefRow
from telemetry.vehicles import Airframe

LAST = 10
"""Flights that are looked at."""
FEWEST = 3
"""Before so many a drone is as its catalogue says."""
LOWEST, HIGHEST = 0.8, 1.6
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


def learned(session: Session, unit_id: str) -> EnergyFactor:
    """The factor of a drone after its last flights; of a flight debriefed twice the newer one counts."""
    newest = select(func.max(DebriefRow.id)).where(DebriefRow.unit_id == unit_id).group_by(col(DebriefRow.flight_id))
    query = (
        select(DebriefRow.energy_ratio)
        .where(col(DebriefRow.id).in_(newest), col(DebriefRow.energy_ratio).is_not(None))
        .order_by(col(DebriefRow.id).desc())
        .limit(LAST)
    )
    return factor_of([ratio for ratio in session.exec(query) if ratio is not None])
