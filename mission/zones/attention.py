"""What a problem zone wants: when, how often, for how long, and from which kinds of unit. Plans nothing."""

from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from telemetry.messages import Message
from telemetry.units.kinds import UnitKind


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

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    days: frozenset[Weekday] = frozenset(Weekday)
    begins: time = time(0, 0)
    ends: time = time(23, 59, 59)
    """Before `begins` when the window goes over midnight."""

    @model_validator(mode="after")
    def _has_length(self) -> "TimeWindow":
        if not self.days:
            raise ValueError(Message("zones.window_without_day"))
        if self.begins.tzinfo is not None or self.ends.tzinfo is not None:
            raise ValueError(Message("zones.window_local_time"))
        if self.begins == self.ends:
            raise ValueError(Message("zones.window_without_length", begins=f"{self.begins:%H:%M}"))
        return self

    def lasts(self) -> timedelta:
        """From beginning to end, by the clock on the wall."""
        day = datetime(2000, 1, 1, tzinfo=UTC)
        over = timedelta(days=self.ends < self.begins)
        return datetime.combine(day + over, self.ends, UTC) - datetime.combine(day, self.begins, UTC)


class Attention(BaseModel):
    """The attention a zone wants. The default: whenever somebody is free, for a quarter of an hour, from anyone."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    windows: tuple[TimeWindow, ...] = ()
    """None means any time."""
    revisit_min: Annotated[float, Field(gt=0, le=7 * 24 * 60, allow_inf_nan=False)] | None = None
    """Minutes from the start of one visit to the start of the next; None for one visit a window."""
    dwell_min: Annotated[float, Field(gt=0, le=24 * 60, allow_inf_nan=False)] = 15.0
    """Minutes a visit takes at the least."""
    served_by: frozenset[UnitKind] = frozenset(UnitKind)
    """Kinds of unit that may serve it."""

    @model_validator(mode="after")
    def _fits(self) -> "Attention":
        """What no schedule could ever give is refused here: one such zone would stop the schedule of the whole town."""
        if not self.served_by:
            raise ValueError(Message("zones.no_kind_of_unit"))
        if self.revisit_min is not None and self.revisit_min < self.dwell_min:
            raise ValueError(Message("zones.visits_too_often", dwell_min=self.dwell_min, revisit_min=self.revisit_min))
        for window in self.windows:
            if window.lasts() < timedelta(minutes=self.dwell_min):
                raise ValueError(
                    Message(
                        "zones.window_too_short",
                        begins=f"{window.begins:%H:%M}",
                        ends=f"{window.ends:%H:%M}",
                        dwell_min=self.dwell_min,
                    )
                )
        return self
