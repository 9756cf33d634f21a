"""Work that one of the servers of a database does for all of them, while it has the lease of that work."""

import time
from collections.abc import Callable

from telemetry.leases import LeaseKeeper


class InTurn:
    """Does `work` at most every `every_s` seconds, and only while `lease` is this server's."""

    def __init__(self, leases: LeaseKeeper, lease: str, work: Callable[[], object], *, every_s: float) -> None:
        """What another server did is not known: whoever takes over does it at once."""
        self._leases = leases
        self._lease = lease
        self._work = work
        self._every_s = every_s
        self._due_s = 0.0

    def look(self) -> None:
        """Do it if it is due here. Raises STORE_ERRORS, and what the work raises."""
        if not self._leases.is_own(self._lease):
            self._due_s = 0.0
            return
        if time.monotonic() < self._due_s:
            return
        self._work()
        self._due_s = time.monotonic() + self._every_s
