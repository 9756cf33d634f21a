"""The zone rule: where, for how long, how often."""

import math
from itertools import pairwise

from hypothesis import assume, given
from hypothesis import strategies as st
from shapely import Point as ShapelyPoint
from shapely import Polygon

from tests.vision.rules.scenes import LEFT_HALF, scene, track
from tests.vision.rules.scenes import rule as any_rule
from vision.detection.tracking import ObjectTrack
from vision.rules import DEFAULT_RULES, AnyRule, Firing, RuleWatch


def rule(**changes: object) -> AnyRule:
    return any_rule(**{"zone": LEFT_HALF, "dwell_s": 1.0, **changes})


def firings(watch: RuleWatch, *pictures: tuple[float, list[ObjectTrack]]) -> list[Firing]:
    return [firing for seconds, tracks in pictures for firing in watch.see(scene(seconds, *tracks))]


def test_an_object_in_the_zone_for_the_dwell_time_is_found_once() -> None:
    watch = rule().watch()
    found = firings(watch, *((n / 5, [track(0.2, 0.5)]) for n in range(20)))
    assert [(firing.since_s, firing.until_s) for firing in found] == [(0.0, 1.0)]
    assert str(found[0].summary) == "A person is in the yard, seen there for 1.0 s"
    assert "at (0.20, 0.50) inside “the yard” for 1.0 s, 1.0 s asked" in str(found[0].why)


def test_the_foot_point_counts_not_the_box() -> None:
    assert not firings(rule(dwell_s=0).watch(), (0.0, [track(0.52, 0.5)]))
    assert firings(rule(dwell_s=0).watch(), (0.0, [track(0.48, 0.5)]))


def test_leaving_the_zone_starts_the_dwell_time_again() -> None:
    watch = rule().watch()
    inside, outside = [track(0.2, 0.5)], [track(0.8, 0.5)]
    assert not firings(watch, (0.0, inside), (0.8, inside), (0.9, outside), (1.0, inside), (1.8, inside))
    assert firings(watch, (2.0, inside))


def test_an_object_lost_from_sight_for_a_moment_keeps_its_time() -> None:
    assert firings(rule().watch(), (0.0, [track(0.2, 0.5)]), (0.5, []), (1.0, [track(0.2, 0.5)]))


def test_another_object_within_the_quiet_time_belongs_to_the_same_event() -> None:
    watch = rule(dwell_s=0, quiet_s=10.0).watch()
    tracks = [track(0.1, 0.5, number=1), track(0.3, 0.5, number=2)]
    found = firings(watch, (0.0, tracks), (5.0, tracks), (9.9, [track(0.1, 0.5, number=3)]))
    assert [firing.key for firing in found] == ["1"]
    assert firings(watch, (10.0, [track(0.1, 0.5, number=4)]))


def test_other_classes_and_doubtful_objects_are_not_asked_for() -> None:
    watch = rule(dwell_s=0).watch()
    assert not firings(watch, (0.0, [track(0.2, 0.5, label="dog"), track(0.2, 0.5, number=2, score=0.4)]))


@given(times=st.lists(st.floats(0.01, 3), min_size=1, max_size=30), dwell=st.floats(0, 5), quiet=st.floats(0, 5))
def test_no_two_findings_are_closer_than_the_quiet_time(times: list[float], dwell: float, quiet: float) -> None:
    watch, seconds, found = rule(dwell_s=dwell, quiet_s=quiet).watch(), 0.0, []
    for number, step in enumerate(times):
        seconds += step
        found += firings(watch, (seconds, [track(0.2, 0.5, number=i) for i in range(number // 4, number)]))
    for before, after in pairwise(found):
        assert after.until_s - before.until_s >= quiet - 1e-9
    assert all(firing.until_s - firing.since_s >= dwell - 1e-9 for firing in found)
    assert len({firing.key for firing in found}) == len(found)


@given(radii=st.lists(st.floats(0.1, 0.5), min_size=3, max_size=9), x=st.floats(0, 0.999), y=st.floats(0, 0.999))
def test_inside_is_what_geometry_calls_inside(radii: list[float], x: float, y: float) -> None:
    corners = [
        (0.5 + r * math.cos(2 * math.pi * n / len(radii)), 0.5 + r * math.sin(2 * math.pi * n / len(radii)))
        for n, r in enumerate(radii)
    ]
    zone = tuple((min(max(cx, 0.0), 1.0), min(max(cy, 0.0), 1.0)) for cx, cy in corners)
    assume(Polygon(zone).boundary.distance(ShapelyPoint(x, y)) > 1e-6)
    found = firings(rule(zone=zone, dwell_s=0).watch(), (0.0, [track(x, y)]))
    assert bool(found) == Polygon(zone).contains(ShapelyPoint(x, y))


def test_the_whole_picture_contains_its_lower_right_corner() -> None:
    person = next(one for one in DEFAULT_RULES if one.category == "person_seen").model_copy(update={"dwell_s": 0})
    assert firings(person.watch(), (0.0, [track(1.0, 1.0)]))
