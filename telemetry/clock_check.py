"""How far this machine's clock may be off, by what its kernel says and by what other machines say. Sets no clock."""

import ctypes
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx

from telemetry.errors import Unavailable
from telemetry.messages import Message

STA_UNSYNC = 0x0040
TIMEOUT_S = 5.0
SECOND = timedelta(seconds=1)


class _Timex(ctypes.Structure):
    """`struct timex` of Linux (adjtimex(2)), of which only the beginning is read."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_byte * 256),
    )


@dataclass(frozen=True)
class KernelClock:
    """What the kernel knows of its clock."""

    synchronised: bool
    """Somebody (chrony, systemd-timesyncd, ntpd) keeps it right."""
    most_off_s: float
    """Seconds, as that program told the kernel; grows while nobody does."""


def kernel_clock() -> KernelClock | None:
    """The kernel's own word by adjtimex(2); None where it has none to give."""
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        told = _Timex()
        if libc.adjtimex(ctypes.byref(told)) < 0:
            return None
    except (AttributeError, OSError):
        return None
    return KernelClock(not told.status & STA_UNSYNC, told.maxerror / 1e6)


@dataclass(frozen=True)
class OffsetBounds:
    """Our clock less another's: between these two, in seconds."""

    least_s: float
    most_s: float

    def surely_off(self, limit_s: float) -> bool:
        """Whether the clocks differ by more than `limit_s` wherever in the bounds the truth is."""
        return self.least_s > limit_s or self.most_s < -limit_s


def offset_bounds(sent: datetime, received: datetime, date: datetime) -> OffsetBounds:
    """The bounds by an answer dated `date`, asked for at `sent` and heard at `received` by our clock (UTC).

    An HTTP Date (RFC 9110, 6.6.1) is cut to the second: the other's clock was in [date, date + 1 s).
    """
    return OffsetBounds((sent - date - SECOND).total_seconds(), (received - date).total_seconds())


def offset_from(url: str, *, now: Callable[[], datetime], transport: httpx.BaseTransport | None = None) -> OffsetBounds:
    """The bounds by the Date header of `url`. Raises Unavailable when it does not answer or has none."""
    sent = now()
    try:
        with httpx.Client(timeout=TIMEOUT_S, transport=transport) as client:
            answer = client.head(url)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unavailable(Message("server.clock_source_silent", host=httpx.URL(url).host, reason=error)) from error
    received = now()
    try:
        date = parsedate_to_datetime(answer.headers["date"]).astimezone(UTC)
    except (KeyError, ValueError) as error:
        raise Unavailable(Message("server.clock_source_timeless", host=httpx.URL(url).host)) from error
    return offset_bounds(sent, received, date)
