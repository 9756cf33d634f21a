"""Still pictures from outside: checked that they are pictures, made small, and freed of everything else they carry."""

import cv2
import numpy as np

from telemetry.errors import BadMedia

LARGEST_PICTURE = 12 * 1024 * 1024
"""Bytes of one picture as it arrives."""
LONGEST_SIDE = 1600
"""Pixels of the longer side as it is kept."""


def aspect_of(jpeg: bytes) -> float | None:
    """Width to height of a picture; None when it cannot be read."""
    image = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_REDUCED_GRAYSCALE_2) if jpeg else None
    return None if image is None else image.shape[1] / image.shape[0]


def require_jpeg(content: bytes, *, largest: int) -> bytes:
    """`content` as it is. Raises BadMedia unless it is one whole JPEG of at most `largest` bytes."""
    if len(content) > largest:
        raise BadMedia(f"the picture has {len(content):,} bytes; send one of at most {largest:,}")
    whole = content.startswith(b"\xff\xd8\xff") and content.endswith(b"\xff\xd9")
    # An eighth of its size tells as well whether it can be read, and takes little memory however large it claims to be.
    if not whole or cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_REDUCED_GRAYSCALE_8) is None:
        raise BadMedia("the picture is no whole JPEG")
    return content


def clean_jpeg(content: bytes) -> bytes:
    """`content` (JPEG, PNG or WebP) as a fresh JPEG without place, owner or other metadata. Raises BadMedia."""
    if len(content) > LARGEST_PICTURE:
        raise BadMedia(f"the picture has {len(content) / 2**20:.0f} MiB; send one under {LARGEST_PICTURE // 2**20} MiB")
    image = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR) if content else None
    if image is None:
        raise BadMedia("the picture cannot be read; send a JPEG, PNG or WebP")
    scale = LONGEST_SIDE / max(image.shape[:2])
    if scale < 1:
        image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    kept, jpeg = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 85])
    if not kept:
        raise BadMedia("the picture cannot be kept as JPEG")
    return bytes(jpeg)
