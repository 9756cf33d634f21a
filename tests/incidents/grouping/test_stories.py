"""Small stories with what is right of each: the samples where they are, and twins of our own."""

from pathlib import Path

import pytest

from incidents.grouping import group_observations
from telemetry.observations import SourceKind, read_jsonl
from tests.incidents.grouping.builders import LATER, RULES, camera, grouped, refs, word

SAMPLES = Path(__file__).parents[4] / "shared/samples/cases/incidents"


@pytest.mark.parametrize(
    ("name", "sizes", "questions"),
    [
        ("late_footage_an_hour_ahead", [3], 0),
        ("missing_child", [5], 0),
        ("named_by_an_inspector", [1, 1], 0),
        ("three_gates", [3], 0),
        ("two_fights", [4, 3], 1),
        ("wrong_way", [5], 0),
    ],
)
def test_a_sample_story_comes_out_right(name: str, sizes: list[int], questions: int) -> None:
    path = SAMPLES / f"{name}.jsonl"
    if not path.is_file():
        pytest.skip(f"{path} is not here")
    with path.open(encoding="utf-8") as lines:
        grouping = group_observations(read_jsonl(lines, name=name), now=LATER, rules=RULES)
    assert [len(one.incident.observation_ids) for one in grouping.incidents] == sizes
    assert len(grouping.questions) == questions


def test_footage_with_a_clock_an_hour_ahead_is_of_the_same_crash() -> None:
    seen = [
        word("call", "traffic_accident", accuracy_m=25),
        camera("camera", "stopped_vehicle", minutes=2, east_m=6),
        word("body", "traffic_accident", minutes=68, kind=SourceKind.BODY_CAMERA, accuracy_m=9, source="body-2"),
    ]
    grouping = grouped(seen)
    assert refs(grouping, seen) == [{"call", "camera", "body"}]
    assert grouping.offsets["body_camera body-2"].ahead_s == 3600


def test_a_child_seen_along_its_way_is_one_search() -> None:
    seen = [word("told", "missing_person", accuracy_m=25)]
    seen += [
        camera(f"seen {number}", "loitering", minutes=10 * number, east_m=330 * number, accuracy_m=12)
        for number in (1, 2, 3)
    ]
    assert refs(grouped(seen), seen) == [{"told", "seen 1", "seen 2", "seen 3"}]


def test_a_car_on_the_wrong_side_is_one_incident_along_the_road() -> None:
    seen = [camera(f"camera {n}", "wrong_way", minutes=n / 4, north_m=300 * n) for n in range(5)]
    seen.append(word("call", "speeding", minutes=0.8, north_m=900, east_m=60))
    assert len(refs(grouped(seen), seen)) == 1


def test_two_fights_sixty_metres_apart_are_asked_about() -> None:
    first = [word(f"a{n}", "fight", minutes=n, east_m=(-15, 10, 5)[n]) for n in range(3)]
    second = [word(f"b{n}", "fight", minutes=10 + n, east_m=65 + (10, -5, 0)[n]) for n in range(3)]
    seen = [*first, camera("camera", "fight", minutes=1), *second]
    grouping = grouped(seen)
    assert refs(grouping, seen) == [{"a0", "a1", "a2", "camera"}, {"b0", "b1", "b2"}]
    (asked,) = grouping.questions
    assert {asked.a, asked.b} == {one.incident.id for one in grouping.incidents}


def test_precise_witnesses_far_apart_split_without_being_asked() -> None:
    crash = [camera("c1", "traffic_accident"), camera("c2", "traffic_accident", minutes=1, east_m=4)]
    other = [
        camera("d1", "traffic_accident", minutes=2, east_m=140),
        camera("d2", "traffic_accident", minutes=3, east_m=143),
    ]
    grouping = grouped(crash + other)
    assert refs(grouping, crash + other) == [{"c1", "c2"}, {"d1", "d2"}]
    assert grouping.questions == ()


def test_what_it_is_called_is_evidence_and_no_gate() -> None:
    """A caller hears noise where a camera sees people and another caller a fight."""
    seen = [
        word("call", "fight", accuracy_m=25),
        camera("camera", "crowd", minutes=1),
        word("neighbour", "noise", minutes=1.5, accuracy_m=25, east_m=15),
    ]
    grouping = grouped(seen)
    assert refs(grouping, seen) == [{"call", "camera", "neighbour"}]
    assert grouping.incidents[0].incident.category == "fight"


def test_road_works_stay_one_incident_as_long_as_words_come() -> None:
    said = ["vehicle_in_closed_area", "person_in_closed_area", "vehicle_in_closed_area", "stopped_vehicle"]
    seen = [camera(f"w{n}", said[n % 4], minutes=15 * n, east_m=(n * 5) % 13, source="camera-1") for n in range(24)]
    assert len(refs(grouped(seen), seen)) == 1


def test_the_same_corner_the_next_night_is_another_incident() -> None:
    seen = [
        word("a1", "noise"),
        word("a2", "noise", minutes=30, east_m=40),
        word("b1", "noise", minutes=24 * 60),
        word("b2", "noise", minutes=24 * 60 + 20, east_m=30),
    ]
    assert refs(grouped(seen), seen) == [{"a1", "a2"}, {"b1", "b2"}]
