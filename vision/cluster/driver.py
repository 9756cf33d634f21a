"""The process that speaks to Ray: `python -m vision.cluster.driver FD`, as `vision.cluster.workers` starts it.

Ray's calls may wait, and its library ends its process when the head of a cluster is gone for good: neither may happen
to the server. Whether the server dies or says stop, this process ends and leaves the actors be: the next server finds
them by name. Only a cluster that it started itself ends with it.
"""

import logging
import math
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing.connection import Connection
from typing import Any

import ray
from ray.exceptions import RayActorError, RayError, RayTaskError

from telemetry.messages import Message
from vision.cluster import stored_orders
from vision.cluster.actor import ActorOrder, ActorReport
from vision.cluster.messages import Cluster, Connect, FromDriver, PostOrder, StreamReports, ToDriver, WithdrawOrder
from vision.workers.child_process import Ready, StartFailed, StopMessage

log = logging.getLogger(__name__)

ROUND_S = 0.5
"""How often every stream is asked how it is."""
SILENT_S = 5.0
"""An actor that does not answer for so long is asked again; that it is silent is said."""
AGAIN_S = 5.0
"""From one failure to make an actor to the next attempt."""
STRANGERS_S = 30.0
"""So long after the start, streams of an earlier server that nobody asked for again are ended."""
SPARES = 2
SPARES_S = 10.0
"""Processes that stand by on each machine for actors that are lost elsewhere, and how often that is seen to."""
END_S = 5.0
OBJECT_STORE_BYTES = 80 * 1024 * 1024
"""Of a cluster that is started here: nothing large is ever handed over, and Ray asks for 75 MiB at least."""


@dataclass
class _Posted:
    """A stream and its actor."""

    order: ActorOrder
    actor: Any = None
    """None while it cannot be made."""
    again_at: float = 0.0
    asked: Any = None
    """What it was last asked, while there is no answer."""
    asked_at: float = 0.0
    renewed: Any = None
    still_at: datetime | None = None
    told: ActorReport | Message = field(default_factory=lambda: Message("cluster.being_placed"))


