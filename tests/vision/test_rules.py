"""The zone rule: where, for how long, how often; and what is said of a wrong rules file."""

import json
import math
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from shapely import Point as ShapelyPoint
from shapely import Polygon

from telemetry.errors import BadInput
from vision.detector import Box
from vision.rules import DEFAULT_RULES, Firing, Rule, RuleWatch, check_classes, read_rules
from vision.tracking import Track

LEFT_HALF = ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0))


def track(x: float, y: float, *, number: int = 1, label: str = "person", score: float = 0.8) -> Track:
    """A track whose foot point is at `x`, `y` (fractions of a picture of 100 x 100)."""
    return Track(number, label, Box(x * 100 - 5, y * 100 - 20, x * 100 + 5, y * 100), score, 1.0, 5)


def rule(**changes: object) -> Rule:
    given_ = {"name": "the yard", "category": "person_in_closed_area", "classes": ["person"], "zone": LEFT_HALF}
    return Rule.model_validate({**given_, "dwell_s": 1.0, "quiet_s": 0.0, **changes})


def firings(watch: RuleWatch, *pictures: tuple[float, list[Track]]) -> list[Firing]:
    return [firing for seconds, tracks in pictures for firing in watch.see(tracks, seconds, 100, 100)]


def test_an_object_in_the_zone_for_the_dwell_time_is_found_once() -> None:
    watch = RuleWatch(rule())
    found = firings(watch, *((n / 5, [track(0.2, 0.5)]) for n in range(20)))
    assert [(firing.since_s, firing.until_s) for firing in found] == [(0.0, 1.0)]
    assert found[0].summary == "A person is in the yard, seen there for 1.0 s"
    assert "at (0.20, 0.50) inside “the yard” for 1.0 s, 1.0 s asked" in found[0].why


def test_the_foot_point_counts_not_the_box() -> None:
    assert not firings(RuleWatch(rule(dwell_s=0)), (0.0, [track(0.52, 0.5)]))
    assert firings(RuleWatch(rule(dwell_s=0)), (0.0, [track(0.48, 0.5)]))


def test_leaving_the_zone_starts_the_dwell_time_again() -> None:
    watch = RuleWatch(rule())
    inside, outside = [track(0.2, 0.5)], [track(0.8, 0.5)]
    assert not firings(watch, (0.0, inside), (0.8, inside), (0.9, outside), (1.0, inside), (1.8, inside))
    assert firings(watch, (2.0, inside))


def test_an_object_lost_from_sight_for_a_moment_keeps_its_time() -> None:
    assert firings(RuleWatch(rule()), (0.0, [track(0.2, 0.5)]), (0.5, []), (1.0, [track(0.2, 0.5)]))


def test_another_object_within_the_quiet_time_belongs_to_the_same_event() -> None:
    watch = RuleWatch(rule(dwell_s=0, quiet_s=10.0))
    tracks = [track(0.1, 0.5, number=1), track(0.3, 0.5, number=2)]
    found = firings(watch, (0.0, tracks), (5.0, tracks), (9.9, [track(0.1, 0.5, number=3)]))
    assert [firing.track.id for firing in found] == [1]
    assert firings(watch, (10.0, [track(0.1, 0.5, number=4)]))


def test_other_classes_and_doubtful_objects_are_not_asked_for() -> None:
    watch = RuleWatch(rule(dwell_s=0))
    assert not firings(watch, (0.0, [track(0.2, 0.5, label="dog"), track(0.2, 0.5, number=2, score=0.4)]))


