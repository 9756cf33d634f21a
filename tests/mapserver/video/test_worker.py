"""Whose video is read when and by which setup, and that it is recorded; what is kept of a plate that it shows."""

import json
import queue
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from incidents.timeline.tables import IncidentRow
from mapserver.camera_setups.flow import set_up
from mapserver.core.services import Services
from mapserver.core.video_settings import RecordingSettings, VideoSettings
from mapserver.recordings.flow import recording_desk
from mapserver.video.worker import VIDEO_LEASE, VideoDesk, over_zone
from telemetry.access import Principal, Role
from telemetry.cities import City
from telemetry.leases import LeaseKeeper, LeaseOwner
from telemetry.messages import Message
from telemetry.observations import Observation
from telemetry.observations import repository as observations
from telemetry.observations.tables import ObservationRow
from telemetry.store import Change
from telemetry.visibility import EVERYTHING
from tests.builders import live, place
from tests.vision.cameras.builders import a_camera
from tests.vision.clips import PERSON, Sees, moving, write_clip
from tests.vision.packets import camera_clip
from vision.feeds.reader import Status
from vision.findings import Finding
from vision.plates import service as watch_list
from vision.recording.spans import spans
from vision.setups.tables import SetupPart
from vision.simulator import SimulatedCamera

LON, LAT = City("dobele").facts.lon, City("dobele").facts.lat
ZONE = {
    "type": "Polygon",
    "coordinates": [[[LON, LAT], [LON + 0.002, LAT], [LON + 0.002, LAT + 0.001], [LON, LAT + 0.001], [LON, LAT]]],
}


def add_camera(parts: Services) -> None:
    camera = a_camera("C1", name="Gate", lat=LAT, lon=LON)
    with parts.store.write() as work:
        work.session.add(camera)


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
    add_camera(parts)
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
    (span,) = spans(parts.recordings, "C1", EVERYTHING, begun, datetime.now(UTC))
    assert (span.camera_folder.city, span.camera_folder.purpose, span.camera_folder.simulated) == (
        "dobele",
        "entrances",
        True,
    )
    assert span.ends - span.begins > timedelta(seconds=1)


def kept_of_a_passing(parts: Services, **about: bool) -> Sequence[Observation]:
    """What is kept of a plate that a gate's camera read."""
    parts.settings = parts.settings.model_copy(update={"videos": [VideoSettings(name="gate", source="gate.mp4")]})
    now = parts.clock.now()
    seen = Finding(
        camera_id="gate", ref="e/1/plate_read", rule="plates", category="plate_read", label="car", at=now, ended=now,
        confidence=0.9, box=(0, 0, 1, 1), summary=Message("findings.plate"), snapshot=b"JPEG",
        attributes={"plate": "KV2417", **about},
    )  # fmt: skip
    with parts.store.write() as work:
        work.session.add(a_camera("gate", name="Gate", lat=LAT, lon=LON, range_m=9))
    VideoDesk(parts, None)._sink(seen)
    with parts.store.read() as session:
        return observations.latest(session, live(City("dobele")), limit=9)


def test_a_plate_that_nobody_looks_for_leaves_no_picture_and_no_text(parts: Services) -> None:
    (kept,) = kept_of_a_passing(parts)
    assert (kept.source.kind, kept.media, "2417" in kept.model_dump_json()) == ("plate_reader", (), False)
    assert not [file for file in parts.media.folder.rglob("*") if file.is_file()]


def look_for(parts: Services, plate: str) -> None:
    now = parts.clock.now()
    with parts.store.write() as work:
        watch_list.add(
            work, city=City("dobele"), plate=plate, reason="stolen", expires_at=now + timedelta(days=1),
            by=Principal("rita", Role.COORDINATOR, City("dobele")), now=now,
        )  # fmt: skip


@pytest.mark.parametrize("wanted", ["KV-2417", "KV24*"])
def test_a_plate_that_is_looked_for_is_a_hit_with_its_picture(parts: Services, wanted: str) -> None:
    look_for(parts, wanted)
    (kept,) = kept_of_a_passing(parts)
    assert (kept.category, kept.attributes["plate"], len(kept.media)) == ("plate_hit", "KV2417", 1)


def test_an_unsure_plate_is_kept_only_where_that_very_one_is_looked_for(parts: Services) -> None:
    assert kept_of_a_passing(parts, unsure=True) == []


