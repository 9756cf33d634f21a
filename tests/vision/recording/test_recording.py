"""What is recorded, when, and where the gaps are."""

import errno
import hashlib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import av
import pytest

from telemetry.cities import City
from telemetry.scopes import DEMO
from telemetry.visibility import EVERYTHING
from tests.builders import live
from tests.vision.clips import START, moving, write_h264
from tests.vision.packets import camera_clip, damaged, read_as_from_camera
from tests.vision.recording.kept import CAMERA_FOLDER, feed, no_room, record
from vision.feeds.packet_queue import StreamMark
from vision.recording import recording as module
from vision.recording.files import RecordingFile, index_of, read_parts
from vision.recording.recording import Recording
from vision.recording.spans import gaps, spans
from vision.recording.storage_layout import CameraFolder, kept

MINUTE = timedelta(minutes=1)


def frames_of(path: Path) -> int:
    with av.open(str(path)) as container:
        return len(list(container.decode(video=0)))


@pytest.mark.parametrize("codec", ["libx264", "libx265"])
def test_every_picture_is_kept_as_it_came_and_plays(tmp_path: Path, codec: str) -> None:
    packets = record(tmp_path / "kept", camera_clip(tmp_path, seconds=5, codec=codec), START)
    (file,) = kept(tmp_path / "kept")
    assert (file.camera_folder, file.begins) == (CAMERA_FOLDER, START)
    assert frames_of(file.path) == len(packets) == 50
    parts = read_parts(file.path, file.begins)
    assert parts["lasts"].max() <= 1_000_000
    assert parts["key"].sum() == 5
    assert spans(tmp_path / "kept", "DOB-C1", EVERYTHING, START - MINUTE, START + MINUTE)[0].ends == packets[
        -1
    ].at + timedelta(seconds=0.1)


def test_a_new_hour_is_a_new_file_and_no_gap(tmp_path: Path) -> None:
    begins = START.replace(minute=59, second=57)
    record(tmp_path / "kept", camera_clip(tmp_path, seconds=6), begins)
    files = kept(tmp_path / "kept")
    assert [file.begins.hour for file in files] == [12, 13]
    assert sum(frames_of(file.path) for file in files) == 60
    there = spans(tmp_path / "kept", "DOB-C1", EVERYTHING, begins, begins + timedelta(seconds=6))
    assert len(there) == 1
    assert gaps(there, begins, begins + timedelta(seconds=6)) == []


def test_a_reconnection_begins_a_file_and_leaves_its_gap(tmp_path: Path) -> None:
    clip = camera_clip(tmp_path)
    recording = Recording(tmp_path / "kept", lambda: CAMERA_FOLDER, make_room=no_room)
    feed(recording, clip, START)
    feed(recording, clip, START + timedelta(seconds=5))
    there = spans(tmp_path / "kept", "DOB-C1", EVERYTHING, START, START + timedelta(seconds=8))
    (gap,) = gaps(there, START, START + timedelta(seconds=8))
    assert (gap.begins - START, gap.ends - START) == (timedelta(seconds=3), timedelta(seconds=5))


def test_a_camera_that_sends_a_picture_in_three_seconds_is_recorded_without_a_gap(tmp_path: Path) -> None:
    form, packets = read_as_from_camera(write_h264(tmp_path / "slow.ts", moving(20), fps=10), START)
    recording = Recording(tmp_path / "kept", lambda: CAMERA_FOLDER, make_room=no_room)
    recording.hear(form)
    for number, packet in enumerate(packets):
        recording.hear(replace(packet, at=START + timedelta(seconds=3 * number)))
    recording.close()
    there = spans(tmp_path / "kept", "DOB-C1", EVERYTHING, START, START + timedelta(seconds=57))
    found = gaps(there, START, START + timedelta(seconds=57))
    assert [gap.begins < START + timedelta(seconds=3) for gap in found] == [True]  # before its rhythm is known


def test_another_codec_begins_a_file(tmp_path: Path) -> None:
    recording = Recording(tmp_path / "kept", lambda: CAMERA_FOLDER, make_room=no_room)
    feed(recording, camera_clip(tmp_path), START)
    feed(recording, camera_clip(tmp_path, codec="libx265"), START + timedelta(seconds=3))
    assert [frames_of(file.path) for file in kept(tmp_path / "kept")] == [30, 30]


