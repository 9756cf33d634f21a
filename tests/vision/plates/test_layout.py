"""How a picture of a plate is laid out: bands and lines."""

import random

import numpy as np
import pytest

from benchmarks._rendered_plates import draw, dress, in_two_lines
from vision.plates.layout import in_one_line, line_break, without_band


def test_the_blue_band_is_cut_off_and_blue_light_is_not() -> None:
    plate = draw("ABC  123", country="LT")
    assert plate.shape[1] - without_band(plate).shape[1] in range(35, 60)
    dusk = (plate * np.array([1, 0.6, 0.5])).astype(np.uint8)
    assert without_band(dusk[:, 60:]).shape == dusk[:, 60:].shape


def test_france_and_italy_have_a_band_at_both_ends() -> None:
    plates = [dress("AB 123 CD", country="FR", font=None, rng=random.Random(seed)) for seed in range(12)]
    cut = [plate.shape[1] - without_band(plate).shape[1] for plate in plates]
    assert max(cut) in range(80, 120)


def test_a_few_bluish_columns_are_no_band() -> None:
    plate = draw("ABC  123", country="LT")[:, 60:].copy()
    plate[:, -4:] = (160, 60, 20)
    assert without_band(plate).shape == plate.shape


@pytest.mark.parametrize(("first", "second"), [("ABC", "123"), ("12", "AB"), ("HU", "2417")])
def test_two_lines_are_broken_between_them_and_set_side_by_side(first: str, second: str) -> None:
    plate = in_two_lines((first, second), country="LT")
    at = line_break(plate)
    assert at is not None
    assert 95 <= at <= 125
    high, wide = in_one_line(plate).shape[:2]
    assert wide > 2 * high


@pytest.mark.parametrize("narrower", [1.0, 0.5, 0.4])
def test_one_line_stays_one_however_much_it_is_foreshortened(narrower: float) -> None:
    plate = draw("ABC  123", country="LT")
    aslant = plate[:, np.arange(0, plate.shape[1], 1 / narrower).astype(int)]
    assert line_break(aslant) is None


def test_an_empty_picture_has_no_break() -> None:
    assert line_break(np.full((100, 120, 3), 90, np.uint8)) is None
