"""The schedule that came out: routes, visits, what stays unserved and why, and the numbers. Computes nothing itself."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from telemetry.messages import Message
from telemetry.observations.values import UtcTime
from telemetry.units.kinds import UnitKind


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PlannedVisit(_Part):
    """One visit of one unit to one zone."""

    zone_id: str
    number: int
    """Among the visits that the zone wants within the horizon, from 1."""
    priority: int
    departs: UtcTime
    """When the unit leaves where it was before, just in time."""
    begins: UtcTime
    ends: UtcTime
    sortie: int
    """Which flight of its drone's route, from 0; 0 for what does not fly."""
    late_min: float
    """Minutes after it was due; 0 when in time."""
    kept: bool | None
    """Whether a confirmed start was kept by the unit and person it was given to; None when there was none."""
    handed_over: bool = False
    """Whether its confirmed start is kept by another unit or person."""


class UnitRoute(_Part):
    """What one unit does with one person, without a break."""

    unit_id: str
    kind: UnitKind
    person_id: str | None
    departs: UtcTime
    returns: UtcTime
    """Back at its base, or for what stays out the end of its last visit."""
    travel_min: float
    least_battery: float | None
    """The fraction left at the worst landing; None for what does not fly."""
    visits: list[PlannedVisit]


class Unserved(_Part):
    """A visit that does not happen, and which constraint breaks."""

    zone_id: str
    number: int
    priority: int
    reason: str
    """A word for programs: see `mission/schedule/explain.py`."""
    explanation: Message
    """A sentence for people, with numbers; one kept before there were codes is as written."""
    costs_min: float
    """Priority times minutes."""


class Numbers(_Part):
    """How good it is. Weighted minutes are priority times minutes."""

    visits_wanted: int
    visits_served: int
    zones_wanted: int
    zones_served: int
    """With every visit they want."""
    weighted_lateness_min: float
    """Of what is served."""
    weighted_unserved_min: float
    """What the unserved cost."""
    weighted_moved_min: float
    """What the starts cost that were moved or handed over."""
    cost_min: float
    """The three together: what is made least."""
    priority_unserved: int
    """Sum of priorities of unserved visits."""
    makespan_min: float
    """From the horizon's beginning to the last return."""
    travel_min: float
    reserve: float | None
    """The least fraction of a battery left at any landing; None when nothing flies."""
    starts_confirmed: int
    """Not counting those that are locked."""
    starts_moved: int
    """To another time, or dropped."""
    starts_handed_over: int = 0
    """Kept, by another unit or person."""


class Schedule(_Part):
    """A schedule."""

    routes: list[UnitRoute]
    unserved: list[Unserved]
    without_visits: list[str] = []
    """Zones that want no visit within the horizon: their windows all lie outside it, or what they wanted is done."""
    numbers: Numbers
    proven: bool
    """Whether no schedule can cost less."""
    stopped: Annotated[str, Field(pattern="^(proven|converged|time|cancelled)$")]
    """Why the search ended; all but `time` and `cancelled` give the same schedule for the same seed."""
    seed: int

    def visits(self) -> list[tuple[UnitRoute, PlannedVisit]]:
        """Every visit with its route, in time."""
        return sorted(((r, v) for r in self.routes for v in r.visits), key=lambda rv: (rv[1].begins, rv[0].unit_id))
