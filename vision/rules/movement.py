"""Objects on their way: across a line, against the direction, too fast."""

import math
from collections import deque
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from telemetry.positions import Position, distance_m
from vision.detection.tracking import ObjectTrack
from vision.rules.memory import ByObject, Quiet, ReportedObjects
from vision.rules.rule import VEHICLES, Firing, ObjectRule, Scene, a
from vision.rules.shapes import WHOLE_PICTURE, Line, Outline, crosses, foot, inside, side


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

    def watch(self) -> "_LineWatch":
        """This rule on one source."""
        return _LineWatch(self)


class WrongWayRule(ObjectRule):
    """An object in `zone` that goes against the direction of `way` (from its first end to its second) for `for_s`."""

    kind: Literal["wrong_way"]
    classes: Annotated[tuple[str, ...], Field(min_length=1)] = VEHICLES
    zone: Outline = WHOLE_PICTURE
    way: Line
    for_s: Annotated[float, Field(ge=0.2, le=600)] = 1.0
    least_way: Annotated[float, Field(gt=0, le=1)] = 0.03
    """How far it must have gone against the direction, as a fraction of the picture's width."""

    def watch(self) -> "_WrongWayWatch":
        """This rule on one source."""
        return _WrongWayWatch(self)


class SpeedRule(ObjectRule):
    """An object in `zone` faster than `limit_km_h`, by where it was on the ground over `over_s` seconds.

    An estimate for looking closer, not a measurement for a fine: it fires only where the speed less two of its own
    standard errors is over the limit. Needs a camera whose picture is laid on the ground.
    """

    kind: Literal["speed"]
    classes: Annotated[tuple[str, ...], Field(min_length=1)] = VEHICLES
    zone: Outline = WHOLE_PICTURE
    limit_km_h: Annotated[float, Field(gt=0, le=400)]
    over_s: Annotated[float, Field(ge=0.5, le=60)] = 1.0

    def watch(self) -> "_SpeedWatch":
        """This rule on one source."""
        return _SpeedWatch(self)


