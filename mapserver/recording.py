"""Recording as the settings want it, and the footage that is pulled out of it, each look written down."""

from datetime import datetime
from typing import Any
from urllib.parse import quote

from mapserver.services import Services
from telemetry.access import Principal, visible_cities
from telemetry.audit import service as audit
from telemetry.cities import City
from telemetry.clock import iso
from telemetry.errors import Misconfigured, NotFound
from telemetry.store import Work
from vision.recording import service
from vision.recording.clips import cut_clip
from vision.recording.desk import RecordingDesk, Room
from vision.recording.keeping import Hold
from vision.recording.shelves import kept
from vision.recording.tables import ClipRow, HoldRow

GB = 10**9


def recording_desk(parts: Services) -> RecordingDesk | None:
    """The desk that keeps what cameras send; None where recording is off. Raises Misconfigured without a folder."""
    wanted = parts.settings.recording
    if not wanted.on:
        return None
    try:
        parts.recordings.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Misconfigured(f"recordings cannot be kept in {parts.recordings}: {error.strerror}") from error

    def holds() -> list[Hold]:
        with parts.store.read() as session:
            return service.in_force(session, parts.clock.now())

    return RecordingDesk(
        parts.recordings,
        room=Room(round(wanted.reserve_gb * GB), None if wanted.most_gb is None else round(wanted.most_gb * GB)),
        keep_for=lambda shelf: wanted.keep_for(shelf.city, shelf.purpose, shelf.camera_id),
        holds=holds,
        clock=parts.clock,
    )


def pull_clip(
    parts: Services, caller: Principal, camera_id: str, *, begins: datetime, ends: datetime, why: str
) -> ClipRow:
    """Cut a clip, keep its files and note who wanted it and why. Raises BadInput and NotFound as cut_clip does."""
    manifest = cut_clip(parts.recordings, camera_id, visible_cities(caller), begins, ends, keep=parts.media.put)
    city, now = City(manifest["files"][0]["city"]), parts.clock.now()
    detail = f"{iso(begins)} to {iso(ends)}: {why}"
    with parts.store.write() as work:  # only now: nobody else has to wait while pictures are copied
        clip = service.keep_clip(
            work.session, camera_id=camera_id, city=city, manifest=manifest, why=why, by=caller.name, now=now
        )
        audit.record(work.session, caller, "cut", f"clip {clip.id} of {camera_id}", city=city, at=now, detail=detail)
    return clip


def place_hold(
    parts: Services,
    caller: Principal,
    camera_id: str,
    *,
    begins: datetime,
    ends: datetime,
    until: datetime,
    why: str,
) -> HoldRow:
    """Keep footage from being deleted until `until` (UTC). Raises NotFound where there is none, BadInput."""
    files = kept(parts.recordings, camera_id=camera_id, cities=visible_cities(caller), begins=begins, ends=ends)
    if not files:
        raise NotFound(f"nothing of {camera_id} was kept in that time that you may see")
    city, now = files[0].shelf.city, parts.clock.now()
    detail = f"{iso(begins)} to {iso(ends)}, until {iso(until)}: {why}"
    with parts.store.write() as work:
        placed = service.place_hold(
            work.session, camera_id=camera_id, city=city, begins=begins, ends=ends, until=until, why=why,
            by=caller.name, now=now,
        )  # fmt: skip
        subject = f"hold {placed.id} on {camera_id}"
        audit.record(work.session, caller, "hold", subject, city=city, at=now, detail=detail)
    return placed


def look(parts: Services, work: Work, caller: Principal, clip: ClipRow, sha256: str) -> bytes:
    """One file of a clip; the look is written down. Raises NotFound."""
    if sha256 not in {file["sha256"] for file in clip.manifest["files"]}:
        raise NotFound(f"the clip {clip.id} has no file {sha256[:12]}…")
    content = parts.media.get(sha256)
    audit.record(
        work.session,
        caller,
        "view",
        f"clip {clip.id} of {clip.camera_id}",
        city=City(clip.city),
        at=parts.clock.now(),
        detail=f"video {sha256[:12]}",
    )
    return content


def public_clip(clip: ClipRow) -> dict[str, Any]:
    """The clip as the API shows it, each file with its address."""
    shown = service.public_clip(clip)
    where = f"/api/v1/cameras/{quote(clip.camera_id)}/clips/{clip.id}"
    shown["urls"] = [f"{where}/{file['sha256']}" for file in clip.manifest["files"]]
    return shown
