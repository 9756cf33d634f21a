"""Format and size of a picture from its first bytes, before anything is decoded: a few kilobytes can claim gigapixels.

Reads JPEG (ITU-T T.81), PNG (RFC 2083) and WebP (its container specification); everything else is refused.
"""

import struct
from dataclasses import dataclass
from enum import StrEnum

from telemetry.errors import BadMedia
from telemetry.messages import Message

MOST_SEGMENTS = 500
"""Of a JPEG before its frame; a camera writes about ten."""
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""JPEG markers SOF0 to SOF15: what begins a frame and tells its size (T.81, table B.1)."""
_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD8)})
"""JPEG markers TEM and RST0 to RST7, which stand alone."""


class ImageFormat(StrEnum):
    """What pictures from outside may be."""

    JPEG = "JPEG"
    PNG = "PNG"
    WEBP = "WebP"


@dataclass(frozen=True)
class ImageHeader:
    """What a picture says of itself."""

    format: ImageFormat
    width: int
    """Pixels, before any rotation that it asks for."""
    height: int

    @property
    def pixels(self) -> int:
        """Width times height."""
        return self.width * self.height


def read_image_header(content: bytes) -> ImageHeader:
    """The header of `content`. Raises BadMedia for what is no JPEG, PNG or WebP, or does not tell its size."""
    try:
        if content.startswith(b"\xff\xd8\xff"):
            return _jpeg(content)
        if content.startswith(b"\x89PNG\r\n\x1a\n"):
            return _png(content)
        if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
            return _webp(content)
    except (struct.error, IndexError) as error:
        raise BadMedia(Message("pictures.breaks_off")) from error
    raise BadMedia(Message("pictures.unreadable"))


def require_pixels(header: ImageHeader, most: int) -> None:
    """Raises BadMedia when a picture has no pixels, or more than `most`."""
    if not header.pixels:
        raise BadMedia(Message("pictures.no_pixels"))
    if header.pixels > most:
        raise BadMedia(
            Message("pictures.too_many_pixels", width=header.width, height=header.height, millions=most / 1e6)
        )


def _jpeg(content: bytes) -> ImageHeader:
    at = 2
    for _ in range(MOST_SEGMENTS):
        while content[at] == 0xFF and content[at + 1] == 0xFF:  # fill bytes
            at += 1
        if content[at] != 0xFF:
            break
        marker = content[at + 1]
        if marker in _WITHOUT_LENGTH:
            at += 2
            continue
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", content, at + 5)
            return ImageHeader(ImageFormat.JPEG, width, height)
        if marker in (0xD9, 0xDA):  # its end, or its scan, before any frame
            break
        (length,) = struct.unpack_from(">H", content, at + 2)
        at += 2 + length
    raise BadMedia(Message("pictures.no_size", format="JPEG"))


def _png(content: bytes) -> ImageHeader:
    if content[12:16] != b"IHDR":
        raise BadMedia(Message("pictures.no_size", format="PNG"))
    width, height = struct.unpack_from(">II", content, 16)
    return ImageHeader(ImageFormat.PNG, width, height)


def _webp(content: bytes) -> ImageHeader:
    match content[12:16]:
        case b"VP8X":
            width = 1 + int.from_bytes(content[24:27], "little")
            height = 1 + int.from_bytes(content[27:30], "little")
        case b"VP8L":
            (bits,) = struct.unpack_from("<I", content, 21)
            width = 1 + (bits & 0x3FFF)
            height = 1 + (bits >> 14 & 0x3FFF)
        case b"VP8 ":
            width, height = (side & 0x3FFF for side in struct.unpack_from("<HH", content, 26))
        case _:
            raise BadMedia(Message("pictures.no_size", format="WebP"))
    if len(content) < 30:
        raise BadMedia(Message("pictures.breaks_off"))
    return ImageHeader(ImageFormat.WEBP, width, height)
