"""Streams under analysis in one process: packets are decoded as they come, and lookers share one detector.

Which stream comes next is decided by `vision.workers.stride_scheduler`. Few threads on purpose: Python runs one at a
time, and with one a camera the detector would wait for dozens between any two of its steps. Cameras that read plates
have a looker of their own: looking for writing takes many times as long as looking for vehicles, and nobody else is to
wait for it.
"""

import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

from telemetry.messages import Message
from vision.detection.detector import Detector
from vision.feeds.packet_queue import StreamEvent
from vision.findings import Finding
from vision.pipeline.analysed_still import Jpeg
from vision.pipeline.pending_findings import PendingFinding
from vision.pipeline.streams import Job, Stream
from vision.plates.vehicle_plates import load_plate_watch
from vision.setups.setup import Setup
from vision.workers.protocol import AnalysisState, StreamTask
from vision.workers.stride_scheduler import StrideScheduler

log = logging.getLogger(__name__)

FINISHERS = 2
"""Threads that make the pictures of findings: several cameras may see something at once."""
MOST_UNFINISHED = 30
"""Findings without their picture; beyond, looking waits."""


@dataclass
class _Member:
    """A stream, and who is at it."""

    stream: Stream
    order: StrideScheduler
    """Of the looker it waits for."""
    taking: threading.Lock = field(default_factory=threading.Lock)
    """Held while its packets are decoded."""
    busy: bool = False
    """A looker has one of its jobs: the next one waits, since each builds on the one before."""
    unfinished: int = 0
    """Findings that still lack their picture."""
    fault: Message | None = None


class Analyst:
    """Analyses streams between `start` and `stop`. Every method may be called by any thread."""

    def __init__(
        self,
        detector: Detector,
        *,
        sink: Callable[[Finding], None],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`sink` is called by several threads; when it raises, that stream's analysis begins anew."""
        self._detector = detector
        self._sink = sink
        self._monotonic = monotonic
        self._members: dict[str, _Member] = {}
        self._orders = {False: StrideScheduler(), True: StrideScheduler()}
        """Whose turn it is: of the cameras that read no plates, and of those that do."""
        self._changed = threading.Condition()
        self._stopping = False
        self._pending = queue.Queue[tuple[_Member, PendingFinding] | None](MOST_UNFINISHED)
        self._lookers = [
            threading.Thread(target=self._look, args=(order,), name="looker", daemon=True)
            for order in self._orders.values()
        ]
        self._finishers = [
            threading.Thread(target=self._finish, name="finisher", daemon=True) for _ in range(FINISHERS)
        ]

    def start(self) -> None:
        """Begin."""
        for thread in (*self._lookers, *self._finishers):
            thread.start()

    def stop(self) -> None:
        """End every stream, and wait until what waits is done."""
        for name in list(self._members):
            self.end(name)
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        for looker in self._lookers:
            if looker.is_alive():
                looker.join()
        for _ in self._finishers:
            self._pending.put(None)
        for finisher in self._finishers:
            if finisher.is_alive():
                finisher.join()

    def begin(self, task: StreamTask) -> None:
        """Analyse one more stream; its packets are handed to `take`."""
        stream = Stream(
            task.name,
            self._detector,
            setup=task.setup,
            plates=partial(load_plate_watch, tells_unsure=True) if task.reads_plates else None,
            monotonic=self._monotonic,
        )
        order = self._orders[task.reads_plates]
        with self._changed:
            order.join(task.name, task.weight)
            self._members[task.name] = _Member(stream, order)

    def take(self, name: str, event: StreamEvent) -> None:
        """What came of a stream, in order."""
        member = self._members[name]
        try:
            with member.taking:
                member.stream.take(event)
        except Exception as error:
            self._failed(member, error)
        self._go_on(name, member)

    def update_setup(self, name: str, setup: Setup) -> None:
        """Go by `setup` from now on."""
        self._members[name].stream.update_setup(setup)

    def end(self, name: str) -> None:
        """Analyse a stream no more; returns when nobody is at it."""
        member = self._members[name]
        with member.taking:
            member.stream.end()
        self._go_on(name, member)
        with self._changed:
            self._changed.wait_for(lambda: not (member.busy or member.unfinished or member.stream.waits()))
            del self._members[name]
            member.order.leave(name)

    def analysed(self) -> dict[str, AnalysisState]:
        """How far each stream is, by name."""
        with self._changed:
            now = self._monotonic()
            return {
                name: AnalysisState(
                    replace(one.stream.counters),
                    one.stream.skipped,
                    one.fault,
                    one.order.rate(name, now),
                    one.stream.still.at,
                )
                for name, one in self._members.items()
            }

    def still(self, name: str) -> Jpeg | None:
        """The newest picture of a stream that was looked at; None before the first."""
        member = self._members.get(name)
        if member is None:
            return None
        return member.stream.still.jpeg()

    def _go_on(self, name: str, member: _Member) -> None:
        """Do what costs nothing, as where nothing moves, and let what is costly wait for its turn."""
        while True:
            with self._changed:
                job = member.stream.waits()
                if member.busy or job is None:
                    return
                if job.costly:
                    if not member.order.asks(name):
                        member.order.ask(name, self._monotonic())
                        self._changed.notify_all()
                    return
                job = member.stream.next_job()
                member.busy = True
            self._do(member, job)

    def _look(self, order: StrideScheduler) -> None:
        while (turn := self._next(order)) is not None:
            name, member, job = turn
            runs = member.stream.counters.network_runs
            self._do(member, job)
            with self._changed:
                order.charge(name, max(0, member.stream.counters.network_runs - runs - 1))
            self._go_on(name, member)

    def _next(self, order: StrideScheduler) -> tuple[str, _Member, Job | None] | None:
        """Whose turn it is, and what is to be done; None at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._stopping or order.first() is not None)
            name = order.first()
            if name is None:
                return None
            order.serve(name, self._monotonic())
            member = self._members[name]
            member.busy = True
            return name, member, member.stream.next_job()

    def _do(self, member: _Member, job: Job | None) -> None:
        """One job; none when a failure took it back meanwhile."""
        try:
            for pending in () if job is None else job.work():
                with self._changed:
                    member.unfinished += 1
                self._pending.put((member, pending))
        except Exception as error:
            self._failed(member, error)
        with self._changed:
            member.busy = False
            self._changed.notify_all()

    def _finish(self) -> None:
        """Make the pictures, and hand on what is whole."""
        while (one_pending := self._pending.get()) is not None:
            member, pending = one_pending
            try:
                self._sink(pending.finish())
                member.fault = None
            except Exception as error:
                self._failed(member, error)
            with self._changed:
                member.unfinished -= 1
                self._changed.notify_all()

    def _failed(self, member: _Member, error: Exception) -> None:
        """Log and say it, once, and begin that stream anew."""
        if member.fault is None:
            log.error("camera %s: the analysis failed and begins anew", member.stream.name, exc_info=error)
        member.fault = Message("feeds.analysis_failed", reason=repr(error))
        with member.taking:
            member.stream.begin_anew()
