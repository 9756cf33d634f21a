"""When a zone applies: dates, days of the week, hours and sun events. All in UTC, so summer time never matters.

Where a moment is uncertain the zone applies: whole minutes are rounded outward, a sun event is taken at the corner of
the zone where it makes the period longest, and where the sun does not rise or set the whole day counts.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from astral import Depression, Observer
from astral.sun import dawn, dusk, sunrise, sunset

from mission.zones.attention import Weekday

DAYS = tuple(Weekday)
DAY = timedelta(days=1)
SUN_MARGIN = timedelta(minutes=3)
"""Added on both sides of a sun event: refraction, horizon and the formula itself (astral is good to about a minute)."""
SUN_GRID_DEG = 0.25
"""Places are widened to this grid for the sun, so that the zones of a town share what is worked out: it makes a period
a minute or two longer."""
LONGEST = timedelta(days=400)
"""A question about a longer time is answered without looking into the schedule: it applies."""


class SunEvent(StrEnum):
    """A moment of the day that the sun gives, as ED-318 writes it."""

    BMCT = "BMCT"
    """Beginning of morning civil twilight."""
    SR = "SR"
    """Sunrise."""
    SS = "SS"
    """Sunset."""
    EECT = "EECT"
    """End of evening civil twilight."""


class DegreeBox(NamedTuple):
    """A box of degrees, for the sun."""

    west: float
    south: float
    east: float
    north: float


class TimeSpan(NamedTuple):
    """A stretch of time, UTC, both ends in it."""

    begins: datetime
    ends: datetime


@dataclass(frozen=True)
class DailyPeriod:
    """Hours that repeat on some days of the week. An end not after its beginning is on the next day."""

    days: frozenset[Weekday] = frozenset(DAYS)
    """The days on which it begins, each from midnight to midnight of its own offset (UTC but for rare files)."""
    begins: time | SunEvent = time(0, tzinfo=UTC)
    """With its offset; UTC as the formats want it."""
    ends: time | SunEvent | None = None
    """None for the end of the day."""

    def __post_init__(self) -> None:
        """Refuse an hour without an offset: the machine's own zone would creep in."""
        for mark in (self.begins, self.ends):
            if isinstance(mark, time) and mark.tzinfo is None:
                raise ValueError(f"{mark} has no offset; write {mark}Z if it is UTC")

    def on(self, day: date, place: DegreeBox) -> TimeSpan:
        """From when to when it lasts if it begins on `day`."""
        begins = _moment(day, self.begins, place, latest=False)
        ends = self._end(day, place)
        if begins is not None and ends is not None and ends <= begins:
            ends = self._end(day + DAY, place)
        if begins is None or ends is None:  # the sun does not do it that day
            midnight = datetime.combine(day, time(0), UTC)
            return TimeSpan(midnight, midnight + 2 * DAY)
        return TimeSpan(begins, ends)

    def _end(self, day: date, place: DegreeBox) -> datetime | None:
        if self.ends is None:
            zone = self.begins.tzinfo if isinstance(self.begins, time) else UTC
            return datetime.combine(day + DAY, time(0), zone).astimezone(UTC)
        if isinstance(self.ends, time) and (self.ends.hour, self.ends.minute) == (23, 59):
            midnight = datetime.combine(day + DAY, time(0), self.ends.tzinfo)
            return midnight.astimezone(UTC)  # 23:59:59 is how files write the end of the day
        return _moment(day, self.ends, place, latest=True)


@dataclass(frozen=True)
class Applicability:
    """One period in which a zone applies."""

    begins: datetime | None = None
    """UTC; None for since ever."""
    ends: datetime | None = None
    """UTC; None for until further notice."""
    schedule: tuple[DailyPeriod, ...] = ()
    """Hours of the week between those dates; none means all of them."""
    permanent: bool = False
    """ED-269's word for always. It wins over dates and hours that contradict it."""

    @property
    def always(self) -> bool:
        """Whether it never ends, begins or pauses."""
        return self.permanent or (self.begins is None and self.ends is None and not self.schedule)

    def spans(self, begins: datetime, ends: datetime, place: DegreeBox) -> Iterator[TimeSpan]:
        """When it applies between `begins` and `ends` (UTC), cut to them; in any order, overlaps possible."""
        if self.always:
            yield TimeSpan(begins, ends)
            return
        if self.begins is not None:
            begins = max(begins, self.begins)
        if self.ends is not None:
            ends = min(ends, self.ends)
        if ends < begins:
            return
        if not self.schedule or ends - begins > LONGEST:
            yield TimeSpan(begins, ends)
            return
        for period in self.schedule:
            for day in _days(begins, ends):
                if DAYS[day.weekday()] in period.days:
                    lasts = period.on(day, place)
                    if lasts.ends >= begins and lasts.begins <= ends:
                        yield TimeSpan(max(lasts.begins, begins), min(lasts.ends, ends))


def active_spans(
    applicability: Sequence[Applicability], begins: datetime, ends: datetime, place: DegreeBox
) -> list[TimeSpan]:
    """When any of `applicability` applies between two moments (UTC), merged and in order. None of them means always."""
    if not applicability:
        return [TimeSpan(begins, ends)]
    merged: list[TimeSpan] = []
    for span in sorted(span for one in applicability for span in one.spans(begins, ends, place)):
        if merged and span.begins <= merged[-1].ends:
            merged[-1] = TimeSpan(merged[-1].begins, max(merged[-1].ends, span.ends))
        else:
            merged.append(span)
    return merged


def _days(begins: datetime, ends: datetime) -> Iterator[date]:
    """Every date on which a period may begin that touches the time between; two before, for nights and offsets."""
    first = begins.date() - 2 * DAY if begins.date() > date.min + 2 * DAY else begins.date()
    last = ends.date() + DAY if ends.date() < date.max - 2 * DAY else ends.date() - 3 * DAY
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def _moment(day: date, mark: time | SunEvent, place: DegreeBox, *, latest: bool) -> datetime | None:
    if isinstance(mark, time):
        return datetime.combine(day, mark).astimezone(UTC)
    seen = _sun(day, mark, place)
    if seen is None:
        return None
    if latest:
        return max(seen) + SUN_MARGIN
    return min(seen) - SUN_MARGIN


def _sun(day: date, event: SunEvent, place: DegreeBox) -> list[datetime] | None:
    """The event at each corner of `place`, widened to the grid; None where the sun does not do it that day."""
    lats = {math.floor(place.south / SUN_GRID_DEG), math.ceil(place.north / SUN_GRID_DEG)}
    lons = {math.floor(place.west / SUN_GRID_DEG), math.ceil(place.east / SUN_GRID_DEG)}
    seen = [
        _event(day, event, max(-90.0, min(90.0, lat * SUN_GRID_DEG)), lon * SUN_GRID_DEG)
        for lat in lats
        for lon in lons
    ]
    corners = [moment for moment in seen if moment is not None]
    if len(corners) < len(seen):
        return None
    return corners


@lru_cache(maxsize=20_000)
def _event(day: date, event: SunEvent, lat: float, lon: float) -> datetime | None:
    observer = Observer(lat, lon)
    try:
        if event is SunEvent.BMCT:
            return dawn(observer, day, Depression.CIVIL, tzinfo=UTC)
        if event is SunEvent.EECT:
            return dusk(observer, day, Depression.CIVIL, tzinfo=UTC)
        if event is SunEvent.SR:
            return sunrise(observer, day, tzinfo=UTC)
        return sunset(observer, day, tzinfo=UTC)
    except ValueError:
        return None
