"""A camera of the registry is read as one of the settings; changing it restarts no other stream."""

import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from pydantic import SecretStr

from mapserver.cameras import flow
from mapserver.core.services import Services
from mapserver.core.video_settings import VideoSettings
from mapserver.core.videos import named_twice, purpose_of, purposes, videos
from mapserver.video.worker import VideoDesk
from telemetry.access import Principal, Role
from tests.vision.clips import PERSON, Sees
from tests.vision.packets import camera_clip
from vision.cameras.values import CameraWish, NewCamera
from vision.feeds.reader import Status
from vision.simulator import SimulatedCamera

ADMIN = Principal("ilze", Role.ADMIN, None)


def wait_until(held: Callable[[], bool]) -> None:
    while not held():
        time.sleep(0.02)


def a_new(id: str, main: str | None = None, **more: object) -> NewCamera:
    told = {"id": id, "city": "dobele", "name": id, "lat": 56.62, "lon": 23.28, "azimuth_deg": 0, "hfov_deg": 60,
            "range_m": 50, "main": main, **more}  # fmt: skip
    return NewCamera.model_validate(told)


def added(parts: Services, camera: NewCamera) -> None:
    with parts.store.write() as work:
        flow.add(parts, work, camera, by=ADMIN)


def changed(parts: Services, camera_id: str, **said: object) -> None:
    with parts.store.write() as work:
        flow.change(parts, work, camera_id, CameraWish.model_validate(said), by=ADMIN)


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return camera_clip(tmp_path, seconds=2)


@pytest.fixture
def desk(parts: Services) -> Iterator[VideoDesk]:
    made = VideoDesk(parts, None, make_detector=partial(Sees, PERSON))
    made.start()
    yield made
    made.stop()


def runs(desk: VideoDesk, name: str) -> bool:
    return name in desk.states() and desk.states()[name].status is Status.RUNNING


def test_cameras_come_move_and_go_while_another_is_read_on(parts: Services, desk: VideoDesk, clip: Path) -> None:
    with SimulatedCamera(clip) as first, SimulatedCamera(clip) as second, SimulatedCamera(clip) as third:
        added(parts, a_new("C1", first.address))
        wait_until(lambda: runs(desk, "C1"))
        kept_on = desk.watched()["C1"]
        added(parts, a_new("C2", second.address))
        wait_until(lambda: runs(desk, "C2"))
        changed(parts, "C2", main=third.address)
        wait_until(lambda: third.connections == 1 and runs(desk, "C2"))
        changed(parts, "C2", lat=56.63, lon=23.29)
        changed(parts, "C2", name="Yard")
        changed(parts, "C2", retired=True)
        wait_until(lambda: "C2" not in desk.states())
        changed(parts, "C2", retired=False)
        wait_until(lambda: runs(desk, "C2"))
        with parts.store.write() as work:
            flow.remove(parts, work, "C2", by=ADMIN)
        wait_until(lambda: "C2" not in desk.states())
        assert desk.watched()["C1"] is kept_on
        assert first.connections == 1


def test_a_move_and_a_new_name_do_not_restart_its_own_stream(parts: Services, desk: VideoDesk, clip: Path) -> None:
    with SimulatedCamera(clip) as camera, SimulatedCamera(clip) as other:
        added(parts, a_new("C1", camera.address))
        wait_until(lambda: runs(desk, "C1"))
        changed(parts, "C1", lat=56.63, lon=23.29, name="Yard", maintainer="UAB Kameros")
        added(parts, a_new("C2", other.address))
        wait_until(lambda: runs(desk, "C2"))
        assert camera.connections == 1


def test_a_camera_that_begins_to_read_plates_starts_anew(parts: Services, desk: VideoDesk, clip: Path) -> None:
    with SimulatedCamera(clip) as camera:
        added(parts, a_new("C1", camera.address))
        wait_until(lambda: runs(desk, "C1"))
        changed(parts, "C1", reads_plates=True)
        wait_until(lambda: camera.connections == 2 and runs(desk, "C1"))


def test_the_registry_goes_before_the_settings_and_that_is_a_fault(parts: Services, clip: Path) -> None:
    parts.settings.videos = [
        VideoSettings(name="C1", source="rtsp://127.0.0.1:1/file", purpose="traffic"),
        VideoSettings(name="TWR-1", source="rtsp://127.0.0.1:1/tower", purpose="fair"),
    ]
    with SimulatedCamera(clip) as camera:
        added(parts, a_new("C1", camera.address, purpose="entrances"))
        with parts.store.read() as session:
            assert [one.name for one in videos(parts.settings, session)] == ["TWR-1", "C1"]
            assert named_twice(parts.settings, session) == ["C1"]
            known = purposes(parts.settings, session)
        assert [purpose_of(known, name) for name in ("C1", "TWR-1", "X")] == ["entrances", "fair", "public_safety"]
        desk = VideoDesk(parts, None, make_detector=partial(Sees, PERSON))
        desk.start()
        wait_until(lambda: runs(desk, "C1"))
        assert "streams C1" in [fault.part for fault in parts.faults.standing()]
        parts.settings.videos = []
        desk.take_up()
        wait_until(lambda: "streams C1" not in [fault.part for fault in parts.faults.standing()])
        desk.stop()
        assert camera.connections == 1


def test_an_address_that_cannot_be_read_is_a_fault_until_it_is_entered_anew(
    parts: Services, desk: VideoDesk, clip: Path
) -> None:
    with SimulatedCamera(clip) as camera:
        added(parts, a_new("C1", camera.address))
        wait_until(lambda: runs(desk, "C1"))
        parts.settings.secret_key = SecretStr("another key of at least 32 characters")
        desk.take_up()
        wait_until(lambda: "address C1" in [fault.part for fault in parts.faults.standing()])
        assert "C1" not in desk.states()
        changed(parts, "C1", main=camera.address)
        wait_until(lambda: runs(desk, "C1"))
        assert "address C1" not in [fault.part for fault in parts.faults.standing()]
