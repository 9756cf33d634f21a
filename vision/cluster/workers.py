"""Analysis on a Ray cluster, as the server sees it: one actor a stream, told of and asked through a process of its own.

Nothing here waits for the cluster but the start. The cameras are read by the cluster's machines; findings come home
by a way of their own, not through here.
"""

import importlib.util
import logging
import queue
import secrets
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Connection

from telemetry.errors import Misconfigured
from telemetry.messages import Message
from telemetry.supervision import Supervisor, ThreadHeartbeat
from vision.cluster.actor import ActorOrder, ActorReport
from vision.cluster.destination import Destination
from vision.cluster.messages import Cluster, Connect, FromDriver, PostOrder, StreamReports, ToDriver, WithdrawOrder
from vision.feeds.reader import Reader
from vision.pipeline.analysed_still import Jpeg
from vision.setups.setup import Setup
from vision.workers.child_process import ChildProcess, ChildStart, StopMessage
from vision.workers.protocol import AnalysisState, MakeDetector, StreamTask

log = logging.getLogger(__name__)

START_S = 90.0
SILENT_S = 60.0
"""A process that says nothing for so long hangs: it speaks twice a second."""
RESTART_S = 3.0
END_S = 30.0
ALONE_S = 300.0
"""So long the cameras are read on while there is no server: it may be restarted, or be gone for good."""


def require_ray() -> None:
    """Raises Misconfigured when Ray is not installed."""
    if importlib.util.find_spec("ray") is None:
        raise Misconfigured(Message("cluster.needs_ray"))


def ray_environment(cluster: Cluster) -> dict[str, str]:
    """What Ray reads when it is imported: it tells nobody outside of its use; a cluster here is for this server only,
    on loopback, and keeps processes that are ready to go on with a stream."""
    said = {"RAY_USAGE_STATS_ENABLED": "0"}
    if cluster.address is None:
        said |= {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}
        said |= {"RAY_num_workers_soft_limit": "64"}  # else those that stand by are ended after a second
        said |= {"RAY_preload_python_modules": "vision.cluster.actor"}
    if cluster.address is None or cluster.address.startswith("127."):
        said |= {"RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0"}  # Ray's way of saying that loopback is meant
    return said


class RayWorkers:
    """One actor a stream, on the machines of a Ray cluster."""

    def __init__(
        self,
        make_detector: MakeDetector,
        *,
        cluster: Cluster,
        home_of: Callable[[str], Destination],
        alone_s: float = ALONE_S,
        supervisor: Supervisor | None = None,
    ) -> None:
        """`home_of` tells where the findings of a stream go, and as whose."""
        supervisor = supervisor or Supervisor()
        self._make_detector = make_detector
        self._home_of = home_of
        self._alone_s = alone_s
        self._orders: dict[str, ActorOrder] = {}
        self._analysed: dict[str, AnalysisState] = {}
        self._stills: dict[str, Jpeg] = {}
        self._lock = threading.Lock()
        self._said: queue.SimpleQueue[ToDriver] = queue.SimpleQueue()
        self._line: Connection[ToDriver, FromDriver]
        start = ChildStart(
            "cluster", "vision.cluster.driver", Connect(cluster), within_s=START_S, apart=True,
            environment=ray_environment(cluster),
            failure=f"the cluster {cluster.address or 'that is started on this machine'} cannot be used",
        )  # fmt: skip
        self._child: ChildProcess[ToDriver, FromDriver] = ChildProcess(
            start, began=self._begin, hear=self._hear, lost=self._lost, silent_s=SILENT_S, again_s=RESTART_S,
            supervisor=supervisor,
        )  # fmt: skip
        self._sender = supervisor.thread("cluster orders", self._send)

    def start(self) -> None:
        """Be part of the cluster. Raises Misconfigured when Ray is not installed or the cluster does not answer."""
        require_ray()
        self._child.start()
        self._sender.start()

    def stop(self) -> None:
        """Leave the cluster. Its actors go on for the next server; those of a cluster that was started here end."""
        self._child.stop(lambda: self._said.put(StopMessage()), within_s=END_S)
        self._sender.stop(END_S)

    def watch(self, task: StreamTask, reader: Reader) -> None:
        """Analyse `task` on the cluster, which reads the same camera itself: `reader` is not needed."""
        order = ActorOrder(task, self._make_detector, self._home_of(task.name), self._alone_s)
        with self._lock:
            self._orders[task.name] = order
            self._analysed[task.name] = AnalysisState()
        self._said.put(PostOrder(order))

    def update_setup(self, name: str, setup: Setup) -> None:
        """Go by `setup` from now on."""
        with self._lock:
            order = self._orders[name]
            if order.task.setup is setup:
                return
            order = self._orders[name] = replace(order, task=replace(order.task, setup=setup))
        self._said.put(PostOrder(order))

    def leave(self, name: str) -> None:
        """Analyse the stream of `name` no more."""
        with self._lock:
            del self._orders[name], self._analysed[name]
            self._stills.pop(name, None)
        self._said.put(WithdrawOrder(name))

    def analysed(self, name: str) -> AnalysisState:
        """How far that stream is, as last heard."""
        return self._analysed[name]

    def still(self, name: str) -> Jpeg | None:
        """The newest picture of it that came from the cluster; None before the first."""
        return self._stills.get(name)

    def _send(self, heartbeat: ThreadHeartbeat) -> None:
        """Hand over what is said, one after the other; what is lost with a process the next is told anew."""
        while True:
            message = self._said.get()
            with suppress(OSError):
                self._line.send(message)
            heartbeat.worked()
            if isinstance(message, StopMessage):
                return

    def _hear(self, said: FromDriver) -> None:
        if isinstance(said, StreamReports):
            with self._lock:
                for name in self._orders.keys() & said.streams.keys():
                    self._note(name, said.streams[name])

    def _note(self, name: str, told: ActorReport | Message) -> None:
        if isinstance(told, Message):
            self._analysed[name] = replace(self._analysed[name], fault=told)
            return
        self._analysed[name] = told.analysed
        if told.still is not None:
            self._stills[name] = told.still

    def _lost(self, code: int) -> None:
        log.warning("the process that speaks to the cluster ended (%d); another is started", code)
        fault = Message("cluster.silent")
        with self._lock:
            for name, analysed in self._analysed.items():
                self._analysed[name] = replace(analysed, fault=fault)

    def _begin(self, line: "Connection[ToDriver, FromDriver]") -> None:
        """Give a new process that speaks to Ray the streams there are."""
        with self._lock:
            self._line = line
            for order in self._orders.values():
                self._said.put(PostOrder(order))
