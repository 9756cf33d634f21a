"""Plates found in a whole picture with the real text detector."""

import math
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks._rendered_plates import draw, in_two_lines
from vision.detection.detector import Box
from vision.frames.decoder import Image
from vision.plates.plate_finder import PlateFinder, clockwise, grown, load_text_finder, straightened
from vision.plates.reading import load_reader

SAMPLES = Path(__file__).parents[4] / "shared/samples"


@pytest.fixture(scope="module")
def finder() -> PlateFinder:
    return PlateFinder(load_reader(), load_text_finder())


def gate(*plates: tuple[str, str, int, int], turn: float = 0.0) -> Image:
    """A grey yard of 640 x 480 with plates of 160 x 34 at left, top."""
    yard = np.full((480, 640, 3), 90, np.uint8)
    for written, country, left, top in plates:
        yard[top : top + 34, left : left + 160] = cv2.resize(
            draw(written, country=country), (160, 34), interpolation=cv2.INTER_AREA
        )
    level = cv2.getRotationMatrix2D((320, 240), turn, 1)
    return cv2.warpAffine(yard, level, (640, 480), borderValue=(90, 90, 90)).astype(np.uint8)


def test_every_plate_of_a_picture_is_found_and_read(finder: PlateFinder) -> None:
    found = finder.find(gate(("ABC  123", "LT", 100, 100), ("KV-2417", "LV", 350, 300)))
    assert {(one.reading.text, one.reading.country) for one in found} == {("ABC123", "LT"), ("KV2417", "LV")}


def test_a_plate_that_hangs_askew_is_straightened(finder: PlateFinder) -> None:
    (found,) = finder.find(gate(("ABC  123", "LT", 240, 220), turn=12))
    assert found.reading.text == "ABC123"


@pytest.mark.parametrize(
    ("lines", "country", "size"),
    [
        (("ABC", "123"), "LT", (180, 132)),
        (("HU", "2417"), "LV", (180, 132)),
        (("123", "AB"), "LT", (93, 83)),
        (("AB", "123"), "LV", (120, 110)),
    ],
)
def test_a_plate_in_two_lines_is_found_as_one(
    finder: PlateFinder, lines: tuple[str, str], country: str, size: tuple[int, int]
) -> None:
    yard, (wide, high) = gate(), size
    yard[200 : 200 + high, 220 : 220 + wide] = cv2.resize(
        in_two_lines(lines, country=country), size, interpolation=cv2.INTER_AREA
    )
    (found,) = finder.find(yard)
    assert (found.reading.text, found.reading.country) == ("".join(lines), country)


@pytest.mark.parametrize("turn", [0.0, 4.0])
def test_a_plate_that_an_edge_cuts_off_is_not_read_as_another(finder: PlateFinder, turn: float) -> None:
    yard = gate(("ABC  123", "LT", 240, 220), turn=turn)
    for kept in (yard[:, : 240 + 115], yard[:, 240 + 45 :]):
        assert finder.find(np.ascontiguousarray(kept)) == []


def test_a_picture_that_is_nothing_but_a_plate_is_read(finder: PlateFinder) -> None:
    (found,) = finder.find(cv2.resize(draw("ABC  123", country="LT"), (320, 68)).astype(np.uint8))
    assert found.reading.text == "ABC123"


def test_a_word_on_a_vehicle_is_no_plate(finder: PlateFinder) -> None:
    yard = np.full((480, 640, 3), 60, np.uint8)
    for number, word in enumerate(("PEUGEOT", "TAXI", "POLICIJA")):
        cv2.putText(yard, word, (120, 120 + 120 * number), cv2.FONT_HERSHEY_DUPLEX, 1.4, (255, 255, 255), 3)
    assert finder.find(yard) == []


@pytest.mark.skipif(not (SAMPLES / "cases/video").is_dir(), reason="the samples are not beside the clone")
@pytest.mark.parametrize(("country", "text"), [("LT", "123AB"), ("LV", "AB123")])
def test_motorcycle_plates_in_two_lines_are_found_without_a_box(finder: PlateFinder, country: str, text: str) -> None:
    picture = cv2.imread(str(SAMPLES / f"cases/video/two-line-{country}-moto.png"))
    assert picture is not None
    (found,) = finder.find(picture.astype(np.uint8))
    assert (found.reading.text, found.reading.country) == (text, country)


@pytest.mark.skipif(not (SAMPLES / "cases/video").is_dir(), reason="the samples are not beside the clone")
def test_of_real_plates_with_their_end_cut_off_none_is_told_and_whole_ones_are(finder: PlateFinder) -> None:
    cut, whole = [], []
    for truth in sorted((SAMPLES / "video/plates").glob("*.txt"))[1:5]:
        name, left, _, wide, _, text = truth.read_text().split()
        picture = cv2.imread(str(truth.with_name(name)))
        assert picture is not None
        cut += finder.find(np.ascontiguousarray(picture[:, : int(left) + round(0.72 * int(wide))]).astype(np.uint8))
        whole += [one.reading.text == text for one in finder.find(picture.astype(np.uint8))[:1]]
    assert cut == []
    assert sum(whole) >= 3


def test_a_sign_is_no_plate(finder: PlateFinder) -> None:
    yard = np.full((480, 640, 3), 200, np.uint8)
    cv2.putText(yard, "NO PARKING HERE", (100, 200), cv2.FONT_HERSHEY_DUPLEX, 1.2, (0, 0, 0), 2)
    assert finder.find(yard) == []


def test_an_empty_yard_has_no_plate(finder: PlateFinder) -> None:
    assert finder.find(gate()) == []


@given(st.floats(-40, 40), st.floats(60, 300), st.floats(10, 50), st.permutations(range(4)))
def test_corners_are_put_in_order_whatever_theirs_was(turn: float, wide: float, high: float, order: list[int]) -> None:
    corners = cv2.boxPoints(((300, 300), (wide, high), turn)).astype(np.float32)[order]
    first, second, third, _ = clockwise(corners)
    if wide > 1.05 * high:
        assert math.dist(first, second) == pytest.approx(wide, rel=1e-3)
        assert second[0] > first[0]
        assert third[1] > second[1] or abs(turn) > 45


def test_what_is_straightened_keeps_its_size() -> None:
    corners = np.array([[10, 10], [90, 30], [85, 50], [5, 30]], np.float32)
    assert straightened(np.zeros((100, 100, 3), np.uint8), corners).shape == (21, 82, 3)


def test_a_vehicle_is_looked_at_with_room_around_but_within_the_picture() -> None:
    assert grown(Box(5, 50, 105, 90), 108, 100) == (0, 46, 108, 94)
