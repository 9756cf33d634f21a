"""Which leg was flown when, and tracks with fewer points."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as of_numpy

from mission.debrief.legs import FlownLeg, match
from mission.debrief.simplification import TOLERANCE_M, simplified


def leg(*points: tuple[float, float], camera: bool = True) -> FlownLeg:
    return FlownLeg(np.array([(x, y, 40.0) for x, y in points]), camera)


def test_a_way_home_over_flown_lines_is_the_way_home() -> None:
    out, back = leg((0, 0), (100, 0)), leg((100, 0), (0, 0), camera=False)
    places = np.array([(x, 1.0, 40.0) for x in (*range(0, 101, 10), *range(90, -1, -10))])
    chosen, apart = match(places, [out, back])
    assert list(chosen[:10]) == [0] * 10
    assert list(chosen[-9:]) == [1] * 9
    assert apart.max() <= 2.5


def test_a_drone_far_from_its_route_is_said_to_be() -> None:
    _, apart = match(np.array([(50.0, 80.0, 40.0), (60.0, 80.0, 40.0)]), [leg((0, 0), (100, 0))])
    assert apart.min() == 80


def test_a_point_of_interest_is_looked_at_from_everywhere() -> None:
    orbit = FlownLeg(np.zeros((2, 3)), camera=True, at=(0.0, 10.0, 0.0))
    yaw, pitch = orbit.look(np.array([10.0, 10.0, 10.0]), 0.0)
    assert (round(yaw), round(pitch)) == (270, -45)


walks = of_numpy.arrays(np.float64, st.tuples(st.integers(2, 60), st.just(3)), elements=st.floats(-20, 20))


@given(walks)
def test_a_thinned_track_is_never_farther_than_its_tolerance(places: np.ndarray) -> None:
    seconds = np.arange(len(places), dtype=np.float64)
    kept = simplified(seconds, places)
    shown = np.stack([np.interp(seconds, seconds[kept], places[kept, axis]) for axis in range(3)], axis=1)
    assert kept[0] == 0
    assert kept[-1] == len(places) - 1
    assert np.linalg.norm(shown - places, axis=1).max() <= TOLERANCE_M + 1e-9


def test_a_straight_hour_is_two_points_and_a_stop_is_kept() -> None:
    seconds = np.arange(3600.0)
    straight = np.column_stack([seconds * 5, seconds * 0, seconds * 0 + 40])
    assert simplified(seconds, straight) == [0, 3599]
    stopped = np.column_stack([np.minimum(seconds, 600) * 5, seconds * 0, seconds * 0 + 40])
    assert simplified(seconds, stopped) == [0, 600, 3599]
