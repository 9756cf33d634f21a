"""Objects on their way: across a line, against the direction, too fast."""

import math
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import Field

from telemetry.messages import Message
from telemetry.positions import Position, distance_m
from vision.detection.object_names import object_code
from vision.rules.object_watch import EVERY_TIME, Judgement, ObjectJudge, ObjectSighting, ObjectWatch, SingleObjectRule
from vision.rules.rule import VEHICLES, Firing, ObjectRule, Scene, named
from vision.rules.shapes import WHOLE_PICTURE, Line, Outline, crosses, side

IN_MINUTES_FROM_S = 90
"""From here on a span is told in minutes."""


@dataclass
class LastFoot:
    """Where an object's foot point was last, beside the line; None before it was seen there."""

    at: tuple[float, float] | None = None


@dataclass
class Progress:
    """Seconds, and how far along the way in fractions of the picture's width."""

    steps: deque[tuple[float, float]] = field(default_factory=deque)


@dataclass
class GroundTrack:
    """Seconds, and where on the ground the object was then."""

    places: deque[tuple[float, Position]] = field(default_factory=deque)


class LineRule(ObjectRule):
    """Objects whose foot point crosses `line`, counted by direction.

    "Right" is to the right hand of who walks along the line from its first end to its second. With `count_every_s` the
    numbers are told so often, else every crossing in a direction of `directions` is a finding.
    """

    kind: Literal["line"]
    line: Line
    directions: Annotated[tuple[Literal["right", "left"], ...], Field(min_length=1)] = ("right", "left")
    count_every_s: Annotated[float, Field(ge=10, le=86_400)] | None = None
    right_name: Annotated[str, Field(min_length=1, max_length=40)] = "to the right"
    left_name: Annotated[str, Field(min_length=1, max_length=40)] = "to the left"

    def watch(self) -> "LineWatch":
        """This rule on one source."""
        return LineWatch(self)


class WrongWayRule(SingleObjectRule[Progress]):
    """An object in `zone` that goes against the direction of `way` (from its first end to its second) for `for_s`."""

    kind: Literal["wrong_way"]
    classes: Annotated[tuple[str, ...], Field(min_length=1)] = VEHICLES
    zone: Outline = WHOLE_PICTURE
    way: Line
    for_s: Annotated[float, Field(ge=0.2, le=600)] = 1.0
    least_way: Annotated[float, Field(gt=0, le=1)] = 0.03
    """How far it must have gone against the direction, as a fraction of the picture's width."""

    def new_memory(self) -> Progress:
        """It has gone nowhere."""
        return Progress()

    def considers(self, sighting: ObjectSighting) -> bool:
        """What it asks for, seen in the zone."""
        track = sighting.track
        return not track.hidden and self.asks_for(track) and sighting.is_inside(self.zone)

    def judge(self, sighting: ObjectSighting, memory: Progress) -> Judgement | None:
        """Each object once."""
        along = self._along(sighting)
        steps = memory.steps
        # Against the way from where it was farthest along it: a moment's standing still is no new beginning.
        if steps and along >= steps[0][1]:
            steps.clear()
        steps.append((sighting.seconds, along))
        since_s, most = steps[0]
        went_s = sighting.seconds - since_s
        if went_s < self.for_s or most - along < self.least_way:
            return None
        track = sighting.track
        return Judgement(
            since_s,
            Message("findings.wrong_way.summary", thing=object_code(track.label), place=named(self.name)),
            Message(
                "findings.wrong_way.why",
                label=object_code(track.label),
                score=track.score,
                way_percent=100 * (most - along),
                went_s=went_s,
                asked_percent=100 * self.least_way,
                asked_s=self.for_s,
            ),
            key=str(track.id),
        )

    def _along(self, sighting: ObjectSighting) -> float:
        """How far along the way it is, in fractions of the picture's width."""
        (x1, y1), (x2, y2) = self.way
        aspect = sighting.scene.height / sighting.scene.width
        long = math.hypot(x2 - x1, (y2 - y1) * aspect)
        x, y = sighting.at
        return ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1) * aspect**2) / long


