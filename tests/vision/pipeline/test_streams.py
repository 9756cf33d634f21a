"""One camera's pictures, decoded and sifted: what is to be looked at."""

import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from tests.vision.clips import PERSON, Sees, moving, picture, write_clip
from vision.feeds.packet_queue import StreamMark
from vision.feeds.source import open_source
from vision.frames.decoder import Image
from vision.pipeline.streams import Stream
from vision.setups.setup import Setup


def fed(stream: Stream, folder: Path, images: list[Image]) -> None:
    """The stream has been given a whole run, each packet as if it came just now."""
    with open_source(write_clip(folder / "clip.mp4", images)) as source:
        stream.take(source.form)
        for packet in source:
            stream.take(replace(packet, arrived=time.monotonic(), arrived_at=datetime.now(UTC)))
    stream.take(StreamMark.LOST)


def test_pictures_that_wait_give_way_to_newer_ones_and_are_counted(tmp_path: Path) -> None:
    stream = Stream("c1", Sees(PERSON))
    fed(stream, tmp_path, moving(30))
    job, last = stream.next_job(), stream.next_job()
    assert job is not None
    assert job.selected is not None
    assert (job.selected.look, job.selected.cut) == (True, True)
    assert job.selected.frame.index == 29  # though only every second picture comes up for a look
    assert stream.skipped > 10
    assert last is not None
    assert last.selected is None
    assert stream.next_job() is None


def test_a_look_that_waits_is_not_given_up_for_a_picture_in_which_nothing_moves(tmp_path: Path) -> None:
    stream = Stream("c1", Sees(PERSON))
    fed(stream, tmp_path, [picture()] * 30)
    job = stream.next_job()
    assert job is not None
    assert job.costly
    assert job.selected is not None
    assert job.selected.frame.index < 15
    assert stream.counters.gated > 5


def test_after_a_failure_nothing_of_before_is_done_and_the_next_key_frame_begins_anew(tmp_path: Path) -> None:
    stream = Stream("c1", Sees(PERSON), setup=Setup())
    fed(stream, tmp_path, moving(30))
    stream.begin_anew()
    assert stream.waits() is None
    fed(stream, tmp_path, moving(30))
    assert stream.waits() is not None
