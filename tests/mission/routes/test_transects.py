"""Lines over an area: as few as reach all of it, cut to its inside, gathered into strips; and cells that save lines."""

import math
from itertools import pairwise
from random import Random

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import Polygon
from shapely.affinity import rotate

from mission.routes.cells import cells_of
from mission.routes.ground import Ground
from mission.routes.transects import edges_of as edges
from mission.routes.transects import spans, transects_at, turned

L_SHAPE = Polygon([(0, 0), (400, 0), (400, 150), (150, 150), (150, 400), (0, 400)])
U_SHAPE = Polygon([(0, 0), (300, 0), (300, 300), (200, 300), (200, 100), (100, 100), (100, 300), (0, 300)])


def test_lines_are_centred_and_no_further_apart_than_asked() -> None:
    lines = transects_at(shapely.box(0, 0, 300, 110), 25, 0.0)
    assert np.allclose(np.diff(lines.height), 22)
    assert lines.height[0] == pytest.approx(11)


def test_a_pointed_tip_gets_no_line_of_its_own() -> None:
    kite = Polygon([(0, 0), (300, 151), (600, 0), (300, -151)])
    assert len(transects_at(kite, 30, 0.0).row) < len(transects_at(kite, 30, 0.0, sliver=0.0).row)


def test_a_notch_parts_the_strips() -> None:
    lines = transects_at(U_SHAPE, 25, 0.0)
    assert sorted(len(strip) for strip in lines.strips()) == [4, 8, 8]


@given(st.floats(-7, 7), st.integers(0, 359))
def test_pieces_are_inside_in_any_direction(height: float, degrees: int) -> None:
    angle = math.radians(degrees)
    row, low, high = spans(edges(U_SHAPE, -angle), np.array([height * 20]))
    for a, b in zip(low, high, strict=True):
        ends = turned(np.array([[a, height * 20], [b, height * 20]]), angle)
        assert U_SHAPE.buffer(1e-6).covers(shapely.LineString(ends))
    assert set(row) <= {0}


def test_the_arms_of_a_t_are_flown_along() -> None:
    upright = [(0, 250), (150, 250), (150, 0), (250, 0), (250, 250), (400, 250), (400, 350), (0, 350)]
    cells = cells_of(Polygon(rotate(Polygon(upright), 20, origin=(0, 0)).exterior), 20)
    assert sorted(round(math.degrees(cell.angle)) % 180 for cell in cells) == [20, 110]


def test_a_rectangle_stays_one_cell() -> None:
    assert len(cells_of(shapely.box(0, 0, 300, 100), 20)) == 1


def test_the_bits_agree_with_the_exact_area() -> None:
    ground = Ground(L_SHAPE, 12.5, 0.3)
    bare = L_SHAPE.difference(shapely.LineString([(20, 20), (380, 130)]).buffer(12.5)).area
    assert ground.total == pytest.approx(L_SHAPE.area, rel=0.002)
    assert ground.bare(ground.seen([((20.0, 20.0), (380.0, 130.0))])[0]) == pytest.approx(bare, rel=0.003)


@given(st.lists(st.tuples(st.floats(0, 300), st.floats(0, 300)), min_size=2, max_size=8))
def test_pieces_together_see_what_their_line_does(line: list[tuple[float, float]]) -> None:
    ground = Ground(U_SHAPE, 20, 0.4)
    seen = np.bitwise_or.reduce(ground.seen([*pairwise(line)]), axis=0)
    exact = U_SHAPE.difference(shapely.MultiLineString([*pairwise(line)]).buffer(20, quad_segs=32)).area
    assert float(ground.bare(seen)) == pytest.approx(exact, abs=0.012 * U_SHAPE.area)


def test_a_gap_lies_where_nothing_is_seen() -> None:
    ground = Ground(U_SHAPE, 20, 0.0)
    seen = ground.seen([((50.0, 20.0), (50.0, 280.0))])[0]
    gap = shapely.Point(ground.gaps(seen).any(Random(1)))
    assert U_SHAPE.covers(gap)
    assert gap.distance(shapely.LineString([(50, 20), (50, 280)])) >= 20
