"""The recording desk: every camera on one thread, order on the disk, and clocks that are set meanwhile."""

import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from telemetry.cities import City
from telemetry.clock import ManualClock
from telemetry.supervision import Supervisor
from telemetry.visibility import EVERYTHING
from tests.builders import live
from tests.telemetry.supervision.test_thread_worker import Told
from tests.vision.clips import START
from tests.vision.packets import camera_clip
from tests.vision.recording.kept import CAMERA_FOLDER, record
from vision.feeds.capture_time import SteadyTime
from vision.feeds.reader import Reader, Status
from vision.recording.expiry import Hold
from vision.recording.files import read_parts
from vision.recording.recording_worker import DiskSpace, RecordingWorker, free_bytes
from vision.recording.spans import gaps, spans
from vision.recording.storage_layout import CameraFolder, kept
from vision.simulator import SimulatedCamera

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SOON_S = 20.0


def desk_of(
    root: Path,
    *,
    room: DiskSpace | None = None,
    holds: Callable[[], list[Hold]] = list,
    clock: ManualClock | None = None,
    free: Callable[[Path], int] = free_bytes,
) -> RecordingWorker:
    return RecordingWorker(
        root,
        room=room or DiskSpace(0),
        keep_for=lambda camera_folder: DAY,
        holds=holds,
        due_by=(clock or ManualClock(START)).now,
        free=free,
    )


@contextmanager
def open_for_work(desk: RecordingWorker) -> Iterator[RecordingWorker]:
    desk.start()
    try:
        yield desk
    finally:
        desk.stop()


def three_hours(root: Path, clip: Path) -> None:
    for hour in range(3):
        record(root, clip, START + hour * HOUR)


