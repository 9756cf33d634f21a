"""What the API answers of video streams."""

from mapserver.web.schemas import Answer, PlaceAnswer, Utc
from telemetry.observations.values import SourceKind


class StreamRecording(Answer):
    """Whether a stream is recorded."""

    now: bool
    until: Utc | None
    why: str | None
    """Why it is not."""


class StreamFormAnswer(Answer):
    """How a stream is encoded."""

    codec: str
    codec_string: str
    """RFC 6381."""
    width: int
    height: int
    fps: float


class StaleStream(Answer):
    """Since when no picture was looked at, and why."""

    since: Utc
    why: str


class StreamAnswer(Answer):
    """A video stream and how it is."""

    id: str
    name: str
    kind: SourceKind
    city: str
    looks_at: PlaceAnswer | None
    simulated: bool
    stand_in: bool
    """Whether a file stands in for the camera."""
    footage: str | None
    """The file's name, where it is one."""
    recorded: bool
    recording: StreamRecording
    status: str
    since: Utc | None
    error: str | None
    looked_per_s: float
    detected_per_s: float
    moving: bool
    still_at: Utc | None
    stale: StaleStream | None
    notes: list[str]
    video: StreamFormAnswer | None
