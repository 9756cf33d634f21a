"""What is said over the line between the server and a process that analyses. Pickled, both ends being one program."""

from dataclasses import dataclass

from vision.feeds.handover import News
from vision.findings import Finding
from vision.live.still import Jpeg
from vision.setups.setup import Setup
from vision.workers.child import Ready, StopMessage, Unfit
from vision.workers.protocol import Analysed, MakeDetector, Task


@dataclass(frozen=True)
class Prepare:
    """The first word: what looks at pictures."""

    make_detector: MakeDetector


@dataclass(frozen=True)
class Begin:
    """Analyse one more stream."""

    task: Task


@dataclass(frozen=True)
class Take:
    """What came of a stream, in order."""

    name: str
    news: tuple[News, ...]


@dataclass(frozen=True)
class TakeUp:
    """Another setup is in force."""

    name: str
    setup: Setup


@dataclass(frozen=True)
class End:
    """Analyse a stream no more."""

    name: str


@dataclass(frozen=True)
class Show:
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

    analysed: dict[str, Analysed]


@dataclass(frozen=True)
class Shown:
    """The answer to Show."""

    number: int
    picture: Jpeg | None


ToWorker = Prepare | Begin | Take | TakeUp | End | Show | StopMessage
FromWorker = Ready | Unfit | FindingMessage | ProgressMessage | Shown