def test_an_unsure_plate_that_is_looked_for_is_a_hit_that_says_so(parts: Services) -> None:
    look_for(parts, "KV2417")
    (kept,) = kept_of_a_passing(parts, unsure=True)
    assert (kept.category, kept.attributes["unsure"]) == ("plate_hit", True)


def wait_until(held: Callable[[], bool]) -> None:
    while not held():
        time.sleep(0.02)


def test_a_plug_that_is_pulled_is_one_incident_that_tells_when_the_camera_is_back(
    parts: Services, tmp_path: Path
) -> None:
    add_camera(parts)
    with SimulatedCamera(camera_clip(tmp_path, seconds=2)) as camera:
        parts.settings.videos = [VideoSettings(name="C1", source=camera.address)]
        parts.settings.camera_lost_s = 1
        desk = VideoDesk(parts, None)
        desk.start()

        def told() -> list[tuple[str, bool]]:
            with parts.store.read() as session:
                rows = session.exec(select(ObservationRow).order_by(col(ObservationRow.received_at))).all()
                return [(row.category, row.body["ended_at"] is not None) for row in rows]

        wait_until(lambda: "C1" in desk.states() and desk.states()["C1"].status is Status.RUNNING)
        wait_until(lambda: desk.states()["C1"].rate is not None)
        rate = desk.states()["C1"].rate
        assert rate is not None
        assert rate.weight == 1
        camera.stop()
        wait_until(lambda: len(told()) == 1)
        camera.start()
        wait_until(lambda: len(told()) == 2)
        desk.stop()
    assert told() == [("camera_lost", False), ("camera_lost", True)]
    with parts.store.read() as session:
        assert [row.category for row in session.exec(select(IncidentRow))] == ["camera_lost"]


def test_what_is_drawn_in_the_browser_goes_before_the_file_and_holds_while_the_stream_runs(
    parts: Services, tmp_path: Path
) -> None:
    camera = a_camera("C1", name="Gate", lat=LAT, lon=LON)
    supervisor = Principal("supervisor.dobele", Role.SUPERVISOR, City("dobele"))
    rules = tmp_path / "rules.json"
    rules.write_text(json.dumps({"rule": [{"name": "x", "category": "from_file", "classes": ["person"]}]}))
    clip = write_clip(tmp_path / "clip.mp4", moving(300))
    parts.settings.videos = [VideoSettings(name="C1", source=str(clip), rules=str(rules))]
    with parts.store.write() as work:
        work.session.add(camera)
    heard: queue.Queue[dict[str, Any]] = queue.Queue()

    def hear(changes: Sequence[Change]) -> None:
        for change in changes:
            if change.kind == "incident" and change.data is not None:
                heard.put(change.data)

    parts.store.listen(hear)
    desk = VideoDesk(parts, None, make_detector=partial(Sees, PERSON))
    desk.start()
    heard.get(timeout=20)
    pose = {"kind": "pose", "height_m": 8, "tilt_deg": 20, "azimuth_deg": 0, "hfov_deg": 60}
    drawn = {"rule": [{"name": "x", "category": "drawn_here", "classes": ["person"]}]}
    with parts.store.write() as work:
        for part, content in ((SetupPart.GROUND, pose), (SetupPart.RULES, drawn)):
            set_up(parts, work, supervisor, "C1", part, content, after=None)
    heard.get(timeout=20)
    desk.stop()
    with parts.store.read() as session:
        found = observations.latest(session, EVERYTHING, limit=10)
    first, second = sorted(found, key=lambda one: one.started_at)[:2]
    assert [first.category, second.category] == ["from_file", "drawn_here"]
    assert first.position is not None
    assert second.position is not None
    assert first.position.ellipse is None
    assert second.position.ellipse is not None
    assert second.position.accuracy_m < first.position.accuracy_m / 5


@pytest.mark.whole
def test_a_camera_that_another_server_reads_is_read_here_once_that_one_lets_go(parts: Services) -> None:
    add_camera(parts)
    parts.settings.videos = [VideoSettings(name="C1", source="rtsp://127.0.0.1:1/")]
    parts.__dict__["leases"] = LeaseKeeper(parts.store, LeaseOwner("this"), lasts_s=0.1)
    other = LeaseKeeper(parts.store, LeaseOwner("other"))
    assert other.take(VIDEO_LEASE + "C1") is not None
    desk = VideoDesk(parts, None)
    desk.start()
    other.give_back([VIDEO_LEASE + "C1"])
    wait_until(lambda: "C1" in desk.watched())
    desk.stop()
    assert other.take(VIDEO_LEASE + "C1") is not None