class SpeedRule(SingleObjectRule[GroundTrack]):
    """An object in `zone` faster than `limit_km_h`, by where it was on the ground over `over_s` seconds.

    An estimate for looking closer, not a measurement for a fine: it fires only where the speed less two of its own
    standard errors is over the limit. Needs a camera whose picture is laid on the ground.
    """

    kind: Literal["speed"]
    classes: Annotated[tuple[str, ...], Field(min_length=1)] = VEHICLES
    zone: Outline = WHOLE_PICTURE
    limit_km_h: Annotated[float, Field(gt=0, le=400)]
    over_s: Annotated[float, Field(ge=0.5, le=60)] = 1.0

    def new_memory(self) -> GroundTrack:
        """It was nowhere yet."""
        return GroundTrack()

    def considers(self, sighting: ObjectSighting) -> bool:
        """What it asks for, seen in the zone, where the picture is laid on the ground."""
        track = sighting.track
        seen = not track.hidden and self.asks_for(track) and sighting.is_inside(self.zone)
        return seen and sighting.ground is not None

    def judge(self, sighting: ObjectSighting, memory: GroundTrack) -> Judgement | None:
        """Each object once."""
        if sighting.ground is None:
            return None
        since_s, first = self._earlier(memory, sighting.seconds, sighting.ground)
        took_s = sighting.seconds - since_s
        if took_s < self.over_s:
            return None
        way_m = distance_m(first, sighting.ground)
        km_h = 3.6 * way_m / took_s
        error_km_h = 3.6 * _shared_error_m(first, sighting.ground) / took_s
        if km_h - 2 * error_km_h <= self.limit_km_h:
            return None
        track = sighting.track
        place = named(self.name)
        return Judgement(
            since_s,
            Message(
                "findings.speed.summary",
                thing=object_code(track.label),
                km_h=km_h,
                place=place,
                limit_km_h=self.limit_km_h,
            ),
            Message("findings.speed.why", way_m=way_m, took_s=took_s, error_km_h=error_km_h),
            key=str(track.id),
            attributes={"km_h": round(km_h, 1), "error_km_h": round(error_km_h, 1)},
        )

    def _earlier(self, memory: GroundTrack, seconds: float, ground: Position) -> tuple[float, Position]:
        """When and where it was `over_s` ago, or when it was seen first; that it is here now is remembered."""
        places = memory.places
        places.append((seconds, ground))
        while len(places) > 2 and seconds - places[1][0] >= self.over_s:
            places.popleft()
        return places[0]


class LineWatch(ObjectJudge[LastFoot]):
    """A line on one source: crossings one by one, or their numbers from time to time."""

    def __init__(self, rule: LineRule) -> None:
        self._rule = rule
        self._objects: ObjectWatch[LastFoot] = ObjectWatch(rule, self)
        self._counts = {"right": 0, "left": 0}
        self._scores: list[float] = []
        self._since: float | None = None

    def see(self, scene: Scene) -> Iterator[Firing]:
        """Crossings, or from time to time their numbers."""
        rule = self._rule
        if self._since is None:
            self._since = scene.seconds
        yield from self._objects.see(scene)
        if rule.count_every_s is not None and scene.seconds - self._since >= rule.count_every_s:
            yield self._numbers(scene)

    def rest(self, scene: Scene) -> Iterator[Firing]:
        """The numbers since they were told last."""
        if self._rule.count_every_s is not None and self._since is not None and scene.seconds > self._since:
            yield self._numbers(scene)

    def new_memory(self) -> LastFoot:
        """It was on no side yet."""
        return LastFoot()

    def considers(self, sighting: ObjectSighting) -> bool:
        """What the rule asks for and is seen."""
        return not sighting.track.hidden and self._rule.asks_for(sighting.track)

    def judge(self, sighting: ObjectSighting, memory: LastFoot) -> Judgement | None:
        """Each crossing in a direction that is asked for; all of them are counted."""
        rule = self._rule
        before = memory.at
        now_on = side(sighting.at, rule.line)
        if now_on != 0:
            memory.at = sighting.at
        if before is None or not crosses(before, sighting.at, rule.line):
            return None
        direction = "left"
        if now_on > 0:
            direction = "right"
        if rule.holds(sighting.scene.at, sighting.scene.zone):
            self._counts[direction] += 1
            self._scores.append(sighting.track.score)
        if rule.count_every_s is not None or direction not in rule.directions:
            return None
        return self._crossing(sighting, direction)

    def _crossing(self, sighting: ObjectSighting, direction: str) -> Judgement:
        rule = self._rule
        track = sighting.track
        counted = self._counts[direction]
        place = named(rule.name)
        to = named(getattr(rule, f"{direction}_name"))
        return Judgement(
            sighting.seconds,
            Message("findings.line.summary", thing=object_code(track.label), place=place, to=to),
            Message(
                "findings.line.why",
                label=object_code(track.label),
                score=track.score,
                place=place,
                number=counted,
                to=to,
            ),
            key=f"{track.id}-{direction}-{counted}",
            once=EVERY_TIME,
            attributes={"direction": direction, "counts": dict(self._counts)},
        )

    def _numbers(self, scene: Scene) -> Firing:
        rule = self._rule
        since = self._since or 0.0
        counts = self._counts
        self._counts = {"right": 0, "left": 0}
        self._since = scene.seconds
        scores = self._scores or [0.5]
        self._scores = []
        lasted_s = scene.seconds - since
        return Firing(
            rule,
            f"count-{since:.0f}",
            since,
            scene.seconds,
            Message(
                "findings.line.numbers",
                place=named(rule.name),
                right=counts["right"],
                right_name=named(rule.right_name),
                left=counts["left"],
                left_name=named(rule.left_name),
                span=_span(lasted_s),
            ),
            Message("findings.line.why_numbers", classes=[object_code(label) for label in rule.classes]),
            sum(scores) / len(scores),
            attributes={"counts": counts, "minutes": round(lasted_s / 60, 2)},
        )


def _span(seconds: float) -> Message:
    if seconds >= IN_MINUTES_FROM_S:
        return Message("findings.span.minutes", minutes=seconds / 60)
    return Message("findings.span.seconds", seconds=seconds)


def _shared_error_m(first: Position, last: Position) -> float:
    """One sigma of the distance between two places of one camera.

    Its pose is wrong by the same at both, which moves them together; what is left is taken as a third of each.
    """
    return math.hypot(first.accuracy_m, last.accuracy_m) / 3
