"""Pictures told by either autopilot, each counted once."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from telemetry.logs.photos import photos_in
from telemetry.logs.tlog import read_tlog
from telemetry.positions import Position
from telemetry.simulator.autopilot import Autopilot
from telemetry.simulator.flavour import ARDUCOPTER, PX4, Flavour
from telemetry.vehicles.kinematics import Multirotor
from tests.telemetry.vehicles.links import HOME, short_mission

START = datetime(2027, 6, 1, 10, tzinfo=UTC)


def logged(*frames: bytes, seconds: float = 0.0, at: datetime = START) -> bytes:
    stamp = round((at.timestamp() + seconds) * 1e6).to_bytes(8, "big")
    return b"".join(stamp + frame for frame in frames)


def captured(number: int, result: int = 1) -> bytes:
    mav: Any = mavlink.MAVLink(None, 1, 100)
    at = (round(56.62 * 1e7), round(23.28 * 1e7), 90_000, 30_000)
    message = mavlink.MAVLink_camera_image_captured_message(0, 0, 1, *at, [1, 0, 0, 0], number, result, b"")
    packed: bytes = message.pack(mav)
    return packed


@pytest.mark.parametrize(("flavour", "told_by"), [(PX4, "CAMERA_IMAGE_CAPTURED"), (ARDUCOPTER, "CAMERA_FEEDBACK")])
def test_a_flights_pictures_are_counted_as_its_autopilot_tells_them(flavour: Flavour, told_by: str) -> None:
    pilot = Autopilot(Multirotor(HOME), flavour)
    pilot.model.load(short_mission())
    pilot.model.arm()
    pilot.model.fly_mission()
    frames = [frame for tick in range(1, 1200) for frame in pilot.tick(0.1, tick * 0.1)]
    photos = photos_in(read_tlog(logged(*frames)), since=START)
    assert photos is not None
    assert (photos.told_by, len(photos.places)) == (told_by, pilot.model.photos)
    assert photos.places[:, 2].min() == pytest.approx(20, abs=1)
    assert photos.places[-1, 0] > Position(lat=HOME.lat, lon=HOME.lon).lat + 0.0005


def test_a_picture_told_twice_counts_once_and_a_failed_or_earlier_one_not_at_all() -> None:
    data = logged(captured(0), seconds=-5) + logged(captured(1), captured(1), captured(2, result=0), captured(3))
    photos = photos_in(read_tlog(data), since=START)
    assert photos is not None
    assert photos.places.tolist() == [[56.62, 23.28, 30.0]] * 2


def test_a_log_without_a_word_of_pictures_tells_of_none() -> None:
    mav: Any = mavlink.MAVLink(None, 1, 1)
    beat: bytes = mavlink.MAVLink_heartbeat_message(2, 12, 0, 0, 3, 3).pack(mav)
    assert photos_in(read_tlog(logged(beat)), since=START) is None
