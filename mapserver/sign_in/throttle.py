"""How long who has failed waits until a password is tried again: by account, by address, and by known browser.

Sans-I/O: times are seconds of a monotonic clock and are handed in. Kept by each server process for itself, on purpose:
it bounds what this process spends on passwords, and a restart forgives.
"""

from collections import OrderedDict
from dataclasses import dataclass

from telemetry.errors import TooManyRequests
from telemetry.messages import Message

REMEMBERED = 10_000
"""Accounts, and as many addresses and browsers; the ones that failed longest ago are forgotten first."""
FORGOTTEN_AFTER_S = 900.0


@dataclass(frozen=True)
class BackOff:
    """After `free` failures each further one waits twice as long, from `first_s` to `longest_s` seconds."""

    free: int
    first_s: float
    longest_s: float

    def wait_s(self, failures: int) -> float:
        """From the newest of `failures` on."""
        if failures <= self.free:
            return 0.0
        return min(self.longest_s, self.first_s * 2.0 ** min(failures - self.free - 1, 32))


ACCOUNT = BackOff(free=5, first_s=1.0, longest_s=60.0)
ADDRESS = BackOff(free=20, first_s=1.0, longest_s=300.0)
"""An office or a mobile network has one address for many people."""
BROWSER = BackOff(free=5, first_s=1.0, longest_s=60.0)


@dataclass(frozen=True)
class SignInOrigin:
    """Whence somebody tries to sign in."""

    account: str
    address: str
    browser: str | None
    """The id of a browser that has signed in to this account before, proved by its cookie."""


class SignInThrottle:
    """Counts failures. A known browser answers only for its own, so that nobody elsewhere keeps its owner out."""

    def __init__(self) -> None:
        self._accounts = _Failures(ACCOUNT)
        self._addresses = _Failures(ADDRESS)
        self._browsers = _Failures(BROWSER)

    def require_turn(self, origin: SignInOrigin, now: float) -> None:
        """Raises TooManyRequests, saying for how long, while `origin` has to wait."""
        wait_s = max(failures.wait_s(key, now) for failures, key in self._counted(origin))
        if wait_s > 0:
            raise TooManyRequests(
                Message("account.throttled", wait_s=round(wait_s) or 1), retry_after_s=round(wait_s) or 1
            )

    def failed(self, origin: SignInOrigin, now: float) -> None:
        """Count a wrong password."""
        for failures, key in self._counted(origin):
            failures.add(key, now)

    def succeeded(self, origin: SignInOrigin) -> None:
        """Forget the failures of the account, or of the known browser; those of the address stay."""
        if origin.browser is None:
            self._accounts.forget(origin.account)
        else:
            self._browsers.forget(_browser_key(origin))

    def _counted(self, origin: SignInOrigin) -> "list[tuple[_Failures, str]]":
        if origin.browser is not None:
            return [(self._browsers, _browser_key(origin))]
        return [(self._accounts, origin.account), (self._addresses, origin.address)]


def _browser_key(origin: SignInOrigin) -> str:
    return f"{origin.account} {origin.browser}"


@dataclass
class _Count:
    failures: int
    newest: float


class _Failures:
    """Of one kind of key, the newest last."""

    def __init__(self, back_off: BackOff) -> None:
        self._back_off = back_off
        self._counts: OrderedDict[str, _Count] = OrderedDict()

    def wait_s(self, key: str, now: float) -> float:
        count = self._counts.get(key)
        if count is None or now - count.newest > FORGOTTEN_AFTER_S:
            return 0.0
        return max(0.0, count.newest + self._back_off.wait_s(count.failures) - now)

    def add(self, key: str, now: float) -> None:
        before = self._counts.pop(key, None)
        failures = 0 if before is None or now - before.newest > FORGOTTEN_AFTER_S else before.failures
        self._counts[key] = _Count(failures + 1, now)
        if len(self._counts) > REMEMBERED:
            self._counts.popitem(last=False)

    def forget(self, key: str) -> None:
        self._counts.pop(key, None)
