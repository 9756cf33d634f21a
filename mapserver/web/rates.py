"""How many requests one user, device or stranger may make: windows of the package `limits`, in memory.

Kept by each server process for itself, on purpose: a limit keeps one process usable, and asking another for it would
cost more than a request. Orders to flights and live sockets are not counted.
"""

import ipaddress
import time
from typing import Annotated

from limits import RateLimitItem, parse_many
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from pydantic import AfterValidator, BaseModel, ConfigDict

from telemetry.access import Principal, Role
from telemetry.errors import TooManyRequests


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
    """An address (of IPv6 a /64) whose requests carry no valid session or token; a page's files do not count."""


class RequestRates:
    """What each sender has used. May be asked on any thread."""

    def __init__(self, settings: RateSettings) -> None:
        self._person = parse_many(settings.person)
        self._device = parse_many(settings.device)
        self._stranger = parse_many(settings.stranger)
        self._windows = FixedWindowRateLimiter(MemoryStorage())

    def count_member(self, caller: Principal) -> None:
        """Count a request of `caller`. Raises TooManyRequests."""
        self._count(self._device if caller.role is Role.DEVICE else self._person, "member", caller.name)

    def count_stranger(self, address: str) -> None:
        """Count a request from `address` that nobody known has made. Raises TooManyRequests."""
        self._count(self._stranger, "stranger", network_of(address))

    def _count(self, rates: list[RateLimitItem], kind: str, sender: str) -> None:
        for rate in rates:
            if not self._windows.hit(rate, kind, sender):
                resets_at, _ = self._windows.get_window_stats(rate, kind, sender)
                wait_s = max(1, round(resets_at - time.time()))
                raise TooManyRequests(
                    f"more than {rate.amount} requests in {rate.get_expiry()} s; go on in {wait_s} s",
                    retry_after_s=wait_s,
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
