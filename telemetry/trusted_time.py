"""Whether the wall clock can be believed: compared with a moment at which it was, and how long the machine ran since.

Pure: reads no clock and deletes nothing.
"""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

TOLERANCE = timedelta(hours=1)
"""So much may the clock be set while the machine runs, and so far may it be behind after a restart of the machine."""
LONGEST_OFF = timedelta(days=3)
"""A machine that was off for longer than a long weekend cannot tell that from a clock that is wrong."""
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True)
class Uptime:
    """How long the machine has been running."""

    boot: str
    """Another one after each start of the machine."""
    seconds: float
    """Since it started, sleep included; never set."""


@dataclass(frozen=True)
class TrustedMoment:
    """A moment at which the clock was believed."""

    at: datetime
    """UTC, by the clock."""
    uptime: Uptime

    def expected(self, uptime: Uptime) -> datetime:
        """The earliest that it can be at `uptime`, UTC."""
        if uptime.boot != self.uptime.boot:
            return self.at
        return self.at + timedelta(seconds=uptime.seconds - self.uptime.seconds)


def machine_uptime() -> Uptime:
    """How long this machine has been running (Linux: CLOCK_BOOTTIME)."""
    return Uptime(_BOOT_ID.read_text().strip(), time.clock_gettime(time.CLOCK_BOOTTIME))


def clock_jump(trusted: TrustedMoment, now: datetime, uptime: Uptime) -> timedelta | None:
    """By how much the clock, which shows `now` (UTC), is off (positive: ahead); None when it may be right."""
    off = now - trusted.expected(uptime)
    ahead = TOLERANCE
    if uptime.boot != trusted.uptime.boot:
        ahead = LONGEST_OFF
    if -TOLERANCE <= off <= ahead:
        return None
    return off
