"""What runs on a machine of the cluster for one stream: reads the camera, analyses it, sends home what is found.

Ray makes it anew, from its order, wherever its process or machine died. It knows nothing of Ray itself.
"""

import logging
import pickle
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from vision.cluster.destination import Destination
from vision.cluster.outbox import Outbox
from vision.cluster.spool import Spool, spool_place
from vision.feeds.address import is_address
from vision.feeds.reader import FILE_PAUSE_S, Reader
from vision.pipeline.analysed_still import Jpeg
from vision.setups.setup import Setup
from vision.workers.analyst import Analyst
from vision.workers.protocol import AnalysisState, MakeDetector, StreamTask
from vision.workers.pump import Pump

log = logging.getLogger(__name__)

LEASE_LOOK_S = 1.0
SEND_REST_S = 2.0
"""So long what was found is still tried to be sent home when the analysis is over."""


@dataclass(frozen=True)
class ActorOrder:
    """All that an actor needs to know to begin, and to begin again."""

    task: StreamTask
    make_detector: MakeDetector
    home: Destination
    alone_s: float
    """Without a word from the server for so long, the camera is no longer read."""

    def asks_the_same(self, other: "ActorOrder") -> bool:
        """Whether it differs from `other` at most in the setup and the home."""
        return self._kernel() == other._kernel()

    def _kernel(self) -> bytes:
        return pickle.dumps((replace(self.task, setup=Setup()), self.make_detector, self.alone_s))


@dataclass(frozen=True)
class ActorReport:
    """What an actor tells when it is asked."""

    analysed: AnalysisState
    still: Jpeg | None
    """None when there is none newer than was asked for."""


class StreamActor:
    """One stream, by the order that `read_order` gives at the time."""

    def __init__(
        self,
        read_order: Callable[[], ActorOrder],
        end: Callable[[], None],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begins at once. `end` is called, on a thread of its own, when no server was heard of for too long."""
        self._read_order = read_order
        self._end = end
        self._monotonic = monotonic
        self._order = order = read_order()
        self._outbox = Outbox(order.home, spool=Spool(spool_place(), order.home.url, order.task.name))
        self._outbox.start()
        self._watch = _Watch(order, self._outbox)
        self._heard = monotonic()
        self._over = threading.Event()
        threading.Thread(target=self._mind, name="lease", daemon=True).start()

    def renew(self) -> None:
        """Go by the order as it is now; what is new in its setup alone is taken up without beginning anew."""
        before = self._order
        self._order = self._read_order()
        self._heard = self._monotonic()
        self._outbox.move(self._order.home)
        if self._order.asks_the_same(before):
            self._watch.update_setup(self._order.task.setup)
        else:
            self._watch.stop()
            self._watch = _Watch(self._order, self._outbox)

    def look(self, still_after: datetime | None) -> ActorReport:
        """How far it is, and the newest still if that is newer than `still_after`. Counts as a word from the server."""
        self._heard = self._monotonic()
        analysed = self._watch.analysed()
        fault = analysed.fault or self._outbox.state().trouble
        at = analysed.looked_at
        newer = at is not None and (still_after is None or at > still_after)
        return ActorReport(replace(analysed, fault=fault), self._watch.still() if newer else None)

    def stop(self) -> None:
        """Read and analyse no more; what was found may still come home."""
        self._over.set()
        self._watch.stop()
        self._outbox.stop(within_s=SEND_REST_S)

    def _mind(self) -> None:
        """Wait until the server was silent for too long."""
        while not self._over.wait(LEASE_LOOK_S):
            alone_s = self._monotonic() - self._heard
            if alone_s > self._order.alone_s:
                log.warning("camera %s: no server for %.0f s, it is read no longer", self._order.task.name, alone_s)
                self.stop()
                self._end()


class _Watch:
    """A camera that is read and analysed from when it is made until `stop`."""

    def __init__(self, order: ActorOrder, outbox: Outbox) -> None:
        task = self._task = order.task
        self._analyst = Analyst(order.make_detector(), sink=outbox.put)
        self._analyst.start()
        self._analyst.begin(task)
        live = is_address(task.source)
        self._reader = Reader(task.name, task.source, transport=task.transport, loop=not live, pause_s=FILE_PAUSE_S)
        self._pump = Pump(self._reader, self._analyst)
        self._pump.start()
        self._reader.start()

    def update_setup(self, setup: Setup) -> None:
        self._analyst.update_setup(self._task.name, setup)

    def analysed(self) -> AnalysisState:
        analysed = self._analyst.analysed()[self._task.name]
        return replace(
            analysed,
            skipped=analysed.skipped + self._pump.dropped,
            fault=self._reader.state().error or analysed.fault,
        )

    def still(self) -> Jpeg | None:
        return self._analyst.still(self._task.name)

    def stop(self) -> None:
        self._reader.stop()
        self._pump.stop()
        self._analyst.stop()
