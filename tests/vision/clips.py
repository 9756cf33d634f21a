"""Small videos and frames for the tests of vision, made on the spot."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import av
import numpy as np

from vision.detection.detector import Box, Detection
from vision.footage import Footage, find_footage
from vision.frames.decoder import Frame, Image

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
WIDTH, HEIGHT = 320, 240


def picture(x: int = 0, *, size: int = 40) -> Image:
    """A grey picture with a bright block of `size` pixels at `x` across, halfway down."""
    image = np.full((HEIGHT, WIDTH, 3), 90, np.uint8)
    image[100 : 100 + size, x : x + size] = 220
    return image


def moving(count: int, *, step: int = 8) -> list[Image]:
    """Pictures of a block that moves to the right."""
    return [picture(number * step % (WIDTH - 40)) for number in range(count)]


def frames(images: Iterable[Image], *, fps: float = 5.0, corrupt: frozenset[int] = frozenset()) -> list[Frame]:
    """Frames as `open_video` gives them; those numbered in `corrupt` are marked as damaged."""
    return [
        Frame(
            index,
            START + timedelta(seconds=index / fps),
            index / fps,
            index in corrupt,
            av.VideoFrame.from_ndarray(image, format="bgr24").reformat(format="yuv420p"),
        )
        for index, image in enumerate(images)
    ]


def write_clip(
    path: Path,
    images: Sequence[Image],
    *,
    fps: int = 10,
    options: dict[str, str] | None = None,
    codec: str = "mpeg4",
    rotation: int = 0,
) -> Path:
    """Encode `images` into `path`; its ending chooses the container. `rotation` is what its display matrix says."""
    with av.open(str(path), "w", options=options or {}) as container:
        stream: Any = container.add_stream(codec, rate=fps)
        stream.height, stream.width = images[0].shape[:2]
        stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        if rotation:
            stream.set_display_rotation(rotation)
        for image in images:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="bgr24")))
        container.mux(stream.encode(None))
    return path


def write_h264(
    path: Path,
    images: Sequence[Image],
    *,
    fps: int = 10,
    codec: str = "libx264",
    options: dict[str, str] | None = None,
) -> Path:
    """Encode `images` as a network camera does: H.264 (or H.265) without B-frames, a key frame a second."""
    quiet = {"x265-params": f"log-level=error:keyint={fps}:bframes=0"} if codec == "libx265" else {}
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream(codec, rate=fps)
        stream.height, stream.width = images[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        stream.options = {"g": str(fps), "bf": "0", "preset": "ultrafast", **quiet, **(options or {})}
        for image in images:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="bgr24")))
        container.mux(stream.encode(None))
    return path


def footage(name: str) -> Footage:
    """The packaged clip `name`."""
    return next(clip for clip in find_footage() if clip.name == name)


class Sees:
    """A detector that finds the same objects in every picture, and counts the pictures."""

    def __init__(self, *detections: Detection) -> None:
        self.detections = detections
        self.pictures = 0

    input_side = None

    def detect(self, image: Image) -> Sequence[Detection]:
        self.pictures += 1
        return self.detections


class SeesBlocks:
    """Finds the bright block in what it is given, shrunk as for a network: one too small there is not found."""

    input_side = 416

    def __init__(self) -> None:
        self.given: list[tuple[int, int]] = []
        """Width and height of each picture or part that it was given."""

    def detect(self, image: Image) -> Sequence[Detection]:
        height, width = image.shape[:2]
        self.given.append((width, height))
        rows, columns = np.nonzero(image[:, :, 0] > 160)
        if not len(rows):
            return []
        box = Box(columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
        tall = box.height * min(1, self.input_side / max(width, height))
        return [Detection("person", min(0.9, tall / 40), box)] if tall > 15 else []


PERSON = Detection("person", 0.9, Box(100, 60, 140, 180))
