"""What stands or lies where it should not: stopped vehicles, left objects, people who fell."""

import math
from collections import deque
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import Field

from telemetry.messages import Message
from vision.detection.detector import Box
from vision.detection.object_names import object_code
from vision.rules.object_watch import Judgement, ObjectSighting, SingleObjectRule
from vision.rules.rule import PERSONS, VEHICLES, Scene, named
from vision.rules.shapes import WHOLE_PICTURE, Outline

Seconds = Annotated[float, Field(ge=0, le=86_400)]

BAGS = ("backpack", "handbag", "suitcase")
STILL_SHARE = 0.25
"""A thing stands still while its foot point stays within this share of its height: a quarter."""
WIDE = 1.1
"""A person who lies is at least this much wider than high; one who stands is a third as wide as high."""
UPRIGHT = 0.75
"""A person with less width to height than this was upright."""
FALL_WITHIN_S = 2.0
"""From upright to lying in no more than this; who lies down slowly has not fallen."""


@dataclass
class StandingPlace:
    """Where an object came to stand and since when."""

    at: tuple[float, float] | None = None
    """The middle of its lower edge, pixels; None before it was seen."""
    since_s: float = 0.0

    def see(self, sighting: ObjectSighting, *, attended: bool = False) -> None:
        """It is seen now: one that moved, or is `attended`, begins to stand anew."""
        box = sighting.track.box
        at = _pixels(box)
        moved = self.at is None or math.dist(self.at, at) > STILL_SHARE * box.height
        if moved or attended:
            self.at = at
            self.since_s = sighting.seconds


@dataclass
class Posture:
    """How a person stood and lay lately."""

    shapes: deque[tuple[float, float]] = field(default_factory=deque)
    """Seconds and width to height."""
    fell_s: float | None = None
    """When they fell; infinite for one who has stood up since."""


class StoppedRule(SingleObjectRule[StandingPlace]):
    """A vehicle that stands still inside `zone` for `dwell_s` seconds."""

    kind: Literal["stopped"]
    classes: Annotated[tuple[str, ...], Field(min_length=1)] = VEHICLES
    zone: Outline = WHOLE_PICTURE
    dwell_s: Seconds = 30.0

    def new_memory(self) -> StandingPlace:
        """It stands nowhere yet."""
        return StandingPlace()

    def considers(self, sighting: ObjectSighting) -> bool:
        """What it asks for."""
        return self.asks_for(sighting.track)

    def judge(self, sighting: ObjectSighting, memory: StandingPlace) -> Judgement | None:
        """Each object once for each place where it stands."""
        memory.see(sighting)
        stood_s = sighting.seconds - memory.since_s
        if stood_s < self.dwell_s or not sighting.is_inside(self.zone):
            return None
        return _standing("stopped", self, sighting, memory)


class LeftObjectRule(SingleObjectRule[StandingPlace]):
    """A thing of `classes` that stands still inside `zone` for `dwell_s` seconds with nobody near."""

    kind: Literal["left_object"]
    classes: Annotated[tuple[str, ...], Field(min_length=1)] = BAGS
    zone: Outline = WHOLE_PICTURE
    dwell_s: Seconds = 30.0
    near: Annotated[float, Field(gt=0, le=20)] = 2.0
    """Somebody is near within so many heights of a person from it."""

    def new_memory(self) -> StandingPlace:
        """It stands nowhere yet."""
        return StandingPlace()

    def considers(self, sighting: ObjectSighting) -> bool:
        """What it asks for."""
        return self.asks_for(sighting.track)

    def judge(self, sighting: ObjectSighting, memory: StandingPlace) -> Judgement | None:
        """Each object once for each place where it stands alone."""
        memory.see(sighting, attended=self._is_attended(sighting))
        stood_s = sighting.seconds - memory.since_s
        if stood_s < self.dwell_s or not sighting.is_inside(self.zone):
            return None
        return _standing("left_object", self, sighting, memory)

    def _is_attended(self, sighting: ObjectSighting) -> bool:
        people = [track.box for track in sighting.scene.tracks if track.label in PERSONS]
        at = _pixels(sighting.track.box)
        return any(math.dist(at, _pixels(one)) < self.near * one.height for one in people)


class FallRule(SingleObjectRule[Posture]):
    """A person inside `zone` who was upright, is lying within two seconds, and stays so for `dwell_s` seconds."""

    kind: Literal["fall"]
    classes: Annotated[tuple[str, ...], Field(min_length=1)] = PERSONS
    zone: Outline = WHOLE_PICTURE
    dwell_s: Seconds = 3.0

    def new_memory(self) -> Posture:
        """Nothing is known of how they stood."""
        return Posture()

    def considers(self, sighting: ObjectSighting) -> bool:
        """A person who is seen whole."""
        track = sighting.track
        return not track.hidden and self.asks_for(track) and not _is_cut(track.box, sighting.scene)

    def judge(self, sighting: ObjectSighting, memory: Posture) -> Judgement | None:
        """Each person once."""
        box = sighting.track.box
        shape = box.width / max(box.height, 1.0)
        fell_s = _fallen_since(memory, shape, sighting.seconds)
        if fell_s is None or sighting.seconds - fell_s < self.dwell_s or not sighting.is_inside(self.zone):
            return None
        track = sighting.track
        lain_s = sighting.seconds - fell_s
        return Judgement(
            fell_s,
            Message("findings.fall.summary", thing=object_code(track.label), place=named(self.name), lain_s=lain_s),
            Message(
                "findings.fall.why",
                label=object_code(track.label),
                score=track.score,
                shape=shape,
                within_s=FALL_WITHIN_S,
                lain_s=lain_s,
                asked_s=self.dwell_s,
            ),
            key=str(track.id),
        )


def _standing(
    kind: str, rule: StoppedRule | LeftObjectRule, sighting: ObjectSighting, stand: StandingPlace
) -> Judgement:
    track = sighting.track
    stood_s = sighting.seconds - stand.since_s
    return Judgement(
        stand.since_s,
        Message(f"findings.standing.{kind}", thing=object_code(track.label), place=named(rule.name), stood_s=stood_s),
        Message(
            f"findings.standing.why_{kind}",
            label=object_code(track.label),
            score=track.score,
            x=sighting.at[0],
            y=sighting.at[1],
            stood_s=stood_s,
            asked_s=rule.dwell_s,
        ),
        key=f"{track.id}-{stand.since_s:.0f}",
        once=stand.since_s,
    )


def _fallen_since(posture: Posture, shape: float, seconds: float) -> float | None:
    """Since when they lie after a fall, as far as `shape` (width to height), seen now, tells; None when they do not."""
    shapes = posture.shapes
    shapes.append((seconds, shape))
    while seconds - shapes[0][0] > FALL_WITHIN_S:
        shapes.popleft()
    if shape < WIDE:
        if posture.fell_s is not None and shape < UPRIGHT:
            posture.fell_s = math.inf
        return None
    if posture.fell_s is None or posture.fell_s == math.inf:
        if not any(past < UPRIGHT for _, past in shapes):
            return None
        posture.fell_s = seconds
    return posture.fell_s


def _is_cut(box: Box, scene: Scene) -> bool:
    """At the picture's edge a box is as wide as what is seen, not as who stands there."""
    return box.x1 <= 1 or box.y1 <= 1 or box.x2 >= scene.width - 1 or box.y2 >= scene.height - 1


def _pixels(box: Box) -> tuple[float, float]:
    return (box.x1 + box.x2) / 2, box.y2
