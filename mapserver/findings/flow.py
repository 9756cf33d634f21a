"""What the analysis of video finds becomes observations: one way for this machine's workers and for a cluster's."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from incidents.timeline import repository as timeline
from incidents.timeline.acceptance import Outcome, Receipt
from mapserver.camera_setups.video_source import Sight, sight
from mapserver.core.services import Services
from mapserver.core.video_settings import VideoSettings
from mapserver.core.videos import video_of
from mapserver.devices.service import require_bound
from mapserver.findings.drone_geolocation import PlacedFinding, placed_aloft
from mapserver.observations.flow import take
from telemetry.access import Principal
from telemetry.dialects.values import PLATE_READ, UNSURE
from telemetry.errors import NotFound
from telemetry.messages import Message
from telemetry.observations import Media, Observation, SourceKind
from telemetry.observations import repository as observations
from telemetry.scopes import scope_of
from telemetry.store import Work
from telemetry.visibility import EVERYTHING, Visibility
from vision.findings import Finding, run_of, to_observation
from vision.plates.screening import may_keep_picture, sought

CLOCKS_APART = timedelta(minutes=1)
"""At most so much the clock of a machine of the cluster is ahead of this one's."""


@dataclass(frozen=True)
class Prepared:
    """A finding, and what can be known of it before it is somebody's turn to write."""

    finding: Finding
    video: VideoSettings
    aloft: PlacedFinding


def prepared(parts: Services, finding: Finding) -> Prepared:
    """`finding` for `take_finding`. Raises NotFound for a camera that there is not, or whose video nobody wants."""
    with parts.store.read() as session:
        video = video_of(parts.settings, session, finding.camera_id)
    if video is None:
        raise _unknown(finding)
    return Prepared(finding, video, placed_aloft(parts, video, finding))


def take_finding(
    parts: Services, work: Work, ready: Prepared, visible: Visibility = EVERYTHING, *, by: Principal | None = None
) -> Receipt:
    """Accept what was found on the video of a unit or camera that serves one of `visible` now, as `by` hands it in.

    `by` hands it in.
    Within a rule's quiet time another run of the same source tells of the same event: its finding is taken as said
    already. So is a plate that is unsure and that nobody looks for. Raises NotFound for another camera.
    """
    finding = ready.finding
    video = ready.video
    aloft = ready.aloft
    seen = sight(work.session, finding.camera_id)
    if not visible.shows(seen):
        raise _unknown(finding)
    said = {}
    if video.simulated:
        said = {"footage": Path(video.source).name}
    scope = scope_of(seen.scope, simulated=video.simulated)
    observation = to_observation(
        finding, city=seen.city, scope=scope, kind=_kind_of(finding, seen),
        position=aloft.position or finding.position or seen.looks_at, attributes={**said, **aloft.attributes},
    )  # fmt: skip
    told = _told_of(work, finding, observation)
    if told is not None:
        if by is not None:
            require_bound(work.session, by, [observation.source])
        incident_id = timeline.incident_of_observation(work.session, told.id)
        return Receipt(told.id, Outcome.DUPLICATE, incident_id)
    if UNSURE in observation.attributes and sought(work.session, observation, now=parts.clock.now()) is None:
        return Receipt(observation.id, Outcome.DUPLICATE, None)  # nobody looks for it, and it may be another plate
    if may_keep_picture(work.session, observation, now=parts.clock.now()):
        picture = Media(kind="snapshot", sha256=parts.media.put(finding.snapshot), content_type="image/jpeg")
        observation = observation.model_copy(update={"media": (picture,)})
    return take(parts, work, [observation], by=by)[0]


def _unknown(finding: Finding) -> NotFound:
    return NotFound(Message("cameras.not_analysed", camera=finding.camera_id))


def _told_of(work: Work, finding: Finding, observation: Observation) -> Observation | None:
    """What another run told of by the same rule, less than its quiet time before `finding` was made."""
    quiet = timedelta(seconds=finding.quiet_s)
    since = finding.ended - quiet - CLOCKS_APART  # nothing is received before it has happened
    for earlier in observations.of_source(work.session, observation, received_since=since) if quiet else []:
        ended = earlier.ended_at or earlier.started_at
        same_run = run_of(earlier.source_ref) == finding.run
        if not same_run and earlier.attributes.get("rule") == finding.rule and ended <= finding.ended < ended + quiet:
            return earlier
    return None


def _kind_of(finding: Finding, seen: Sight) -> SourceKind:
    """A fixed camera that reads a plate is a plate reader, as one that sends its own reads is."""
    read = finding.category == PLATE_READ and seen.kind is SourceKind.FIXED_CAMERA
    if read:
        return SourceKind.PLATE_READER
    return seen.kind
