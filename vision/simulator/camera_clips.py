"""Clips of what a town's cameras show, made of installed footage: a street, the same at rest, and a flight over it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import av
import cv2
import numpy as np

from telemetry.errors import Misconfigured
from telemetry.messages import Message
from vision.footage import find_footage
from vision.frames.decoder import Image, open_video

SECONDS = 10
"""Length of each clip; then it begins anew."""
SENSOR_NOISE = 2.0
"""Standard deviation of a still camera's pixels, 0..255."""
CAMERA = (640, 360, 15, 500)
DRONE = (1280, 720, 25, 2500)
"""Width, height, pictures a second, kbit/s."""

Show = Literal["street", "still", "flight"]


def make_clips(folder: Path) -> dict[Show, Path]:
    """One clip a show, in `folder`. Raises Misconfigured where the footage is not installed."""
    street = list(_street())
    return {
        "street": _encode(folder / "street.ts", _paced(street, CAMERA), CAMERA),
        "still": _encode(folder / "still.ts", _still(street[0], CAMERA), CAMERA),
        "flight": _encode(folder / "flight.ts", _flight(street, DRONE), DRONE),
    }


def _street() -> Iterator[Image]:
    """The footage of a street, at 25 pictures a second."""
    clip = next((footage for footage in find_footage() if footage.name == "bikes"), None)
    if clip is None:
        raise Misconfigured(Message("server.extra_missing", extra="demo"))
    with open_video(clip.path) as video:
        for frame in video:
            yield frame.image


def _paced(street: list[Image], form: tuple[int, int, int, int]) -> Iterator[Image]:
    width, height, fps, _ = form
    for number in range(SECONDS * fps):
        yield cv2.resize(street[number * 25 // fps % len(street)], (width, height)).astype(np.uint8, copy=False)


def _still(picture: Image, form: tuple[int, int, int, int]) -> Iterator[Image]:
    """One picture with noise, and light that slowly changes."""
    rng, (width, height, fps, _) = np.random.default_rng(1), form
    ground = cv2.resize(picture, (width, height)).astype(np.float32)
    for number in range(SECONDS * fps):
        light = 4 * np.sin(2 * np.pi * number / (SECONDS * fps))
        noisy = ground + light + rng.normal(0, SENSOR_NOISE, (height, width, 1))
        yield noisy.clip(0, 255).astype(np.uint8)


def _flight(street: list[Image], form: tuple[int, int, int, int]) -> Iterator[Image]:
    """The street seen from something that moves: a window that wanders over it."""
    width, height, fps, _ = form
    for number in range(SECONDS * fps):
        wide = cv2.resize(street[number * 25 // fps % len(street)], (width * 5 // 4, height * 5 // 4))
        turn = 2 * np.pi * number / (SECONDS * fps)
        x, y = (round((1 + way) / 2 * room) for way, room in ((np.sin(turn), width // 4), (np.cos(turn), height // 4)))
        yield np.ascontiguousarray(wide[y : y + height, x : x + width]).astype(np.uint8, copy=False)


def _encode(path: Path, pictures: Iterator[Image], form: tuple[int, int, int, int]) -> Path:
    """H.264 as network cameras send it: no B-frames, a key frame every two seconds."""
    width, height, fps, kbps = form
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("libx264", rate=fps)
        stream.width = width
        stream.height = height
        stream.pix_fmt = "yuv420p"
        stream.bit_rate = kbps * 1000
        rate = {"maxrate": f"{kbps}k", "bufsize": f"{kbps}k"}
        stream.options = {"g": str(2 * fps), "bf": "0", "preset": "veryfast", "tune": "zerolatency", **rate}
        for picture in pictures:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        container.mux(stream.encode(None))
    return path
