"""How the fixed cameras are, as far as the program knows today: pictures, events, clock, messages that wait.

What is not known is None: heartbeats of devices are not kept, and pictures only by the server that reads them.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, func, select

from incidents.grouping.clocks import ahead_by_arrivals
from mapserver.core.services import Services
from mapserver.core.videos import videos
from mapserver.intake.tables import QuarantinedRow
from telemetry.cities import City
from telemetry.clock import iso_or_none
from telemetry.messages import Message
from telemetry.observations.tables import ObservationRow
from telemetry.scopes import Scope
from telemetry.visibility import Visibility
from vision.cameras.registry import SOURCE_KINDS
from vision.cameras.tables import CameraRow
from vision.feeds.outages import CATEGORY as LOST

LEARNED_FROM = 50
"""Of so many of its last words the offset of a camera's clock is learned."""
LATELY = timedelta(hours=24)
NO_STREAM = "no_stream"
NOT_READ = "not_read"
"""Statuses of video beside those of a stream: none is known, and this server does not read it."""


@dataclass(frozen=True)
class CameraHealth:
    """How one camera is."""

    video: str
    """`running`, `lost` and so on, `no_stream`, or `not_read`: by this server."""
    error: Message | None
    last_frame: datetime | None
    """When its last picture came to this server, UTC."""
    last_event: datetime | None
    """When it last told of something, UTC."""
    last_heartbeat: datetime | None
    clock_ahead_s: float | None
    """How far its clock is ahead of ours, by its last words."""
    quarantined: int
    """Messages under its names that wait in quarantine."""
    messages: int
    """These, and what it told of within LATELY."""

    @property
    def quarantined_share(self) -> float | None:
        """0..1; None where nothing came."""
        if self.messages == 0:
            return None
        return self.quarantined / self.messages

    def public(self) -> dict[str, Any]:
        """As the API shows it."""
        return {
            "video": self.video,
            "error": None if self.error is None else self.error.text(),
            "last_frame": iso_or_none(self.last_frame),
            "last_event": iso_or_none(self.last_event),
            "last_heartbeat": iso_or_none(self.last_heartbeat),
            "clock_ahead_s": self.clock_ahead_s,
            "quarantined": self.quarantined,
            "quarantined_share": self.quarantined_share,
        }


def health_of(parts: Services, session: Session, cameras: Sequence[CameraRow]) -> dict[str, CameraHealth]:
    """How each of `cameras` is, by id."""
    with_video = {video.name for video in videos(parts.settings, session)}
    waiting = _waiting(session, cameras)
    return {camera.id: _health(parts, session, camera, camera.id in with_video, waiting) for camera in cameras}


def _health(
    parts: Services, session: Session, camera: CameraRow, has_video: bool, waiting: dict[tuple[str, str], int]
) -> CameraHealth:
    now = parts.clock.now()
    video, error, last_frame = _video(parts, camera, has_video, now)
    quarantined = sum(waiting.get((camera.scope, name), 0) for name in {camera.id, *camera.device_names})
    last, delays_s = _last_words(session, camera)
    lately = _told_since(session, camera, now - LATELY)
    return CameraHealth(
        video=video,
        error=error,
        last_frame=last_frame,
        last_event=last,
        last_heartbeat=None,
        clock_ahead_s=ahead_by_arrivals(delays_s),
        quarantined=quarantined,
        messages=quarantined + lately,
    )


def _video(
    parts: Services, camera: CameraRow, has_video: bool, now: datetime
) -> tuple[str, Message | None, datetime | None]:
    watched = parts.jobs.watched().get(camera.id)
    if watched is None:
        return (NOT_READ if has_video else NO_STREAM), None, None
    state = watched.feed.main.state()
    last_frame = None
    if state.last_at is not None:
        last_frame = now - timedelta(seconds=time.monotonic() - state.last_at)
    return str(state.status), state.error, last_frame


def _of(camera: CameraRow) -> Any:
    visible = Visibility.one(City(camera.city), Scope(camera.scope))
    return (
        visible.rows(ObservationRow)
        & col(ObservationRow.source_kind).in_(SOURCE_KINDS)
        & (col(ObservationRow.source_id) == camera.id)
        & (col(ObservationRow.category) != LOST)
    )


def _last_words(session: Session, camera: CameraRow) -> tuple[datetime | None, list[float]]:
    """When it last told of something, and how long after their own time its last words came, in seconds."""
    query = select(ObservationRow.received_at, ObservationRow.started_at).where(_of(camera))
    rows = session.exec(query.order_by(col(ObservationRow.received_at).desc()).limit(LEARNED_FROM)).all()
    delays_s = [(received - started).total_seconds() for received, started in rows]
    return (rows[0][0] if rows else None), delays_s


def _told_since(session: Session, camera: CameraRow, since: datetime) -> int:
    query = select(func.count()).select_from(ObservationRow)
    return session.exec(query.where(_of(camera), col(ObservationRow.received_at) >= since)).one()


def _waiting(session: Session, cameras: Sequence[CameraRow]) -> dict[tuple[str, str], int]:
    """How many messages wait under each name of the cameras, by scope and name."""
    names = sorted({name for camera in cameras for name in (camera.id, *camera.device_names)})
    query = select(QuarantinedRow.scope, QuarantinedRow.device, func.count())
    query = query.where(col(QuarantinedRow.device).in_(names)).group_by(QuarantinedRow.scope, QuarantinedRow.device)
    return {(scope, device): count for scope, device, count in session.exec(query)}
