"""Whose video is read when, and that it is recorded; a drone's over its zone, and nowhere on the way."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mapserver.recording import recording_desk
from mapserver.services import Services
from mapserver.settings import RecordingSettings, VideoSettings
from mapserver.video import VideoDesk, over_zone
from telemetry.cities import City
from tests.builders import place
from tests.vision.packets import camera_clip
from vision.cameras.tables import CameraRow
from vision.feeds.reader import Status
from vision.recording.spans import spans
from vision.simulator import SimulatedCamera

LON, LAT = City.DOBELE.facts.lon, City.DOBELE.facts.lat
ZONE = {
    "type": "Polygon",
    "coordinates": [[[LON, LAT], [LON + 0.002, LAT], [LON + 0.002, LAT + 0.001], [LON, LAT + 0.001], [LON, LAT]]],
}


def test_a_drone_over_its_zone_is_on_duty() -> None:
    assert over_zone(ZONE, place(east_m=50, north_m=50), margin_m=0)


def test_a_drone_on_the_way_is_not() -> None:
    assert not over_zone(ZONE, place(east_m=-5, north_m=50), margin_m=0)


def test_a_turn_just_outside_does_not_switch_it_off() -> None:
    assert over_zone(ZONE, place(east_m=-5, north_m=50), margin_m=25)
    assert not over_zone(ZONE, place(east_m=-30, north_m=50), margin_m=25)


def test_a_fixed_cameras_main_stream_is_recorded_while_its_sub_stream_is_analysed(
    parts: Services, tmp_path: Path
) -> None:
    camera = CameraRow(id="C1", city=City.DOBELE, name="Gate", lat=LAT, lon=LON, azimuth_deg=0, hfov_deg=60, range_m=50)
    with parts.store.write() as work:
        work.session.add(camera)
    clip, begun = camera_clip(tmp_path, seconds=2), datetime.now(UTC) - timedelta(seconds=10)
    with SimulatedCamera(clip) as main, SimulatedCamera(clip) as sub:
        parts.settings.recording = RecordingSettings(on=True, reserve_gb=0)
        parts.settings.videos = [
            VideoSettings(name="C1", source=main.address, sub_source=sub.address, purpose="entrances", simulated=True)
        ]
        recording = recording_desk(parts)
        assert recording is not None
        recording.start()
        desk = VideoDesk(parts, recording)
        desk.start()
        while not (seen := desk.states()) or seen["C1"].counters.frames < 15:
            time.sleep(0.02)
        assert (seen["C1"].status, seen["C1"].source) == (Status.RUNNING, sub.address)
        desk.stop()
        recording.stop()
        assert (main.connections, sub.connections) == (1, 1)
    (span,) = spans(parts.recordings, "C1", City, begun, datetime.now(UTC))
    assert (span.shelf.city, span.shelf.purpose, span.shelf.simulated) == ("dobele", "entrances", True)
    assert span.ends - span.begins > timedelta(seconds=1)
