"""The orders of the running streams, in the cluster's own store, where an actor that is made anew finds its latest.

What Ray gives an actor when it makes it anew is what it was first made with: masks of long ago would be in force. The
store is Ray's internal one, on the head of the cluster, as Ray's own libraries use it; there is no public one.
"""

import pickle
import time
from contextlib import suppress
from functools import partial
from typing import Any

import ray
from ray.experimental import internal_kv
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from telemetry.errors import NotFound
from vision.cluster.actor import ActorOrder, StreamActor

PREFIX = "stream "
"""What the name of every actor begins with; the stream's follows."""
BUSY_S = 0.5
"""Long enough that two who are to be busy at once are two processes."""


def post(order: ActorOrder) -> None:
    """Let it be the order of its stream from now on."""
    internal_kv._internal_kv_put(_key(order.task.name), pickle.dumps(order), overwrite=True, namespace=_namespace())


def read(name: str) -> ActorOrder:
    """The order of the stream of `name`. Raises NotFound when it is to be analysed no more."""
    kept = internal_kv._internal_kv_get(_key(name), namespace=_namespace())
    if kept is None:
        raise NotFound(f"there is no order to analyse {name} any more")
    order: ActorOrder = pickle.loads(kept)  # noqa: S301 - from this cluster, which runs what it is told anyway
    return order


def withdraw(name: str) -> None:
    """There is no order for the stream of `name` any more."""
    internal_kv._internal_kv_del(_key(name), namespace=_namespace())


def place(name: str, *, cpus: float) -> Any:
    """The actor of the stream of `name`: the one there is, or a new one where there is room for it.

    It outlives who placed it, and Ray makes it anew whenever its process or its machine dies.
    """
    made = ray.remote(StreamActor).options(
        name=PREFIX + name, get_if_exists=True, lifetime="detached", max_restarts=-1, max_task_retries=0,
        num_cpus=cpus, scheduling_strategy="SPREAD",
    )  # fmt: skip
    return made.remote(partial(read, name), partial(end, name))


def end(name: str) -> None:
    """Analyse the stream of `name` no more, whoever calls this: its actor, too."""
    withdraw(name)
    try:
        actor = ray.get_actor(PREFIX + name)
    except ValueError:  # it is gone already
        return
    ray.kill(actor, no_restart=True)


def end_all(*, within_s: float) -> list[str]:
    """Analyse no stream more; each actor may take `within_s` to end in order. Returns the streams' names, sorted."""
    names = sorted(running())
    for name in names:
        withdraw(name)
    stopped = []
    for name in names:
        with suppress(ValueError):  # it is gone already
            stopped.append(ray.get_actor(PREFIX + name).stop.remote())
    if stopped:
        ray.wait(stopped, num_returns=len(stopped), timeout=within_s)
    for name in names:
        end(name)
    return names


def stand_by(count: int) -> list[Any]:
    """Have `count` processes on every machine ready for actors: to start one takes Python and its libraries seconds.

    Whatever process did something, and loaded this module for that, is used for the next actor. What is returned is
    done when all stand by.
    """
    busy = ray.remote(_be_busy)
    there = [NodeAffinitySchedulingStrategy(node["NodeID"], soft=False) for node in ray.nodes() if node["Alive"]]
    return [
        busy.options(num_cpus=0, max_retries=0, scheduling_strategy=one).remote() for one in there for _ in range(count)
    ]


def _be_busy() -> None:
    time.sleep(BUSY_S)


def running() -> set[str]:
    """The streams that there are actors for."""
    return {name.removeprefix(PREFIX) for name in ray.util.list_named_actors() if name.startswith(PREFIX)}


def _key(name: str) -> bytes:
    return b"vanagas order " + name.encode()


def _namespace() -> bytes:
    return str(ray.get_runtime_context().namespace).encode()
