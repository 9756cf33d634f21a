"""Encoding for who looks now: each picture at once, with the colours it had, in the order of time."""

import av
import numpy as np
import pytest
from av.video.reformatter import ColorRange, Colorspace

from tests.vision.live.looks import decoded
from tests.vision.packets import FORM, packet
from vision.live.encoder import Encoder

WHITE = np.full((48, 64, 3), 255, np.uint8)


def picture(form: str = "yuv420p") -> av.VideoFrame:
    return av.VideoFrame.from_ndarray(WHITE, format="rgb24").reformat(format=form)


@pytest.mark.parametrize("form", ["yuv420p", "yuvj420p"])
def test_white_stays_white_in_limited_and_in_full_range(form: str) -> None:
    first = picture(form)
    encoder = Encoder(first, FORM)
    encoded = encoder.encode(first, 0)
    assert encoded is not None and encoded.key
    (frame,) = decoded(encoder.form, [packet(0, key=True, data=encoded.data)])
    assert (frame.picture.format.name, int(frame.image.min()) > 250) == (form, True)


def test_what_the_camera_said_of_its_colours_is_said_on() -> None:
    first = picture()
    first.colorspace, first.color_range = Colorspace.ITU709, ColorRange.MPEG
    encoder = Encoder(first, FORM)
    encoded = encoder.encode(first, 0)
    assert encoded is not None
    (frame,) = decoded(encoder.form, [packet(0, key=True, data=encoded.data)])
    assert (frame.picture.colorspace, frame.picture.color_range) == (Colorspace.ITU709, ColorRange.MPEG)


def test_a_picture_that_is_not_later_than_the_one_before_is_left_out() -> None:
    encoder = Encoder(picture(), FORM)
    assert [encoder.encode(picture(), at) is not None for at in (5, 6, 6, 4, 7)] == [True, True, False, False, True]


def test_a_size_that_cannot_be_encoded_is_an_error_and_no_picture() -> None:
    with pytest.raises(av.error.FFmpegError):
        Encoder(av.VideoFrame(3, 3, "yuv420p"), FORM)
