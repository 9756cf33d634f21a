"""The detector: decoding, suppression of doubles, and what it finds in real footage."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from telemetry.errors import Misconfigured
from tests.vision.clips import footage
from vision.detection.detector import OnnxDetector, decode_nanodet, suppress_doubles
from vision.detection.tracking import overlap
from vision.frames.decoder import open_video

SIDE = 64
CELLS = [(SIDE // stride) ** 2 for stride in (8, 16, 32)]


def outputs_with(level: int, cell: int, label: int, bins: tuple[int, int, int, int]) -> list[NDArray[np.float32]]:
    """Network outputs in which one cell sees `label` with each side of its box in one bin."""
    scores = [np.zeros((1, cells, 80), np.float32) for cells in CELLS]
    boxes = [np.zeros((1, cells, 44), np.float32) for cells in CELLS]
    scores[level][0, cell, label] = 0.9
    for side, which in enumerate(bins):
        boxes[level][0, cell, side * 11 + which] = 50
    return scores + boxes


@given(
    level=st.integers(0, 2), cell=st.integers(0, 3), label=st.integers(0, 79), bins=st.tuples(*[st.integers(0, 10)] * 4)
)
def test_a_box_comes_out_as_it_was_put_in(level: int, cell: int, label: int, bins: tuple[int, int, int, int]) -> None:
    boxes, scores = decode_nanodet(outputs_with(level, cell, label, bins), SIDE, SIDE, 0.5)
    stride = 8 << level
    x, y = (cell % (SIDE // stride) + 0.5) * stride, (cell // (SIDE // stride) + 0.5) * stride
    left, top, right, bottom = (n * stride for n in bins)
    assert boxes.shape == (1, 4)
    assert np.allclose(boxes[0], [x - left, y - top, x + right, y + bottom], atol=0.01)
    assert scores[0].argmax() == label


def test_outputs_of_another_input_size_are_refused() -> None:
    with pytest.raises(Misconfigured, match=r"gives 64 cells at stride 8"):
        decode_nanodet(outputs_with(0, 0, 0, (1, 1, 1, 1)), SIDE, 2 * SIDE, 0.5)


box = st.tuples(st.floats(0, 100), st.floats(0, 100), st.floats(5, 50), st.floats(5, 50)).map(
    lambda b: (b[0], b[1], b[0] + b[2], b[1] + b[3])
)


@given(found=st.lists(st.tuples(box, st.integers(0, 2), st.floats(0.3, 0.99)), min_size=1, max_size=25))
def test_each_object_is_kept_once_and_the_best_always(found: list[tuple[tuple[float, ...], int, float]]) -> None:
    boxes = np.array([b for b, _, _ in found], np.float32)
    scores = np.zeros((len(found), 3), np.float32)
    for row, (_, label, score) in enumerate(found):
        scores[row, label] = score
    kept = suppress_doubles(boxes, scores, 0.25, 0.6)
    assert kept[0][1] == pytest.approx(float(scores.max()))
    assert [score for _, score, _ in kept] == sorted((score for _, score, _ in kept), reverse=True)
    shared = overlap(np.array([b for _, _, b in kept]), np.array([b for _, _, b in kept]))
    for i, (label, _, _) in enumerate(kept):
        for j, (other, _, _) in enumerate(kept[:i]):
            assert label != other or shared[i, j] <= 0.6 + 1e-4


def test_outputs_of_another_kind_of_network_are_refused() -> None:
    with pytest.raises(Misconfigured, match=r"gives 1 outputs; decoder nanodet reads six"):
        decode_nanodet([np.zeros((1, 84, 8400), np.float32)], SIDE, SIDE, 0.5)


def test_nothing_found_is_an_empty_list() -> None:
    assert suppress_doubles(np.zeros((0, 4), np.float32), np.zeros((0, 80), np.float32), 0.25, 0.6) == []


def test_the_cyclist_is_found_in_real_footage_of_a_wide_picture(detector: OnnxDetector) -> None:
    with open_video(footage("bikes").path) as video:
        frame = next(frame for frame in video if frame.index == 120)
    best = detector.detect(frame.image)[0]
    assert best.label == "person"
    assert best.score > 0.7
    assert overlap(np.array([best.box]), np.array([[345, 5, 482, 272]]))[0, 0] > 0.8


def test_boxes_stay_in_the_picture_whatever_its_shape(detector: OnnxDetector) -> None:
    with open_video(footage("bikes").path) as video:
        image = next(frame for frame in video if frame.index == 120).image
    for part in (image[:, 300:500], image[:100], image[100:, 320:420]):
        for found in detector.detect(np.ascontiguousarray(part)):
            assert 0 <= found.box.x1 <= found.box.x2 <= part.shape[1]
            assert 0 <= found.box.y1 <= found.box.y2 <= part.shape[0]
