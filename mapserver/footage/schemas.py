"""What the API answers of the cameras of an incident, and of what is not known of it."""

from incidents.camera_views.sightings import ViewOfPlace
from mapserver.web.schemas import Answer, MessageAnswer, Span, Utc
from telemetry.observations.values import SourceKind


class OfferedFootageAnswer(Answer):
    """Recorded video that may show something of an incident."""

    camera: str
    name: str
    kind: SourceKind
    away_m: int
    """From the camera to the place of the incident."""
    begins: Utc
    ends: Utc
    missing: list[Span]
    """What of that time was not recorded."""
    url: str
    """Plays it; each look is on the audit trail with the incident."""


class BlindCameraAnswer(Answer):
    """A camera that looked at the place and has no video of that time."""

    camera: str
    name: str
    away_m: int
    down_since: Utc | None
    """When its last picture came; null where it was not down, as far as anybody said."""
    down_until: Utc | None


class NearestCameraAnswer(Answer):
    """The camera that stood nearest to a place that none saw."""

    camera: str
    name: str
    view: ViewOfPlace
    away_m: int


class IncidentFootageAnswer(Answer):
    """What the cameras have of an incident."""

    begins: Utc | None
    """The minute round the first that was heard of it; null where its place is not known."""
    ends: Utc | None
    cameras: list[OfferedFootageAnswer]
    """That could have seen the place, by field of view and time, the nearest first."""
    blind: list[BlindCameraAnswer]
    nearest: NearestCameraAnswer | None
    """Where no camera could have seen it."""
    ways_out: list[OfferedFootageAnswer]
    """Where it is about a vehicle: the first plate reader in each direction, when it would be passed."""
    slow_kmh: float
    """How slowly and how fast somebody is taken to drive away."""
    fast_kmh: float


class NotKnownAnswer(Answer):
    """What is not known about an incident."""

    sentences: list[MessageAnswer]
    """Cameras that did not see it and why, sources whose clocks are off."""
    questions: list[str]
    """Ids of the open questions whether it is one with another incident."""
