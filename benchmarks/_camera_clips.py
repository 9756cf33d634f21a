"""Clips as network cameras send them, made on the spot, for the benchmarks of video."""

from pathlib import Path
from typing import Any

import av
import numpy as np


def make_clip(
    path: Path, *, width: int, height: int, fps: int, kbps: int, seconds: int, codec: str = "libx264"
) -> Path:
    """H.264 (or H.265) without B-frames at a constant bit rate, a key frame every two seconds, in MPEG-TS; noise that
    drifts."""
    rng = np.random.default_rng(1)
    ground = rng.integers(0, 256, (height // 8, width // 8, 3)).astype(np.uint8).repeat(8, 0).repeat(8, 1)
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream(codec, rate=fps)
        stream.height, stream.width = ground.shape[:2]
        stream.pix_fmt, stream.bit_rate = "yuv420p", kbps * 1000
        rate = {"maxrate": f"{kbps}k", "minrate": f"{kbps}k", "bufsize": f"{kbps}k"}
        if codec == "libx265":
            rate["x265-params"] = f"log-level=error:keyint={2 * fps}:bframes=0"
        else:
            rate["nal-hrd"] = "cbr"
        stream.options = {"g": str(2 * fps), "bf": "0", "preset": "ultrafast", **rate}
        for number in range(seconds * fps):
            picture = np.roll(ground, 3 * number, axis=1)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        container.mux(stream.encode(None))
    return path
