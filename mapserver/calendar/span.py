"""A day or a week of a town, from midnight to midnight on its own clock, and where on it a moment lies. Draws nothing.

A day on which the clock is changed has 23 or 25 hours. Places are shares of the time that really passes, so that an
hour is as wide as every other, and an hour that comes twice is there twice.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from astral import Observer
from astral.sun import dawn, dusk, sunrise, sunset

from telemetry.messages import Message, current_language
from telemetry.messages.catalogue import show

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
NAMED_HOURS = 3
"""Every third hour of a day has its name below it."""


class Length(StrEnum):
    """How much is shown."""

    DAY = "day"
    WEEK = "week"
    """From Monday, as both countries count it (ISO 8601)."""


class Tick(NamedTuple):
    """A line across the calendar."""

    at: float
    """Percent of the span."""
    label: str
    """Empty for a line without a name."""


class Light(StrEnum):
    """What is not day."""

    NIGHT = "night"
    TWILIGHT = "twilight"
    """Civil: the sun less than 6 degrees below the horizon."""


class Shade(NamedTuple):
    """A stretch that is not day."""

    light: Light
    at: float
    """Percent of the span; so is `until`."""
    until: float


@dataclass(frozen=True)
class CalendarSpan:
    """Whole days of a town."""

    zone: ZoneInfo
    first: date
    days: int

    @property
    def begins(self) -> datetime:
        """Midnight before the first day, UTC."""
        return midnight(self.first, self.zone)

    @property
    def ends(self) -> datetime:
        """Midnight after the last day, UTC."""
        return midnight(self.first + self.days * DAY, self.zone)

    @property
    def length(self) -> Length:
        """A day or a week."""
        if self.days == 1:
            return Length.DAY
        return Length.WEEK

    @property
    def title(self) -> str:
        """The days it shows, as a person writes them in the language of the request."""
        if self.length is Length.DAY:
            return show(self.first, "long_date", current_language())
        last = self.first + 6 * DAY
        week = self.first.isocalendar().week
        return Message("calendar_page.week_title", first=self.first, last=last, week=week).text()

    @property
    def remark(self) -> str:
        """Says when the clock is changed in it; empty otherwise."""
        hours = (self.ends - self.begins) / HOUR
        usual = 24 * self.days
        if hours == usual:
            return ""
        if hours < usual:
            return Message("calendar_page.clock_forward", count=hours).text()
        return Message("calendar_page.clock_back", count=hours).text()

    def percent(self, moment: datetime) -> float:
        """Where `moment` lies, in percent: 0 at the beginning, 100 at the end, beyond them outside."""
        return 100 * ((moment - self.begins) / (self.ends - self.begins))

    def holds(self, moment: datetime) -> bool:
        """Whether `moment` is in it."""
        return self.begins <= moment < self.ends

    def ticks(self) -> Iterator[Tick]:
        """A line every hour of a day, or every midnight of a week."""
        if self.length is Length.WEEK:
            for day in range(self.days):
                there = self.first + day * DAY
                yield Tick(self.percent(midnight(there, self.zone)), show(there, "weekday_day", current_language()))
            return
        moment = self.begins
        seen = set[int]()
        while moment < self.ends:
            local = moment.astimezone(self.zone)
            twice = local.hour in seen
            named = twice or local.hour % NAMED_HOURS == 0
            label = ""
            if named:
                label = f"{local:%H:%M}"
            if twice:
                label = Message("calendar_page.hour_again", hour=label).text()
            yield Tick(self.percent(moment), label)
            seen.add(local.hour)
            moment += HOUR

    def shades(self, lat: float, lon: float) -> Iterator[Shade]:
        """Night and civil twilight at a place, clipped to the span, in order."""
        observer = Observer(latitude=lat, longitude=lon)
        for number in range(-1, self.days + 1):
            day = self.first + number * DAY
            try:
                up = sunrise(observer, day, tzinfo=self.zone)
                light = dawn(observer, day, tzinfo=self.zone)
                down = sunset(observer, day, tzinfo=self.zone)
                dark = dusk(observer, day, tzinfo=self.zone)
                next_light = dawn(observer, day + DAY, tzinfo=self.zone)
            except ValueError:  # the sun does not rise or set that day
                continue
            stretches = ((Light.TWILIGHT, light, up), (Light.TWILIGHT, down, dark), (Light.NIGHT, dark, next_light))
            for kind, begins, ends in stretches:
                at = max(begins, self.begins)
                until = min(ends, self.ends)
                if at < until:
                    yield Shade(kind, self.percent(at), self.percent(until))


def span_of(length: Length, day: date, zone: ZoneInfo) -> CalendarSpan:
    """The day, or the week that it is in."""
    if length is Length.DAY:
        return CalendarSpan(zone, day, 1)
    return CalendarSpan(zone, day - day.weekday() * DAY, 7)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The beginning of a day on the town's clock, UTC."""
    return datetime.combine(day, time(0), zone).astimezone(UTC)
