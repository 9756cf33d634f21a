"""Fragments: FFmpeg reads back what was written, and so does the walk over the file."""

import io
from itertools import pairwise
from pathlib import Path

import av
import pytest

from tests.vision.clips import START, moving, write_clip
from tests.vision.packets import camera_clip, read_as_from_camera
from vision.feeds.packets import Packet, StreamForm
from vision.fmp4 import TIMESCALE, FragmentSample, boxes, fragment, read_fragment, sample_data


def fragments(form: StreamForm, packets: list[Packet], *, each: int) -> list[bytes]:
    """`packets` in fragments of `each` pictures."""
    scale, first = form.time_base * TIMESCALE, packets[0].dts
    made = []
    for begin in range(0, len(packets), each):
        group = packets[begin : begin + each]
        samples = [
            FragmentSample(sample_data(form.codec, form.extradata, p.data), 9000, round((p.pts - p.dts) * scale), p.key)
            for p in group
        ]
        made.append(fragment(begin // each + 1, round((group[0].dts - first) * scale), samples))
    return made


@pytest.mark.parametrize("codec", ["libx264", "libx265"])
@pytest.mark.parametrize("each", [1, 7])
def test_a_stream_is_decoded_from_its_fragments_as_from_its_source(tmp_path: Path, codec: str, each: int) -> None:
    form, packets = read_as_from_camera(camera_clip(tmp_path, codec=codec), START)
    content = form.init + b"".join(fragments(form, packets, each=each))
    with av.open(io.BytesIO(content), "r") as container:
        frames = list(container.decode(video=0))
    assert len(frames) == len(packets) == 30
    assert not any(frame.is_corrupt for frame in frames)
    assert [after.time - before.time for before, after in pairwise(frames)] == pytest.approx([0.1] * 29)


def test_what_a_camera_sends_with_length_prefixes_or_in_another_codec_is_left_as_it_is(tmp_path: Path) -> None:
    form, packets = read_as_from_camera(write_clip(tmp_path / "clip.avi", moving(20)), START)
    content = form.init + b"".join(fragments(form, packets, each=4))
    with av.open(io.BytesIO(content), "r") as container:
        assert len(list(container.decode(video=0))) == 20


def test_the_head_of_a_fragment_says_when_it_is_how_long_it_lasts_and_where_the_next_one_begins(tmp_path: Path) -> None:
    form, packets = read_as_from_camera(camera_clip(tmp_path), START)
    made = fragments(form, packets, each=10)
    content = form.init + b"".join(made) + made[0][:-1]
    found = list(boxes(io.BytesIO(content), 0, len(content)))
    assert [box.kind for box in found] == [b"ftyp", b"moov", *[b"moof", b"mdat"] * 3, b"moof"]
    heads = [read_fragment(content[box.begin : box.end]) for box in found if box.kind == b"moof"]
    assert [(head.decoded_at, head.duration, head.key) for head in heads[:3]] == [
        (0, 90_000, True),
        (90_000, 90_000, True),
        (180_000, 90_000, True),
    ]
