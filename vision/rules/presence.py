"""Objects in a zone: come in, stay, gone out, loitering, too many at once."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import Field

from telemetry.messages import Message
from vision.detection.detector import Box
from vision.detection.object_names import counted, object_code
from vision.detection.tracking import ObjectTrack
from vision.rules.memory import Quiet
from vision.rules.object_watch import EVERY_TIME, Judgement, ObjectSighting, SingleObjectRule
from vision.rules.rule import Firing, ObjectRule, Scene, named
from vision.rules.shapes import WHOLE_PICTURE, Outline, foot, inside

LONGEST_STEP_S = 2.0
"""Between two pictures farther apart than this nobody knows who was there."""
Seconds = Annotated[float, Field(ge=0, le=86_400)]


@dataclass
class Stay:
    """One object's time in the zone."""

    since_s: float | None = None
    """None while it is outside."""


@dataclass
class TimeInside:
    """When an object was seen inside, and how long since the picture before."""

    spent: list[tuple[float, float]] = field(default_factory=list)


class ZoneRule(SingleObjectRule[Stay]):
    """An object of `classes` whose foot point is inside `zone` for `dwell_s` seconds on end is a finding."""

    kind: Literal["zone"] = "zone"
    zone: Outline = WHOLE_PICTURE
    dwell_s: Seconds = 1.0

    def new_memory(self) -> Stay:
        """It is outside."""
        return Stay()

    def considers(self, sighting: ObjectSighting) -> bool:
        """Everything: what it no longer asks for is outside."""
        return True

    def judge(self, sighting: ObjectSighting, memory: Stay) -> Judgement | None:
        """Each object once."""
        if not self.asks_for(sighting.track) or not sighting.is_inside(self.zone):
            memory.since_s = None
            return None
        if memory.since_s is None:
            memory.since_s = sighting.seconds
        stayed_s = sighting.seconds - memory.since_s
        if stayed_s < self.dwell_s:
            return None
        track = sighting.track
        place = named(self.name)
        return Judgement(
            memory.since_s,
            Message("findings.zone.summary", thing=object_code(track.label), place=place, stayed_s=stayed_s),
            Message(
                "findings.zone.why",
                object=scored(track, self),
                x=sighting.at[0],
                y=sighting.at[1],
                place=place,
                stayed_s=stayed_s,
                asked_s=self.dwell_s,
            ),
            key=str(track.id),
        )


class LeaveRule(SingleObjectRule[Stay]):
    """An object that was inside `zone` for `dwell_s` seconds and then is outside of it is a finding."""

    kind: Literal["leave"]
    zone: Outline
    dwell_s: Seconds = 1.0

    def new_memory(self) -> Stay:
        """It is outside."""
        return Stay()

    def considers(self, sighting: ObjectSighting) -> bool:
        """What it asks for."""
        return self.asks_for(sighting.track)

    def judge(self, sighting: ObjectSighting, memory: Stay) -> Judgement | None:
        """Each time an object goes out."""
        if sighting.is_inside(self.zone):
            if memory.since_s is None:
                memory.since_s = sighting.seconds
            return None
        since_s = memory.since_s
        memory.since_s = None
        if since_s is None or sighting.seconds - since_s < self.dwell_s:
            return None
        track = sighting.track
        place = named(self.name)
        stayed_s = sighting.seconds - since_s
        return Judgement(
            since_s,
            Message("findings.leave.summary", thing=object_code(track.label), place=place, stayed_s=stayed_s),
            Message(
                "findings.leave.why",
                object=scored(track, self),
                place=place,
                stayed_s=stayed_s,
                asked_s=self.dwell_s,
                x=sighting.at[0],
                y=sighting.at[1],
            ),
            key=str(track.id),
            once=EVERY_TIME,
        )