def hours_left(root: Path) -> list[int]:
    return [(file.begins - START) // HOUR for file in kept(root)]


def test_two_cameras_of_two_towns_are_kept_apart(tmp_path: Path) -> None:
    root, clip = tmp_path / "kept", camera_clip(tmp_path)
    with open_for_work(desk_of(root)) as desk:
        ends, readers = [], []
        for city, name in ((City("dobele"), "D1"), (City("siauliai"), "S1")):
            reader = Reader(name, clip)
            ends.append(desk.record(reader, lambda city=city, name=name: CameraFolder(city, "traffic", name)))  # type: ignore[misc]
            readers.append(reader)
            reader.start()
        assert all(reader.wait_for(Status.ENDED, SOON_S) for reader in readers)
        for end in ends:
            end()
        assert desk.states() == {}
    assert [
        (file.camera_folder.city, file.camera_folder.camera_id) for file in kept(root, visible=live(City("dobele")))
    ] == [("dobele", "D1")]
    assert {file.camera_folder.camera_id for file in kept(root)} == {"D1", "S1"}
    for file in kept(root):
        parts = read_parts(file.path, file.begins)
        assert int(parts["lasts"].sum()) == pytest.approx(3_000_000, abs=1_000)


@pytest.mark.parametrize("step", [HOUR, -HOUR])
def test_a_clock_set_by_an_hour_neither_stalls_nor_overlaps(tmp_path: Path, step: timedelta) -> None:
    root, wall = tmp_path / "kept", _Wall()
    with SimulatedCamera(camera_clip(tmp_path)) as camera, open_for_work(desk_of(root)) as desk:
        reader = Reader(CAMERA_FOLDER.camera_id, camera.address, retry_s=0.05, steady=SteadyTime(wall))
        end, heard = desk.record(reader, lambda: CAMERA_FOLDER), _Count()
        reader.attach(heard)
        reader.start()
        assert heard.wait_for(15)
        wall.offset = step
        assert heard.wait_for(15 + 15)
        assert reader.state().status is Status.RUNNING
        assert heard.runs == 1
        end()
        reader.stop()
    parts = [part for file in kept(root) for part in read_parts(file.path, file.begins)]
    assert all(int(before["at"] + before["lasts"]) <= int(after["at"]) for before, after in pairwise(parts))
    assert sum(int(part["lasts"]) for part in parts) >= 2_800_000


def test_what_is_past_its_time_goes_but_not_what_is_held(tmp_path: Path) -> None:
    root = tmp_path / "kept"
    three_hours(root, camera_clip(tmp_path, seconds=1))
    hold = Hold("DOB-C1", START, START + timedelta(minutes=5))
    desk = desk_of(root, holds=lambda: [hold], clock=ManualClock(START + DAY + timedelta(hours=2, minutes=10)))
    assert desk.tidy() == 1
    assert hours_left(root) == [0, 2]


def test_a_disk_that_fills_up_loses_the_oldest_that_is_not_held(tmp_path: Path) -> None:
    root = tmp_path / "kept"
    three_hours(root, camera_clip(tmp_path, seconds=1))
    size = sum(file.path.stat().st_size for file in kept(root)) // 3
    hold = Hold("DOB-C1", START, START + timedelta(minutes=5))
    desk = desk_of(root, room=DiskSpace(reserve=size), holds=lambda: [hold], free=lambda folder: size // 2)
    assert desk.tidy() == 1
    assert hours_left(root) == [0, 2]


def test_recordings_take_no_more_than_they_may(tmp_path: Path) -> None:
    root = tmp_path / "kept"
    three_hours(root, camera_clip(tmp_path, seconds=1))
    size = sum(file.path.stat().st_size for file in kept(root)) // 3
    assert desk_of(root, room=DiskSpace(0, most=2 * size)).tidy() == 2
    assert hours_left(root) == [2]


def test_what_a_crash_left_is_mended_at_the_start(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    root = tmp_path / "kept"
    record(root, camera_clip(tmp_path), START)
    (file,) = kept(root)
    whole = file.path.read_bytes()
    file.path.write_bytes(whole[:-100])
    with open_for_work(desk_of(root)):
        parts = read_parts(file.path, file.begins)
    assert file.path.stat().st_size == int(parts[-1]["begin"] + parts[-1]["size"]) < len(whole) - 100
    assert "never finished" in caplog.text


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real disk of one megabyte."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root can mount a disk")
    words = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if subprocess.run(words, capture_output=True, check=False).returncode:
        pytest.skip("no disk can be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_real_disk_that_is_full_keeps_the_newest_and_what_is_held(tmp_path: Path, small_disk: Path) -> None:
    root, clip = small_disk / "kept", camera_clip(tmp_path)
    three_hours(root, clip)
    hold = Hold("DOB-C1", START, START + timedelta(minutes=5))
    used = sum(file.path.stat().st_size for file in kept(root))
    (small_disk / "other").write_bytes(bytes(free_bytes(small_disk) - used // 6))
    with open_for_work(desk_of(root, holds=lambda: [hold])) as desk:
        reader = Reader(CAMERA_FOLDER.camera_id, clip, steady=SteadyTime(ManualClock(START + 5 * HOUR)))
        end = desk.record(reader, lambda: CAMERA_FOLDER)
        reader.start()
        assert reader.wait_for(Status.ENDED, SOON_S)
        end()
    assert hours_left(root) == [0, 2, 5]
    newest = START + 5 * HOUR
    assert gaps(spans(root, CAMERA_FOLDER.camera_id, EVERYTHING, newest, newest + timedelta(seconds=3)), newest,
                newest + timedelta(seconds=3)) == []  # fmt: skip


class _Wall:
    """A wall clock that a test sets."""

    def __init__(self) -> None:
        self.offset = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset


class _Count:
    """Counts packets and runs."""

    def __init__(self) -> None:
        self.packets = self.runs = 0
        self._changed = threading.Condition()

    def begin(self, form: object) -> None:
        self.runs += 1

    def take(self, packet: object) -> None:
        with self._changed:
            self.packets += 1
            self._changed.notify_all()

    def lost(self) -> None:
        """Nothing to count."""

    def wait_for(self, count: int) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: self.packets >= count, SOON_S)


def test_recording_that_fails_unexpectedly_goes_on_and_is_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail_once(_worker: RecordingWorker) -> None:
        monkeypatch.undo()
        raise RuntimeError("no luck")

    monkeypatch.setattr(RecordingWorker, "_write_all", fail_once)
    told = Told()
    desk = RecordingWorker(
        tmp_path / "kept",
        room=DiskSpace(0),
        keep_for=lambda _: DAY,
        holds=list,
        due_by=ManualClock(START).now,
        supervisor=Supervisor(told),
    )
    reader = Reader("D1", camera_clip(tmp_path))
    with open_for_work(desk):
        assert told.next() == "recordings failed: no luck"
        assert told.next() == "recordings recovered"
        end = desk.record(reader, lambda: CameraFolder(City("dobele"), "traffic", "D1"))
        reader.start()
        assert reader.wait_for(Status.ENDED, SOON_S)
        end()
        reader.stop()
    assert len(kept(desk.root)) == 1
