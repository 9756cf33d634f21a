from hypothesis import given
from hypothesis import strategies as st

from mission.heights import (
    EARTH,
    LITHUANIA_AND_LATVIA,
    AboveEllipsoid,
    AboveGround,
    AboveHome,
    AboveSea,
    Band,
    ellipsoid_above_sea,
    ground_near,
    home_above_sea,
    sea_above_ground,
)

METRES = st.floats(-1_000, 1_000)


def test_heights_above_the_sea_and_above_the_ground_do_not_type_check_together() -> None:
    sea: Band[AboveSea] = Band(100, 120)
    ground: Band[AboveGround] = Band(100, 120)
    assert sea.meets(ground)  # type: ignore[arg-type]  # mypy refuses it, and fails here the day it does not
    assert sea.with_also(ground).known is False  # type: ignore[arg-type]


def test_a_height_above_an_unknown_home_is_as_wide_as_what_is_known_of_home() -> None:
    height: Band[AboveHome] = Band(60, 60)
    assert home_above_sea(height, Band(85, 150)) == Band(145, 210)


def test_a_height_above_the_ellipsoid_lies_lower_above_the_sea_by_the_geoid() -> None:
    height: Band[AboveEllipsoid] = Band(180, 180)
    assert ellipsoid_above_sea(height, 15, 35) == Band(145, 165)


@given(METRES, METRES, METRES, METRES)
def test_the_band_above_ground_holds_every_pair_of_height_and_ground(
    low: float, high: float, ground_low: float, ground_high: float
) -> None:
    sea: Band[AboveSea] = Band(min(low, high), max(low, high))
    ground: Band[AboveSea] = Band(min(ground_low, ground_high), max(ground_low, ground_high))
    above = sea_above_ground(sea, ground)
    for height in (low, high):
        for below in (ground_low, ground_high):
            assert above.low_m <= height - below <= above.high_m


def test_unknown_ground_is_the_countrys_where_that_is_known_and_the_earths_elsewhere() -> None:
    assert ground_near(55.93, 23.31) == LITHUANIA_AND_LATVIA
    assert ground_near(27.99, 86.93) == EARTH


def test_a_band_says_itself_in_words() -> None:
    known: Band[AboveSea] = Band(60, 60)
    assert str(known.words) == "60 m"
    assert str(LITHUANIA_AND_LATVIA.words) == "between -5 and 320 m"
