"""Clips: the right pictures, not one encoded again, and a manifest that can be checked."""

import hashlib
import io
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telemetry.cities import City
from telemetry.clock import iso
from telemetry.errors import BadInput, NotFound
from telemetry.scopes import DEMO
from telemetry.visibility import EVERYTHING, Visibility
from tests.builders import live
from tests.vision.clips import START
from tests.vision.packets import camera_clip
from tests.vision.recording.kept import CAMERA_FOLDER, feed, no_room, record
from vision.fmp4.codecs import units
from vision.recording.clips import PART_LENGTH, Piece, cut_clip
from vision.recording.recording import Recording
from vision.recording.storage_layout import CameraFolder


def after(seconds: float) -> str:
    return iso(START + timedelta(seconds=seconds))


@dataclass
class Clip:
    """What was cut."""

    pieces: list[bytes]
    manifest: dict[str, Any]


def cut(
    root: Path,
    begins: float,
    ends: float,
    *,
    visible: Visibility = EVERYTHING,
    part_length: timedelta = PART_LENGTH,
) -> Clip:
    pieces: list[bytes] = []

    def keep(content: bytes, _piece: Piece) -> str:
        pieces.append(content)
        return hashlib.sha256(content).hexdigest()

    times = START + timedelta(seconds=begins), START + timedelta(seconds=ends)
    return Clip(pieces, cut_clip(root, "DOB-C1", visible, *times, keep=keep, part_length=part_length))


def times(piece: bytes) -> list[float]:
    with av.open(io.BytesIO(piece), "r") as container:
        return [round(float(frame.time or 0), 3) for frame in container.decode(video=0)]


def encoded(content: bytes) -> list[bytes]:
    with av.open(io.BytesIO(content), "r") as container:
        return [bytes(packet) for packet in container.demux(video=0) if packet.size]


def test_a_clip_begins_with_the_key_frame_before_and_says_so(tmp_path: Path) -> None:
    record(tmp_path / "kept", camera_clip(tmp_path, seconds=10), START)
    clip = cut(tmp_path / "kept", 3.4, 6.2)
    assert clip.manifest["asked"] == {"from": after(3.4), "to": after(6.2)}
    assert clip.manifest["given"]["from"] == after(3.0)
    shown = times(clip.pieces[0])
    assert shown[0] == 0
    assert 3.2 <= shown[-1] <= 4.0
    assert clip.manifest["gaps"] == []


def test_no_picture_is_encoded_again(tmp_path: Path) -> None:
    packets = record(tmp_path / "kept", camera_clip(tmp_path, seconds=4), START)
    clip = cut(tmp_path / "kept", 0, 4)
    for sent, got in zip(packets, encoded(clip.pieces[0]), strict=True):
        *_, picture = units(sent.data)
        assert got.endswith(picture)


def test_the_manifest_proves_every_file_and_what_it_was_made_of(tmp_path: Path) -> None:
    root = tmp_path / "kept"
    record(root, camera_clip(tmp_path, seconds=4), START)
    clip = cut(root, 1, 3)
    (file,) = clip.manifest["files"]
    assert file["sha256"] == hashlib.sha256(clip.pieces[0]).hexdigest()
    (made_of,) = file["recordings"]
    assert made_of["bytes"] > 0
    recorded = (root / made_of["file"]).read_bytes()
    at = [i for i in range(0, len(recorded)) if recorded.startswith(b"moof", i + 4)]
    digests = {hashlib.sha256(recorded[begin : begin + made_of["bytes"]]).hexdigest() for begin in at}
    assert made_of["sha256"] in digests
    assert clip.manifest["simulated"] is False


def test_a_gap_stands_still_in_the_clip_and_is_in_the_manifest(tmp_path: Path) -> None:
    recording = Recording(tmp_path / "kept", lambda: CAMERA_FOLDER, make_room=no_room)
    source = camera_clip(tmp_path)
    feed(recording, source, START)
    feed(recording, source, START + timedelta(seconds=8))
    clip = cut(tmp_path / "kept", 0, 13)
    assert clip.manifest["gaps"] == [{"from": after(3), "to": after(8)}, {"from": after(11), "to": after(13)}]
    (piece,) = clip.pieces
    shown = times(piece)
    assert (shown[29], shown[30]) == (2.9, 8.0)


