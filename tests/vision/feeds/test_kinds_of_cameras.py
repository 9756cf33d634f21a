"""Whatever a camera sends is read without a break: forms, rhythms, clocks and passwords as real ones have them.

A line that loses packets: test_reader.
"""

import itertools
import logging
from collections.abc import Callable
from pathlib import Path

import av
import pytest
from av.bitstream import BitStreamFilterContext

from telemetry.errors import SourceLost
from tests.vision.clips import moving, write_clip, write_h264
from tests.vision.feeds.test_reader import SOON_S, Sink, reading
from vision.feeds.containers import SourceRefused
from vision.feeds.reader import Reader, Status
from vision.feeds.source import BY_ARRIVAL, open_source
from vision.feeds.stall_limit import StallLimit
from vision.frames.decoder import Decoder, open_video
from vision.simulator import SimulatedCamera

ZEROLATENCY = {"tune": "zerolatency"}


def several_slices(folder: Path) -> Path:
    """x264enc tune=zerolatency ! rtph264pay config-interval=-1."""
    options = {**ZEROLATENCY, "x264-params": "sliced-threads=0:slices=4"}
    return write_h264(folder / "slices.ts", moving(30), options=options)


def intra_refresh(folder: Path) -> Path:
    return write_h264(folder / "refresh.ts", moving(30), options={**ZEROLATENCY, "intra-refresh": "1"})


def h265(folder: Path) -> Path:
    return write_h264(folder / "h265.ts", moving(30), codec="libx265")


def mpeg4(folder: Path) -> Path:
    return write_clip(folder / "mpeg4.ts", moving(30))


def mjpeg(folder: Path) -> Path:
    return write_clip(folder / "mjpeg.avi", moving(30), codec="mjpeg")


def rotated(folder: Path) -> Path:
    """A camera mounted on its side that says so with its key pictures (ITU-T H.264 D.2.26)."""
    clip = write_h264(folder / "upright.ts", moving(30))
    with av.open(str(clip)) as source, av.open(str(folder / "rotated.ts"), "w") as out:
        picture = source.streams.video[0]
        turned = out.add_stream_from_template(picture)
        says = BitStreamFilterContext("h264_metadata=display_orientation=insert:rotate=90", in_stream=picture)
        for packet in source.demux(picture):
            for marked in says.filter(packet) if packet.dts is not None else ():
                marked.stream = turned
                out.mux(marked)
    return folder / "rotated.ts"


@pytest.mark.parametrize("clip", [several_slices, intra_refresh, h265, mpeg4, mjpeg])
def test_a_stream_of_any_form_goes_on_over_its_key_pictures_and_every_picture_is_whole(
    tmp_path: Path, clip: Callable[[Path], Path]
) -> None:
    sink = Sink()
    with SimulatedCamera(clip(tmp_path), repeats_sets=clip is several_slices) as camera:
        reader = Reader("c1", camera.address)
        reader.attach(sink)
        with reading(reader):
            assert sink.wait_for(3, "key")
        assert camera.connections == 1
    assert sink.told.count("begin") == 1
    assert sink.form is not None
    decoder = Decoder(sink.form)
    frames = [frame for packet in sink.packets for frame in decoder.decode(packet)]
    assert len(frames) >= len(sink.packets) - 2
    assert not any(frame.corrupt for frame in frames)


def test_every_picture_of_a_camera_mounted_on_its_side_is_turned_upright(tmp_path: Path) -> None:
    with SimulatedCamera(rotated(tmp_path)) as camera, open_video(camera.address) as video:
        sizes = [(frame.picture.width, frame.picture.height) for frame in itertools.islice(video, 25)]
    assert sizes == [(240, 320)] * 25


def test_a_camera_slower_than_a_stall_is_waited_for_as_its_rhythm_asks(tmp_path: Path) -> None:
    sink, rhythm = Sink(), StallLimit(stall_s=0.2)
    with SimulatedCamera(write_h264(tmp_path / "slow.ts", moving(10), fps=2), in_step=True) as camera:
        reader = Reader("c1", camera.address, retry_s=0.01, rhythm=rhythm)
        reader.attach(sink)
        with reading(reader):
            assert sink.wait_for(4, "packet")
    assert 1.0 < rhythm.limit_s <= 3.0


