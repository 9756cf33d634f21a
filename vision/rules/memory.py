"""What rules remember of objects and of what they have told."""

import math
from collections.abc import Hashable
from typing import Generic, TypeVar

from vision.detection.tracking import ObjectTrack
from vision.rules.rule import RuleBase, Scene

FORGET_S = 10.0
"""How long an object out of sight is remembered; longer than a tracker's patience."""

T = TypeVar("T")


class ByObject(Generic[T]):
    """Something for each object, forgotten when it was not seen for FORGET_S."""

    def __init__(self) -> None:
        self._kept: dict[int, tuple[float, T]] = {}

    def get(self, track: ObjectTrack) -> T | None:
        """What is kept of an object."""
        kept = self._kept.get(track.id)
        if kept is None:
            return None
        return kept[1]

    def put(self, track: ObjectTrack, value: T, seconds: float) -> T:
        """Keep it."""
        self._kept[track.id] = (seconds, value)
        return value

    def tidy(self, seconds: float) -> None:
        """Forget who was not seen lately."""
        self._kept = {number: kept for number, kept in self._kept.items() if seconds - kept[0] <= FORGET_S}


class ReportedObjects:
    """Of which objects a rule has told; one out of sight for FORGET_S is forgotten, as its number never comes again."""

    def __init__(self) -> None:
        self._objects: ByObject[Hashable] = ByObject()

    def see(self, scene: Scene) -> None:
        """Keep in mind those that are there."""
        for track in scene.tracks:
            told = self._objects.get(track)
            if told is not None:
                self._objects.put(track, told, scene.seconds)
        self._objects.tidy(scene.seconds)

    def add(self, track: ObjectTrack, once: Hashable, seconds: float) -> None:
        """It was told of now; `once` is what it was told of for."""
        self._objects.put(track, once, seconds)

    def has(self, track: ObjectTrack, once: Hashable) -> bool:
        """Whether it was told of last for `once`."""
        return self._objects.get(track) == once


class Quiet:
    """Lets a rule speak once in its quiet time, and only within its hours."""

    def __init__(self, rule: RuleBase) -> None:
        self._rule = rule
        self._until = -math.inf

    def may_speak(self, scene: Scene) -> bool:
        """Whether it may tell of something now; if so it is silent from now on."""
        if scene.seconds < self._until or not self._rule.holds(scene.at, scene.zone):
            return False
        self._until = scene.seconds + self._rule.quiet_s
        return True
