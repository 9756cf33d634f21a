"""The video desk: which camera's video is read and analysed when, and what is found becomes observations.

A fixed camera is read always. A unit only on duty: a tower or body camera while it is deployed, a drone while it is
over the zone it was sent to, so that nobody is watched on the way.
"""

import logging
import queue
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from enum import Enum, auto
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from shapely import transform
from shapely.geometry import Point, shape
from sqlmodel import Session

from mapserver.camera_setups.flow import Setups
from mapserver.camera_setups.video_source import owned, sight
from mapserver.core.services import Services
from mapserver.core.video_settings import VideoSettings
from mapserver.faults import Amiss
from mapserver.findings.flow import prepared, take_finding
from mapserver.observations.flow import take
from mapserver.video.analysis import analysis_workers
from mapserver.video.known_videos import KnownVideos
from mission.flights import repository as flights
from mission.zones import service as zones
from telemetry.clock import from_epoch
from telemetry.errors import VanagasError
from telemetry.leases import LeaseStanding
from telemetry.messages import Message
from telemetry.positions import LocalFrame, Position
from telemetry.scopes import scope_of
from telemetry.store import STORE_ERRORS, Change
from telemetry.supervision import ThreadHeartbeat
from telemetry.units import service as units
from telemetry.units.tables import UnitKind, UnitRow
from telemetry.visibility import EVERYTHING
from vision.cameras.tables import CameraRow
from vision.detection.detector import Detector, load_detector
from vision.feeds.address import is_address
from vision.feeds.feed import Feed
from vision.feeds.outages import OutageMonitor
from vision.feeds.outages import to_observation as outage_observation
from vision.feeds.reader import FILE_PAUSE_S, Reader
from vision.findings import Finding
from vision.live.channel import Channel
from vision.live.conversion_budget import ConversionBudget
from vision.live.watched_camera import StreamState, WatchedCamera
from vision.models.catalogue import read_catalogue
from vision.recording.recording_worker import RecordingWorker
from vision.recording.storage_layout import CameraFolder
from vision.setups.setup import Setup
from vision.workers.idle import IdleWorkers
from vision.workers.overload import OverloadMonitor
from vision.workers.protocol import MakeDetector, StreamTask

log = logging.getLogger(__name__)

LEAVING_M = 25.0
"""How far beside its zone a drone may turn without its video going off."""
LOOK_S = 1.0
"""How often it is looked whether a camera is lost or some have to wait for the detector."""
VIDEO_LEASE = "video of "
WEIGHTS = {UnitKind.DRONE: 4.0, UnitKind.TOWER: 2.0, UnitKind.BODY_CAMERA: 2.0}
PLATES_WEIGHT = 4.0
OTHER_WEIGHT = 1.0


class VideoDeskNews(Enum):
    """What the desk hears beside names of those on whose duty something changed."""

    OTHER_VIDEOS = auto()
    """The settings, or the registry of cameras, may have other videos than before."""
    ENDS = auto()
    """The server ends."""