class _LineWatch:
    def __init__(self, rule: LineRule) -> None:
        self._rule = rule
        self._quiet = Quiet(rule)
        self._feet: ByObject[tuple[float, float]] = ByObject()
        self._counts = {"right": 0, "left": 0}
        self._scores: list[float] = []
        self._since: float | None = None

    def see(self, scene: Scene) -> Iterator[Firing]:
        """Crossings, or from time to time their numbers."""
        rule = self._rule
        if self._since is None:
            self._since = scene.seconds
        self._feet.tidy(scene.seconds)
        for track in scene.tracks:
            if track.hidden or not rule.asks_for(track):
                continue
            at = foot(track.box, scene.width, scene.height)
            before = self._feet.get(track)
            if side(at, rule.line) != 0:
                self._feet.put(track, at, scene.seconds)
            if before is None or not crosses(before, at, rule.line):
                continue
            direction = "left"
            if side(at, rule.line) > 0:
                direction = "right"
            if rule.holds(scene.at):
                self._counts[direction] += 1
                self._scores.append(track.score)
            if rule.count_every_s is None and direction in rule.directions and self._quiet.may_speak(scene):
                yield self._crossing(scene, track, direction)
        if rule.count_every_s is not None and scene.seconds - self._since >= rule.count_every_s:
            yield self._numbers(scene)

    def rest(self, scene: Scene) -> Iterator[Firing]:
        """The numbers since they were told last."""
        if self._rule.count_every_s is not None and self._since is not None and scene.seconds > self._since:
            yield self._numbers(scene)

    def _crossing(self, scene: Scene, track: ObjectTrack, direction: str) -> Firing:
        rule = self._rule
        named = rule.right_name if direction == "right" else rule.left_name
        counted = self._counts[direction]
        return Firing(
            rule,
            f"{track.id}-{direction}-{counted}",
            scene.seconds,
            scene.seconds,
            f"{a(track.label)} has crossed {rule.name} {named}",
            f"{track.label} (mean score {track.score:.2f}) was on one side of “{rule.name}” and then on the other,"
            f" number {counted} {named}",
            track.score,
            track,
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
        lasted = scene.seconds - since
        span = f"{lasted / 60:.0f} min" if lasted >= 90 else f"{lasted:.0f} s"
        return Firing(
            rule,
            f"count-{since:.0f}",
            since,
            scene.seconds,
            f"{rule.name}: {counts['right']} {rule.right_name}, {counts['left']} {rule.left_name} in {span}",
            f"foot points of {', '.join(rule.classes)} that changed sides between the line's ends",
            sum(scores) / len(scores),
            attributes={"counts": counts, "minutes": round(lasted / 60, 2)},
        )


class _WrongWayWatch:
    def __init__(self, rule: WrongWayRule) -> None:
        self._rule = rule
        self._quiet = Quiet(rule)
        self._ways: ByObject[deque[tuple[float, float]]] = ByObject()
        """Seconds, and how far along the way in fractions of the picture's width."""
        self._told = ReportedObjects()

    def see(self, scene: Scene) -> Iterator[Firing]:
        """Each object once."""
        rule = self._rule
        self._ways.tidy(scene.seconds)
        self._told.see(scene)
        (x1, y1), (x2, y2) = rule.way
        aspect = scene.height / scene.width
        long = math.hypot(x2 - x1, (y2 - y1) * aspect)
        for track in scene.tracks:
            at = foot(track.box, scene.width, scene.height)
            if track.hidden or not rule.asks_for(track) or not inside(at, rule.zone):
                continue
            along = ((at[0] - x1) * (x2 - x1) + (at[1] - y1) * (y2 - y1) * aspect**2) / long
            steps = self._ways.put(track, self._ways.get(track) or deque(), scene.seconds)
            # Against the way from where it was farthest along it: a moment's standing still is no new beginning.
            if steps and along >= steps[0][1]:
                steps.clear()
            steps.append((scene.seconds, along))
            since, most = steps[0]
            if scene.seconds - since < rule.for_s or most - along < rule.least_way or track in self._told:
                continue
            self._told.add(track, scene.seconds)
            if self._quiet.may_speak(scene):
                yield Firing(
                    rule,
                    str(track.id),
                    since,
                    scene.seconds,
                    f"{a(track.label)} goes the wrong way in {rule.name}",
                    f"{track.label} (mean score {track.score:.2f}) went {100 * (most - along):.0f} % of the picture's"
                    f" width against the way in {scene.seconds - since:.1f} s,"
                    f" {100 * rule.least_way:.0f} % in {rule.for_s:.1f} s asked",
                    track.score,
                    track,
                )


class _SpeedWatch:
    def __init__(self, rule: SpeedRule) -> None:
        self._rule = rule
        self._quiet = Quiet(rule)
        self._places: ByObject[deque[tuple[float, Position]]] = ByObject()
        self._told = ReportedObjects()

    def see(self, scene: Scene) -> Iterator[Firing]:
        """Each object once; nothing where the picture is not laid on the ground."""
        rule = self._rule
        if scene.place is None:
            return
        self._places.tidy(scene.seconds)
        self._told.see(scene)
        for track in scene.tracks:
            at = foot(track.box, scene.width, scene.height)
            if track.hidden or not rule.asks_for(track) or not inside(at, rule.zone):
                continue
            place = scene.place(*at)
            if place is None:
                continue
            places = self._places.put(track, self._places.get(track) or deque(), scene.seconds)
            places.append((scene.seconds, place))
            while len(places) > 2 and scene.seconds - places[1][0] >= rule.over_s:
                places.popleft()
            since, first = places[0]
            took = scene.seconds - since
            if took < rule.over_s or track in self._told:
                continue
            km_h = 3.6 * distance_m(first, place) / took
            error = 3.6 * _shared_error_m(first, place) / took
            if km_h - 2 * error <= rule.limit_km_h:
                continue
            self._told.add(track, scene.seconds)
            if self._quiet.may_speak(scene):
                yield Firing(
                    rule,
                    str(track.id),
                    since,
                    scene.seconds,
                    f"{a(track.label)} at about {km_h:.0f} km/h in {rule.name}, {rule.limit_km_h:.0f} allowed",
                    f"{distance_m(first, place):.1f} m on the ground in {took:.2f} s, give or take {error:.0f} km/h;"
                    " an estimate, not a measurement for a fine",
                    track.score,
                    track,
                    attributes={"km_h": round(km_h, 1), "error_km_h": round(error, 1)},
                )


def _shared_error_m(first: Position, last: Position) -> float:
    """One sigma of the distance between two places of one camera.

    Its pose is wrong by the same at both, which moves them together; what is left is taken as a third of each.
    """
    return math.hypot(first.accuracy_m, last.accuracy_m) / 3
