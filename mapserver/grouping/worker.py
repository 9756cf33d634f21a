"""Incidents are settled a moment after words came in, worked out in a process of its own: it takes a core for a while,
and nothing that moves a vehicle may wait for that."""

import time
from datetime import datetime

from incidents.merging import Rules
from incidents.settling.repository import StoredWords
from incidents.settling.service import Settler, settle_here
from incidents.settling.settle import Settlement
from mapserver.core.services import Services
from telemetry.errors import Unavailable
from telemetry.messages import Message
from telemetry.workers import WorkerPool

EVERY_S = 0.5
PAUSES = 9
"""After a look so many times as long as it kept this process busy is left to receipts, however much waits."""
WITHIN_S = 120.0
"""For a town's first settlement after a start; those after it remember what was weighed."""
MEMORY_BYTES = 2 * 2**30
LEASE = "settling"


class SettlingWorker:
    """Settles every town in which something is unsettled, on one server of a cluster."""

    def __init__(self, parts: Services) -> None:
        self._leases = parts.leases
        self._pool = WorkerPool(Message("server.work.settling"), workers=1, waiting=1, memory_bytes=MEMORY_BYTES)
        self._closed = False
        self._not_before_s = 0.0
        self._settler = Settler(parts.store, parts.rules, parts.clock, self._worked_out)

    def look(self) -> None:
        """Settle what waits; nothing where it is another server's turn. Raises STORE_ERRORS, Unavailable."""
        if time.monotonic() < self._not_before_s or not self._leases.is_own(LEASE):
            return
        begun = time.thread_time()
        try:
            self._settler.look()
        except Unavailable:
            if not self._closed:
                raise
        self._not_before_s = time.monotonic() + PAUSES * (time.thread_time() - begun)

    def close(self) -> None:
        """End the process, and let another server settle; what this one was at is settled by that, or after the next
        start."""
        self._closed = True
        self._pool.close()
        self._leases.give_back([LEASE])

    def _worked_out(self, stored: StoredWords, rules: Rules, now: datetime) -> Settlement:
        return self._pool.run(WITHIN_S, settle_here, stored, rules, now)
