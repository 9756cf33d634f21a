"""What there is of one incident, as an evidence bundle says it: gathered from the database, in every language.

Reads no picture, and decides nobody's permission: `Wanted` says what may go into it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from incidents.attachments import service as attachments
from incidents.attachments.tables import AttachmentRow
from incidents.links.service import of_incident
from incidents.timeline import service
from incidents.timeline.tables import IncidentRow
from telemetry.audit import service as audit
from telemetry.cities import City
from telemetry.clock import iso
from telemetry.messages import LANGUAGES, Message, speaking
from telemetry.visibility import Visibility
from vision.recording.tables import ClipRow

EXTENSIONS = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", "video/mp4": ".mp4"} | {
    "audio/webm": ".webm",
    "audio/ogg": ".ogg",
    "audio/mp4": ".m4a",
    "application/pdf": ".pdf",
}
OTHER_EXTENSION = ".bin"
MP4 = "video/mp4"


@dataclass(frozen=True)
class Wanted:
    """Who has a bundle made, when, and what may go into it."""

    by: str
    at: datetime
    """UTC."""
    program: str
    """Which version of the program makes it."""
    media: bool
    audit: bool
    clips: Sequence[ClipRow] = ()
    """Clips that are ready and may be shown, of the incident's cameras and time."""


@dataclass(frozen=True)
class MediaFile:
    """A picture or clip of the incident."""

    sha256: str
    kind: str
    """`snapshot`, or `clip`."""
    content_type: str
    subjects: tuple[str, ...]
    """What it is of, as the audit trail names it: `observation ID`, or `clip ID of CAMERA`."""

    @property
    def path(self) -> str:
        """In the bundle."""
        return f"media/{self.sha256}{EXTENSIONS.get(self.content_type, OTHER_EXTENSION)}"

    @property
    def is_picture(self) -> bool:
        """Whether a page can show it."""
        return self.content_type.startswith("image/") and self.content_type in EXTENSIONS


@dataclass(frozen=True)
class LeftOut:
    """What a bundle lacks, and why."""

    what: str
    """`media`, or `audit`."""
    reason: str
    """`not_permitted` to who has it made; `gone`: not kept any more, or damaged."""
    sha256: str | None = None


@dataclass(frozen=True)
class IncidentRecord:
    """Everything that a bundle says of one incident."""

    wanted: Wanted
    city: City
    scope: str
    incidents: Mapping[str, dict[str, Any]]
    """By language, as the API shows it."""
    timelines: Mapping[str, list[dict[str, Any]]]
    """By language, as the API shows it."""
    links: Mapping[str, list[dict[str, Any]]]
    """What it has to do with other incidents, by language, as the API shows it."""
    media: tuple[MediaFile, ...]
    trail: list[dict[str, Any]] | None
    """What the audit trail has about it; None where that may not go into the bundle."""

    @property
    def id(self) -> str:
        """Of the incident."""
        return str(self.incidents["en"]["id"])

    @property
    def simulated(self) -> bool:
        """Whether it is of an exercise."""
        return bool(self.incidents["en"]["simulated"])


def gather(session: Session, row: IncidentRow, wanted: Wanted) -> IncidentRecord:
    """What there is of the incident `row`."""
    incidents = {}
    timelines = {}
    links = {}
    for language in LANGUAGES:
        with speaking(language, City(row.city).facts.zone):
            incidents[language] = service.public(row)
            timelines[language] = service.timeline(session, row.id)
            links[language] = [known.public() for known in of_incident(session, row)]
    seen = [entry["observation"] for entry in timelines["en"] if entry["observation"] is not None]
    notes = attachments.of_incident(session, row.id).values()
    media = tuple(_merged([*_of_observations(seen), *_of_notes(notes), *_of_clips(wanted.clips)]))
    subjects = {f"incident {row.id}", *(f"observation {one['id']}" for one in seen)}
    subjects |= {subject for file in media for subject in file.subjects}
    trail = None
    if wanted.audit:
        with speaking("en"):
            trail = audit.about(session, Visibility.of(row), subjects)
    return IncidentRecord(wanted, City(row.city), row.scope, incidents, timelines, links, media, trail)


def clip_subject(clip: ClipRow) -> str:
    """How the audit trail names a clip."""
    return f"clip {clip.id} of {clip.camera_id}"


def left_out_words(left: LeftOut) -> Message:
    """What is left out, for people."""
    return Message(f"evidence.left_out.{left.what}_{left.reason}", sha256=(left.sha256 or "")[:12])


def manifest_head(record: IncidentRecord, left_out: Iterable[LeftOut]) -> dict[str, Any]:
    """What a manifest says beside its list of files; JSON-ready."""
    incident = record.incidents["en"]
    return {
        "made_at": iso(record.wanted.at),
        "made_by": record.wanted.by,
        "program": f"vanagas {record.wanted.program}",
        "incident": {
            "id": record.id,
            "city": str(record.city),
            "scope": record.scope,
            "simulated": record.simulated,
            "title": incident["title"],
            "opened_at": incident["opened_at"],
        },
        "left_out": [{name: value for name, value in vars(left).items() if value is not None} for left in left_out],
    }


def _of_observations(seen: Iterable[Mapping[str, Any]]) -> Iterator[MediaFile]:
    for one in seen:
        for medium in one["media"]:
            yield MediaFile(medium["sha256"], medium["kind"], medium["content_type"], (f"observation {one['id']}",))


def _of_notes(files: Iterable[AttachmentRow]) -> Iterator[MediaFile]:
    """Each as it is shown, and as it came."""
    for one in files:
        subject = (attachments.subject(one),)
        yield MediaFile(one.sha256, one.kind, one.content_type, subject)
        yield MediaFile(one.original_sha256, "original", one.original_content_type, subject)


def _of_clips(clips: Iterable[ClipRow]) -> Iterator[MediaFile]:
    for clip in clips:
        for file in clip.manifest.get("files", []):
            yield MediaFile(file["sha256"], "clip", MP4, (clip_subject(clip),))


def _merged(files: Iterable[MediaFile]) -> Iterator[MediaFile]:
    """Each file once, with all that it is of, in the order of the first of these."""
    by_hash: dict[str, MediaFile] = {}
    for file in files:
        known = by_hash.get(file.sha256, file)
        subjects = tuple(dict.fromkeys((*known.subjects, *file.subjects)))
        by_hash[file.sha256] = MediaFile(known.sha256, known.kind, known.content_type, subjects)
    yield from by_hash.values()
