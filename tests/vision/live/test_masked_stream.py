"""A run under masks: every picture at its time and grey below them, whatever comes from the camera."""

import io
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.reformatter import Colorspace
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.vision.clips import START, moving, write_clip, write_h264
from tests.vision.live.looks import CORNER, MASKED, WHOLE, corner, decoded
from tests.vision.packets import camera_clip, damaged, read_as_from_camera
from vision.feeds.packets import Packet, StreamForm
from vision.frames.decoder import Image
from vision.live.encoder import KEY_S
from vision.live.fragment_packer import FragmentPacker
from vision.live.masked_stream import MaskedStream
from vision.privacy.masks import FILL, NO_MASKS, Masks

WHITE = np.full((240, 320, 3), 250, np.uint8)


@pytest.fixture(scope="module")
def bright(tmp_path_factory: pytest.TempPathFactory) -> tuple[StreamForm, list[Packet]]:
    """Bright pictures with something that moves: whatever of them shows below the mask is seen."""
    images = [np.maximum(WHITE, image) for image in moving(20)]
    return read_as_from_camera(write_h264(tmp_path_factory.mktemp("bright") / "white.ts", images), START)


def burnt(
    form: StreamForm, packets: list[Packet], masks: Masks = MASKED, *, converted: bool = False
) -> tuple[list[StreamForm], list[list[Packet]]]:
    """The forms that come out, and the packets of each."""
    burning, forms, runs = MaskedStream(form, masks, converted=converted), list[StreamForm](), list[list[Packet]]()
    for packet in packets:
        for one in burning.take(packet):
            if isinstance(one, Packet):
                runs[-1].append(one)
            else:
                forms.append(one)
                runs.append([])
    return forms, runs


@pytest.mark.parametrize("codec", ["libx264", "libx265"])
def test_every_picture_comes_out_at_its_time_as_h264_and_grey_below_the_mask(tmp_path: Path, codec: str) -> None:
    form, packets = read_as_from_camera(camera_clip(tmp_path, codec=codec), START)
    (given_form,), (run,) = burnt(form, packets)
    assert (given_form.codec, given_form.width, given_form.height, bool(given_form.init)) == ("h264", 320, 240, True)
    assert given_form.codec_string is not None and given_form.codec_string.startswith("avc1.")
    assert [(one.pts, one.dts, one.at, one.arrived) for one in run] == [
        (one.pts, one.pts, one.at, one.arrived) for one in packets
    ]
    pictures = decoded(given_form, run)
    assert len(pictures) == len(packets)
    assert all(abs(corner(one.picture) - FILL) < 4 for one in pictures)


def test_what_comes_out_plays_as_fragments_behind_its_form(tmp_path: Path) -> None:
    form, packets = read_as_from_camera(camera_clip(tmp_path), START)
    (given_form,), (run,) = burnt(form, packets)
    packing = FragmentPacker(given_form)
    played = given_form.init + b"".join(packing.pack(one).data for one in run)
    with av.open(io.BytesIO(played), "r", format="mp4") as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height) == (320, 240)
        times = [frame.time for frame in container.decode(video=0)]
    assert times == pytest.approx([number / 10 for number in range(len(packets))], abs=1e-3)


def test_beside_the_mask_the_picture_is_as_the_camera_sent_it(tmp_path: Path) -> None:
    form, packets = read_as_from_camera(camera_clip(tmp_path), START)
    (given_form,), (run,) = burnt(form, packets)
    for before, after in zip(decoded(form, packets), decoded(given_form, run), strict=True):
        off = before.image[:, 170:].astype(int) - after.image[:, 170:]
        assert np.abs(off).mean() < 3


