"""Objects in a zone: come in, stay, gone out, loitering, too many at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from vision.detection.detector import Box
from vision.detection.tracking import ObjectTrack
from vision.rules.memory import ByObject, Quiet, ReportedObjects, labels
from vision.rules.rule import Firing, ObjectRule, Scene, a
from vision.rules.shapes import WHOLE_PICTURE, Outline, foot, inside

LONGEST_STEP_S = 2.0
"""Between two pictures farther apart than this nobody knows who was there."""
Seconds = Annotated[float, Field(ge=0, le=86_400)]


class ZoneRule(ObjectRule):
    """An object of `classes` whose foot point is inside `zone` for `dwell_s` seconds on end is a finding."""

    kind: Literal["zone"] = "zone"
    zone: Outline = WHOLE_PICTURE
    dwell_s: Seconds = 1.0

    def watch(self) -> "_ZoneWatch":
        """This rule on one source."""
        return _ZoneWatch(self)


class LeaveRule(ObjectRule):
    """An object that was inside `zone` for `dwell_s` seconds and then is outside of it is a finding."""

    kind: Literal["leave"]
    zone: Outline
    dwell_s: Seconds = 1.0

    def watch(self) -> "_LeaveWatch":
        """This rule on one source."""
        return _LeaveWatch(self)


class LoiterRule(ObjectRule):
    """An object that spends `dwell_s` seconds inside `zone` within `within_s`, going out and in again or not."""

    kind: Literal["loiter"]
    zone: Outline = WHOLE_PICTURE
    dwell_s: Seconds = 60.0
    within_s: Seconds = 300.0

    def watch(self) -> "_LoiterWatch":
        """This rule on one source."""
        return _LoiterWatch(self)


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


@dataclass
class _Stay:
    """One object's time in the zone."""

    since_s: float | None = None
    """None while it is outside."""
    told: bool = False


class _ZoneWatch:
    def __init__(self, rule: ZoneRule) -> None:
        self._rule = rule
        self._quiet = Quiet(rule)
        self._stays: ByObject[_Stay] = ByObject()

    def see(self, scene: Scene) -> Iterator[Firing]:
        """Each object once."""
        rule = self._rule
        self._stays.tidy(scene.seconds)
        for track in scene.tracks:
            stay = self._stays.put(track, self._stays.get(track) or _Stay(), scene.seconds)
            at = foot(track.box, scene.width, scene.height)
            if not rule.asks_for(track) or not inside(at, rule.zone):
                stay.since_s = None
                continue
            if stay.since_s is None:
                stay.since_s = scene.seconds
            stayed = scene.seconds - stay.since_s
            if stay.told or stayed < rule.dwell_s:
                continue
            stay.told = True
            if self._quiet.may_speak(scene):
                yield Firing(
                    rule,
                    str(track.id),
                    stay.since_s,
                    scene.seconds,
                    f"{a(track.label)} is in {rule.name}, seen there for {stayed:.1f} s",
                    f"{_scored(track, rule)} stood at ({at[0]:.2f}, {at[1]:.2f}) inside “{rule.name}”"
                    f" for {stayed:.1f} s, {rule.dwell_s:.1f} s asked",
                    track.score,
                    track,
                )


class _LeaveWatch:
    def __init__(self, rule: LeaveRule) -> None:
        self._rule = rule
        self._quiet = Quiet(rule)
        self._stays: ByObject[_Stay] = ByObject()

    def see(self, scene: Scene) -> Iterator[Firing]:
        """Each time an object goes out."""
        rule = self._rule
        self._stays.tidy(scene.seconds)
        for track in scene.tracks:
            if not rule.asks_for(track):
                continue
            stay = self._stays.put(track, self._stays.get(track) or _Stay(), scene.seconds)
            at = foot(track.box, scene.width, scene.height)
            if inside(at, rule.zone):
                if stay.since_s is None:
                    stay.since_s = scene.seconds
                continue
            since = stay.since_s
            stay.since_s = None
            if since is None or scene.seconds - since < rule.dwell_s or not self._quiet.may_speak(scene):
                continue
            yield Firing(
                rule,
                str(track.id),
                since,
                scene.seconds,
                f"{a(track.label)} has left {rule.name} after {scene.seconds - since:.0f} s",
                f"{_scored(track, rule)} was inside “{rule.name}” for {scene.seconds - since:.1f} s,"
                f" {rule.dwell_s:.1f} s asked, and stood outside at ({at[0]:.2f}, {at[1]:.2f})",
                track.score,
                track,
            )


class _LoiterWatch:
    def __init__(self, rule: LoiterRule) -> None:
        self._rule = rule
        self._quiet = Quiet(rule)
        self._spent: ByObject[list[tuple[float, float]]] = ByObject()
        """When it was seen inside, and how long since the picture before."""
        self._told = ReportedObjects()
        self._before: float | None = None

    def see(self, scene: Scene) -> Iterator[Firing]:
        """Each object once."""
        rule = self._rule
        step = 0.0
        if self._before is not None:
            step = scene.seconds - self._before
        step = step if step <= LONGEST_STEP_S else 0.0
        self._before = scene.seconds
        self._spent.tidy(scene.seconds)
        self._told.see(scene)
        for track in scene.tracks:
            if not rule.asks_for(track):
                continue
            spent = [one for one in self._spent.get(track) or [] if scene.seconds - one[0] <= rule.within_s]
            if inside(foot(track.box, scene.width, scene.height), rule.zone):
                spent.append((scene.seconds, step if spent else 0.0))
            self._spent.put(track, spent, scene.seconds)
            total = sum(one[1] for one in spent)
            if total < rule.dwell_s or not spent or track in self._told:
                continue
            self._told.add(track, scene.seconds)
            if self._quiet.may_speak(scene):
                yield Firing(
                    rule,
                    str(track.id),
                    spent[0][0],
                    scene.seconds,
                    f"{a(track.label)} is loitering in {rule.name}, {total:.0f} s so far",
                    f"{_scored(track, rule)} spent {total:.1f} s inside “{rule.name}” in the last"
                    f" {scene.seconds - spent[0][0]:.0f} s, {rule.dwell_s:.0f} s within {rule.within_s:.0f} s asked",
                    track.score,
                    track,
                )


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
            yield Firing(
                rule,
                f"crowd-{self._since:.1f}",
                self._since,
                scene.seconds,
                f"{labels(there)} at once in {rule.name} for {scene.seconds - self._since:.0f} s",
                f"{len(there)} counted inside “{rule.name}”, {rule.count} for {rule.dwell_s:.0f} s asked",
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


def _scored(track: ObjectTrack, rule: ObjectRule) -> str:
    return f"{track.label} (mean score {track.score:.2f} in {track.hits} pictures, {rule.min_score:.2f} asked)"
