"""The simulated camera: what it sends is one stream however often the clip begins anew."""

import time
from itertools import islice, pairwise
from pathlib import Path

import numpy as np
import pytest

from telemetry.errors import BadMedia, SourceLost
from tests.vision.clips import moving, write_clip, write_h264
from tests.vision.packets import camera_clip
from vision.feeds.source import open_source
from vision.frames.decoder import open_video
from vision.simulator import SimulatedCamera
from vision.simulator.clip import RATE, read_clip
from vision.simulator.process import SimulatedCamerasProcess


def test_numbers_and_times_go_on_when_the_clip_begins_anew(tmp_path: Path) -> None:
    clip = read_clip(camera_clip(tmp_path, seconds=1))
    sent = list(islice(clip.packets(source=7), 35))
    numbers = [int.from_bytes(packet[2:4], "big") for _, packets in sent for packet in packets]
    stamps = [int.from_bytes(packets[0][4:8], "big") for _, packets in sent]
    assert all(after == before + 1 for before, after in pairwise(numbers))
    assert all(after - before == RATE // 10 for before, after in pairwise(stamps))
    assert [at for at, _ in sent] == pytest.approx([number / 10 for number in range(35)])
    assert {packet[8:12] for _, packets in sent for packet in packets} == {b"\x00\x00\x00\x07"}


def test_a_clip_it_cannot_send_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadMedia, match=r"out of an MPEG-TS file"):
        read_clip(write_clip(tmp_path / "clip.mp4", moving(5), codec="libx264"))


async def test_cameras_in_a_process_of_their_own_are_unplugged_and_plugged_in_by_name() -> None:
    async with SimulatedCamerasProcess({"A": "still", "B": "street"}) as cameras:
        address = cameras.addresses["B"]
        with open_source(address) as source:
            assert (source.form.width, source.form.height) == (640, 360)
        assert await cameras.tell("unplug B") == "the plug of B is pulled"
        with pytest.raises(SourceLost):
            open_source(address)
        assert await cameras.tell("plug B") == "B is plugged in"
        open_source(address).close()
        assert await cameras.tell("unplug C") == "there is no camera 'C'; there is A, B"
        assert await cameras.tell("dance") == "'dance' is no order; write unplug NAME or plug NAME"


@pytest.mark.parametrize(("in_step", "moved_on"), [(True, True), (False, False)])
def test_who_comes_later_sees_what_there_is_to_see_now_only_of_a_camera_in_step(
    tmp_path: Path, in_step: bool, moved_on: bool
) -> None:
    clip = write_h264(tmp_path / "clip.ts", moving(200, step=1), fps=10)
    with SimulatedCamera(clip, in_step=in_step) as camera:
        while time.monotonic() - camera.begun < 1.5:
            time.sleep(0.02)
        with open_video(camera.address) as video:
            first = next(iter(video)).image
    left = int(np.argmax(first[120].max(axis=1) > 150))
    assert (left > 8) is moved_on
