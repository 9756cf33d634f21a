"""What a problem zone wants: when, how often, for how long, and from which kinds of unit. Plans nothing."""

from datetime import time
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from telemetry.units.tables import UnitKind


class Weekday(StrEnum):
    """As ED-269 writes them; in the town's own time."""

    MON = "MON"
    TUE = "TUE"
    WED = "WED"
    THU = "THU"
    FRI = "FRI"
    SAT = "SAT"
    SUN = "SUN"


class TimeWindow(BaseModel):
    """A stretch of the day on some days of the week, in the town's own time (both: their country's)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    days: frozenset[Weekday] = frozenset(Weekday)
    begins: time = time(0, 0)
    ends: time = time(23, 59, 59)
    """Before `begins` when the window goes over midnight."""


class Attention(BaseModel):
    """The attention a zone wants. The default: whenever somebody is free, for a quarter of an hour, from anyone."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    windows: tuple[TimeWindow, ...] = ()
    """None means any time."""
    revisit_min: Annotated[float, Field(gt=0, le=7 * 24 * 60, allow_inf_nan=False)] | None = None
    """Minutes from the start of one visit to the start of the next; None for one visit a window."""
    dwell_min: Annotated[float, Field(gt=0, le=24 * 60, allow_inf_nan=False)] = 15.0
    """Minutes a visit takes at the least."""
    served_by: frozenset[UnitKind] = frozenset(UnitKind)
    """Kinds of unit that may serve it."""
