"""kill -9 while it records: a second of video is lost at most, and recording goes on in the same folder."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import av

from telemetry.visibility import EVERYTHING
from tests.vision.packets import camera_clip
from tests.vision.recording.kept import CAMERA_FOLDER
from vision.recording.files import index_of, read_parts
from vision.recording.spans import spans
from vision.recording.storage_layout import kept
from vision.simulator import SimulatedCamera

FPS = 20
STARVED = 8
"""Pictures that may be in no part yet since this machine gave the process no time."""


def record_and_kill(address: str, root: Path, pictures: int) -> int:
    """Record until so many pictures have come, then kill it; how many had."""
    words = [sys.executable, "-m", "tests.vision.recording.recorder", address, str(root)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if int(line) >= pictures:
                process.kill()
                return int(line)
    raise AssertionError("it ended by itself")


def pictures_in(path: Path) -> int:
    with av.open(str(path)) as container:
        return sum(1 for _ in container.decode(video=0))


def test_a_killed_recorder_loses_a_second_at_most_and_goes_on(tmp_path: Path) -> None:
    root, begun = tmp_path / "kept", datetime.now(UTC) - timedelta(seconds=10)
    with SimulatedCamera(camera_clip(tmp_path, seconds=2, fps=FPS)) as camera:
        received = [record_and_kill(camera.address, root, pictures) for pictures in (46, 27)]
    files = kept(root)
    assert len(files) == 2
    for file, had in zip(files, received, strict=True):
        parts = read_parts(file.path, file.begins)
        assert pictures_in(file.path) >= had - FPS - STARVED
        assert index_of(file.path).stat().st_size == parts.nbytes
    there = spans(root, CAMERA_FOLDER.camera_id, EVERYTHING, begun, datetime.now(UTC))
    assert there[0].begins == files[0].begins
    assert len(there) <= 2  # one when the second began within a second, which is no gap
    assert all(before.ends <= after.begins for before, after in pairwise(there))
