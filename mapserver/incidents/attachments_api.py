"""Notes with a photo, voice or a document."""

from typing import Annotated, Any

from fastapi import Depends, Form, Response, UploadFile

from incidents.attachments.reading import ReadFile
from incidents.timeline import repository, service
from mapserver.attachments.flow import BODY, add_note, look, read_upload, require_moment
from mapserver.core.body_limits import body_limit
from mapserver.incidents.schemas import IncidentAnswer
from mapserver.web.api_routes import ApiRouter
from mapserver.web.dependencies import Parts, Writer
from mapserver.web.permissions import MayHoldEvidence, MaySeeFootage, MayWorkIncidents
from telemetry.access import visibility

router = ApiRouter("incidents", "/incidents")
_FILE: dict[int | str, dict[str, Any]] = {200: {"content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}}}


async def _read(parts: Parts, file: UploadFile) -> ReadFile | None:
    return await read_upload(parts, file)


@router.post("/{incident_id}/notes/file", response_model=IncidentAnswer, status_code=201)
@body_limit(BODY, "a file")
def add_note_with_file(
    incident_id: str, caller: MayWorkIncidents, file: Annotated[ReadFile | None, Depends(_read)],
    parts: Parts, work: Writer, text: Annotated[str, Form()] = "", happened_at: Annotated[str, Form()] = "",
) -> dict[str, Any]:  # fmt: skip
    """A note with a file: a photo (JPEG, PNG, WebP), voice (WebM, Ogg or MP4 with sound alone, at most ten minutes)
    or a PDF; what it is is read from its content. Its words may be left out. `happened_at`: the moment that it tells
    of, ISO 8601 with its zone. What is shown has no place, owner or device in it; the original is kept beside it."""
    row = repository.get(work.session, incident_id, visibility(caller))
    add_note(parts, work, row, text, caller, happened_at=require_moment(happened_at), file=file)
    return service.public(row)


@router.get("/{incident_id}/notes/{seq}/file", response_class=Response, responses=_FILE)
def attachment(incident_id: str, seq: int, caller: MaySeeFootage, parts: Parts, work: Writer) -> Response:
    """The file of a note as it is shown. The look is in the audit trail before it leaves."""
    row = repository.get(work.session, incident_id, visibility(caller))
    return look(parts, work, row, seq, caller, original=False)


@router.get("/{incident_id}/notes/{seq}/file/original", response_class=Response, responses=_FILE)
def original_attachment(incident_id: str, seq: int, caller: MayHoldEvidence, parts: Parts, work: Writer) -> Response:
    """The file of a note as it came, with whatever it says of place and device. The look is in the audit trail before
    it leaves."""
    row = repository.get(work.session, incident_id, visibility(caller))
    return look(parts, work, row, seq, caller, original=True)