class LoiterRule(SingleObjectRule[TimeInside]):
    """An object that spends `dwell_s` seconds inside `zone` within `within_s`, going out and in again or not."""

    kind: Literal["loiter"]
    zone: Outline = WHOLE_PICTURE
    dwell_s: Seconds = 60.0
    within_s: Seconds = 300.0

    def new_memory(self) -> TimeInside:
        """It has spent no time inside."""
        return TimeInside()

    def considers(self, sighting: ObjectSighting) -> bool:
        """What it asks for."""
        return self.asks_for(sighting.track)

    def judge(self, sighting: ObjectSighting, memory: TimeInside) -> Judgement | None:
        """Each object once."""
        seconds = sighting.seconds
        spent = [one for one in memory.spent if seconds - one[0] <= self.within_s]
        if sighting.is_inside(self.zone):
            known = bool(spent) and sighting.step_s <= LONGEST_STEP_S
            spent.append((seconds, sighting.step_s * known))
        memory.spent = spent
        total_s = sum(one[1] for one in spent)
        if total_s < self.dwell_s or not spent:
            return None
        track = sighting.track
        place = named(self.name)
        return Judgement(
            spent[0][0],
            Message("findings.loiter.summary", thing=object_code(track.label), place=place, total_s=total_s),
            Message(
                "findings.loiter.why",
                object=scored(track, self),
                total_s=total_s,
                place=place,
                span_s=seconds - spent[0][0],
                asked_s=self.dwell_s,
                within_s=self.within_s,
            ),
            key=str(track.id),
        )


class CrowdRule(ObjectRule):
    """At least `count` objects of `classes` inside `zone` at once for `dwell_s` seconds are a finding."""

    kind: Literal["crowd"]
    zone: Outline = WHOLE_PICTURE
    count: Annotated[int, Field(ge=2, le=1_000)]
    dwell_s: Seconds = 5.0
    patience_s: Seconds = 2.0
    """For so long there may be one too few: people hide each other."""

    def watch(self) -> "_CrowdWatch":
        """This rule on one source."""
        return _CrowdWatch(self)


class _CrowdWatch:
    def __init__(self, rule: CrowdRule) -> None:
        self._rule = rule
        self._quiet = Quiet(rule)
        self._since: float | None = None
        self._enough = 0.0
        self._told = False

    def see(self, scene: Scene) -> Iterator[Firing]:
        """Once for each time that there are so many."""
        rule = self._rule
        there = [
            track
            for track in scene.tracks
            if rule.asks_for(track) and inside(foot(track.box, scene.width, scene.height), rule.zone)
        ]
        if len(there) >= rule.count:
            if self._since is None:
                self._since = scene.seconds
            self._enough = scene.seconds
        elif self._since is not None and scene.seconds - self._enough > rule.patience_s:
            self._since = None
            self._told = False
        if self._since is None or self._told or len(there) < rule.count:
            return
        if scene.seconds - self._since < rule.dwell_s:
            return
        self._told = True
        if self._quiet.may_speak(scene):
            yield self._firing(there, self._since, scene)

    def _firing(self, there: list[ObjectTrack], since_s: float, scene: Scene) -> Firing:
        rule = self._rule
        place = named(rule.name)
        return Firing(
            rule,
            f"crowd-{since_s:.1f}",
            since_s,
            scene.seconds,
            Message(
                "findings.crowd.summary",
                things=counted(track.label for track in there),
                place=place,
                lasted_s=scene.seconds - since_s,
            ),
            Message(
                "findings.crowd.why",
                number=len(there),
                place=place,
                asked=rule.count,
                asked_s=rule.dwell_s,
            ),
            sum(track.score for track in there) / len(there),
            box=around([track.box for track in there]),
            attributes={"count": len(there)},
        )


def around(boxes: list[Box]) -> Box:
    """The smallest box that holds all of them."""
    return Box(
        min(box.x1 for box in boxes),
        min(box.y1 for box in boxes),
        max(box.x2 for box in boxes),
        max(box.y2 for box in boxes),
    )


def scored(track: ObjectTrack, rule: ObjectRule) -> Message:
    """An object with its score, and the score that the rule asks for."""
    return Message(
        "findings.scored", label=object_code(track.label), score=track.score, count=track.hits, asked=rule.min_score
    )
