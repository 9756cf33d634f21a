"""What the API answers of faults, background workers, and of whether the server is ready."""

from mapserver.web.schemas import Answer, Utc
from telemetry.supervision import WorkerState


class FaultAnswer(Answer):
    """What is amiss with a part of the server."""

    part: str
    what: str
    since: Utc
    city: str | None
    remedy: str | None = None
    """What to do; for administrators."""


class FaultsAnswer(Answer):
    """What is amiss, oldest first."""

    faults: list[FaultAnswer]


class ReadyFault(Answer):
    """A fault as everybody is told; the rest is for administrators."""

    part: str
    since: Utc
    what: str | None = None
    city: str | None = None
    remedy: str | None = None


class WorkerAnswer(Answer):
    """A background worker of the server."""

    name: str
    state: WorkerState
    since: Utc
    """When it came into that state."""
    restarts: int
    fault: str | None
    """What it failed with last; None while it does not fail."""


class ReadyAnswer(Answer):
    """Whether the server can serve and store."""

    status: str
    stores: bool
    faults: list[ReadyFault]
    worker_counts: dict[WorkerState, int]
    """How many background workers are in which state."""
    workers: list[WorkerAnswer] | None = None
    """Each of them; for administrators."""


class HealthAnswer(Answer):
    """The process answers."""

    status: str
    version: str
