"""How many requests one user, device or stranger may make: windows of the package `limits`, in memory.

Kept by each server process for itself, on purpose: a limit keeps one process usable, and asking another for it would
cost more than a request. Orders to flights and live sockets are not counted; what there is not and files are.
"""

import ipaddress
import time
from typing import Annotated

from limits import RateLimitItem, parse_many
from limits.strategies import FixedWindowRateLimiter
from pydantic import AfterValidator, BaseModel, ConfigDict

from mapserver.core.rate_windows import WindowCounts
from telemetry.access import Principal, Role
from telemetry.errors import TooManyRequests
from telemetry.messages import Message


def _known_form(text: str) -> str:
    parse_many(text)  # raises ValueError
    return text


RateText = Annotated[str, AfterValidator(_known_form)]
"""As `limits` reads it: "100/second", or several, "20/second;600/minute"."""


class RateSettings(BaseModel):
    """Requests of one sender, by kind of sender."""

    model_config = ConfigDict(extra="forbid")

    person: RateText = "100/second"
    """A signed-in user, all sessions and tokens together."""
    device: RateText = "600/second"
    """A device: single observations at 250 a second have room."""
    stranger: RateText = "50/second;1200/minute"
    """An address (of IPv6 a /64) whose requests carry no valid session or token, or ask for what there is not."""
    file: RateText = "500/second;10000/minute"
    """An address that loads the pages' own files; the map has about a hundred, once for each browser."""


class RequestRates:
    """What each sender has used. May be asked on any thread."""

    def __init__(self, settings: RateSettings) -> None:
        self._person = parse_many(settings.person)
        self._device = parse_many(settings.device)
        self._stranger = parse_many(settings.stranger)
        self._file = parse_many(settings.file)
        self._windows = FixedWindowRateLimiter(WindowCounts())

    def count_member(self, caller: Principal) -> None:
        """Count a request of `caller`. Raises TooManyRequests."""
        self._count(self._device if caller.role is Role.DEVICE else self._person, "member", caller.name)

    def count_stranger(self, address: str) -> None:
        """Count a request from `address` that nobody known has made. Raises TooManyRequests."""
        self._count(self._stranger, "stranger", network_of(address))

    def require_stranger_room(self, address: str) -> None:
        """Raises TooManyRequests when a further request from `address` would be one too many. Counts nothing."""
        sender = network_of(address)
        for rate in self._stranger:
            if not self._windows.test(rate, "stranger", sender):
                raise self._refusal(rate, "stranger", sender)

    def count_file(self, address: str) -> None:
        """Count one of the pages' own files for `address`. Raises TooManyRequests."""
        self._count(self._file, "file", network_of(address))

    def _count(self, rates: list[RateLimitItem], kind: str, sender: str) -> None:
        for rate in rates:
            if not self._windows.hit(rate, kind, sender):
                raise self._refusal(rate, kind, sender)

    def _refusal(self, rate: RateLimitItem, kind: str, sender: str) -> TooManyRequests:
        ends_at, _ = self._windows.get_window_stats(rate, kind, sender)
        wait_s = max(1, round(ends_at - time.monotonic()))
        return TooManyRequests(
            Message("web.rate_exceeded", most=rate.amount, per_s=rate.get_expiry(), wait_s=wait_s), retry_after_s=wait_s
        )


def network_of(address: str) -> str:
    """What counts as one sender: the address itself, of IPv6 its /64, which one line has for itself."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if known.version == 4:
        return str(known)
    return str(ipaddress.ip_network((known, 64), strict=False))
