"""A drone's log beside its video."""

import math
from dataclasses import replace
from datetime import timedelta

import pytest

from telemetry.clock import from_epoch
from telemetry.errors import BadInput
from telemetry.logs.files import load_log
from telemetry.positions import LocalFrame
from tests.telemetry.logs.samples import sample
from tests.vision.ground.truth import FRAME, LAT, LON, flown_north, in_picture
from vision.detection.detector import Box
from vision.ground.lens import Lens
from vision.ground.pose import Pose
from vision.ground.recorded import RecordedFlight, RecordedWishes

ASPECT = 16 / 9
WIDE = RecordedWishes(hfov_deg=70)


def box_round(x: float, y: float, *, foot: bool) -> Box:
    """A small box that stands on the point, or lies round it."""
    return Box(x - 0.01, y - (0.04 if foot else 0.02), x + 0.01, y if foot else y + 0.02)


@pytest.mark.parametrize("pitch", [-90.0, -45.0])
def test_a_thing_is_placed_where_it_is_at_the_moment_it_is_seen(pitch: float) -> None:
    flight = RecordedFlight(flown_north(heading_deg=0.0, gimbal_pitch_deg=pitch), WIDE)
    camera = Pose(*FRAME.to_degrees(0, 20), 60, 0, pitch)
    ahead = 60 / math.tan(math.radians(-pitch)) if pitch > -90 else 0
    thing = FRAME.to_degrees(7, 20 + ahead + 3)
    at = in_picture(camera, Lens(hfov_deg=70), *thing)
    assert at is not None
    place = flight.place(4.2, box_round(*at, foot=pitch > -60), ASPECT)
    assert place is not None
    assert LocalFrame(*thing).to_metres(place.lat, place.lon) == pytest.approx((0, 0), abs=0.3)
    assert place.ellipse is not None


def test_a_log_without_heading_takes_the_course_and_says_it_knows_less() -> None:
    told = RecordedFlight(flown_north(heading_deg=0.0, gimbal_pitch_deg=-45.0), WIDE).place(
        5, Box(0.4, 0.4, 0.6, 0.5), 1.8
    )
    guessed = RecordedFlight(flown_north(gimbal_pitch_deg=-45.0), WIDE).place(5, Box(0.4, 0.4, 0.6, 0.5), 1.8)
    assert told is not None
    assert guessed is not None
    assert LocalFrame(told.lat, told.lon).to_metres(guessed.lat, guessed.lon) == pytest.approx((0, 0), abs=3)
    assert guessed.accuracy_m > 2 * told.accuracy_m


def test_a_camera_that_looks_down_and_stands_still_knows_only_that_it_is_below() -> None:
    table = flown_north(gimbal_pitch_deg=-90.0)
    table.columns["lat"][:] = LAT
    place = RecordedFlight(table, WIDE).place(5, Box(0.8, 0.1, 0.9, 0.2), ASPECT)
    assert place is not None
    assert (place.lat, place.lon) == pytest.approx((LAT, LON))
    assert place.ellipse is None
    assert place.accuracy_m == pytest.approx(60 * math.tan(math.radians(35)) / 2)


def test_after_the_end_of_the_log_nothing_is_placed() -> None:
    flight = RecordedFlight(flown_north(heading_deg=0.0, gimbal_pitch_deg=-90.0), WIDE)
    assert flight.place(12, Box(0.4, 0.4, 0.6, 0.6), ASPECT) is not None
    assert flight.place(20, Box(0.4, 0.4, 0.6, 0.6), ASPECT) is None


def test_a_log_that_tells_the_time_is_laid_beside_a_video_that_began_later() -> None:
    table = flown_north(heading_deg=0.0, gimbal_pitch_deg=-90.0)
    began = from_epoch(float(table.time_us[0]) / 1e6)
    middle = Box(0.45, 0.45, 0.55, 0.55)
    early = RecordedFlight(table, WIDE).place(6, middle, ASPECT)
    late = RecordedFlight(table, replace(WIDE, video_began=began + timedelta(seconds=4))).place(2, middle, ASPECT)
    assert early == late is not None


@pytest.mark.parametrize(
    ("columns", "wishes", "missing"),
    [
        ({"gimbal_pitch_deg": -90.0}, RecordedWishes(), "--hfov"),
        ({"heading_deg": 0.0}, WIDE, "--pitch"),
        ({"height_m": math.nan, "gimbal_pitch_deg": -90.0}, WIDE, "how high it flew"),
    ],
)
def test_what_the_log_does_not_tell_is_asked_for(
    columns: dict[str, float], wishes: RecordedWishes, missing: str
) -> None:
    with pytest.raises(BadInput, match=missing):
        RecordedFlight(flown_north(**columns), wishes)


def test_a_real_drones_subtitles_place_a_thing_near_the_drone() -> None:
    table = load_log(sample("video/dji-srt/samples_air3_clip.SRT"))
    place = RecordedFlight(table, RecordedWishes(hfov_deg=73, pitch_deg=-90)).place(
        0.0, Box(0.45, 0.45, 0.55, 0.55), ASPECT
    )
    lat, lon = float(table.columns["lat"][0]), float(table.columns["lon"][0])
    assert place is not None
    assert math.hypot(*LocalFrame(lat, lon).to_metres(place.lat, place.lon)) < 200
