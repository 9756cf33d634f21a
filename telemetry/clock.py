"""Time as the whole program knows it: timezone-aware UTC, from a clock that is passed in.

Not for measuring durations of code (use `time.monotonic`).
"""

from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from telemetry.messages import Message


class Clock(Protocol):
    """Anything that tells the present UTC time."""

    def now(self) -> datetime:
        """The present moment, timezone-aware, UTC."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class ManualClock:
    """A clock that stands still until told to move; for tests and replays."""

    def __init__(self, at: datetime) -> None:
        self._at = as_utc(at)
        self._running_s = 0.0

    def now(self) -> datetime:
        return self._at

    def advance(self, seconds: float) -> None:
        """Move on by `seconds` (negative moves back)."""
        self._at += timedelta(seconds=seconds)
        self._running_s += seconds

    def step(self, seconds: float) -> None:
        """Be set wrong by `seconds` while no time passes."""
        self._at += timedelta(seconds=seconds)

    def running_s(self) -> float:
        """How many seconds have passed, however the clock was set."""
        return self._running_s


def as_utc(moment: datetime) -> datetime:
    """`moment` in UTC. Raises ValueError when it carries no zone (a guess would shift a timeline by hours), or when
    it leaves the years 1..9999 on the way."""
    if moment.tzinfo is None:
        raise ValueError(Message("times.no_zone", time=moment.isoformat()))
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(Message("times.out_of_years", time=moment.isoformat(), first=1, last=9_999)) from error


def from_epoch(seconds: float) -> datetime:
    """UTC time of Unix epoch `seconds`. Raises ValueError when outside the years 1..9999."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError) as error:
        raise ValueError(Message("times.no_epoch", seconds=repr(seconds))) from error


def iso(moment: datetime) -> str:
    """ISO 8601 in UTC with a trailing Z and milliseconds, as all JSON of this program carries it."""
    return as_utc(moment).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def iso_or_none(moment: datetime | None) -> str | None:
    """As `iso`; None for none."""
    if moment is None:
        return None
    return iso(moment)


def town_time(moment: datetime, zone: ZoneInfo) -> Message:
    """A moment as people of a town read it, UTC beside it: 30 Nov 2026 22:02 EET (20:02 UTC)."""
    return Message("times.moment", at=as_utc(moment), **_named(moment, zone))


def town_span(begins: datetime, ends: datetime, zone: ZoneInfo) -> Message:
    """From one moment to another as people of a town read it: 30 Nov 2026 22:02 to 22:30 EET (20:02 to 20:30 UTC)."""
    is_one_day = begins.astimezone(zone).date() == ends.astimezone(zone).date()
    code = "times.span_of_a_day" if is_one_day else "times.span"
    return Message(code, begins=as_utc(begins), ends=as_utc(ends), **_named(ends, zone))


def _named(moment: datetime, zone: ZoneInfo) -> dict[str, str]:
    """The zone in which a message shows its times, and what it is called then."""
    return {"time_zone": zone.key, "zone_name": moment.astimezone(zone).tzname() or zone.key}