class Driver:
    """Keeps the actors of a cluster as the server wants them, and tells it how they are."""

    def __init__(self, line: "Connection[FromDriver, ToDriver]", cluster: Cluster) -> None:
        self._line = line
        self._cluster = cluster
        self._posted: dict[str, _Posted] = {}
        self._leaving: dict[str, tuple[Any, float]] = {}
        self._strangers_at = time.monotonic() + STRANGERS_S
        self._spares: list[Any] = []
        self._spares_at = 0.0

    def run(self) -> None:
        """Do what is said until the line ends or it is told to stop."""
        due = 0.0
        with suppress(EOFError, ConnectionError):
            while True:
                if self._line.poll(max(0.0, due - time.monotonic())):
                    if isinstance(message := self._line.recv(), StopMessage):
                        self._stop()
                        return
                    self._do(message)
                if time.monotonic() >= due:
                    self._round()
                    due = time.monotonic() + ROUND_S

    def _do(self, message: ToDriver) -> None:
        match message:
            case PostOrder(order):
                name = order.task.name
                if self._leaving.pop(name, None) is not None:
                    stored_orders.end(name)
                one = self._posted.setdefault(name, _Posted(order))
                one.order = order
                if one.actor is not None:
                    stored_orders.post(order)
                    one.renewed = one.actor.renew.remote()
            case WithdrawOrder(name):
                self._leave(name)

    def _round(self) -> None:
        """Ask every actor, make those that are not there, end those that are to end, and say how all are."""
        now = time.monotonic()
        for name, one in self._posted.items():
            if one.actor is None and now >= one.again_at:
                stored_orders.post(one.order)
                one.actor = stored_orders.place(name, cpus=self._cluster.cpus_a_stream)
                one.renewed = one.actor.renew.remote()
            if one.actor is not None and one.asked is None:
                one.asked = one.actor.look.remote(one.still_at)
                one.asked_at = now
        answered = _done([one.asked for one in self._posted.values()], timeout_s=ROUND_S)
        for name, one in self._posted.items():
            if one.asked in answered:
                self._hear(name, one)
            elif one.asked is not None and now - one.asked_at > SILENT_S:
                one.asked = None
                one.told = Message("cluster.machine_silent")
        self._line.send(StreamReports({name: one.told for name, one in self._posted.items()}))
        for one in self._posted.values():
            if isinstance(one.told, ActorReport) and one.told.still is not None:
                one.still_at = one.told.still.at
        self._tidy(now)

    def _tidy(self, now: float) -> None:
        """End who has stopped, or should have; who is not wanted; and see to it that processes stand by."""
        for name, (stopped, since) in list(self._leaving.items()):
            if now - since > END_S or _done([stopped]):
                del self._leaving[name]
                stored_orders.end(name)
        if now >= self._strangers_at:
            self._strangers_at = math.inf
            for name in stored_orders.running() - self._posted.keys() - self._leaving.keys():
                log.info("%s was left running by an earlier server and is not wanted now", name)
                self._leave(name)
        calm = bool(self._posted) and all(isinstance(one.told, ActorReport) for one in self._posted.values())
        if now >= self._spares_at and calm and len(_done(self._spares)) == len(self._spares):
            self._spares = stored_orders.stand_by(SPARES)
            self._spares_at = now + SPARES_S

    def _hear(self, name: str, one: _Posted) -> None:
        asked = one.asked
        one.asked = None
        try:
            one.told = ray.get(asked)
            if _done([one.renewed]):
                renewed = one.renewed
                one.renewed = None
                ray.get(renewed)
        except RayTaskError as error:
            one.told = Message("cluster.analysis_failed", reason=repr(error.cause))
            log.error("%s: %s", name, one.told)
            self._make_anew(name, one)
        except RayActorError as error:
            one.told = Message("cluster.analysis_lost")
            with suppress(ValueError):
                ray.get_actor(stored_orders.PREFIX + name)
                return  # Ray makes it anew by itself
            log.error("%s: its analysis cannot begin: %s", name, str(error).strip().splitlines()[-1])
            self._make_anew(name, one)

    def _make_anew(self, name: str, one: _Posted) -> None:
        """End the actor, but not its order, and have another made in a while."""
        with suppress(RayError, ValueError):
            ray.kill(ray.get_actor(stored_orders.PREFIX + name), no_restart=True)
        one.actor = None
        one.renewed = None
        one.again_at = time.monotonic() + AGAIN_S

    def _leave(self, name: str) -> None:
        one = self._posted.pop(name, None)
        stored_orders.withdraw(name)
        try:
            actor = ray.get_actor(stored_orders.PREFIX + name) if one is None or one.actor is None else one.actor
        except ValueError:
            return
        self._leaving[name] = actor.stop.remote(), time.monotonic()

    def _stop(self) -> None:
        """Leave the cluster, and end who is leaving; all, in order, where the cluster ends with this process."""
        if self._cluster.address is None:
            for name in list(self._posted):
                self._leave(name)
        _done([stopped for stopped, _ in self._leaving.values()], timeout_s=END_S)
        for name in self._leaving:
            stored_orders.end(name)
        ray.shutdown()


def _done(asked: Sequence[Any], *, timeout_s: float = 0.0) -> set[Any]:
    """Those of `asked` that are done, or have failed, at the latest after `timeout_s`; None among them is nothing."""
    refs = [one for one in asked if one is not None]
    if refs:
        return set(ray.wait(refs, num_returns=len(refs), timeout=timeout_s)[0])
    return set()


def connect(cluster: Cluster) -> None:
    """Be part of `cluster`, or start one here. Raises what Ray raises."""
    where: dict[str, Any] = {"address": cluster.address}
    if cluster.address is None:
        where = {"address": "local", "include_dashboard": False, "object_store_memory": OBJECT_STORE_BYTES}
    ray.init(namespace=cluster.namespace, log_to_driver=False, logging_level=logging.WARNING, **where)


def main(descriptor: int) -> None:
    """Do what is said over the line `descriptor`."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    line: Connection[FromDriver, ToDriver] = Connection(descriptor)
    first = line.recv()
    if not isinstance(first, Connect):
        raise TypeError(f"the first word must be which cluster, not {first!r}")
    try:
        connect(first.cluster)
    except (RayError, RuntimeError, ValueError, OSError) as error:
        line.send(StartFailed(str(error).strip() or repr(error)))
        return
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # said to the server too, which then says Stop
    line.send(Ready())
    Driver(line, first.cluster).run()


if __name__ == "__main__":
    main(int(sys.argv[1]))
