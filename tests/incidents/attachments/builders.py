"""Files as phones and browsers make them, with what they say of place and device."""

import io
from typing import Any

import av
import cv2
import numpy as np


def photo(*, exif: bytes = b"") -> bytes:
    """A JPEG; `exif` goes into it as cameras put theirs."""
    made, jpeg = cv2.imencode(".jpg", np.full((60, 80, 3), 120, np.uint8))
    assert made
    content = bytes(jpeg)
    segment = b"\xff\xe1" + (len(exif) + 8).to_bytes(2, "big") + b"Exif\0\0" + exif
    return content[:2] + segment + content[2:]


def voice(*, container: str = "webm", codec: str = "libopus", seconds: float = 0.5, title: str = "") -> bytes:
    """Sound as a browser's MediaRecorder makes it; `title` is its metadata."""
    out = io.BytesIO()
    with av.open(out, "w", format=container) as target:
        if title:
            target.metadata["title"] = title
        stream: Any = target.add_stream(codec, rate=48_000)
        stream.layout = "mono"
        size = 960
        for number in range(round(seconds * 48_000 / size)):
            tone = np.sin(np.arange(size, dtype=np.float32)[None, :] / 20) * 0.2
            frame = av.AudioFrame.from_ndarray(tone, format="flt", layout="mono")
            frame.sample_rate = 48_000
            frame.pts = number * size
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    return out.getvalue()


PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
