"""What a device's message comes down to, whatever its vendor. Knows no vendor and none of our cameras."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any, Self

from telemetry.errors import BadObservation, UnknownEvent
from telemetry.messages import Message

PLATE_READ = "plate_read"
"""The category of an event that is about a number plate."""
PLATE_HIT = "plate_hit"
"""The category of a number plate that is looked for."""
PLATE = "plate"
"""The attribute of an observation that holds its number plate, until it is settled how that may be kept."""
UNSURE = "unsure"
"""The attribute of a number plate that too few reads agree on: of use only where that very plate is looked for."""
TIME_NOTE = "time_note"
"""Attribute: how the time of an event was found where the device did not plainly say it: one of the notes below."""
TIME_OF_ARRIVAL = "arrival"
"""The device said no time, or none that can be: it is when the message came."""
TIME_OF_END = "end"
"""The device said only when it ended."""
TIME_WITHOUT_ZONE = "no_zone"
"""The device said no zone; its format says which is meant."""
TIME_OF_TOWN = "town"
"""The device said the town's local time."""
TIME_AMBIGUOUS = "ambiguous"
"""The town's local time came twice that night, at the end of summer time; the first is taken."""
TIME_SHIFTED = "shifted"
"""The device calls its local time UTC: the town's offset was taken off, as the arrival shows."""
DEVICE_TIME = "device_time"
"""Attribute: the time in the device's words, where it was not taken as it stands."""


@dataclass(frozen=True)
class Arrival:
    """How a message came, and what whoever handed it in knows that the message may not say."""

    received_at: datetime
    """UTC."""
    content_type: str = "application/json"
    sender: str = ""
    """What the device is called by who hands in; empty where only the message says it."""
    topic: str = ""
    """The MQTT topic that it came on; empty over other ways."""
    zone: tzinfo = UTC
    """Of local times that say no zone: the town's."""


@dataclass(frozen=True)
class DeviceEvent:
    """One event as a device tells it."""

    format: str
    """The vendor's dialect it came in."""
    device: str
    """The camera in the device's own words; empty when this message does not say it and an earlier one under the same
    `ref` did."""
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
    also_called: tuple[str, ...] = ()
    """Other names of the camera in the message: an address, a channel of a recorder."""
    rule: str = ""
    """What in the device fired, in its words: a camera's map may give it a category before its label does."""
    is_unnamed: bool = False
    """The message names no camera, at most a part of whichever device it came from: who hands it in knows."""
    is_bare: bool = False
    """It is no more than a change in the picture or at a contact: it counts only where the camera's map names it."""

    @property
    def dropped_because(self) -> Message | None:
        """Why the event becomes no observation; None when it does."""
        if not self.false_positive:
            return None
        false_positive = Message("events.false_positive", device=self.device, event=self.ref, label=self.label)
        return Message("events.refused", format=self.format, why=false_positive)


@dataclass(frozen=True)
class DeviceHeartbeat:
    """A device says that it is there, and perhaps how it is."""

    format: str
    device: str
    at: datetime | None = None
    """Device time, UTC, if it said one."""
    is_well: bool = True
    """False when the device itself says that something is amiss with it."""
    also_called: tuple[str, ...] = ()


@dataclass(frozen=True)
class PassedOver:
    """A message that was read and tells of nothing that is kept: a state at subscribing, a face, another's detail."""

    format: str
    reason: Message


@dataclass(frozen=True)
class Quarantined:
    """What could not be read, kept with the reason."""

    format: str
    reason: Message
    payload: bytes = field(repr=False)
    content_type: str = ""
    is_well_formed: bool = False
    """It is whole, but of a kind that nobody knows yet: a later version may read it."""

    @classmethod
    def because(cls, error: BadObservation, format: str, payload: bytes, content_type: str = "") -> Self:
        """What `error` says cannot be read."""
        return cls(format, error.told, payload, content_type, isinstance(error, UnknownEvent))


@dataclass(frozen=True)
class PositionReport:
    """Where a tracker says that it is."""

    format: str
    device: str
    at: datetime
    """Device time, UTC."""
    lat: float
    lon: float
    accuracy_m: float
    """One sigma of the horizontal error, metres."""
    alt_m: float | None = None
    """Metres above mean sea level."""
    speed_mps: float | None = None
    course_deg: float | None = None
    """Over ground, clockwise from true north."""
    battery: float | None = None
    """0..1."""
    is_coarse: bool = False
    """It is about a cell tower, not the device: an area, never a pin."""
    attributes: Mapping[str, Any] = field(default_factory=dict)


Told = DeviceEvent | DeviceHeartbeat | PassedOver | Quarantined | PositionReport
"""One thing that a message comes down to."""


def normal_plate(text: str) -> str | None:
    """A number plate as it is compared: letters and digits only, upper case; None when nothing is left."""
    kept = "".join(c for c in unicodedata.normalize("NFKC", text).upper() if c.isalnum())
    return kept[:20] or None
