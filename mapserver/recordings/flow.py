"""Recording as the settings want it, and holds on what was recorded, each written down."""

from datetime import datetime

from mapserver.core.services import Services
from telemetry.access import Principal, visibility
from telemetry.audit import service as audit
from telemetry.clock import iso
from telemetry.errors import Misconfigured, NotFound
from telemetry.messages import Message
from telemetry.store.private import repair_modes
from vision.recording import service
from vision.recording.expiry import Hold
from vision.recording.recording_worker import DiskSpace, RecordingWorker
from vision.recording.storage_layout import kept
from vision.recording.tables import HoldRow

GB = 10**9


def recording_desk(parts: Services) -> RecordingWorker | None:
    """The desk that keeps what cameras send; None where recording is off. Raises Misconfigured without a folder."""
    wanted = parts.settings.recording
    if not wanted.on:
        return None
    try:
        parts.recordings.mkdir(parents=True, exist_ok=True)
        repair_modes(parts.recordings)
    except OSError as error:
        raise Misconfigured(
            Message("recordings.folder_refused", folder=parts.recordings, reason=error.strerror)
        ) from error

    def holds() -> list[Hold]:
        with parts.store.read() as session:
            return service.in_force(session, parts.forgetting.earliest_now())

    return RecordingWorker(
        parts.recordings,
        room=DiskSpace(round(wanted.reserve_gb * GB), None if wanted.most_gb is None else round(wanted.most_gb * GB)),
        keep_for=lambda camera_folder: parts.settings.recording.keep_for(
            camera_folder.city, camera_folder.purpose, camera_folder.camera_id
        ),
        holds=holds,
        due_by=parts.forgetting.due_by,
        supervisor=parts.workers,
    )


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
    files = kept(parts.recordings, camera_id=camera_id, visible=visibility(caller), begins=begins, ends=ends)
    if not files:
        raise NotFound(Message("recordings.nothing_kept", camera=camera_id))
    city = files[0].camera_folder.city
    now = parts.clock.now()
    detail = Message("audit.held", begins=iso(begins), ends=iso(ends), until=iso(until), why=why)
    with parts.store.write() as work:
        placed = service.place_hold(
            work.session, camera_id=camera_id, city=city, scope=caller.scope, begins=begins, ends=ends, until=until,
            why=why, by=caller.name, now=now,
        )  # fmt: skip
        subject = f"hold {placed.id} on {camera_id}"
        audit.record(work.session, caller, "hold", subject, city=city, at=now, detail=detail)
    return placed
