"""Still pictures from outside: checked that they are pictures, made small, and freed of everything else they carry.

How large one is, is read before it is decoded. What comes from strangers is decoded in a worker process, by callers.
"""

import cv2
import numpy as np

from telemetry.errors import BadMedia
from telemetry.messages import Message
from vision.frames.image_header import ImageFormat, read_image_header, require_pixels

LARGEST_PICTURE = 12 * 1024 * 1024
"""Bytes of one picture as it arrives."""
MOST_PIXELS = 50_000_000
"""Of one picture as it arrives: what phones make."""
LONGEST_SIDE = 1600
"""Pixels of the longer side as it is kept."""
_REDUCED = {8: cv2.IMREAD_REDUCED_COLOR_8, 4: cv2.IMREAD_REDUCED_COLOR_4, 2: cv2.IMREAD_REDUCED_COLOR_2}


def aspect_of(jpeg: bytes) -> float | None:
    """Width to height of a picture by its header; None when that cannot be read."""
    try:
        header = read_image_header(jpeg)
    except BadMedia:
        return None
    if header.pixels:
        return header.width / header.height
    return None


def require_jpeg(content: bytes, *, largest: int) -> None:
    """Raises BadMedia unless `content` looks like one JPEG of at most `largest` bytes. Decodes nothing."""
    if len(content) > largest:
        raise BadMedia(Message("pictures.too_many_bytes", size=len(content), largest=largest))
    if not content.startswith(b"\xff\xd8\xff") or not content.endswith(b"\xff\xd9"):
        raise BadMedia(Message("pictures.no_whole_jpeg"))


def require_whole_jpeg(content: bytes, most_pixels: int) -> None:
    """Raises BadMedia unless `content` is a JPEG of at most `most_pixels` that can be decoded."""
    require_pixels(read_image_header(content), most_pixels)
    # An eighth of its size tells as well whether it can be read, and takes little memory however large it is.
    if _decoded(content, cv2.IMREAD_REDUCED_GRAYSCALE_8) is None:
        raise BadMedia(Message("pictures.no_whole_jpeg"))


def clean_jpeg(content: bytes, most_pixels: int = MOST_PIXELS) -> bytes:
    """`content` (JPEG, PNG or WebP) as a fresh JPEG without place, owner or other metadata. Raises BadMedia."""
    if len(content) > LARGEST_PICTURE:
        raise BadMedia(
            Message("pictures.too_large", size_mib=len(content) / 2**20, largest_mib=LARGEST_PICTURE // 2**20)
        )
    header = read_image_header(content)
    require_pixels(header, most_pixels)
    mode = cv2.IMREAD_COLOR
    if header.format is ImageFormat.JPEG:  # its decoder can leave out detail, and the memory for it
        longest = max(header.width, header.height)
        mode = next((mode for times, mode in _REDUCED.items() if longest >= times * LONGEST_SIDE), mode)
    image = _decoded(content, mode)
    if image is None:
        raise BadMedia(Message("pictures.unreadable"))
    scale = LONGEST_SIDE / max(image.shape[:2])
    if scale < 1:
        image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    kept, jpeg = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 85])
    if not kept:
        raise BadMedia(Message("pictures.not_kept"))
    return bytes(jpeg)


def _decoded(content: bytes, mode: int) -> cv2.typing.MatLike | None:
    """None for what cannot be decoded, or not in the memory that there is."""
    try:
        return cv2.imdecode(np.frombuffer(content, np.uint8), mode)
    except (cv2.error, MemoryError):
        return None