@given(times=st.lists(st.floats(0.01, 3), min_size=1, max_size=30), dwell=st.floats(0, 5), quiet=st.floats(0, 5))
def test_no_two_findings_are_closer_than_the_quiet_time(times: list[float], dwell: float, quiet: float) -> None:
    watch, seconds, found = RuleWatch(rule(dwell_s=dwell, quiet_s=quiet)), 0.0, []
    for number, step in enumerate(times):
        seconds += step
        found += firings(watch, (seconds, [track(0.2, 0.5, number=i) for i in range(number // 4, number)]))
    for before, after in pairwise(found):
        assert after.until_s - before.until_s >= quiet - 1e-9
    assert all(firing.until_s - firing.since_s >= dwell - 1e-9 for firing in found)
    assert len({firing.track.id for firing in found}) == len(found)


@given(radii=st.lists(st.floats(0.1, 0.5), min_size=3, max_size=9), x=st.floats(0, 0.999), y=st.floats(0, 0.999))
def test_inside_is_what_geometry_calls_inside(radii: list[float], x: float, y: float) -> None:
    corners = [
        (0.5 + r * math.cos(2 * math.pi * n / len(radii)), 0.5 + r * math.sin(2 * math.pi * n / len(radii)))
        for n, r in enumerate(radii)
    ]
    zone = tuple((min(max(cx, 0.0), 1.0), min(max(cy, 0.0), 1.0)) for cx, cy in corners)
    assume(Polygon(zone).boundary.distance(ShapelyPoint(x, y)) > 1e-6)
    found = firings(RuleWatch(rule(zone=zone, dwell_s=0)), (0.0, [track(x, y)]))
    assert bool(found) == Polygon(zone).contains(ShapelyPoint(x, y))


def test_the_whole_picture_contains_its_lower_right_corner() -> None:
    person = next(rule_ for rule_ in DEFAULT_RULES if "person" in rule_.classes).model_copy(update={"dwell_s": 0})
    assert firings(RuleWatch(person), (0.0, [track(1.0, 1.0)]))


RULE = {"name": "yard", "category": "person_seen", "classes": ["person"]}


@pytest.mark.parametrize("ending", [".toml", ".json"])
def test_rules_are_read_from_toml_and_json(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"rules{ending}"
    toml = '[[rule]]\nname = "yard"\ncategory = "person_seen"\nclasses = ["person"]\n'
    path.write_text(json.dumps({"rule": [RULE]}) if ending == ".json" else toml)
    assert [(r.name, r.classes, r.dwell_s) for r in read_rules(path)] == [("yard", ("person",), 1.0)]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{", "neither JSON nor TOML"),
        ("[]", "has no rule"),
        ('{"rule": []}', "has no rule"),
        ('{"rule": ["yard"]}', "rule 1: the whole: input should be"),
        (json.dumps({"rule": [{**RULE, "category": "Person!"}]}), "rule 1: category: string should match"),
        (json.dumps({"rule": [RULE, {**RULE, "name": "b", "dwel_s": 1}]}), "rule 2: dwel_s: extra inputs"),
        (json.dumps({"rule": [{**RULE, "zone": [[0, 0], [1, 1], [1, 0], [0, 1]]}]}), "zone: the outline crosses"),
        (json.dumps({"rule": [{**RULE, "zone": [[0, 0], [1, 1]]}]}), "zone: tuple should have at least 3"),
        (json.dumps({"rule": [{**RULE, "zone": [[0, 0], [640, 0], [0, 1]]}]}), "zone.1.0: input should be less than"),
        (json.dumps({"rule": [{**RULE, "dwell_s": "NaN"}]}), "dwell_s"),
        (json.dumps({"rule": [RULE, RULE]}), "two rules of the same name"),
    ],
)
def test_a_wrong_rules_file_is_named_with_rule_field_and_reason(tmp_path: Path, content: str, reason: str) -> None:
    path = tmp_path / "rules.json"
    path.write_text(content)
    with pytest.raises(BadInput, match=r"rules\.json") as caught:
        read_rules(path)
    assert reason in caught.value.message


def test_a_class_the_model_does_not_know_is_refused() -> None:
    with pytest.raises(BadInput, match=r"'the yard' asks for lorry, which the model does not know"):
        check_classes([rule(classes=["lorry"])])