def test_a_stream_without_usable_times_is_dated_by_arrival_and_says_so(tmp_path: Path) -> None:
    sink = Sink()
    with SimulatedCamera(write_h264(tmp_path / "clip.ts", moving(20))) as camera:
        camera.clock = lambda _: 1.0
        reader = Reader("c1", camera.address)
        reader.attach(sink)
        with reading(reader):
            assert sink.wait_for(3, "key")
            assert reader.state().note == BY_ARRIVAL
    assert sink.told.count("begin") == 1
    apart = (sink.packets[-1].at - sink.packets[-10].at).total_seconds()
    assert apart == pytest.approx(sink.packets[-1].arrived - sink.packets[-10].arrived, abs=0.05)
    assert all(after.dts > before.dts for before, after in zip(sink.packets, sink.packets[1:], strict=False))


def test_a_sender_whose_clock_jumps_begins_a_new_run_and_no_time_comes_twice(tmp_path: Path) -> None:
    sink = Sink()
    with SimulatedCamera(write_h264(tmp_path / "clip.ts", moving(30))) as camera:
        camera.clock = lambda seconds: seconds + (5_000 if seconds > 0.75 else 0)
        reader = Reader("c1", camera.address)
        reader.attach(sink)
        with reading(reader):
            assert sink.wait_for(2, "begin")
            assert sink.wait_for(3, "key")
        assert camera.connections == 1
    times = [packet.at for packet in sink.packets]
    assert times == sorted(set(times))
    assert (times[-1] - times[0]).total_seconds() < SOON_S


@pytest.mark.parametrize("password", ["a#b/c?d@e:f%g", "100%", "pa ss"])
def test_a_password_may_stand_in_the_address_as_it_is(tmp_path: Path, password: str) -> None:
    with SimulatedCamera(write_h264(tmp_path / "clip.ts", moving(5)), account=("admin", password)) as camera:
        with open_source(camera.address.replace("//", f"//admin:{password}@")) as source:
            assert source.form.width == 320
        assert camera.refused == 0


def test_a_wrong_password_is_said_and_not_tried_again_and_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with SimulatedCamera(write_h264(tmp_path / "clip.ts", moving(5)), account=("admin", "right")) as camera:
        address = camera.address.replace("//", "//admin:wr/on@g@")
        reader = Reader("c1", address, retry_s=0.01, refused_s=0.2)
        with caplog.at_level(logging.INFO), reading(reader):
            assert reader.wait_for(Status.LOST, SOON_S)
            assert "refuses the user name or the password" in str(reader.state().error)
            assert "only after 0 s" in str(reader.state().error)
        assert camera.refused <= 2
        with pytest.raises(SourceRefused) as caught:
            open_source(address)
    said = caplog.text + str(caught.value) + reader.state().source
    assert not any(part in said for part in ("//wr", ":wr", "on@", "g@", "admin"))


def test_between_two_refusals_the_pause_grows_to_half_an_hour(tmp_path: Path) -> None:
    reader = Reader("c1", tmp_path / "none")
    pauses = [reader._pause_after(SourceRefused("no")) for _ in range(8)]
    assert pauses == [60, 120, 240, 480, 960, 1800, 1800, 1800]
    assert reader._pause_after(SourceLost("gone")) < 1


def test_a_camera_that_sends_nothing_is_not_waited_for_longer_and_a_quick_one_is_missed_soon() -> None:
    rhythm = StallLimit(stall_s=2.5)
    for _ in range(3):
        rhythm.begin()
        rhythm.stalled()
    assert rhythm.limit_s == 2.5
    rhythm.begin()
    rhythm.came(0.0)
    rhythm.stalled()
    assert rhythm.limit_s == 5.0
    rhythm.begin()
    for number in range(6):
        rhythm.came(number / 10)
    rhythm.stalled()
    assert rhythm.limit_s == 2.5
