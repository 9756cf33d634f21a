"""What is flown, as values: places in the air, straight segments between them, the whole profile. Works nothing out."""

import math
from dataclasses import dataclass
from enum import StrEnum

from mission.checks.anchor import Anchor, Measured
from mission.ground import Terrain
from mission.heights import AboveHome, AboveSea, Band, home_above_sea
from mission.routes.pictures import Pictures
from telemetry.messages import Message
from telemetry.positions import LocalFrame


class SegmentKind(StrEnum):
    """What a segment is for."""

    TAKE_OFF = "take-off"
    TRANSIT = "transit"
    WORK = "work"
    HOLD = "hold"
    """Standing in the air."""
    RETURN = "return"
    LANDING = "landing"


def leg_words(kind: SegmentKind) -> Message:
    """What a leg is for, for readers."""
    return Message(f"checks.legs.{kind.name.lower()}")


@dataclass(frozen=True)
class AirPoint:
    """A point in the air."""

    lat: float
    lon: float
    amsl_m: float
    """Metres above mean sea level, as far as the ground at home is known: see `Profile.anchor`."""
    measured: Measured = Measured.FROM_HOME
    """What its height was given from."""


@dataclass(frozen=True)
class Segment:
    """A straight piece of the flight, flown from rest to rest."""

    kind: SegmentKind
    begins: AirPoint
    ends: AirPoint
    start_s: float
    """Seconds after take-off."""
    end_s: float
    speed_m_s: float
    """Horizontal, at most."""
    camera: bool
    """Whether pictures are taken on it."""

    @property
    def length_m(self) -> float:
        """Over ground."""
        frame = LocalFrame(self.begins.lat, self.begins.lon)
        return math.hypot(*frame.to_metres(self.ends.lat, self.ends.lon))


@dataclass(frozen=True)
class Profile:
    """A whole flight."""

    home: AirPoint
    """On the ground."""
    segments: tuple[Segment, ...]
    photos: int
    return_height_m: float
    """Above home."""
    terrain: Terrain
    """Flat, at the height that `anchor` is reckoned from, where nothing better is known."""
    anchor: Anchor
    """How well the heights above the sea and above the ground are known."""
    unclear: tuple[Message, ...]
    """What the plan asks for that is not followed here: where it goes or how long it takes is then not known."""
    assumed: tuple[Message, ...]
    """What the plan leaves open and was filled in."""
    pictures: Pictures
    """Those that look at the ground from where they are taken; none of a region of interest."""

    @property
    def return_above_sea(self) -> Band[AboveSea]:
        """How high it returns, above the sea."""
        height: Band[AboveHome] = Band(self.return_height_m, self.return_height_m)
        return home_above_sea(height, self.anchor.home)

    @property
    def duration_s(self) -> float:
        """From take-off to landing."""
        return self.segments[-1].end_s
