"""What stands or lies where it should not: stopped vehicles, left objects, people who fell."""

import math
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from vision.detection.detector import Box
from vision.rules.memory import ByObject, Quiet, ReportedObjects
from vision.rules.rule import PERSONS, VEHICLES, Firing, ObjectRule, Scene, a
from vision.rules.shapes import WHOLE_PICTURE, Outline, foot, inside

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


class StoppedRule(ObjectRule):
    """A vehicle that stands still inside `zone` for `dwell_s` seconds."""

    kind: Literal["stopped"]
    classes: Annotated[tuple[str, ...], Field(min_length=1)] = VEHICLES
    zone: Outline = WHOLE_PICTURE
    dwell_s: Seconds = 30.0

    def watch(self) -> "_StandingWatch":
        """This rule on one source."""
        return _StandingWatch(self, "has stopped in", alone_within=None, persons=())


class LeftObjectRule(ObjectRule):
    """A thing of `classes` that stands still inside `zone` for `dwell_s` seconds with nobody near."""

    kind: Literal["left_object"]
    classes: Annotated[tuple[str, ...], Field(min_length=1)] = BAGS
    zone: Outline = WHOLE_PICTURE
    dwell_s: Seconds = 30.0
    near: Annotated[float, Field(gt=0, le=20)] = 2.0
    """Somebody is near within so many heights of a person from it."""

    def watch(self) -> "_StandingWatch":
        """This rule on one source."""
        return _StandingWatch(self, "was left in", alone_within=self.near, persons=PERSONS)


class FallRule(ObjectRule):
    """A person inside `zone` who was upright, is lying within two seconds, and stays so for `dwell_s` seconds."""

    kind: Literal["fall"]
    classes: Annotated[tuple[str, ...], Field(min_length=1)] = PERSONS
    zone: Outline = WHOLE_PICTURE
    dwell_s: Seconds = 3.0

    def watch(self) -> "_FallWatch":
        """This rule on one source."""
        return _FallWatch(self)


@dataclass
class _Stand:
    """Where an object came to stand and since when."""

    at: tuple[float, float]
    since_s: float
    told: bool = False


class _StandingWatch:
    def __init__(
        self, rule: StoppedRule | LeftObjectRule, verb: str, *, alone_within: float | None, persons: tuple[str, ...]
    ) -> None:
        self._rule = rule
        self._verb = verb
        self._quiet = Quiet(rule)
        self._alone_within = alone_within
        self._persons = persons
        self._stands: ByObject[_Stand] = ByObject()

    def see(self, scene: Scene) -> Iterator[Firing]:
        """Each object once for each place where it stands."""
        rule = self._rule
        self._stands.tidy(scene.seconds)
        people = [track.box for track in scene.tracks if track.label in self._persons]
        for track in scene.tracks:
            if not rule.asks_for(track):
                continue
            at = _pixels(track.box)
            stand = self._stands.get(track)
            moved = stand is None or math.dist(stand.at, at) > STILL_SHARE * track.box.height
            if stand is None or moved or self._is_attended(track.box, people):
                stand = _Stand(at, scene.seconds)
            self._stands.put(track, stand, scene.seconds)
            where = foot(track.box, scene.width, scene.height)
            stood = scene.seconds - stand.since_s
            if stand.told or stood < rule.dwell_s or not inside(where, rule.zone):
                continue
            stand.told = True
            if self._quiet.may_speak(scene):
                alone = ""
                if self._alone_within is not None:
                    alone = " with nobody near"
                yield Firing(
                    rule,
                    f"{track.id}-{stand.since_s:.0f}",
                    stand.since_s,
                    scene.seconds,
                    f"{a(track.label)} {self._verb} {rule.name}, there for {stood:.0f} s",
                    f"{track.label} (mean score {track.score:.2f}) stayed within a quarter of its height"
                    f" at ({where[0]:.2f}, {where[1]:.2f}) for {stood:.1f} s{alone}, {rule.dwell_s:.0f} s asked",
                    track.score,
                    track,
                )

    def _is_attended(self, box: Box, people: list[Box]) -> bool:
        near = self._alone_within
        return near is not None and any(math.dist(_pixels(box), _pixels(one)) < near * one.height for one in people)


class _FallWatch:
    def __init__(self, rule: FallRule) -> None:
        self._rule = rule
        self._quiet = Quiet(rule)
        self._shapes: ByObject[deque[tuple[float, float]]] = ByObject()
        """Seconds and width to height."""
        self._fell: ByObject[float] = ByObject()
        self._told = ReportedObjects()

    def see(self, scene: Scene) -> Iterator[Firing]:
        """Each person once."""
        rule = self._rule
        self._shapes.tidy(scene.seconds)
        self._fell.tidy(scene.seconds)
        self._told.see(scene)
        for track in scene.tracks:
            if track.hidden or not rule.asks_for(track) or self._is_cut(track.box, scene):
                continue
            shape = track.box.width / max(track.box.height, 1.0)
            shapes = self._shapes.put(track, self._shapes.get(track) or deque(), scene.seconds)
            shapes.append((scene.seconds, shape))
            while scene.seconds - shapes[0][0] > FALL_WITHIN_S:
                shapes.popleft()
            fell = self._fell.get(track)
            if shape < WIDE:
                if fell is not None and shape < UPRIGHT:
                    self._fell.put(track, math.inf, scene.seconds)
                continue
            if fell is None or fell == math.inf:
                if not any(past < UPRIGHT for _, past in shapes):
                    continue
                fell = scene.seconds
            self._fell.put(track, fell, scene.seconds)
            lain = scene.seconds - fell
            at = foot(track.box, scene.width, scene.height)
            if lain < rule.dwell_s or track in self._told or not inside(at, rule.zone):
                continue
            self._told.add(track, scene.seconds)
            if self._quiet.may_speak(scene):
                yield Firing(
                    rule,
                    str(track.id),
                    fell,
                    scene.seconds,
                    f"{a(track.label)} may have fallen in {rule.name} and has lain for {lain:.0f} s",
                    f"{track.label} (mean score {track.score:.2f}) went from upright to {shape:.1f} times as wide as"
                    f" high in at most {FALL_WITHIN_S:.0f} s and stayed so for {lain:.1f} s,"
                    f" {rule.dwell_s:.0f} s asked",
                    track.score,
                    track,
                )

    @staticmethod
    def _is_cut(box: Box, scene: Scene) -> bool:
        """At the picture's edge a box is as wide as what is seen, not as who stands there."""
        return box.x1 <= 1 or box.y1 <= 1 or box.x2 >= scene.width - 1 or box.y2 >= scene.height - 1


def _pixels(box: Box) -> tuple[float, float]:
    return (box.x1 + box.x2) / 2, box.y2
