"""What is said over the line between the server and a process that analyses. Pickled, both ends being one program."""

from dataclasses import dataclass

from vision.feeds.packet_queue import StreamEvent
from vision.findings import Finding
from vision.pipeline.analysed_still import Jpeg
from vision.setups.setup import Setup
from vision.workers.child_process import Ready, StartFailed, StopMessage
from vision.workers.protocol import AnalysisState, MakeDetector, StreamTask


@dataclass(frozen=True)
class PrepareDetector:
    """The first word: what looks at pictures."""

    make_detector: MakeDetector


@dataclass(frozen=True)
class BeginStream:
    """Analyse one more stream."""

    task: StreamTask


@dataclass(frozen=True)
class Packets:
    """What came of a stream, in order."""

    name: str
    events: tuple[StreamEvent, ...]


@dataclass(frozen=True)
class UpdateSetup:
    """Another setup is in force."""

    name: str
    setup: Setup


@dataclass(frozen=True)
class EndStream:
    """Analyse a stream no more."""

    name: str


@dataclass(frozen=True)
class StillRequest:
    """The newest picture is asked for."""

    number: int
    """Of the question, for the answer."""
    name: str


@dataclass(frozen=True)
class FindingMessage:
    """Something was found."""

    finding: Finding


@dataclass(frozen=True)
class ProgressMessage:
    """How far each stream is."""

    analysed: dict[str, AnalysisState]


@dataclass(frozen=True)
class StillReply:
    """The answer to a StillRequest."""

    number: int
    picture: Jpeg | None


ToWorker = PrepareDetector | BeginStream | Packets | UpdateSetup | EndStream | StillRequest | StopMessage
FromWorker = Ready | StartFailed | FindingMessage | ProgressMessage | StillReply
