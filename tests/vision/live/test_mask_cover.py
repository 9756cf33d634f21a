"""Masks in decoded planes: nothing of what is below them is left, in whatever form and size the pictures come."""

from typing import Any

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vision.live.looks import WHOLE, corner
from vision.frames.decoder import Image
from vision.live.mask_cover import MaskCover
from vision.privacy.masks import FILL, Masks

LEFT = ((0.0, 0.0), (0.4, 0.0), (0.4, 1.0), (0.0, 1.0))


def noise(width: int, height: int, form: str = "yuv420p") -> av.VideoFrame:
    pixels = np.random.default_rng(1).integers(160, 255, (height, width, 3)).astype(np.uint8)
    return av.VideoFrame.from_ndarray(pixels, format="rgb24").reformat(format=form)


def planes(picture: av.VideoFrame) -> list[Image]:
    rows = [np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size) for plane in _all(picture)]
    return [one[: plane.height, : plane.width] for one, plane in zip(rows, _all(picture), strict=True)]


def _all(picture: av.VideoFrame) -> Any:
    return picture.planes


@given(width=st.integers(17, 200), height=st.integers(17, 150))
def test_below_a_mask_all_planes_are_grey_and_the_rest_is_as_it_was(width: int, height: int) -> None:
    picture = noise(width, height)
    burnt = MaskCover(Masks(privacy=(LEFT,)), width, height).over(picture)
    assert (burnt.width, burnt.height) == (width // 2 * 2, height // 2 * 2)
    for shade, before, after in zip((FILL, 128, 128), planes(picture), planes(burnt), strict=True):
        rows, columns = after.shape
        edge = int(0.4 * columns)
        assert (after[:, :edge] == shade).all()
        assert (after[:, edge + 4 :] == before[:rows, edge + 4 : columns]).all()


@given(
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=3, max_size=3, unique=True),
    st.integers(17, 120),
    st.integers(17, 90),
)
def test_brightness_is_covered_exactly_where_stills_and_clips_cover_it(
    outline: list[tuple[float, float]], width: int, height: int
) -> None:
    masks, picture = Masks(privacy=(tuple(outline),)), noise(width, height)
    brightness = planes(MaskCover(masks, width, height).over(picture))[0]
    assert (brightness == masks.burn(planes(picture)[0])[: height // 2 * 2, : width // 2 * 2]).all()


@pytest.mark.parametrize("form", ["yuvj420p", "yuv422p", "yuvj422p", "yuv444p", "nv12", "gray", "rgb24", "yuv420p10le"])
def test_whatever_a_camera_decodes_to_comes_out_masked_and_in_a_form_that_browsers_play(form: str) -> None:
    picture = noise(64, 48, form)
    burnt = MaskCover(Masks(privacy=(LEFT,)), 64, 48).over(picture)
    assert burnt.format.name == ("yuvj420p" if form.startswith("yuvj") else "yuv420p")
    assert abs(corner(burnt) - FILL) <= 1
    assert burnt.to_ndarray(format="rgb24")[:, 40:].mean() == pytest.approx(207, abs=12)


def test_a_mask_over_everything_leaves_nothing_at_all() -> None:
    burnt = MaskCover(WHOLE, 64, 48).over(noise(64, 48))
    assert [set(np.unique(plane)) for plane in planes(burnt)] == [{FILL}, {128}, {128}]


def test_areas_to_be_ignored_are_shown() -> None:
    picture = noise(64, 48)
    burnt = MaskCover(Masks(ignored=(LEFT,)), 64, 48).over(picture)
    assert all((a == b).all() for a, b in zip(planes(picture), planes(burnt), strict=True))


def test_the_decoders_own_picture_stays_as_it_is() -> None:
    picture = noise(64, 48)
    before = [plane.copy() for plane in planes(picture)]
    MaskCover(WHOLE, 64, 48).over(picture)
    assert all((a == b).all() for a, b in zip(before, planes(picture), strict=True))
