"""The one loop of all rules about single objects: who is asked about, what is remembered, told once, quiet times.

What a rule itself judges is its `judge`; here is everything around it. Judges nothing.
"""

from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Generic, TypeVar

from telemetry.messages import Message
from telemetry.positions import Position
from vision.detection.tracking import ObjectTrack
from vision.rules.memory import ByObject, Quiet, ReportedObjects
from vision.rules.rule import Firing, ObjectRule, Scene
from vision.rules.shapes import Outline, foot, inside

Memory = TypeVar("Memory")
EVERY_TIME = None
"""As `Judgement.once`: each is told of, however often the object does it."""


@dataclass(frozen=True)
class ObjectSighting:
    """One object at one moment, as rules are asked about it."""

    track: ObjectTrack
    scene: Scene
    step_s: float
    """Seconds of video since the scene before; 0 for the first."""

    @property
    def seconds(self) -> float:
        """Now, seconds of video."""
        return self.scene.seconds

    @cached_property
    def at(self) -> tuple[float, float]:
        """Its foot point, as fractions of the picture."""
        return foot(self.track.box, self.scene.width, self.scene.height)

    @cached_property
    def ground(self) -> Position | None:
        """Where its foot point is on the ground; None where the picture is not laid on it."""
        if self.scene.place is None:
            return None
        return self.scene.place(*self.at)

    def is_inside(self, zone: Outline) -> bool:
        """Whether its foot point is inside `zone`."""
        return inside(self.at, zone)


@dataclass(frozen=True)
class Judgement:
    """What a rule says of an object that does what it asks for."""

    since_s: float
    """When it began, seconds of video."""
    summary: Message
    why: Message
    key: str
    """Names it among the rule's findings on this source."""
    once: Hashable = True
    """Told once for each value of it that an object has; EVERY_TIME for no such limit."""
    attributes: Mapping[str, object] = field(default_factory=dict)


class ObjectJudge(ABC, Generic[Memory]):
    """A judgement of single objects."""

    @abstractmethod
    def new_memory(self) -> Memory:
        """What is remembered of an object that was not seen before."""

    @abstractmethod
    def considers(self, sighting: ObjectSighting) -> bool:
        """Whether it is about this object now; nothing is remembered of others."""

    @abstractmethod
    def judge(self, sighting: ObjectSighting, memory: Memory) -> Judgement | None:
        """What it says of the object; `memory` is kept up to date. None when there is nothing to tell."""


class ObjectWatch(Generic[Memory]):
    """One rule about objects on one source."""

    def __init__(self, rule: ObjectRule, judge: ObjectJudge[Memory]) -> None:
        self._rule = rule
        self._judge = judge
        self._quiet = Quiet(rule)
        self._memories: ByObject[Memory] = ByObject()
        self._reported = ReportedObjects()
        self._before_s: float | None = None

    def see(self, scene: Scene) -> Iterator[Firing]:
        """What the rule finds at this moment; scenes come in the order of time."""
        step_s = 0.0
        if self._before_s is not None:
            step_s = scene.seconds - self._before_s
        self._before_s = scene.seconds
        self._memories.tidy(scene.seconds)
        self._reported.see(scene)
        for track in scene.tracks:
            judgement = self._judged(ObjectSighting(track, scene, step_s))
            if judgement is not None and self._quiet.may_speak(scene):
                yield self._firing(judgement, track, scene)

    def _judged(self, sighting: ObjectSighting) -> Judgement | None:
        """What the rule says of it and has not said before."""
        if not self._judge.considers(sighting):
            return None
        track = sighting.track
        memory = self._memories.get(track)
        if memory is None:
            memory = self._judge.new_memory()
        self._memories.put(track, memory, sighting.seconds)
        judgement = self._judge.judge(sighting, memory)
        if judgement is None or judgement.once is EVERY_TIME:
            return judgement
        if self._reported.has(track, judgement.once):
            return None
        self._reported.add(track, judgement.once, sighting.seconds)
        return judgement

    def _firing(self, judgement: Judgement, track: ObjectTrack, scene: Scene) -> Firing:
        return Firing(
            self._rule,
            judgement.key,
            judgement.since_s,
            scene.seconds,
            judgement.summary,
            judgement.why,
            track.score,
            track,
            attributes=judgement.attributes,
        )


class SingleObjectRule(ObjectRule, ObjectJudge[Memory], Generic[Memory]):
    """A rule that judges each object by itself."""

    def watch(self) -> ObjectWatch[Memory]:
        """This rule on one source."""
        return ObjectWatch(self, self)
