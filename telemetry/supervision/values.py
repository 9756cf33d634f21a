"""How a background worker is, and who hears when that changes."""

import logging
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from telemetry.errors import VanagasError

log = logging.getLogger(__name__)

STOP_S = 1.0
"""A worker that has not ended so long after it was told to is left behind: nothing keeps a stop waiting for longer."""
PAUSES_S = (0.5, 2.0, 10.0)
"""Before a worker that failed is started again: after its first failure in a row, its second, and so on."""


class WorkerState(StrEnum):
    """What a worker does at present."""

    RUNNING = "running"
    FAILING = "failing"
    """It failed and has not worked since; it is started again and again."""
    SILENT = "silent"
    """It runs and has shown no sign of life for longer than it should."""
    ENDED = "ended"
    """It has nothing more to do."""


@dataclass(frozen=True)
class WorkerReport:
    """One worker at one moment."""

    name: str
    """Its kind and, where there are several, whose it is: "reader DOB-C01"."""
    state: WorkerState
    since: datetime
    """When it came into that state, UTC."""
    restarts: int
    """Since it was first started."""
    fault: str | None
    """What it failed with last, as the program put it; None while it does not fail."""


class WorkerListener(Protocol):
    """Hears once of each failure and once of its end, on any thread."""

    def failed(self, name: str, error: Exception) -> None:
        """The worker `name` worked, and failed with `error`."""

    def recovered(self, name: str) -> None:
        """It works again."""


class LoggedFailures:
    """Writes one line of the log each way."""

    def failed(self, name: str, error: Exception) -> None:
        trace: Exception | None = error
        if isinstance(error, VanagasError):
            trace = None
        log.error("the worker %r failed: %s; it is started again until it works", name, words_of(error), exc_info=trace)

    def recovered(self, name: str) -> None:
        log.info("the worker %r works again", name)


def words_of(error: Exception) -> str:
    """The first line that an error says, or its kind where it says nothing."""
    return next(iter(str(error).splitlines()), type(error).__name__)
