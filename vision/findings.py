"""What the analysis of video finds, and how a finding becomes an observation. Decides nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from telemetry.cities import City
from telemetry.messages import Message
from telemetry.observations import Media, Observation, Source, SourceKind
from telemetry.positions import Position
from telemetry.scopes import Scope

WHY = "why"
"""Attribute: what was seen against what the rule asks, in English."""
WHY_MESSAGE = "why_message"
"""Attribute: the same as a message's code and parameters."""
LONGEST_SUMMARY = 500


@dataclass(frozen=True)
class Finding:
    """What a rule found on one camera."""

    camera_id: str
    ref: str
    """Its name within the camera: the same video gives the same one."""
    rule: str
    category: str
    label: str
    at: datetime
    """When the object came into the zone, UTC."""
    ended: datetime
    """When the rule was sure, UTC."""
    confidence: float
    """0..1: the mean score of the object's detections."""
    box: tuple[float, float, float, float]
    """Left, top, right, bottom as fractions of the picture."""
    summary: Message
    attributes: Mapping[str, object]
    """`why` in English and as `why_message`, `identity` of the followed object, `video_s` from the video's start."""
    snapshot: bytes = b""
    """JPEG: the object framed, every person's head made unrecognisable, privacy masks burnt in; empty until made."""
    position: Position | None = None
    """Where on the ground it is, with its ellipse, where the camera's picture is laid on the ground."""
    quiet_s: float = 0.0
    """For so long after `ended` its rule says nothing more: what happens then belongs to the same event."""

    @property
    def run(self) -> str:
        """The run of the source that it was found in: rules remember what they told of within one only."""
        return run_of(self.ref)


def run_of(ref: str) -> str:
    """Which run of the source a finding named `ref` is of; a setup that is taken up within one begins no other."""
    return ref.partition("/")[0].partition("+")[0]


def to_observation(
    finding: Finding,
    *,
    city: City,
    scope: Scope,
    kind: SourceKind,
    position: Position | None = None,
    media: tuple[Media, ...] = (),
    attributes: Mapping[str, object] | None = None,
) -> Observation:
    """`finding` as the timeline takes it, seen by the unit or camera `finding.camera_id`.

    `position`: where the thing is, or the camera with an accuracy that says how far it sees. `attributes` are added.
    """
    return Observation(
        city=city,
        scope=scope,
        source=Source(kind=kind, id=finding.camera_id),
        source_ref=finding.ref,
        category=finding.category,
        started_at=finding.at,
        ended_at=finding.ended,
        position=position,
        confidence=finding.confidence,
        summary=str(finding.summary)[:LONGEST_SUMMARY],
        message=None if finding.summary.is_written else finding.summary,
        attributes={
            "rule": finding.rule,
            "label": finding.label,
            "box": list(finding.box),
            **finding.attributes,
            **(attributes or {}),
        },
        media=media,
    )
