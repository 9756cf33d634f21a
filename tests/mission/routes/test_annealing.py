"""Annealing a track: it gets quicker, stays inside, leaves no more bare than it may, and always ends the same."""

import math
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, Polygon

from mission.routes.annealing import Annealing, metres
from mission.routes.ground import Ground
from mission.routes.inner_paths import InnerPaths, Point
from mission.routes.search_moves import Moves

NOTCHED = Polygon([(0, 0), (300, 0), (300, 120), (180, 120), (180, 60), (120, 60), (120, 120), (0, 120)])
CLUMSY: list[Point] = [
    *[(10, 10), (150, 12), (290, 10), (290, 30), (200, 33), (10, 30), (10, 50), (290, 50), (290, 70), (190, 70)],
    *[(190, 90), (290, 90), (290, 110), (190, 110), (190, 50), (110, 50), (110, 110), (10, 110), (10, 90), (110, 90)],
    *[(110, 70), (10, 70)],
]
REACH = 12.5


def annealing(direction: float | None = None, track: list[Point] = CLUMSY) -> Annealing:
    ground = Ground(NOTCHED, REACH, 0.0)
    return Annealing(track, InnerPaths(NOTCHED), ground, 0.01 * ground.total, direction)


def annealed(direction: float | None = None) -> Annealing:
    one = annealing(direction)
    one.run(1500, (10, 0.3), (1, 5), 0.2)
    one.back()
    return one


def test_it_gets_quicker_from_inside_and_leaves_little_bare() -> None:
    one = annealed()
    assert metres(one.points) < 0.95 * metres(CLUMSY)
    assert NOTCHED.covers(LineString(one.points))
    assert NOTCHED.difference(LineString(one.points).buffer(REACH)).area < 0.02 * NOTCHED.area


def test_it_always_ends_the_same() -> None:
    assert annealed().points == annealed().points


def test_lines_that_are_to_be_kept_stay_where_they_lie() -> None:
    rows = {y for _, y in CLUMSY}
    cut = annealing(direction=0.0)
    cut.sweep(0.1)
    assert {y for _, y in cut.points} <= rows


def test_a_sweep_leaves_no_more_bare_than_it_may() -> None:
    one = annealing()
    allowed = 0.01 * Ground(NOTCHED, REACH, 0.0).total
    one.sweep(0.0)
    assert metres(one.points) < metres(CLUMSY)
    assert one.bare <= allowed


def test_gaps_are_closed() -> None:
    one = annealing(track=[(10.0, 30.0), (150.0, 30.0), (290.0, 30.0), (290.0, 50.0)])
    before = one.bare
    one.close_gaps()
    assert one.bare <= 0.0101 * NOTCHED.area < before


@given(st.lists(st.tuples(st.floats(0, 300), st.floats(0, 120)), min_size=4, max_size=12, unique=True), st.integers())
def test_a_change_names_corners_that_are_there(points: list[Point], seed: int) -> None:
    moves = Moves(REACH, InnerPaths(NOTCHED), Random(seed), None)
    for _ in range(30):
        change = moves.propose(points)
        if change is not None:
            assert 0 <= change.first <= change.last <= len(points)
            assert all(math.isfinite(x) and math.isfinite(y) for x, y in change.points)


@pytest.mark.parametrize("seed", range(4))
def test_what_is_bare_is_kept_up_with(seed: int) -> None:
    one = annealing(track=CLUMSY[: 12 + seed])
    one.run(300, (20, 5), (1, 1), 0.3)
    exact = NOTCHED.difference(LineString(one.points).buffer(REACH)).area
    assert one.bare == pytest.approx(exact, abs=0.004 * NOTCHED.area)
    assert all(a != b for a, b in pairwise(one.points))
