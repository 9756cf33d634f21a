"""What the API answers of faults, and of whether the server is ready."""

from mapserver.web.schemas import Answer, Utc


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


class ReadyAnswer(Answer):
    """Whether the server can serve and store."""

    status: str
    stores: bool
    faults: list[ReadyFault]


class HealthAnswer(Answer):
    """The process answers."""

    status: str
    version: str
