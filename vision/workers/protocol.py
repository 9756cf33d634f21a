"""What those who analyse streams are told, and what they tell: the same for processes of this machine and a cluster."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from telemetry.messages import Message
from vision.detection.detector import Detector
from vision.feeds.address import Transport
from vision.feeds.reader import Reader
from vision.pipeline.analysed_still import Jpeg
from vision.pipeline.counters import Counters
from vision.setups.setup import Setup
from vision.workers.stride_scheduler import AnalysisRate

MakeDetector = Callable[[], Detector]
"""Called once in each process that analyses; can be pickled."""


@dataclass(frozen=True)
class StreamTask:
    """One stream to analyse. Goes to other processes, so it holds values only."""

    name: str
    """Id of the unit or camera."""
    source: str
    """The address or file to analyse: the smaller stream where there are two."""
    transport: Transport
    """How RTSP brings the pictures."""
    weight: float
    """How often it gets its turn at the detector, beside others."""
    setup: Setup
    reads_plates: bool


@dataclass(frozen=True)
class AnalysisState:
    """How far the analysis of one stream is, as last heard."""

    counters: Counters = field(default_factory=Counters)
    """Of the present connection or round."""
    skipped: int = 0
    """Pictures left out since the machine was too busy."""
    fault: Message | None = None
    """Why the analysis began anew."""
    rate: AnalysisRate | None = None
    """How often it gets its turn; None before it is known."""
    looked_at: datetime | None = None
    """When the newest picture that was looked at was taken, UTC."""


class Workers(Protocol):
    """Analyse streams somewhere, and keep doing so when a process dies."""

    def start(self) -> None:
        """Begin; before any stream. Raises Misconfigured when it cannot."""

    def stop(self) -> None:
        """The server ends: let go of every stream and wait until that is done.

        Processes of this machine end; a cluster's machines go on for the next server, which finds them.
        """

    def watch(self, task: StreamTask, reader: Reader) -> None:
        """Analyse `task`. `reader` has the same stream open here and gives its packets to who wants them."""

    def update_setup(self, name: str, setup: Setup) -> None:
        """Go by `setup` from now on."""

    def leave(self, name: str) -> None:
        """Analyse the stream of `name` no more."""

    def analysed(self, name: str) -> AnalysisState:
        """How far that stream is."""

    def still(self, name: str) -> Jpeg | None:
        """The newest picture of it that was looked at, heads and masks covered; None before the first."""