def test_pixels_that_are_not_square_and_colours_that_the_camera_names_are_shown_as_they_were(tmp_path: Path) -> None:
    with av.open(str(tmp_path / "wide.ts"), "w") as container:
        stream = container.add_stream("libx264", rate=10, options={"bf": "0"})
        stream.width, stream.height, stream.pix_fmt = 352, 288, "yuv420p"
        stream.codec_context.sample_aspect_ratio = Fraction(12, 11)
        stream.codec_context.colorspace = Colorspace.ITU709
        for _ in range(10):
            container.mux(stream.encode(av.VideoFrame(352, 288, "yuv420p")))
        container.mux(stream.encode(None))
    form, packets = read_as_from_camera(tmp_path / "wide.ts", START)
    (given_form,), (run,) = burnt(form, packets)
    packing = FragmentPacker(given_form)
    played = given_form.init + b"".join(packing.pack(one).data for one in run)
    with av.open(io.BytesIO(played), "r", format="mp4") as container:
        assert container.streams.video[0].sample_aspect_ratio == Fraction(12, 11)
        assert {frame.colorspace for frame in container.decode(video=0)} == {Colorspace.ITU709}


def test_a_key_frame_comes_every_second_however_seldom_the_camera_sends_one(tmp_path: Path) -> None:
    form, packets = read_as_from_camera(camera_clip(tmp_path, seconds=5), START)
    first = [replace(one, key=number == 0) for number, one in enumerate(packets)]
    _, (run,) = burnt(form, first)
    keys = [one.pts * form.time_base for one in run if one.key]
    assert run[0].key
    assert [float(after - before) for before, after in pairwise(keys)] == [pytest.approx(KEY_S, abs=0.11)] * 4


def test_a_picture_after_a_gap_can_be_begun_with_since_a_player_takes_no_other(tmp_path: Path) -> None:
    form, packets = read_as_from_camera(camera_clip(tmp_path, seconds=1), START)
    burning = MaskedStream(form, MASKED)
    shown = [[*burning.take(packet, shown=number not in (4, 5))] for number, packet in enumerate(packets)]
    assert [number for number, out in enumerate(shown) if not out] == [4, 5]
    keys = [one.key for out in shown for one in out if isinstance(one, Packet)]
    assert [number for number, key in enumerate(keys) if key] == [0, 4]


def test_a_camera_that_sends_half_as_often_as_it_says_gets_no_more_key_frames_for_it(tmp_path: Path) -> None:
    form, packets = read_as_from_camera(camera_clip(tmp_path, seconds=4), START)
    slower = [replace(one, pts=one.pts * 2, dts=one.dts * 2) for one in packets]
    _, (run,) = burnt(form, slower)
    assert sum(one.key for one in run[5:]) <= 8
    assert all(0.19 < one.duration * form.time_base < 0.21 for one in run[5:])


def test_pictures_that_a_camera_sends_in_another_order_come_in_the_order_they_are_shown(tmp_path: Path) -> None:
    with av.open(str(tmp_path / "b.mp4"), "w") as container:
        stream = container.add_stream("libx264", rate=10, options={"bf": "2", "g": "10", "preset": "medium"})
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        for image in moving(30):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="bgr24")))
        container.mux(stream.encode(None))
    form, packets = read_as_from_camera(tmp_path / "b.mp4", START)
    assert any(after.pts < before.pts for before, after in pairwise(packets))
    _, (run,) = burnt(form, packets)
    assert all(before.pts < after.pts for before, after in pairwise(run))
    assert len(run) >= len(packets) - 3


