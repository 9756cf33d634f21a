"""What a drone's last flights say of the energy model: one factor a drone, kept as the ratios of its debriefs.

The factor is never stored: it is worked out of the debriefs each time, so it cannot disagree with them.
"""

from sqlmodel import Session, col, func, select

from mission.flights.tables import DebriefRow
from mission.routes.energy_factor import EnergyFactor, factor_of

LAST = 10
"""Flights that are looked at."""


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
