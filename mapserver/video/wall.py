"""The wall: every stream with how it is, kept up to date and told to the live feed when it changes. Reads no video."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlmodel import Session

from mapserver.camera_setups.video_source import Sight, owned, sight
from mapserver.core.services import Services
from mapserver.core.video_settings import VideoSettings
from mapserver.core.videos import videos
from telemetry.access import Principal, visibility
from telemetry.clock import iso, iso_or_none
from telemetry.messages import Message
from telemetry.positions import Position, distance_m
from telemetry.store import Change
from telemetry.supervision import ThreadHeartbeat
from vision.feeds.address import is_address
from vision.feeds.reader import ReaderState, Status
from vision.live.stream_condition import StreamCondition, StreamMonitor
from vision.live.watched_camera import WatchedCamera

EVERY_S = 0.5
SILENT_S = 60.0
DAMAGE_TOLD = 0.005
"""The least share of damaged pictures that is told."""
OFF_DUTY = "off_duty"
"""What a stream is called whose owner is not on duty: it is not read."""


class WallDesk:
    """Looks after the streams twice a second, on a thread of its own, and says each change once."""

    def __init__(self, parts: Services) -> None:
        self._parts = parts
        self._watches: dict[str, StreamMonitor] = {}
        self._conditions: dict[str, StreamCondition] = {}
        self._told: dict[str, tuple[str, bool, bool]] = {}
        self._worker = parts.workers.thread("wall", self._run, silent_s=SILENT_S)

    def start(self) -> None:
        """Begin."""
        self._worker.start()

    def stop(self) -> None:
        """End it."""
        self._worker.stop()
        self._parts.looks.end_glances(all_of_them=True)

    def conditions(self) -> Mapping[str, StreamCondition]:
        """How each stream that is read is, by the name of its owner."""
        return dict(self._conditions)

    def _run(self, heartbeat: ThreadHeartbeat) -> None:
        while not heartbeat.wait(EVERY_S):
            self._see()
            self._parts.looks.end_glances()
            heartbeat.worked()

    def _see(self) -> None:
        watched = self._parts.jobs.watched()
        now = self._parts.clock.now()
        mono = time.monotonic()
        for name in self._watches.keys() - watched.keys():
            del self._watches[name], self._conditions[name]
        for name, one in watched.items():
            watch = self._watches.setdefault(name, StreamMonitor())
            self._conditions[name] = watch.see(one.feed.state(), one.analysed(), now=now, mono=mono)
        with self._parts.store.read() as session:
            known = {video.name: video for video in videos(self._parts.settings, session)}
        for name in self._told.keys() - known.keys():
            del self._told[name]
        for name, video in known.items():
            condition = self._conditions.get(name)
            brief = (OFF_DUTY, False, False)
            if condition is not None:
                brief = (str(condition.status), condition.moving, condition.stale_since is not None)
            if brief != self._told.get(name):
                self._told[name] = brief
                self._tell(video)

    def _tell(self, video: VideoSettings) -> None:
        with self._parts.store.read() as session:
            if not owned(session, video.name):  # a fault of the settings, told as such
                return
            seen = sight(session, video.name)
        self._parts.store.announce(
            Change("stream", video.name, frozenset({seen.city}), seen.scope, public(self._parts, video, seen))
        )


def streams(parts: Services, session: Session, caller: Principal) -> list[dict[str, Any]]:
    """Every stream that serves a town of the caller's now, in the settings' order."""
    owned_videos = [video for video in videos(parts.settings, session) if owned(session, video.name)]
    seen = [(video, sight(session, video.name)) for video in owned_videos]
    visible = visibility(caller)
    return [public(parts, video, one) for video, one in seen if visible.shows(one)]


def nearest(shown: list[dict[str, Any]], place: Position, *, limit: int) -> list[dict[str, Any]]:
    """Those of the streams `shown` that look at a place closest to `place`, each with its distance in metres."""
    placed = [
        {**stream, "metres": round(distance_m(place, Position(**stream["looks_at"])))}
        for stream in shown
        if stream["looks_at"] is not None
    ]
    return sorted(placed, key=lambda stream: stream["metres"])[:limit]


def public(parts: Services, video: VideoSettings, seen: Sight) -> dict[str, Any]:
    """A stream as the API and the pages show it."""
    watched = parts.jobs.watched().get(video.name)
    looks_at = None
    if seen.looks_at is not None:
        looks_at = {"lat": seen.looks_at.lat, "lon": seen.looks_at.lon}
    form = None
    if watched is not None:
        form = _form(watched)
    condition = parts.jobs.conditions().get(video.name)
    return {
        "id": video.name,
        "name": seen.name,
        "kind": seen.kind,
        "city": seen.city,
        "looks_at": looks_at,
        "simulated": seen.simulated,
        "stand_in": video.simulated,
        "footage": None if is_address(video.source) else Path(video.source).name,
        "recorded": video.recorded and parts.settings.recording.on,
        "recording": _recording(parts, video, watched),
        **_condition(watched, condition),
        "video": form,
    }


def _condition(watched: WatchedCamera | None, condition: StreamCondition | None) -> dict[str, Any]:
    if watched is None:
        return {
            "status": OFF_DUTY, "since": None, "error": None, "looked_per_s": 0.0, "detected_per_s": 0.0,
            "moving": False, "still_at": None, "stale": None, "notes": [],
        }  # fmt: skip
    state = watched.feed.state()
    told: dict[str, Any] = {
        "status": state.status,
        "since": None,
        "error": _words(state.error or watched.state().overload),
        "looked_per_s": 0.0,
        "detected_per_s": 0.0,
        "moving": False,
        "still_at": iso_or_none(watched.analysed().looked_at),
        "stale": _stale(condition),
        "notes": _notes(state, condition),
    }
    if condition is not None:
        told |= {
            "status": condition.status,
            "since": iso(condition.since),
            "error": _words(condition.error or watched.state().overload),
            "looked_per_s": round(condition.gated_per_s, 2),
            "detected_per_s": round(condition.detected_per_s, 2),
            "moving": condition.moving,
        }
    return told


def _stale(condition: StreamCondition | None) -> dict[str, Any] | None:
    """Since when no picture was looked at, and why; None while it is looked at."""
    if condition is None or condition.stale_since is None:
        return None
    return {"since": iso(condition.stale_since), "why": _words(condition.stale_why)}


def _notes(state: ReaderState, condition: StreamCondition | None) -> list[str]:
    """What else is to be known of it, in sentences."""
    notes = []
    if state.note is not None:
        notes.append(state.note.text())
    if condition is not None and condition.damaged >= DAMAGE_TOLD:
        notes.append(Message("feeds.damaged_lately", share=condition.damaged).text())
    return notes


def _recording(parts: Services, video: VideoSettings, watched: WatchedCamera | None) -> dict[str, Any]:
    """Whether it is being recorded now, up to when it was, and why it is not."""
    if not (video.recorded and parts.settings.recording.on):
        return {"now": False, "until": None, "why": Message("recordings.off").text()}
    kept = parts.jobs.recordings().get(video.name)
    if watched is None or kept is None:
        missing = Message("recordings.not_begun")
        if watched is None:
            missing = Message("recordings.not_read")
        return {"now": False, "until": None, "why": missing.text()}
    status = watched.feed.main.state().status
    why = _words(kept.error)
    if why is None and status is not Status.RUNNING:
        why = Message("recordings.stream_is", status=status).text()
    if why is None and kept.recorded_until is None:
        why = Message("recordings.no_part_yet").text()
    return {"now": why is None, "until": iso_or_none(kept.recorded_until), "why": why}


def _words(said: Message | None) -> str | None:
    """In the language of the request."""
    if said is None:
        return None
    return said.text()


def _form(watched: WatchedCamera) -> dict[str, Any] | None:
    """How the main stream is encoded."""
    form = watched.feed.main.state().form
    if form is None:
        return None
    return {
        "codec": form.codec,
        "codec_string": form.codec_string,
        "width": form.width,
        "height": form.height,
        "fps": round(1 / form.frame_period_s, 1),
    }
