"""Analysis in processes of this machine: packets go out over a line, findings come home over it.

The server reads each camera once and serves people; with decoding and the detector in it, hundreds of small steps a
second of some seventy threads would wait for one another (Python runs one thread at a time).
A process that dies is started anew with its streams, from their last key frames on.
"""

import itertools
import logging
import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection

from telemetry.supervision import Supervisor, ThreadHeartbeat
from vision.feeds.packet_queue import PacketQueue
from vision.feeds.reader import Reader
from vision.findings import Finding
from vision.pipeline.analysed_still import Jpeg
from vision.setups.setup import Setup
from vision.workers.child_process import ChildProcess, ChildStart, StopMessage
from vision.workers.messages import (
    BeginStream,
    EndStream,
    FindingMessage,
    FromWorker,
    Packets,
    PrepareDetector,
    ProgressMessage,
    StillReply,
    StillRequest,
    ToWorker,
    UpdateSetup,
)
from vision.workers.protocol import AnalysisState, MakeDetector, StreamTask

log = logging.getLogger(__name__)

GATHER_S = 0.01
"""Packets wait so long for others, to go together."""
RESTART_S = 0.5
SILENT_S = 20.0
"""A process that says nothing for so long hangs: it speaks four times a second."""
START_S = 120.0
STILL_S = 3.0
END_S = 10.0
AGAIN_S = (0.2, 1.0, 5.0, 20.0)
"""Pauses before a finding that could not be kept is tried again."""


@dataclass
class _Watched:
    """A stream that one process analyses."""

    task: StreamTask
    reader: Reader
    packet_queue: PacketQueue
    detach: Callable[[], None]
    analysed: AnalysisState


class LocalWorkers:
    """`processes` of this machine; each stream is in one of them, with those it shares a detector with."""

    def __init__(
        self,
        make_detector: MakeDetector,
        *,
        sink: Callable[[Finding], None],
        processes: int = 1,
        supervisor: Supervisor | None = None,
    ) -> None:
        """`sink` keeps what was found; it is called on one thread, and again later when it raises."""
        supervisor = supervisor or Supervisor()
        self._sink = sink
        self._found = queue.SimpleQueue[Finding | None]()
        self._workers = [
            _Worker(number, make_detector, self._found.put, supervisor) for number in range(1, processes + 1)
        ]
        self._homes: dict[str, _Worker] = {}
        self._keeper = supervisor.thread("findings", self._keep, wake=lambda: self._found.put(None))

    def start(self) -> None:
        """Start the processes and wait until they are ready. Raises Misconfigured when the detector cannot be made."""
        self._keeper.start()
        for worker in self._workers:
            worker.start()

    def stop(self) -> None:
        """End them, and keep what they found to the last."""
        for worker in self._workers:
            worker.stop()
        self._keeper.stop(END_S)

    def watch(self, task: StreamTask, reader: Reader) -> None:
        """Analyse `task`, in the process that has least to do."""
        worker = min(self._workers, key=lambda one: one.weight)
        self._homes[task.name] = worker
        worker.watch(task, reader)

    def update_setup(self, name: str, setup: Setup) -> None:
        """Go by `setup` from now on."""
        self._homes[name].update_setup(name, setup)

    def leave(self, name: str) -> None:
        """Analyse the stream of `name` no more."""
        self._homes.pop(name).leave(name)

    def analysed(self, name: str) -> AnalysisState:
        """How far that stream is."""
        return self._homes[name].analysed(name)

    def still(self, name: str) -> Jpeg | None:
        """The newest picture of it that was looked at; None before the first and when the process does not answer."""
        return self._homes[name].still(name)

    def pids(self) -> list[int]:
        """The processes, for whoever measures them."""
        return [worker.pid for worker in self._workers]

    def _keep(self, heartbeat: ThreadHeartbeat) -> None:
        while (finding := self._found.get()) is not None:
            for pause_s in (*AGAIN_S, None):
                try:
                    self._sink(finding)
                    heartbeat.worked()
                    break
                except Exception:  # the disk may be full now and not in a moment
                    log.exception("a finding of %s could not be kept", finding.camera_id)
                if pause_s is None or heartbeat.wait(pause_s):
                    log.error("the finding %s of %s is lost", finding.ref, finding.camera_id)
                    break


