"""Weather as the checks know it: samples that each hold for a while, and the worst of them for a flight. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from telemetry.messages import Message
from telemetry.observations.values import UtcTime

_Speed = Annotated[float, Field(ge=0, le=120, allow_inf_nan=False)]


class WeatherSample(BaseModel):
    """The weather from `begins` to `ends` at one place; None where it is not known."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    begins: UtcTime
    ends: UtcTime
    wind_m_s: _Speed
    """Mean, at 10 m above ground."""
    gust_m_s: _Speed | None = None
    wind_aloft_m_s: _Speed | None = None
    """The strongest mean wind between 80 and 120 m above ground."""
    rain_mm_h: Annotated[float, Field(ge=0, le=500, allow_inf_nan=False)] | None = None
    """Rain and melted snow."""
    visibility_m: Annotated[float, Field(ge=0, le=200_000, allow_inf_nan=False)] | None = None
    temperature_c: Annotated[float, Field(ge=-90, le=60, allow_inf_nan=False)] | None = None
    weather_code: Annotated[int, Field(ge=0, le=99)] | None = None
    """WMO 4677, as forecasts use it: 45 and 48 fog, 56, 57, 66 and 67 freezing rain, 95 to 99 thunderstorm."""
    kp: Annotated[float, Field(ge=0, le=9, allow_inf_nan=False)] | None = None
    """Planetary K index of the earth's magnetic field."""

    @model_validator(mode="after")
    def _in_order(self) -> "WeatherSample":
        if self.ends <= self.begins:
            raise ValueError(Message("weather.holds_no_time"))
        return self


@dataclass(frozen=True)
class WeatherReport:
    """Samples issued together by one source."""

    source: str
    """`manual`, or the name of a service."""
    issued_at: datetime
    samples: tuple[WeatherSample, ...]
    version: str = ""


@dataclass(frozen=True)
class Outlook:
    """The worst that any source says for a window of time: what a flight is measured by. None: nobody says."""

    begins: datetime
    ends: datetime
    covered: bool
    """Whether the sources speak of all of the window."""
    oldest: datetime
    """When the oldest report used was issued."""
    wind_m_s: float
    gust_m_s: float | None
    wind_aloft_m_s: float | None
    rain_mm_h: float | None
    visibility_m: float | None
    coldest_c: float | None
    warmest_c: float | None
    codes: frozenset[int]
    kp: float | None
    version: str


def outlook(reports: Iterable[WeatherReport], begins: datetime, ends: datetime) -> Outlook | None:
    """The worst of `reports` from `begins` to `ends`; None when none speaks of any of it.

    `reports` are in the order in which they came. Of one source the newest counts, an older one only as far as the
    newer leaves the window open; between sources the worse value counts.
    """
    used: list[tuple[WeatherReport, WeatherSample]] = []
    by_source = sorted(reports, key=lambda report: report.source)
    for _, same in groupby(by_source, key=lambda report: report.source):
        taken: list[tuple[WeatherReport, WeatherSample]] = []
        for _, report in sorted(enumerate(same), key=lambda one: (one[1].issued_at, one[0]), reverse=True):
            if covers([sample for _, sample in taken], begins, ends):
                break
            taken += [(report, s) for s in report.samples if s.begins < ends and s.ends > begins]
        used += taken
    if not used:
        return None
    samples = [sample for _, sample in used]
    return Outlook(
        begins=begins,
        ends=ends,
        covered=covers(samples, begins, ends),
        oldest=min(report.issued_at for report, _ in used),
        wind_m_s=max(sample.wind_m_s for sample in samples),
        gust_m_s=_most(sample.gust_m_s for sample in samples),
        wind_aloft_m_s=_most(sample.wind_aloft_m_s for sample in samples),
        rain_mm_h=_most(sample.rain_mm_h for sample in samples),
        visibility_m=_least(sample.visibility_m for sample in samples),
        coldest_c=_least(sample.temperature_c for sample in samples),
        warmest_c=_most(sample.temperature_c for sample in samples),
        codes=frozenset(sample.weather_code for sample in samples if sample.weather_code is not None),
        kp=_most(sample.kp for sample in samples),
        version=", ".join(dict.fromkeys(report.version or report.source for report, _ in used)),
    )


def covers(samples: Sequence[WeatherSample], begins: datetime, ends: datetime) -> bool:
    """Whether `samples` together hold from `begins` to `ends` without a gap of more than a second."""
    reached = begins
    for sample in sorted(samples, key=lambda sample: sample.begins):
        if sample.begins > reached + timedelta(seconds=1):
            return False
        reached = max(reached, sample.ends)
        if reached >= ends:
            return True
    return reached >= ends and bool(samples)


def _most(values: Iterable[float | None]) -> float | None:
    return max((value for value in values if value is not None), default=None)


def _least(values: Iterable[float | None]) -> float | None:
    return min((value for value in values if value is not None), default=None)