class VideoDesk:
    """Starts and stops the streams as their owners come on duty and off. One thread of its own."""

    def __init__(
        self, parts: Services, recording: RecordingWorker | None, *, make_detector: MakeDetector | None = None
    ) -> None:
        """`recording` keeps what is read; None where nothing is kept. `make_detector` goes before the settings'."""
        self._parts = parts
        self._recording = recording
        self._known = KnownVideos(parts)
        self._wanted: dict[str, VideoSettings] = {}
        self._is_behind = False
        """The database could not say which videos there are now."""
        self._plates: dict[str, bool] = {}
        """Whether plates are read in what is watched, by the name of its owner."""
        self._workers = analysis_workers(
            parts,
            make_detector or partial(_load_detector, parts.settings.model, parts.settings.models_file),
            self._sink,
        )
        self._setups = Setups(parts.settings)
        self._conversions = ConversionBudget(parts.settings.wall.converted_at_once)
        self._watched: dict[str, WatchedCamera] = {}
        self._outages: dict[str, OutageMonitor] = {}
        self._overload = OverloadMonitor()
        self._steady = parts.steady
        self._news: queue.SimpleQueue[str | VideoDeskNews] = queue.SimpleQueue()
        self._is_prepared = False
        self._worker = parts.workers.thread("video", self._run, wake=lambda: self._news.put(VideoDeskNews.ENDS))
        self._stop_listening: list[Callable[[], None]] = []
        self._elsewhere: dict[str, float] = {}
        """Videos that another server reads, and when (monotonic seconds) this one asks again."""

    def start(self) -> None:
        """Begin. A model or rules that cannot be used are faults of the parts; the streams are read anyway."""
        self._wanted = self._known.read()
        if self._wanted:
            self._prepare()
        self._stop_listening = [
            self._parts.store.listen(self._hear),
            self._parts.leases.listen(lambda lease: self._news.put(lease.removeprefix(VIDEO_LEASE))),
        ]
        self._worker.start()
        for name in self._wanted:
            self._news.put(name)

    def take_up(self) -> None:
        """Read the videos that there are now; from any thread."""
        self._news.put(VideoDeskNews.OTHER_VIDEOS)

    def _take_up(self) -> None:
        before = self._wanted
        try:
            self._wanted = self._known.read()
        except STORE_ERRORS as error:
            log.warning("which videos there are now is asked again: %s", error)
            self._is_behind = True
            return
        self._is_behind = False
        changed = [name for name in {**before, **self._wanted} if before.get(name) != self._wanted.get(name)]
        if not changed:
            return
        for name in changed:
            self._leave(name)
            self._elsewhere.pop(name, None)
            self._parts.faults.end(f"camera {name}")
            self._parts.faults.end(f"rules {name}")
        self._prepare()
        self._setups.forget(changed)
        for name in changed:
            if name in self._wanted:
                self._guarded(name, self._attend)

    def _prepare(self) -> None:
        try:
            unusable = self._setups.check(self._wanted.values())
            if not self._is_prepared:
                self._workers.start()
                self._is_prepared = True
        except VanagasError as error:
            words = Message("faults.not_analysed")
            self._parts.faults.begin("analysis", Amiss(words, Message("faults.then_restart", reason=error.told)))
            self._workers = IdleWorkers(error.told)
            return
        for name, why in unusable.items():
            words = Message("faults.rules_unusable", camera=name)
            self._parts.faults.begin(f"rules {name}", Amiss(words, Message("faults.then_restart", reason=why)))

    def stop(self) -> None:
        """Read no stream any more and wait for that; a cluster's machines go on analysing for the next server."""
        for stop_listening in self._stop_listening:
            stop_listening()
        self._worker.stop()
        for watched in list(self._watched.values()):
            watched.stop()
        self._parts.leases.give_back([VIDEO_LEASE + name for name in self._watched])
        self._workers.stop()

    def states(self) -> dict[str, StreamState]:
        """How each running stream is, by the name of its owner."""
        return {name: watched.state() for name, watched in list(self._watched.items())}

    def watched(self) -> dict[str, WatchedCamera]:
        """What is read at present, by the name of its owner."""
        return dict(self._watched)

    def _hear(self, changes: Sequence[Change]) -> None:
        if any(change.kind == "camera" for change in changes):
            self._news.put(VideoDeskNews.OTHER_VIDEOS)
        for change in changes:
            if change.kind in ("unit", "camera") and change.id in self._wanted:
                self._news.put(change.id)

    def _run(self, heartbeat: ThreadHeartbeat) -> None:
        due = 0.0
        while True:
            with suppress(queue.Empty):
                news = self._news.get(timeout=LOOK_S)
                if news is VideoDeskNews.ENDS:
                    return
                if news is VideoDeskNews.OTHER_VIDEOS:
                    self._take_up()
                elif news in self._wanted:
                    self._guarded(news, self._attend)
            if time.monotonic() >= due:
                due = time.monotonic() + LOOK_S
                if self._is_behind:
                    self._take_up()
                for name in list(self._watched):
                    self._guarded(name, self._tell_outage)
                for name in [name for name, again in self._elsewhere.items() if again <= due]:
                    self._guarded(name, self._attend)
                rates = {name: rate for name, one in self.states().items() if (rate := one.rate) is not None}
                if (said := self._overload.see(rates, time.monotonic())) is not None:
                    log.warning("%s", said)
            heartbeat.worked()

    def _guarded(self, name: str, work: Callable[[str], None]) -> None:
        try:
            work(name)
        except Exception:  # one stream's trouble must not end the others
            log.exception("the stream of %s could not be attended to", name)

    def _attend(self, name: str) -> None:
        """Let the stream of `name` run if its owner is on duty, and only then, by the setup that is in force."""
        self._elsewhere.pop(name, None)
        with self._parts.store.read() as session:
            if not owned(session, name):
                self._miss_owner(name)
                return
            wanted = _on_duty(session, name, running=name in self._watched)
            setup = self._setups.of(session, name)
        self._parts.faults.end(f"camera {name}")
        wanted = wanted and self._is_mine(name)
        if name in self._watched and self._plates.get(name) != self._reads_plates(name):
            self._leave(name)
            wanted = wanted and self._is_mine(name)
        if wanted and name not in self._watched:
            self._watched[name] = self._watch(name, setup)
            log.info("%s is on duty: its video is read", name)
        elif wanted and name in self._watched:
            self._watched[name].mask(setup.masks)
            self._workers.update_setup(name, setup)
        elif not wanted and name in self._watched:
            self._leave(name)
            log.info("%s is off duty, or another server's: its video is no longer read", name)

    def _leave(self, name: str) -> None:
        """Read its video no longer, if it is read."""
        watched = self._watched.pop(name, None)
        if watched is not None:
            watched.stop()
            self._workers.leave(name)
            self._parts.leases.give_back([VIDEO_LEASE + name])

    def _is_mine(self, name: str) -> bool:
        """Whether this server, of those that have the video in their settings, is the one to read it.

        While the database cannot be written it is: seen twice is better than not at all.
        """
        leases = self._parts.leases
        if leases.standing(VIDEO_LEASE + name) is not LeaseStanding.NOT_OWN:
            return True
        try:
            taken = leases.take(VIDEO_LEASE + name)
        except STORE_ERRORS as error:
            log.warning("the video of %s is read by every server that can: %s", name, error)
            return True
        if taken is None:
            self._elsewhere[name] = time.monotonic() + leases.lasts_s
        return taken is not None

    def _miss_owner(self, name: str) -> None:
        words = Message("faults.video_of_nobody", video=name)
        remedy = Message("faults.video_of_nobody_remedy", video=name)
        self._parts.faults.begin(f"camera {name}", Amiss(words, remedy))

    def _watch(self, name: str, setup: Setup) -> WatchedCamera:
        """Read the video of `name`, each of its streams over one connection."""
        video = self._wanted[name]
        main = self._reader(video, video.source)
        sub = None
        if video.sub_source is not None:
            sub = self._reader(video, video.sub_source, "small")
        feed = Feed(main, sub)
        analysed = video.sub_source or video.source
        self._outages[name] = OutageMonitor(tell_after_s=self._parts.settings.camera_lost_s)
        self._plates[name] = self._reads_plates(name)
        task = StreamTask(name, analysed, video.transport, self._weight(video), setup, self._plates[name])
        self._workers.watch(task, feed.analysed)
        kept = None
        if self._recording is not None and video.recorded:
            kept = self._recording.record(feed.main, lambda: self._camera_folder(video))
        feed.start()
        live = Channel(feed.main, setup.masks)
        small = live
        if feed.sub is not None:
            small = Channel(feed.sub, setup.masks)
        converted = Channel(feed.sub or feed.main, setup.masks, conversions=self._conversions)
        return WatchedCamera(feed, live, small, converted, kept, self._workers)

    def _weight(self, video: VideoSettings) -> float:
        if video.weight is not None:
            return video.weight
        with self._parts.store.read() as session:
            unit = session.get(UnitRow, video.name)
        if unit is not None:
            return WEIGHTS.get(UnitKind(unit.kind), OTHER_WEIGHT)
        if self._reads_plates(video.name):
            return PLATES_WEIGHT
        return OTHER_WEIGHT

    def _tell_outage(self, name: str) -> None:
        """Say that a camera is lost, or back, if that is news."""
        seconds, mono = self._steady.now()
        outage = self._outages[name].see(self._watched[name].feed.state(), now=from_epoch(seconds), mono=mono)
        if outage is None:
            return
        with self._parts.store.write() as work:
            seen = sight(work.session, name)
            observation = outage_observation(
                outage, name, city=seen.city, kind=seen.kind, position=seen.stands,
                scope=scope_of(seen.scope, simulated=self._wanted[name].simulated),
            )  # fmt: skip
            take(self._parts, work, [observation])

    def _reads_plates(self, name: str) -> bool:
        with self._parts.store.read() as session:
            camera = session.get(CameraRow, name)
            return camera is not None and camera.reads_plates

    def _camera_folder(self, video: VideoSettings) -> CameraFolder:
        """Where what is recorded of `video` now belongs: with the town it serves at present."""
        with self._parts.store.read() as session:
            seen = sight(session, video.name)
        scope = scope_of(seen.scope, simulated=video.simulated)
        return CameraFolder(seen.city, video.purpose, video.name, scope)

    def _reader(self, video: VideoSettings, source: str, part: str = "") -> Reader:
        return Reader(
            video.name, source, transport=video.transport, loop=not is_address(source), pause_s=FILE_PAUSE_S,
            steady=self._steady, supervisor=self._parts.workers, part=part,
        )  # fmt: skip

    def _sink(self, finding: Finding) -> None:
        ready = prepared(self._parts, finding)
        with self._parts.store.write() as work:
            take_finding(self._parts, work, ready)


def _load_detector(model: str, models_file: Path | None) -> Detector:
    """For a process that analyses. Raises NotFound (no such model) and Misconfigured (its file is not right)."""
    return load_detector(model, read_catalogue(models_file))


def _on_duty(session: Session, name: str, *, running: bool) -> bool:
    unit = session.get(UnitRow, name)
    if unit is None:
        camera = session.get(CameraRow, name)
        return camera is None or camera.retired_at is None
    if unit.kind != UnitKind.DRONE:
        return unit.status == "deployed"
    flight = flights.in_the_air(session, unit.id)
    where = units.position_of(unit)
    if flight is None or where is None:
        return False
    margin_m = LEAVING_M if running else 0.0
    return over_zone(zones.get(session, flight.zone_id, EVERYTHING).polygon, where, margin_m=margin_m)


def over_zone(polygon: dict[str, Any], where: Position, *, margin_m: float) -> bool:
    """Whether `where` is over the zone `polygon` (GeoJSON), or at most `margin_m` beside it."""
    frame = LocalFrame(where.lat, where.lon)
    outline = transform(shape(polygon), lambda xy: np.array([frame.to_metres(lat, lon) for lon, lat in xy]))
    return bool(outline.distance(Point(0, 0)) <= margin_m)
