"""Opening videos: what is given, and what is said of those that are broken."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import av
import numpy as np
import pytest

from telemetry.errors import BadMedia, SourceLost
from tests.vision.clips import HEIGHT, START, WIDTH, moving, write_clip
from vision.feeds.address import display_name
from vision.frames.decoder import Frame, open_video

CASES = Path(__file__).parents[4] / "shared/samples/cases/video"


def read(path: Path) -> tuple[list[Frame], str | None]:
    with open_video(path) as video:
        return list(video), None if video.fault is None else str(video.fault)


def test_a_whole_clip_gives_every_frame_with_its_time(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mp4", moving(20))
    with open_video(clip, started_at=START) as video:
        frames = list(video)
    assert [frame.index for frame in frames] == list(range(20))
    assert frames[-1].at == START + timedelta(seconds=1.9)
    assert frames[-1].seconds == pytest.approx(1.9)
    assert video.expected_frames == 20
    assert video.fault is None


def test_the_brightness_picture_is_the_small_grey_form_of_the_image(tmp_path: Path) -> None:
    frame = read(write_clip(tmp_path / "clip.mp4", moving(1)))[0][0]
    assert frame.image.shape == (HEIGHT, WIDTH, 3)
    assert frame.luma.shape == (HEIGHT // 2, WIDTH // 2)
    block, ground = frame.luma[55:65, 5:15].mean(), frame.luma[:, 100:].mean()
    assert block - ground > 80


def test_a_format_whose_plane_is_not_eight_bit_gives_the_same_brightness() -> None:
    image = moving(1)[0]
    plain, deep = (
        Frame(0, START, 0.0, False, av.VideoFrame.from_ndarray(image, format="bgr24").reformat(format=name))
        for name in ("yuvj420p", "rgb48le")
    )
    assert np.abs(plain.luma.astype(int) - deep.luma).max() <= 12


def test_a_clip_cut_in_the_middle_gives_its_intact_frames_and_then_says_so(tmp_path: Path) -> None:
    whole = write_clip(tmp_path / "whole.mp4", moving(60), options={"movflags": "faststart"}).read_bytes()
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(whole[: len(whole) * 6 // 10])
    frames, fault = read(cut)
    assert 10 < len(frames) < 60
    assert fault is not None
    assert "cut.mp4" in fault
    assert f"{len(frames)} of 60" in fault or "to its end" in fault or "decoded" in fault


def test_a_damaged_clip_gives_what_can_be_decoded(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.ts", moving(60))
    content = bytearray(clip.read_bytes())
    rng = np.random.default_rng(7)
    for place in rng.integers(len(content) // 5, len(content), 60):
        content[place] ^= 0xFF
    clip.write_bytes(content)
    frames, _ = read(clip)
    assert len(frames) > 30


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("nowhere.mp4", "there is no such file"),
        ("folder", "is a folder"),
        ("empty.mp4", "the file is empty"),
        ("text.mp4", "is not a video that can be read"),
        ("unfinished.mp4", "an MP4 cut off before its index was written"),
        ("sound.wav", "there is no picture in it, only audio"),
        ("hollow.avi", "no frame in it can be decoded"),
    ],
)
def test_what_is_no_video_is_refused_with_its_name_and_the_reason(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty.mp4").touch()
    (tmp_path / "text.mp4").write_text("not a video at all\n" * 50)
    whole = write_clip(tmp_path / "whole.mp4", moving(10)).read_bytes()
    (tmp_path / "unfinished.mp4").write_bytes(whole[: whole.index(b"moov") - 4])
    with av.open(str(tmp_path / "sound.wav"), "w") as container:
        sound = container.add_stream("pcm_s16le", rate=8000, layout="mono")
        samples = av.AudioFrame.from_ndarray(np.zeros((1, 800), np.int16), layout="mono")
        samples.sample_rate = 8000
        container.mux(sound.encode(samples))
    avi = write_clip(tmp_path / "whole.avi", moving(10)).read_bytes()
    (tmp_path / "hollow.avi").write_bytes(avi[: avi.index(b"movi") + 4])
    with pytest.raises(BadMedia, match=reason) as caught:
        read(tmp_path / name)
    assert name in caught.value.message


def test_an_address_of_another_kind_is_refused() -> None:
    with pytest.raises(BadMedia, match=r"ftp:// is not a stream; use a file, or one of http"):
        open_video("ftp://camera/clip.mp4")


def test_a_stream_that_does_not_answer_is_lost_and_its_password_is_not_told(free_port: int) -> None:
    with pytest.raises(SourceLost, match="cannot be opened") as caught:
        open_video(f"http://admin:secret@127.0.0.1:{free_port}/stream?key=hidden")
    assert "secret" not in caught.value.message
    assert "hidden" not in caught.value.message


def test_a_playlist_file_reaches_no_network(tmp_path: Path, free_port: int) -> None:
    playlist = tmp_path / "list.m3u8"
    playlist.write_text(
        f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://127.0.0.1:{free_port}/a.ts\n#EXT-X-ENDLIST\n"
    )
    with pytest.raises(BadMedia, match=r"list\.m3u8"):
        read(playlist)


def test_an_address_is_shown_without_user_and_password() -> None:
    assert display_name("rtsp://u:p@camera.local:554/main?token=1") == "rtsp://camera.local:554/main"


def test_a_file_without_a_time_of_its_own_starts_when_it_was_last_written(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.avi", moving(3))
    frames, _ = read(clip)
    assert frames[0].at == datetime.fromtimestamp(clip.stat().st_mtime, UTC)


def test_a_video_that_a_phone_held_upright_took_is_turned_upright(tmp_path: Path) -> None:
    lying = [np.ascontiguousarray(np.rot90(image, -1)) for image in moving(5)]
    with open_video(write_clip(tmp_path / "phone.mp4", lying, rotation=90)) as video:
        assert video.aspect == pytest.approx(WIDTH / HEIGHT)
        frames = list(video)
    assert all(frame.image.shape == (HEIGHT, WIDTH, 3) for frame in frames)
    block, ground = frames[0].luma[55:65, 5:15].mean(), frames[0].luma[:, 100:].mean()
    assert block - ground > 80
    assert [frame.seconds for frame in frames] == pytest.approx([0, 0.1, 0.2, 0.3, 0.4], abs=1e-3)


def test_a_clock_that_jumps_within_a_file_does_not_cut_it_short(tmp_path: Path) -> None:
    first, second = (write_clip(tmp_path / name, moving(20)).read_bytes() for name in ("a.ts", "b.ts"))
    (tmp_path / "a.ts").write_bytes(first + _later(tmp_path, 5_000) + second)
    frames, fault = read(tmp_path / "a.ts")
    assert len(frames) > 50
    assert sum(frame.corrupt for frame in frames) <= 4  # those at the two joints, where the sender counts anew
    assert "cut short" not in (fault or "")


def _later(folder: Path, seconds: int) -> bytes:
    """The same clip, as if its sender's clock were so far ahead."""
    path = folder / "later.ts"
    write_clip(path, moving(20), options={"output_ts_offset": str(seconds)})
    return path.read_bytes()


@pytest.mark.skipif(not CASES.is_dir(), reason="the samples are not beside the clone")
@pytest.mark.parametrize(
    ("name", "count", "shape"),
    [("haar1.avi", 500, (240, 320)), ("disc.ts", 120, (576, 768)), ("phone_portrait.mp4", 200, (768, 576)[::-1])],
)
def test_videos_of_others_give_every_picture_whole_and_upright(name: str, count: int, shape: tuple[int, int]) -> None:
    frames, fault = read(CASES / name)
    assert len(frames) == count
    assert frames[0].image.shape[:2] == shape
    assert sum(frame.corrupt for frame in frames) <= 2
    assert "cut short" not in (fault or "")
