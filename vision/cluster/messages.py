"""What is said over the line between the server and the process that speaks to Ray. Pickled, both ends one program."""

from collections.abc import Mapping
from dataclasses import dataclass

from telemetry.messages import Message
from vision.cluster.actor import ActorOrder, ActorReport
from vision.workers.child_process import Ready, StartFailed, StopMessage


@dataclass(frozen=True)
class Cluster:
    """Which cluster, and what may be taken of it."""

    address: str | None = None
    """Of its head, host:port; None starts one on this machine, which ends with the server."""
    namespace: str = "vanagas"
    """Two servers on one cluster need two."""
    cpus_a_stream: float = 0.5
    """Cores that Ray keeps free for each stream where it places it."""


@dataclass(frozen=True)
class Connect:
    """The first word: be part of a cluster."""

    cluster: Cluster


@dataclass(frozen=True)
class PostOrder:
    """Analyse a stream, or go by its new order."""

    order: ActorOrder


@dataclass(frozen=True)
class WithdrawOrder:
    """Analyse a stream no more."""

    name: str


@dataclass(frozen=True)
class StreamReports:
    """How the streams are: what one told, or why it tells nothing."""

    streams: Mapping[str, ActorReport | Message]


ToDriver = Connect | PostOrder | WithdrawOrder | StopMessage
FromDriver = Ready | StartFailed | StreamReports
