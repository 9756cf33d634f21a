"""Which outages of cameras are worth telling: told once when one has lasted, once when it is over. Pure.

A camera that is asked again and again is one outage, and one that stumbles for a moment is none.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from telemetry.cities import City
from telemetry.clock import iso
from telemetry.messages import Message
from telemetry.observations import Observation, Source, SourceKind
from telemetry.positions import Position
from telemetry.scopes import Scope
from vision.feeds.reader import ReaderState, Status

CATEGORY = "camera_lost"


@dataclass(frozen=True)
class Outage:
    """A camera without pictures."""

    since: datetime
    """When the last one came, UTC; when it was first missed, if none ever came."""
    reason: Message
    """Why, when it was told."""
    ended: datetime | None = None
    """When pictures came again, UTC."""


class OutageMonitor:
    """Follows one camera. Ask it about every second."""

    def __init__(self, *, tell_after_s: float) -> None:
        """`tell_after_s`: an outage that lasts longer is told."""
        self._tell_after = timedelta(seconds=tell_after_s)
        self._since: datetime | None = None
        self._told: Outage | None = None

    def see(self, state: ReaderState, *, now: datetime, mono: float) -> Outage | None:
        """What is to be told at `now` (UTC), which is `mono` on the monotonic clock in seconds: nothing, mostly."""
        if state.status is Status.LOST:
            return self._missing(state, now, mono)
        if state.status is not Status.RUNNING:
            return None
        told = self._told
        self._told = None
        self._since = None
        if told is None:
            return None
        return Outage(told.since, told.reason, now)

    def _missing(self, state: ReaderState, now: datetime, mono: float) -> Outage | None:
        if self._since is None:
            self._since = now if state.last_at is None else now - timedelta(seconds=mono - state.last_at)
        if self._told is not None or now - self._since <= self._tell_after:
            return None
        self._told = Outage(self._since, state.error or Message("feeds.no_picture_comes"))
        return self._told


def to_observation(
    outage: Outage, camera_id: str, *, city: City, scope: Scope, kind: SourceKind, position: Position | None
) -> Observation:
    """`outage` as the timeline takes it; that it is over is another observation, of the same incident by identity."""
    ref = f"lost/{iso(outage.since)}"
    if outage.ended is None:
        said = Message("cameras.no_picture_any_more", camera=camera_id)
    else:
        lasted_s = (outage.ended - outage.since).total_seconds()
        said = Message("cameras.pictures_again", camera=camera_id, lasted_s=lasted_s)
    return Observation(
        city=city,
        scope=scope,
        source=Source(kind=kind, id=camera_id),
        source_ref=ref if outage.ended is None else f"{ref}/back",
        category=CATEGORY,
        started_at=outage.since,
        ended_at=outage.ended,
        position=position,
        confidence=1.0,
        summary=str(said),
        message=said,
        attributes={
            "identity": f"{camera_id}/{ref}",
            "why": str(outage.reason),
            "why_message": outage.reason.to_json(),
        },
    )
