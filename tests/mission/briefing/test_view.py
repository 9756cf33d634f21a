"""The piece of the world on the map: all that must be seen is in it, and its grid is round."""

import math

from hypothesis import given
from hypothesis import strategies as st

from mission.briefing.view import view_of

PLACES = st.lists(
    st.tuples(st.floats(56.0, 56.1), st.floats(23.0, 23.2)), min_size=1, max_size=12
)  # (lat, lon) degrees about Dobele


@given(PLACES)
def test_every_place_is_inside_and_the_paper_keeps_its_shape(places: list[tuple[float, float]]) -> None:
    view = view_of(places, aspect=1.2)
    (south, west), (north, east) = view.corners
    assert all(south < lat < north and west < lon < east for lat, lon in places)
    assert math.isclose(view.width_m / view.height_m, 1.2)


@given(PLACES)
def test_the_grid_has_a_few_lines_each_way_inside_the_map_and_says_where_they_are(
    places: list[tuple[float, float]],
) -> None:
    view = view_of(places, aspect=1.2)
    (south, west), (north, east) = view.corners
    lines = list(view.grid())
    for mark, low, high, axis in (("N", south, north, 0), ("E", west, east, 1)):
        found = [line for line in lines if line.parallel is (axis == 0)]
        assert all(line.label.endswith(mark) for line in found)
        assert 2 <= len(found) <= 7
        assert all(low <= line.ends[0][axis] <= high for line in found)
        assert all(abs(float(line.label.split("°")[0]) - line.ends[0][axis]) < 1e-9 for line in found)


def test_south_and_west_are_named_as_such() -> None:
    labels = [line.label for line in view_of([(-33.001, -70.001), (-33.0, -70.0)], aspect=1.2).grid()]
    assert "33.0005° S" in labels
    assert "70.0005° W" in labels
