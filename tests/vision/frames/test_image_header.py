"""How large a picture is, is read before it is decoded, and a picture that is too large is refused in words."""

import struct

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from telemetry.errors import BadMedia
from vision.frames.image_header import MOST_SEGMENTS, ImageFormat, ImageHeader, read_image_header, require_pixels
from vision.frames.still_images import LONGEST_SIDE, clean_jpeg, require_whole_jpeg


def encoded(ending: str, width: int, height: int, *options: int) -> bytes:
    picture = np.random.default_rng(1).integers(0, 255, (height, width, 3), np.uint8)
    kept, content = cv2.imencode(ending, picture, list(options))
    assert kept
    return bytes(content)


def png_bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims to be huge (its checksum is not looked at before its size)."""
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIBBBBBI", 13, b"IHDR", width, height, 8, 2, 0, 0, 0, 0)


def jpeg_bomb(width: int, height: int) -> bytes:
    """A JPEG that claims to be huge and has next to no data."""
    small = bytearray(encoded(".jpg", 16, 16))
    at = small.index(b"\xff\xc0") + 5
    small[at : at + 4] = struct.pack(">HH", height, width)
    return bytes(small)


@pytest.mark.parametrize(
    ("ending", "options", "kind"),
    [
        (".jpg", (), ImageFormat.JPEG),
        (".jpg", (cv2.IMWRITE_JPEG_PROGRESSIVE, 1), ImageFormat.JPEG),
        (".jpg", (cv2.IMWRITE_JPEG_RST_INTERVAL, 2), ImageFormat.JPEG),
        (".png", (), ImageFormat.PNG),
        (".webp", (cv2.IMWRITE_WEBP_QUALITY, 80), ImageFormat.WEBP),
        (".webp", (cv2.IMWRITE_WEBP_QUALITY, 101), ImageFormat.WEBP),
    ],
    ids=["jpeg", "progressive jpeg", "jpeg with restarts", "png", "webp", "lossless webp"],
)
def test_size_and_format_are_what_the_decoder_finds(ending: str, options: tuple[int, ...], kind: ImageFormat) -> None:
    assert read_image_header(encoded(ending, 213, 97, *options)) == ImageHeader(kind, 213, 97)


@pytest.mark.parametrize("bomb", [png_bomb(60_000, 60_000), jpeg_bomb(16_000, 16_000), jpeg_bomb(65_500, 65_500)])
def test_a_picture_that_claims_to_be_huge_is_refused_in_words(bomb: bytes) -> None:
    with pytest.raises(BadMedia, match="pixels; send one of at most 50 million"):
        clean_jpeg(bomb)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\xff\xd8\xff", b"GIF89a" + bytes(50), b"BM" + bytes(50), b"II*\0" + bytes(50), b"\x89PNG\r\n\x1a\n",
        b"RIFF\0\0\0\0WEBPVP8 ", b"RIFF\0\0\0\0WEBPVP8X", b"RIFF\0\0\0\0WEBPXXXX" + bytes(40), png_bomb(0, 5),
        b"\xff\xd8" + b"\xff\xe0\0\2" * (MOST_SEGMENTS + 1), b"\xff\xd8" + b"\xff\xe0\0\0" * 3,
        b"\xff\xd8\xff\xda\0\2",
    ],
)  # fmt: skip
def test_what_is_no_picture_or_does_not_tell_its_size_is_refused(content: bytes) -> None:
    with pytest.raises(BadMedia):
        clean_jpeg(content)


@given(st.binary(max_size=60), st.sampled_from([b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBPVP8", b""]))
def test_no_bytes_break_the_reader(content: bytes, start: bytes) -> None:
    try:
        read_image_header(start + content)
    except BadMedia:
        return


@pytest.mark.parametrize("longest", [1_000, 3_300, 6_500])
def test_a_large_picture_is_made_small_and_a_small_one_keeps_its_size(longest: int) -> None:
    kept = read_image_header(clean_jpeg(encoded(".jpg", longest, 200)))
    assert kept.width == min(longest, LONGEST_SIDE)


def test_a_limit_can_be_set() -> None:
    header = ImageHeader(ImageFormat.PNG, 2_000, 1_000)
    require_pixels(header, 2_000_000)
    with pytest.raises(BadMedia, match="2,000 x 1,000"):
        require_pixels(header, 1_999_999)


def test_a_jpeg_that_cannot_be_decoded_is_no_whole_one() -> None:
    whole = encoded(".jpg", 64, 64)
    require_whole_jpeg(whole, 10_000)
    with pytest.raises(BadMedia):
        require_whole_jpeg(whole[:200] + b"\xff\xd9", 10_000)
