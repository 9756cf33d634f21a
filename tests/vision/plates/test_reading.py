"""Plates read with the real network: rendered ones of both countries, and real ones where the samples are."""

import random
from pathlib import Path

import cv2
import numpy as np
import pytest

from benchmarks._rendered_plates import WHITE, YELLOW, draw, in_two_lines, invent
from benchmarks.plates import ALIKE, samples
from telemetry.errors import BadInput, Misconfigured
from vision.frames.decoder import Image
from vision.plates.network import PlateNetwork, model_file
from vision.plates.reading import load_reader
from vision.plates.syntax import formats

CARS = [
    ("ABC  123", "ABC123", "LT"),
    ("AB-1234", "AB1234", "LV"),
    ("KV-417", "KV417", "LV"),
    ("EA  1234", "EA1234", "LT"),
]


def grey(picture: Image) -> Image:
    return cv2.cvtColor(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR).astype(np.uint8)


@pytest.mark.parametrize(("written", "text", "country"), CARS)
def test_a_plate_of_our_countries_is_read_by_day_and_by_night(written: str, text: str, country: str) -> None:
    plate = draw(written, country=country)
    small = cv2.resize(plate, (130, 28), interpolation=cv2.INTER_AREA).astype(np.uint8)
    for seen in (plate, small, grey(plate)):
        reading = load_reader().read(seen)
        assert reading is not None
        assert (reading.text, reading.country) == (text, country)
        assert reading.confidence > 0.7


@pytest.mark.parametrize("country", ["LT", "LV"])
def test_the_most_common_plates_make_the_round_trip(country: str) -> None:
    rng = random.Random(3)
    cars, second = formats(frozenset({country}))[:2]
    for one in [cars] * 12 + [second] * 4:
        written, text = invent(one, rng)
        reading = load_reader().read(draw(written, country=country, ground=rng.choice([WHITE, YELLOW])))
        assert reading is not None
        assert reading.text == text


def test_real_plates_are_read_as_well_as_promised() -> None:
    cases = samples()
    if not cases:
        pytest.skip("the samples are not beside the repository")
    said = [load_reader().read(case.picture, case.box) for case in cases]
    texts = ["" if reading is None else reading.text for reading in said]
    truths = [case.text for case in cases]
    right = [a == b for a, b in zip(texts, truths, strict=True)]
    alike = [a.translate(ALIKE) == b.translate(ALIKE) for a, b in zip(texts, truths, strict=True)]
    assert (sum(right) / len(right) >= 0.9, sum(alike) / len(alike) >= 0.95) == (True, True), (texts, truths)


@pytest.mark.parametrize(
    ("lines", "country"),
    [
        (("ABC", "123"), "LT"),
        (("123", "AB"), "LT"),
        (("HU", "2417"), "LV"),
        (("780", "KTE"), "EE"),
        (("AB12", "CDE"), "GB"),
    ],
)
def test_a_plate_in_two_lines_is_read_from_top_to_bottom(lines: tuple[str, str], country: str) -> None:
    plate = in_two_lines(lines, country=country)
    yard = np.full((400, 500, 3), 70, np.uint8)
    yard[80:300, 90:390] = plate
    for reading in (load_reader().read(plate), load_reader().read(yard, (90, 80, 300, 220))):
        assert reading is not None
        assert reading.text == "".join(lines)


@pytest.mark.parametrize("word", ["BOSS1", "MARTIN7", "GOLFGTI", "SAULE99"])
def test_a_plate_that_no_syntax_fits_is_given_as_the_network_reads_it(word: str) -> None:
    reading = load_reader().read(draw(word, country="LV"))
    assert reading is not None
    assert reading.text.translate(ALIKE) == word.translate(ALIKE)


def test_small_l_is_not_taken_for_a_large_one() -> None:
    for written in ("3380  CI", "42170  EI"):
        reading = load_reader().read(draw(written, country="LT"))
        assert reading is not None
        assert reading.text == written.replace(" ", "")


def test_an_empty_picture_has_no_plate() -> None:
    assert load_reader().read(np.full((50, 200, 3), 200, np.uint8)) is None


def test_a_box_that_reaches_over_the_pictures_edge_a_little_is_read() -> None:
    reading = load_reader().read(draw("ABC  123", country="LT"), (-5, -3, 530, 116))
    assert reading is not None
    assert reading.text == "ABC123"


@pytest.mark.parametrize(
    ("box", "words"),
    [
        ((-30, 0, 40, 20), "does not lie in the picture"),
        ((510, 0, 40, 20), "520 x 110"),
        ((600, 200, 40, 20), "does not lie"),
        ((0, 0, 10, 20), "10 x 20"),
        ((0, 0, 0, 0), "does not lie"),
        ((90, 90, -40, -20), "does not lie"),
    ],
)
def test_a_box_that_cannot_be_read_is_refused(box: tuple[int, int, int, int], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        load_reader().read(draw("ABC  123", country="LT"), box)


def test_a_file_that_is_no_network_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.onnx").write_bytes(b"no network")
    with pytest.raises(Misconfigured, match=r"x\.onnx is not an ONNX network"):
        PlateNetwork(tmp_path / "x.onnx")


def test_a_model_that_is_not_installed_is_named() -> None:
    with pytest.raises(Misconfigured, match=r"nothing\.onnx is not there; build or install"):
        model_file("nothing.onnx")
