"""Lines crossed and counted, wrong ways, speeds."""

from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from telemetry.positions import LocalFrame, Position
from tests.vision.rules.scenes import firings, rule, scene, track
from vision.rules import Scene

DOWN_THE_MIDDLE = [[0.5, 0.0], [0.5, 1.0]]
"""Who walks down it has the picture's left side at the right hand."""


def going(*xs: float, y: float = 0.5, number: int = 1, label: str = "person", step_s: float = 0.2) -> list[Scene]:
    return [scene(n * step_s, track(x, y, number=number, label=label)) for n, x in enumerate(xs)]


def test_a_crossing_is_told_with_its_direction() -> None:
    found = firings(rule(kind="line", line=DOWN_THE_MIDDLE, right_name="into the yard"), *going(0.7, 0.6, 0.45, 0.3))
    assert [(str(one.summary), one.attributes["direction"]) for one in found] == [
        ("A person has crossed the yard into the yard", "right")
    ]


def test_only_the_directions_asked_for_are_told_but_both_are_counted() -> None:
    line = rule(kind="line", line=DOWN_THE_MIDDLE, directions=["left"])
    found = firings(line, *going(0.7, 0.4, 0.7))
    assert [one.attributes["counts"] for one in found] == [{"right": 1, "left": 1}]


def test_passing_beside_the_end_of_the_line_is_no_crossing() -> None:
    short = rule(kind="line", line=[[0.5, 0.0], [0.5, 0.3]])
    assert not firings(short, *going(0.7, 0.3, y=0.6))


def test_numbers_are_told_from_time_to_time_and_begin_anew() -> None:
    counting = rule(kind="line", line=DOWN_THE_MIDDLE, count_every_s=10, name="The gate")
    xs = [0.7, 0.3, 0.7, 0.3] + [0.3] * 60
    found = firings(counting, *going(*xs))
    assert [str(one.summary) for one in found] == [
        "The gate: 2 to the right, 1 to the left in 10 s",
    ]
    assert found[0].attributes["counts"] == {"right": 2, "left": 1}


@given(st.lists(st.floats(0, 1).filter(lambda x: abs(x - 0.5) > 1e-6), min_size=2, max_size=40))
def test_crossings_to_and_fro_never_differ_by_more_than_one(xs: list[float]) -> None:
    found = firings(rule(kind="line", line=DOWN_THE_MIDDLE), *going(*xs))
    sides = [x < 0.5 for x in xs]
    assert len(found) == sum(a != b for a, b in pairwise(sides))
    for one in found:
        counts = one.attributes["counts"]
        assert isinstance(counts, dict)
        assert abs(counts["right"] - counts["left"]) <= 1


ONE_WAY = {"kind": "wrong_way", "way": [[0.1, 0.5], [0.9, 0.5]], "classes": ["car"]}


def test_a_car_against_the_one_way_street_is_told_once() -> None:
    found = firings(rule(**ONE_WAY), *going(*[0.9 - n / 50 for n in range(30)], label="car"))
    assert [str(one.summary) for one in found] == ["A car goes the wrong way in the yard"]


def test_a_car_along_it_and_one_that_rolls_back_a_little_are_not() -> None:
    along = [0.1 + n / 50 for n in range(30)]
    assert not firings(rule(**ONE_WAY), *going(*along, label="car"))
    assert not firings(rule(**ONE_WAY), *going(*along[:10], 0.275, 0.27, 0.268, *along[10:], label="car"))


FRAME = LocalFrame(56.62, 23.28)


def on_the_ground(one: Scene, *, accuracy_m: float = 0.5) -> Scene:
    """The picture is 40 m wide."""

    def place(x: float, y: float) -> Position | None:
        lat, lon = FRAME.to_degrees(40 * x, -40 * y)
        return Position(lat=lat, lon=lon, accuracy_m=accuracy_m)

    return replace(one, place=place)


def driving(km_h: float, **known: float) -> list[Scene]:
    xs = [0.05 + n * 0.1 * km_h / 3.6 / 40 for n in range(12)]
    return [on_the_ground(one, **known) for one in going(*xs, label="car", step_s=0.1)]


LIMIT = {"kind": "speed", "limit_km_h": 50, "classes": ["car"]}


def test_a_car_that_is_too_fast_is_told_as_an_estimate() -> None:
    found = firings(rule(**LIMIT), *driving(90))
    assert [str(one.summary) for one in found] == ["A car at about 90 km/h in the yard, 50 allowed"]
    assert "not a measurement for a fine" in str(found[0].why)


def test_a_car_within_the_limit_or_hardly_over_it_is_not() -> None:
    assert not firings(rule(**LIMIT), *driving(45))
    assert not firings(rule(**LIMIT), *driving(52, accuracy_m=1.5))


def test_where_places_are_not_well_known_nobody_is_accused() -> None:
    assert not firings(rule(**LIMIT), *driving(90, accuracy_m=25))


def test_without_a_picture_laid_on_the_ground_there_is_no_speed() -> None:
    assert not firings(rule(**LIMIT), *going(0.1, 0.9, label="car"))
