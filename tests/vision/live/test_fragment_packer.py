"""What a browser gets: every picture a fragment of its own, at once, that plays behind the initialisation segment."""

import io
from dataclasses import replace
from pathlib import Path

import av
import pytest

from tests.vision.clips import START
from tests.vision.packets import FORM, camera_clip, packet, read_as_from_camera
from vision.fmp4 import TIMESCALE, read_fragment
from vision.live.fragment_packer import FragmentPacker, mime_type


@pytest.mark.parametrize("codec", ["libx264", "libx265"])
def test_the_fragments_play_and_are_as_many_as_the_pictures(tmp_path: Path, codec: str) -> None:
    form, packets = read_as_from_camera(camera_clip(tmp_path, codec=codec), START)
    packing = FragmentPacker(form)
    played = form.init + b"".join(packing.pack(one).data for one in packets)
    with av.open(io.BytesIO(played), "r", format="mp4") as container:
        times = [frame.time for frame in container.decode(video=0)]
    assert times == pytest.approx([number / 10 for number in range(len(packets))], abs=1e-3)


def test_a_fragment_is_whole_with_its_own_picture_and_says_whether_it_can_be_begun_with() -> None:
    packing = FragmentPacker(FORM)
    said = [read_fragment(packing.pack(packet(number, key=number % 3 == 0)).data) for number in range(100, 104)]
    assert [one.decoded_at for one in said] == [TIMESCALE * tenths // 10 for tenths in range(4)]
    assert [one.key for one in said] == [False, False, True, False]
    assert {one.duration for one in said} == {TIMESCALE // 10}


def test_where_the_source_tells_no_duration_the_usual_period_stands_in() -> None:
    packed = FragmentPacker(FORM).pack(replace(packet(0, key=True), duration=0))
    assert read_fragment(packed.data).duration == TIMESCALE // 10


def test_a_form_is_named_as_browsers_ask_and_not_at_all_where_mp4_has_no_place_for_it() -> None:
    assert mime_type(FORM) == 'video/mp4; codecs="avc1.42C01E"'
    assert mime_type(replace(FORM, init=b"")) is None
    assert mime_type(replace(FORM, codec_string=None)) is None