def test_what_cannot_be_one_file_comes_as_several(tmp_path: Path) -> None:
    recording = Recording(tmp_path / "kept", lambda: CAMERA_FOLDER, make_room=no_room)
    feed(recording, camera_clip(tmp_path), START)
    feed(recording, camera_clip(tmp_path, codec="libx265"), START + timedelta(seconds=3))
    clip = cut(tmp_path / "kept", 0, 6)
    assert [len(times(piece)) for piece in clip.pieces] == [30, 30]
    assert len({file["sha256"] for file in clip.manifest["files"]}) == 2


def test_a_long_clip_comes_in_parts_each_from_a_key_frame_on_and_no_picture_in_two_or_in_none(tmp_path: Path) -> None:
    packets = record(tmp_path / "kept", camera_clip(tmp_path, seconds=10), START)
    clip = cut(tmp_path / "kept", 0, 10, part_length=timedelta(seconds=2.5))
    assert [len(encoded(piece)) for piece in clip.pieces] == [20, 30, 20, 30]
    for sent, got in zip(packets, [one for piece in clip.pieces for one in encoded(piece)], strict=True):
        *_, picture = units(sent.data)
        assert got.endswith(picture)
    assert [file["from"] for file in clip.manifest["files"]] == [after(0), after(2), after(5), after(7)]
    assert clip.manifest["gaps"] == []


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten seconds of which one is lost, a gap of four, and six more."""
    folder = tmp_path_factory.mktemp("broken")
    recording = Recording(folder / "kept", lambda: CAMERA_FOLDER, make_room=no_room)
    feed(recording, camera_clip(folder, seconds=10), START, lost=range(23, 33))
    feed(recording, camera_clip(folder, seconds=6), START + timedelta(seconds=14))
    return folder / "kept"


@settings(max_examples=15)
@given(begins=st.floats(0, 13), lasts=st.floats(4.1, 12), part_s=st.floats(0.3, 5))
def test_parts_together_hold_the_pictures_of_the_clip_in_one(
    broken: Path, begins: float, lasts: float, part_s: float
) -> None:
    whole = [one for piece in cut(broken, begins, begins + lasts).pieces for one in encoded(piece)]
    parts = cut(broken, begins, begins + lasts, part_length=timedelta(seconds=part_s))
    assert [one for piece in parts.pieces for one in encoded(piece)] == whole


def test_stand_in_footage_is_called_simulated(tmp_path: Path) -> None:
    camera_folder = CameraFolder(City("dobele"), "traffic", "DOB-C1", scope=DEMO)
    record(tmp_path / "kept", camera_clip(tmp_path), START, camera_folder=camera_folder)
    assert cut(tmp_path / "kept", 0, 2).manifest["simulated"] is True


def test_footage_of_another_town_is_not_there(tmp_path: Path) -> None:
    record(tmp_path / "kept", camera_clip(tmp_path), START)
    with pytest.raises(NotFound, match="nothing of DOB-C1 was kept"):
        cut(tmp_path / "kept", 0, 2, visible=live(City("siauliai")))


@pytest.mark.parametrize(("begins", "ends", "words"), [(2, 2, "exchange"), (0, 86_401, "at most 24 hours")])
def test_a_range_that_is_none_is_refused(tmp_path: Path, begins: float, ends: float, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        cut(tmp_path, begins, ends)


def test_the_sound_that_a_camera_sends_is_kept_nowhere(tmp_path: Path) -> None:
    with av.open(str(camera_clip(tmp_path))) as silent, av.open(str(tmp_path / "loud.ts"), "w") as loud:
        picture = loud.add_stream_from_template(silent.streams.video[0])
        sound = loud.add_stream("aac", rate=48_000)
        for packet in silent.demux(video=0):
            if packet.dts is not None:
                packet.stream = picture
                loud.mux(packet)
        for number in range(140):
            samples = av.AudioFrame.from_ndarray(np.full((1, 1024), 0.1, np.float32), format="fltp", layout="mono")
            samples.sample_rate, samples.pts = 48_000, 1024 * number
            loud.mux(sound.encode(samples))
        loud.mux(sound.encode(None))
    with av.open(str(tmp_path / "loud.ts")) as sent:
        assert {stream.type for stream in sent.streams} == {"video", "audio"}
    record(tmp_path / "kept", tmp_path / "loud.ts", START)
    (piece,) = cut(tmp_path / "kept", 0, 3).pieces
    with av.open(io.BytesIO(piece)) as clip:
        assert [stream.type for stream in clip.streams] == ["video"]
    (recorded,) = (tmp_path / "kept").rglob("*.mp4")
    with av.open(str(recorded)) as file:
        assert [stream.type for stream in file.streams] == ["video"]
