"""What the API answers to devices' messages."""

from collections.abc import Sequence

from mapserver.web.schemas import Answer, Utc


class EventReceipt(Answer):
    """What came of one event of a device's message."""

    observation_id: str | None = None
    outcome: str
    """As of an observation, or `refused`, `dropped`, `quarantined`."""
    incident_id: str | None = None
    warning: str | None = None
    """Only where its source gives one name to several events."""
    reason: str | None = None
    """Why it was not taken in."""


class DialectAnswer(Answer):
    """A format of devices' messages."""

    name: str
    """As it stands in addresses."""
    title: str
    """Whose it is and what it carries."""
    also_called: list[str]
    """Other names that are understood."""


class QuarantinedMessage(Answer):
    """A message that waits for its camera; what it holds is not shown."""

    id: int
    format: str
    device: str
    sender: str
    bytes: int
    reason: str
    received_at: Utc


class QuarantineAnswer(Answer):
    """What waits."""

    waiting: int
    """How many, also beyond `limit`."""
    messages: list[QuarantinedMessage]
    """The oldest of them."""


class Replayed(Answer):
    """What came of one message that waited."""

    id: int
    taken: bool
    reason: str
    """Why it waits on; empty if it was taken in."""
    receipts: Sequence[EventReceipt] = ()
    """One an event, where it was taken in."""
