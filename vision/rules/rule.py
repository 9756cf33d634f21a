"""What every rule has: a name, what it is about, when it holds; and what it says when it found something."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, tzinfo
from typing import Annotated, Literal, Protocol, runtime_checkable

from pydantic import BaseModel, ConfigDict, Field, model_validator

from telemetry.messages import Message, written
from telemetry.observations.values import Category
from telemetry.positions import Position
from vision.detection.detector import Box
from vision.detection.tracking import ObjectTrack
from vision.frames.decoder import Image
from vision.rules.shapes import Fraction

PERSONS = ("person",)
VEHICLES = ("bicycle", "car", "motorcycle", "bus", "truck")

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Hours(BaseModel):
    """A time of the week, by the town's clock; one that ends before it begins goes on past midnight."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    days: Annotated[tuple[Day, ...], Field(min_length=1)] = DAYS
    begins: time = time(0, 0)
    ends: time = time(0, 0)
    """The same as `begins`: the whole day."""

    @model_validator(mode="after")
    def _is_on_the_towns_clock(self) -> "Hours":
        if self.begins.tzinfo is not None or self.ends.tzinfo is not None:
            raise ValueError(Message("rules.hours_with_zone"))
        return self

    def hold(self, at: datetime, zone: tzinfo | None) -> bool:
        """Whether `at` is within, by the clock of `zone`, or of this machine where it is None; after midnight the day
        it began on counts."""
        local = at.astimezone(zone)
        now = local.time().replace(tzinfo=None)
        today = local.weekday()
        if self.begins < self.ends:
            return DAYS[today] in self.days and self.begins <= now < self.ends
        if now >= self.begins:
            return DAYS[today] in self.days
        return DAYS[(today - 1) % 7] in self.days and now < self.ends


class RuleBase(BaseModel):
    """What a rule file says of any rule."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    name: Annotated[str, Field(min_length=1, max_length=60)]
    """What people call the place or the rule; it stands in the finding's summary."""
    category: Category
    quiet_s: Annotated[float, Field(ge=0, le=86_400)] = 30.0
    """After a finding, the rule is silent for so long; what happens meanwhile belongs to the same event."""
    hours: tuple[Hours, ...] = ()
    """When it holds; none means always."""

    def holds(self, at: datetime, zone: tzinfo | None) -> bool:
        """Whether it holds at `at` by the clock of `zone`; None: of this machine."""
        return not self.hours or any(hours.hold(at, zone) for hours in self.hours)


class ObjectRule(RuleBase):
    """A rule about objects of some classes."""

    classes: Annotated[tuple[str, ...], Field(min_length=1)]
    min_score: Fraction = 0.5
    """The object's mean score must be at least this."""

    def asks_for(self, track: ObjectTrack) -> bool:
        """Whether it is about this object."""
        return track.label in self.classes and track.score >= self.min_score


@dataclass(frozen=True)
class Scene:
    """What a rule sees at one moment."""

    tracks: Sequence[ObjectTrack]
    seconds: float
    """Of video."""
    width: int
    height: int
    """Of the picture, pixels."""
    at: datetime
    luma: Image | None = None
    """The picture's brightness, small."""
    place: Callable[[float, float], Position | None] | None = None
    """Where a point of the picture (fractions) is on the ground, where that is known."""
    zone: tzinfo | None = None
    """Whose clock the hours of rules go by: the town's; None for that of this machine."""


@dataclass(frozen=True)
class Firing:
    """A rule that found what it asks for."""

    rule: RuleBase
    key: str
    """Names it among this rule's findings on this source: the object's number, or what else it is about."""
    since_s: float
    """When it began, seconds of video."""
    until_s: float
    """Now, seconds of video."""
    summary: Message
    """One sentence in plain words."""
    why: Message
    """What was seen against what the rule asks."""
    confidence: float
    """0..1: of the objects it is about their mean score; of the picture, how far beyond what is asked."""
    track: ObjectTrack | None = None
    """The object it is about, where it is about one."""
    box: Box | None = None
    """Where in the picture, pixels, where it is about more than one object; else the object's box, or all of it."""
    attributes: Mapping[str, object] = field(default_factory=dict)


class RuleWatch(Protocol):
    """One rule on one source."""

    def see(self, scene: Scene) -> Iterator[Firing]:
        """What the rule finds at this moment; scenes come in the order of time."""


@runtime_checkable
class Counting(Protocol):
    """A watch that still has something to say when the source is at its end."""

    def rest(self, scene: Scene) -> Iterator[Firing]:
        """What is still to be said, `scene` being the last."""


NAMED_HERE = {
    "the picture": Message("findings.places.picture"),
    "the closed area": Message("findings.places.closed_area"),
    "to the right": Message("findings.directions.right"),
    "to the left": Message("findings.directions.left"),
}
"""The names that rules have without a file; all others are as somebody wrote them."""


def named(name: str) -> Message:
    """A rule's or a direction's name as a message."""
    return NAMED_HERE.get(name) or written(name)