class _Worker:
    """One process, its line, and the streams it has."""

    def __init__(
        self, number: int, make_detector: MakeDetector, found: Callable[[Finding], None], supervisor: Supervisor
    ) -> None:
        """`number` tells it from the others in reports, from 1 on."""
        self._found = found
        self._lock = threading.Lock()
        self._watched: dict[str, _Watched] = {}
        self._orders: list[ToWorker] = []
        self._due = threading.Event()
        self._line: Connection[ToWorker, FromWorker]
        self._questions: dict[int, queue.SimpleQueue[Jpeg | None]] = {}
        self._numbers = itertools.count()
        name = f"analysis {number}"
        self._sender = supervisor.thread(f"{name} packets", self._send, wake=self._due.set)
        start = ChildStart(
            name,
            "vision.workers.process",
            PrepareDetector(make_detector),
            "the process that analyses video cannot begin",
            within_s=START_S,
        )
        self._child: ChildProcess[ToWorker, FromWorker] = ChildProcess(
            start,
            began=self._begin,
            hear=self._hear,
            lost=self._lost,
            silent_s=SILENT_S,
            again_s=RESTART_S,
            supervisor=supervisor,
        )

    @property
    def weight(self) -> float:
        """Of all its streams together."""
        return sum(one.task.weight for one in list(self._watched.values()))

    @property
    def pid(self) -> int:
        """Of the process there is now."""
        return self._child.pid

    def start(self) -> None:
        """Start it, once. Raises Misconfigured when it cannot look at pictures."""
        self._child.start()
        self._sender.start()

    def stop(self) -> None:
        """End it once it has said what is still to be said."""
        self._child.stop(self._order_stop, within_s=END_S)
        self._sender.stop(END_S)

    def _order_stop(self) -> None:
        with self._lock:
            self._orders.append(StopMessage())
        self._due.set()

    def watch(self, task: StreamTask, reader: Reader) -> None:
        packet_queue = PacketQueue(on_event=self._due.set)
        with self._lock:
            self._orders.append(BeginStream(task))
            detach = reader.attach(packet_queue)
            self._watched[task.name] = _Watched(task, reader, packet_queue, detach, AnalysisState())

    def update_setup(self, name: str, setup: Setup) -> None:
        with self._lock:
            one = self._watched[name]
            if one.task.setup is setup:
                return
            one.task = replace(one.task, setup=setup)
            self._orders.append(UpdateSetup(name, setup))
        self._due.set()

    def leave(self, name: str) -> None:
        with self._lock:
            one = self._watched.pop(name)
            self._orders.append(EndStream(name))
        one.detach()
        self._due.set()

    def analysed(self, name: str) -> AnalysisState:
        return self._watched[name].analysed

    def still(self, name: str) -> Jpeg | None:
        number = next(self._numbers)
        answer = queue.SimpleQueue[Jpeg | None]()
        self._questions[number] = answer
        with self._lock:
            self._orders.append(StillRequest(number, name))
        self._due.set()
        try:
            return answer.get(timeout=STILL_S)
        except queue.Empty:
            return None
        finally:
            self._questions.pop(number, None)

    def _send(self, heartbeat: ThreadHeartbeat) -> None:
        """Hand over what comes, packets of a moment together."""
        try:
            self._hand_over(heartbeat)
        except Exception:
            self._child.kill()  # it may have been told a part only; the next is told everything
            raise

    def _hand_over(self, heartbeat: ThreadHeartbeat) -> None:
        ended = False
        while not ended and not heartbeat.stopping:
            self._due.wait()
            self._due.clear()
            time.sleep(GATHER_S)
            with self._lock:
                orders = self._orders
                self._orders = []
                watched = list(self._watched.values())
                line = self._line
                ended = any(isinstance(order, StopMessage) for order in orders)
                events = [(one.task.name, one.packet_queue.drain()) for one in watched]
            with suppress(OSError):  # it has died: the listener starts another, which gets all anew
                for order in (one for one in orders if not isinstance(one, StopMessage)):
                    line.send(order)
                for name, came in events:
                    if came:
                        line.send(Packets(name, tuple(came)))
                if ended:
                    line.send(StopMessage())
            heartbeat.worked()

    def _hear(self, message: FromWorker) -> None:
        match message:
            case FindingMessage(finding):
                self._found(finding)
            case ProgressMessage(analysed):
                for name, how in analysed.items():
                    if (one := self._watched.get(name)) is not None:
                        one.analysed = how
            case StillReply(number, picture):
                if (answer := self._questions.get(number)) is not None:
                    answer.put(picture)

    def _lost(self, code: int) -> None:
        log.warning("the process that analyses ended (%d); another takes its %d streams", code, len(self._watched))

    def _begin(self, line: "Connection[ToWorker, FromWorker]") -> None:
        """Give a new process the streams there are, from their last key frames on."""
        with self._lock:
            self._line = line
            self._orders = [BeginStream(one.task) for one in self._watched.values()]
            for one in self._watched.values():
                one.detach()
                one.packet_queue.drain()
                one.detach = one.reader.attach(one.packet_queue)
        self._due.set()
