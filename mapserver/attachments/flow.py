"""The stories of a note with a file, and of a look at it."""

from datetime import datetime

from fastapi import Response, UploadFile

from incidents.attachments import service
from incidents.attachments.reading import LARGEST_OF_ALL, AttachmentKind, ReadFile
from incidents.attachments.tables import AttachmentRow
from incidents.timeline.tables import IncidentRow
from mapserver.core.body_limits import MIB
from mapserver.core.services import Services
from mapserver.mentions.flow import add_note as add_named_note
from telemetry.access import Principal
from telemetry.audit import service as audit
from telemetry.cities import City
from telemetry.errors import BadInput
from telemetry.messages import Message
from telemetry.store import Work

BODY = LARGEST_OF_ALL + MIB
"""Bytes of a request with a file and a note."""
ENDINGS = {
    "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "audio/webm": "webm", "audio/ogg": "ogg",
    "audio/mp4": "m4a", "application/pdf": "pdf",
}  # fmt: skip


async def read_upload(parts: Services, file: UploadFile | None) -> ReadFile | None:
    """What somebody sent, taken apart in a worker process before the turn to write is taken; None for no file.

    Raises BadMedia, Overloaded, Unavailable.
    """
    content = b""
    if file is not None:
        content = await file.read(LARGEST_OF_ALL + 1)
    if not content:
        return None
    return await parts.pictures.read_attachment(content)


def add_note(
    parts: Services,
    work: Work,
    row: IncidentRow,
    text: str,
    by: Principal,
    *,
    happened_at: datetime | None,
    file: ReadFile | None,
) -> None:
    """A note, with a file if there is one; its words may then be left out. Raises BadInput."""
    if file is not None and not text.strip():
        text = Message("attachments.note_of", kind=file.kind).text(City(row.city).facts.language)
    now = parts.clock.now()
    seq = add_named_note(parts, work, row, text, by, happened_at=happened_at)
    if file is None:
        return
    kept = AttachmentRow(
        incident_id=row.id,
        seq=seq,
        city=row.city,
        scope=row.scope,
        kind=file.kind,
        content_type=file.content_type,
        sha256=parts.media.put(file.shown),
        size=len(file.shown),
        original_sha256=parts.media.put(file.original),
        original_content_type=file.original_content_type,
        original_size=len(file.original),
        added_at=now,
    )
    work.session.add(kept)
    detail = Message("audit.attachment", kind=file.kind, sha256=kept.original_sha256[:12])
    audit.record(work.session, by, "attach", f"incident {row.id}", city=City(row.city), at=now, detail=detail)


def look(parts: Services, work: Work, row: IncidentRow, seq: int, by: Principal, *, original: bool) -> Response:
    """The file of a note as it is shown, or as it came; the look is written down before it leaves. Raises NotFound."""
    found = service.get(work.session, row, seq)
    sha256 = found.sha256
    content_type = found.content_type
    said = Message("audit.attachment_shown", kind=found.kind, sha256=sha256[:12])
    if original:
        sha256 = found.original_sha256
        content_type = found.original_content_type
        said = Message("audit.attachment_original", kind=found.kind, sha256=sha256[:12])
    content = parts.media.get(sha256)
    subject = service.subject(found)
    audit.record(work.session, by, "view", subject, city=City(row.city), at=parts.clock.now(), detail=said)
    how = "inline"
    if original or found.kind == AttachmentKind.DOCUMENT:
        how = "attachment"
    name = f"incident-{row.id[:8]}-{seq}.{ENDINGS[content_type]}"
    headers = {"Cache-Control": "private, no-store", "Content-Disposition": f'{how}; filename="{name}"'}
    return Response(content, media_type=content_type, headers=headers)


def require_moment(text: str) -> datetime | None:
    """A moment in ISO 8601 with its zone, None for an empty text. Raises BadInput."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput(Message("clips.not_a_time", text=text[:40])) from error
    if moment.tzinfo is None:
        raise BadInput(Message("attachments.no_zone", text=text[:40]))
    return moment
