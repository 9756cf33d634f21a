"""Renews the leases of this process on a thread of its own, and knows in memory which of them it still has.

Whoever gives an order asks here and waits for no database.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from telemetry.failures import FailureLog
from telemetry.leases import service
from telemetry.leases.service import Lease, LeaseOwner
from telemetry.store import STORE_ERRORS, Store
from telemetry.supervision import Supervisor

log = logging.getLogger(__name__)

LASTS_S = 10.0
RENEW_EVERY_S = 3.0


class LeaseStanding(Enum):
    """Whether something is this process's to do."""

    OWN = auto()
    """It has the lease; or the database cannot be asked, and so nobody else can have taken it there."""
    UNSURE = auto()
    """This process stood still for longer than the lease lasts, and has not asked yet whether another took it."""
    NOT_OWN = auto()
    """Another has it, or it was never taken."""


@dataclass
class _Held:
    fence: int
    since_s: float
    """When it was last asked to be renewed and was, by the monotonic clock."""


class LeaseKeeper:
    """The leases of this process. May be used from any thread."""

    def __init__(
        self,
        store: Store,
        owner: LeaseOwner,
        *,
        lasts_s: float = LASTS_S,
        renew_every_s: float = RENEW_EVERY_S,
        clock: Callable[[], float] = time.monotonic,
        supervisor: Supervisor | None = None,
    ) -> None:
        self.owner = owner
        self.lasts_s = lasts_s
        self._store = store
        self._clock = clock
        self._lock = threading.Lock()
        self._held: dict[str, _Held] = {}
        self._failed_at_s: float | None = None
        """When the database last failed to answer, unless it has answered since."""
        self._listeners: list[Callable[[str], None]] = []
        self._worker = (supervisor or Supervisor()).rounds(
            "leases", self.renew, every_s=renew_every_s, pauses_s=(renew_every_s,)
        )
        self._fails = FailureLog("leases cannot be renewed")

    def start(self) -> None:
        """Begin to renew."""
        self._worker.start()

    def stop(self) -> None:
        """Renew no more, and give back what is left, so that others need not wait for its end."""
        self._worker.stop()
        self.give_back(list(self._held))

    def listen(self, listener: Callable[[str], None]) -> Callable[[], None]:
        """Call `listener`, on the keeper's thread, with the name of each lease that is lost to another. Returns the way
        to stop."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def now_s(self) -> float:
        """The moment from which a lease counts that is asked for now."""
        return self._clock()

    def keep(self, lease: Lease, *, since_s: float) -> None:
        """Renew `lease` from now on, which was asked for at `since_s` (`now_s`) and is committed."""
        with self._lock:
            self._held[lease.name] = _Held(lease.fence, since_s)

    def take(self, name: str) -> Lease | None:
        """Take a lease and keep it; None while another has it. Raises STORE_ERRORS."""
        since_s = self.now_s()
        lease = self._store.run(lambda work: service.take(work.session, name, self.owner, lasts_s=self.lasts_s))
        if lease is not None:
            self.keep(lease, since_s=since_s)
        return lease

    def is_own(self, name: str) -> bool:
        """Whether what `name` stands for is this process's to do, once in a cluster: it has the lease, or takes it now
        because nobody has it. Raises STORE_ERRORS."""
        return self.standing(name) is LeaseStanding.OWN or self.take(name) is not None

    def give_back(self, names: list[str]) -> None:
        """Renew these no more and let others have them; if the database fails they have to wait for their end."""
        with self._lock:
            fences = {name: self._held.pop(name).fence for name in names if name in self._held}
        if not fences:
            return
        try:
            self._store.run(lambda work: service.give_back(work.session, fences, self.owner))
        except STORE_ERRORS as error:
            log.warning("%d leases end by themselves in %g s: %s", len(fences), self.lasts_s, error)

    def standing(self, name: str) -> LeaseStanding:
        """Whether what `name` stands for is this process's to do, as far as it knows without asking."""
        with self._lock:
            held = self._held.get(name)
            failed_at_s = self._failed_at_s
        if held is None:
            return LeaseStanding.NOT_OWN
        now_s = self._clock()
        asked_lately = failed_at_s is not None and now_s - failed_at_s < self.lasts_s
        if now_s - held.since_s < self.lasts_s or asked_lately:
            return LeaseStanding.OWN
        return LeaseStanding.UNSURE

    def renew(self) -> None:
        """Renew all of them once, and tell of those that are lost."""
        with self._lock:
            fences = {name: held.fence for name, held in self._held.items()}
        if not fences:
            return
        asked_s = self._clock()
        try:
            lost = self._store.run(lambda work: service.renew(work.session, fences, self.owner, lasts_s=self.lasts_s))
        except STORE_ERRORS as error:
            self._fails.failed(error)
            with self._lock:
                self._failed_at_s = self._clock()
            return
        self._fails.worked()
        with self._lock:
            self._failed_at_s = None
            for name, fence in fences.items():
                held = self._held.get(name)
                if held is None or held.fence != fence:
                    continue
                if name in lost:
                    del self._held[name]
                else:
                    held.since_s = asked_s
        for name in lost:
            log.warning("%s is another server's now", name)
            for listener in list(self._listeners):
                listener(name)
