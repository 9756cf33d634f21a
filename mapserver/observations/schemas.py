"""What the API answers to observations that are handed in."""

from typing import ClassVar

from incidents.timeline.acceptance import Outcome
from mapserver.web.schemas import AccuratePlace, Answer, Fraction, Json, MessageAnswer, Utc
from telemetry.observations.values import SourceKind


class ReceiptAnswer(Answer):
    """The receipt of one observation: it, its incident and its timeline entry are on disk."""

    EXAMPLE: ClassVar[Json] = {
        "observation_id": "35f7e1ef-f2ed-5b59-8a38-4b3c1f0f6c02",
        "outcome": "accepted",
        "incident_id": "ebf464b0-d54b-5780-9a3e-0f5c5d1c7a11",
    }

    observation_id: str
    outcome: Outcome
    incident_id: str | None
    """The incident that it joined or opened; null for what belongs to none."""
    warning: str | None = None
    """Only where its source gives one name to several events; in the language of the request."""
    warning_message: MessageAnswer | None = None
    """The same as code, parameters and text."""


class ObservedBy(Answer):
    """Who saw or said it."""

    kind: SourceKind
    id: str


class ErrorEllipse(Answer):
    """One-sigma ellipse of the errors on the ground."""

    major_m: float
    minor_m: float
    azimuth_deg: float


class ObservedPosition(AccuratePlace):
    """Where it was."""

    alt_m: float | None
    """Above the sea."""
    ellipse: ErrorEllipse | None


class ObservedMedium(Answer):
    """A picture, at `/media/{observation}/{sha256}` for those who may see footage."""

    kind: str
    sha256: str
    content_type: str


class ObservationAnswer(Answer):
    """One thing that was seen or said."""

    id: str
    city: str
    scope: str
    """`live`, or `exercise/ID`."""
    source: ObservedBy
    source_ref: str
    """The source's own name of the event."""
    category: str
    started_at: Utc
    """By the device's clock."""
    ended_at: Utc | None
    received_at: Utc | None
    position: ObservedPosition | None
    footprint: Json | None
    """Ground on which it is somewhere, GeoJSON."""
    confidence: Fraction
    summary: str
    """In the language of the request."""
    message: MessageAnswer | None = None
    """The same as code, parameters and text, where its source gives more than words."""
    attributes: Json
    scores: dict[str, Fraction]
    """How sure its source is of each attribute that it names."""
    media: list[ObservedMedium]
