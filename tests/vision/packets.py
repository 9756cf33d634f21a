"""Packets and streams of them for the tests of what is done with packets."""

from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path

from tests.vision.clips import START, moving, write_h264
from vision.feeds.packets import Packet, StreamForm
from vision.feeds.source import open_source

FORM = StreamForm("h264", "avc1.42C01E", b"", 320, 240, Fraction(1, 10), 0.1, b"init")


def packet(number: int, *, key: bool = False, data: bytes = b"\x00\x00\x01\x65x") -> Packet:
    """Picture `number` of ten a second."""
    at = START + timedelta(seconds=number / 10)
    return Packet(data, number, number, 1, key, False, at, float(number), at)


def camera_clip(folder: Path, *, seconds: int = 3, fps: int = 10, codec: str = "libx264") -> Path:
    """A clip as a network camera sends it, in MPEG-TS: a key frame a second."""
    return write_h264(folder / f"{codec}-{seconds}-{fps}.ts", moving(seconds * fps), fps=fps, codec=codec)


def read_as_from_camera(clip: Path, at: datetime) -> tuple[StreamForm, list[Packet]]:
    """The form and packets of `clip`, as if its first picture had been taken at `at`."""
    with open_source(clip, started_at=at) as source:
        packets = list(source)
        return source.form, packets


def damaged(packets: list[Packet]) -> list[Packet]:
    """The same, marked as damaged on the way."""
    return [replace(one, corrupt=True) for one in packets]