@pytest.mark.parametrize(("width", "height"), [(321, 241), (64, 49), (19, 18)])
def test_an_odd_side_loses_its_last_row_or_column(tmp_path: Path, width: int, height: int) -> None:
    images: list[Image] = [np.full((height, width, 3), 250, np.uint8)] * 12
    path = tmp_path / "odd.avi"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mjpeg", rate=10)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuvj420p"
        for image in images:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="bgr24")))
        container.mux(stream.encode(None))
    form, packets = read_as_from_camera(path, START)
    (given_form,), (run,) = burnt(form, packets)
    assert (given_form.width, given_form.height) == (width // 2 * 2, height // 2 * 2)
    assert abs(corner(decoded(given_form, run)[-1].picture) - FILL) < 6


def test_pictures_of_another_size_in_the_same_run_are_another_form_and_masked_too(tmp_path: Path) -> None:
    form, small = read_as_from_camera(write_h264(tmp_path / "a.ts", [WHITE[:120, :160]] * 10), START)
    _, large = read_as_from_camera(write_h264(tmp_path / "b.ts", [WHITE] * 10), START)
    later = [replace(one, pts=one.pts + 90_000, dts=one.dts + 90_000) for one in large]
    forms, runs = burnt(form, [*small, *later])
    assert [(one.width, one.height) for one in forms] == [(160, 120), (320, 240)]
    for one, run in zip(forms, runs, strict=True):
        assert run[0].key
        pictures = decoded(one, run)
        assert len(pictures) == 10
        assert all(abs(corner(picture.picture) - FILL) < 4 for picture in pictures)


def test_a_mask_over_the_whole_picture_leaves_one_grey(tmp_path: Path) -> None:
    form, packets = read_as_from_camera(camera_clip(tmp_path, seconds=1), START)
    (given_form,), (run,) = burnt(form, packets, WHOLE)
    for frame in decoded(given_form, run):
        assert np.abs(frame.image.astype(int) - FILL).max() <= 2


@settings(max_examples=25)
@given(data=st.data())
def test_damaged_packets_never_uncover_anything(bright: tuple[StreamForm, list[Packet]], data: st.DataObject) -> None:
    form, packets = bright
    torn = []
    for number, packet in enumerate(packets):
        kind = data.draw(st.sampled_from(["whole", "cut", "bent", "gone"]), label=str(number))
        content = bytearray(packet.data)
        if kind == "cut":
            content = content[: max(1, len(content) // 2)]
        elif kind == "bent":
            at = data.draw(st.integers(5, len(content) - 1))
            content[at] ^= 0xFF
        if kind != "gone":
            torn.append(replace(packet, data=bytes(content), corrupt=kind != "whole"))
    forms, runs = burnt(form, torn)
    for one, run in zip(forms, runs, strict=True):
        for frame in decoded(one, run):
            assert abs(corner(frame.picture) - FILL) < 6


def test_a_picture_that_was_damaged_on_the_way_says_so(tmp_path: Path) -> None:
    form, packets = read_as_from_camera(camera_clip(tmp_path, seconds=1), START)
    _, (run,) = burnt(form, damaged(packets))
    assert all(one.corrupt for one in run)


def test_a_codec_that_browsers_lack_is_played_since_it_is_encoded_again(tmp_path: Path) -> None:
    form, packets = read_as_from_camera(write_clip(tmp_path / "clip.avi", moving(10)), START)
    assert form.codec == "mpeg4"
    (given_form,), (run,) = burnt(form, packets, Masks(privacy=(CORNER,)))
    assert given_form.codec == "h264"
    assert len(decoded(given_form, run)) >= 9


@pytest.mark.parametrize("codec", ["libx265", "mjpeg"])
def test_what_a_browser_cannot_play_is_converted_to_h264_that_shows_the_same(tmp_path: Path, codec: str) -> None:
    if codec == "mjpeg":
        clip = write_clip(tmp_path / "clip.avi", moving(10), codec=codec)
    else:
        clip = camera_clip(tmp_path, seconds=1, codec=codec)
    form, packets = read_as_from_camera(clip, START)
    (given_form,), (run,) = burnt(form, packets, NO_MASKS, converted=True)
    assert given_form.codec == "h264"
    assert [one.pts for one in run] == [one.pts for one in packets]
    for before, after in zip(decoded(form, packets), decoded(given_form, run), strict=True):
        assert np.abs(before.image.astype(int) - after.image).mean() < 3


def test_a_converted_stream_is_no_larger_and_no_faster_than_the_budget_is_for(tmp_path: Path) -> None:
    large = np.zeros((1080, 1920, 3), np.uint8)
    form, packets = read_as_from_camera(write_h264(tmp_path / "large.ts", [large] * 31, fps=30), START)
    (given_form,), (run,) = burnt(form, packets, NO_MASKS, converted=True)
    assert (given_form.width, given_form.height) == (1280, 720)
    assert len(run) == 16
    steps = {round(float((after.pts - before.pts) * form.time_base), 3) for before, after in pairwise(run)}
    assert steps == {0.067}