def test_packets_that_were_dropped_leave_a_gap_within_the_file(tmp_path: Path) -> None:
    recording = Recording(tmp_path / "kept", lambda: CAMERA_FOLDER, make_room=no_room)
    feed(recording, camera_clip(tmp_path, seconds=6), START, lost=range(14, 40))
    assert len(kept(tmp_path / "kept")) == 1
    there = spans(tmp_path / "kept", "DOB-C1", EVERYTHING, START, START + timedelta(seconds=6))
    (gap,) = gaps(there, START, START + timedelta(seconds=6))
    assert (gap.ends - gap.begins).total_seconds() == pytest.approx(2.6, abs=0.01)


def test_what_a_camera_repeats_of_a_recorded_time_is_not_recorded_twice(tmp_path: Path) -> None:
    clip = camera_clip(tmp_path)
    recording = Recording(tmp_path / "kept", lambda: CAMERA_FOLDER, make_room=no_room)
    feed(recording, clip, START)
    feed(recording, clip, START + timedelta(seconds=1))
    parts = [part for file in kept(tmp_path / "kept") for part in read_parts(file.path, file.begins)]
    ends = [int(part["at"] + part["lasts"]) for part in parts]
    assert all(int(part["at"]) >= before for part, before in zip(parts[1:], ends, strict=False))
    assert sum(frames_of(file.path) for file in kept(tmp_path / "kept")) == 40


def test_damaged_pictures_are_recorded_too(tmp_path: Path) -> None:
    form, packets = read_as_from_camera(camera_clip(tmp_path), START)
    recording = Recording(tmp_path / "kept", lambda: CAMERA_FOLDER, make_room=no_room)
    recording.hear(form)
    for packet in damaged(packets):
        recording.hear(packet)
    recording.hear(StreamMark.LOST)
    assert frames_of(kept(tmp_path / "kept")[0].path) == 30


def test_a_full_disk_makes_room_once_and_else_costs_only_the_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    asked = []

    class FullDisk(RecordingFile):
        def append(self, fragment: bytes, *, decoded_at: int, lasts: int, key: bool) -> None:
            if 90_000 <= decoded_at < 270_000:
                raise OSError(errno.ENOSPC, "No space left on device")
            super().append(fragment, decoded_at=decoded_at, lasts=lasts, key=key)

    def make_room() -> bool:
        asked.append(1)
        return False

    monkeypatch.setattr(module, "RecordingFile", FullDisk)
    recording = Recording(tmp_path / "kept", lambda: CAMERA_FOLDER, make_room=make_room)
    feed(recording, camera_clip(tmp_path, seconds=5), START)
    state = recording.state()
    assert (len(asked), state.lost_parts, state.error) == (4, 4, None)
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    there = spans(tmp_path / "kept", "DOB-C1", EVERYTHING, START, START + timedelta(seconds=5))
    assert [(s.ends - s.begins).total_seconds() for s in there] == [1.0, 2.0]


def test_what_mp4_cannot_hold_is_said(tmp_path: Path) -> None:
    form, packets = read_as_from_camera(camera_clip(tmp_path), START)
    recording = Recording(tmp_path / "kept", lambda: CAMERA_FOLDER, make_room=no_room)
    recording.hear(type(form)(**{**form.__dict__, "init": b"", "codec": "vp6f"}))
    recording.hear(packets[0])
    assert "vp6f cannot be kept in MP4" in str(recording.state().error)


@pytest.mark.parametrize("name", ["../../etc", "a/b", "..", "Švėkšna 1"])
def test_a_cameras_name_never_leaves_the_folder(tmp_path: Path, name: str) -> None:
    root, camera_folder = tmp_path / "kept", CameraFolder(City("siauliai"), "traffic", name, scope=DEMO)
    record(root, camera_clip(tmp_path, seconds=1), START, camera_folder=camera_folder)
    (file,) = kept(root, camera_id=name)
    assert file.camera_folder == camera_folder
    assert file.path.resolve().is_relative_to(root.resolve())
    assert index_of(file.path).is_file()
    assert kept(root, camera_id="another") == kept(root, visible=live(City("dobele"))) == []


def test_the_same_pictures_give_the_same_file(tmp_path: Path) -> None:
    clip = camera_clip(tmp_path)
    digests = set()
    for name in ("one", "two"):
        record(tmp_path / name, clip, START)
        digests.add(hashlib.sha256(kept(tmp_path / name)[0].path.read_bytes()).hexdigest())
    assert len(digests) == 1
