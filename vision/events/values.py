"""What a device's event comes down to, whatever its vendor. Knows no vendor and none of our cameras."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from telemetry.messages import Message

PLATE_READ = "plate_read"
"""The category of an event that is about a number plate."""
PLATE_HIT = "plate_hit"
"""The category of a number plate that is looked for."""
PLATE = "plate"
"""The attribute of an observation that holds its number plate, until it is settled how that may be kept."""
UNSURE = "unsure"
"""The attribute of a number plate that too few reads agree on: of use only where that very plate is looked for."""


@dataclass(frozen=True)
class DeviceEvent:
    """One event as a device tells it."""

    format: str
    """The vendor's format it came in."""
    device: str
    """The camera in the device's own words."""
    ref: str
    """The device's name of the event: the same for every message about the same event."""
    label: str
    """What it saw, in the device's words: person, car, license_plate."""
    category: str | None
    """The category when the kind of event settles it; None leaves it to the label."""
    started_at: datetime
    """Device time, UTC."""
    ended_at: datetime | None
    confidence: float
    """0..1."""
    identity: str | None = None
    """The number plate, normalised."""
    attributes: Mapping[str, Any] = field(default_factory=dict)
    """JSON-ready detail; `simulated` is true when the device says so of itself."""
    image: bytes | None = field(default=None, repr=False)
    """A JPEG picture that came along."""
    false_positive: bool = False
    """The device itself takes the event back: it is to be dropped."""
    refused: Message | None = None
    """Why this part of a message cannot be taken, where the other parts can."""

    @property
    def dropped_because(self) -> Message | None:
        """Why the event becomes no observation; None when it does."""
        if not self.false_positive:
            return None
        false_positive = Message("events.false_positive", device=self.device, event=self.ref, label=self.label)
        return Message("events.refused", format=self.format, why=false_positive)


class Parser(Protocol):
    """Turns one message of a vendor's format into events; none when the message tells of nothing we keep."""

    def __call__(
        self, payload: bytes | dict[str, Any], *, received_at: datetime, content_type: str = "application/json"
    ) -> list[DeviceEvent]:
        """Raises BadObservation naming the format, the field and the reason."""


def normal_plate(text: str) -> str | None:
    """A number plate as it is compared: letters and digits only, upper case; None when nothing is left."""
    kept = "".join(c for c in unicodedata.normalize("NFKC", text).upper() if c.isalnum())
    return kept[:20] or None
