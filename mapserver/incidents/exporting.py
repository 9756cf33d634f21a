"""The export of an incident as an evidence bundle: who may have what in it, and that it is written down."""

import tempfile
from collections.abc import Iterator
from functools import partial
from typing import IO, Any
from urllib.parse import quote

from fastapi.responses import StreamingResponse
from sqlmodel import Session

from incidents.evidence.bundle import MadeBundle, write_bundle
from incidents.evidence.record import IncidentRecord, Wanted, gather
from incidents.evidence.verifier import CHUNK
from incidents.timeline import repository
from incidents.timeline.tables import IncidentRow
from mapserver.basemap.town_map import town_picture
from mapserver.chain.signing import try_signing
from mapserver.clips.flow import lacks_masks
from mapserver.core.services import Services
from mapserver.core.version import VERSION
from telemetry.access import Permission, Principal
from telemetry.audit import service as audit
from telemetry.errors import StoreUnavailable
from telemetry.messages import Message
from telemetry.observations import repository as observations
from telemetry.visibility import Visibility
from vision.recording import clip_orders
from vision.recording.tables import ClipRow

ZIP = "application/zip"


def export(
    parts: Services,
    file: IO[bytes],
    incident_id: str,
    visible: Visibility,
    by: Principal,
    *,
    media: bool,
    trail: bool,
) -> MadeBundle:
    """Write the bundle of an incident to `file`; the export and each look at evidence are in the audit trail then.

    `media`, `trail`: whether pictures and clips, and what the audit trail has, may go into it. The trail's entries are
    of the incident's scope. Raises NotFound, StoreUnavailable when there is no room; `file` is of no use then.
    """
    with parts.store.read() as session:
        row = repository.get(session, incident_id, visible)
        clips = _clips(session, row) if media else []
        wanted = Wanted(by.name, parts.clock.now(), VERSION, media=media, audit=trail, clips=clips)
        record = gather(session, row, wanted)
    draw = partial(town_picture, parts.settings, record.city)
    try:
        made = write_bundle(file, record, parts.media.open, draw)
        file.flush()
    except OSError as error:
        raise StoreUnavailable(Message("evidence.no_room", reason=error.strerror or error)) from error
    _write_down(parts, record, made, Principal(by.name, by.role, by.city, Visibility.of(row).scope or by.scope))
    try_signing(parts.store, parts.settings.chain, parts.clock.now())
    return made


def download(parts: Services, incident_id: str, visible: Visibility, by: Principal) -> StreamingResponse:
    """The bundle of an incident as a file to keep, with as much in it as `by` may see. Raises as `export` does.

    It is made in a file without a name, of which nothing is left whatever happens.
    """
    file: IO[bytes] = tempfile.TemporaryFile(dir=parts.settings.data_dir)  # noqa: SIM115  closed once it is sent
    try:
        export(
            parts, file, incident_id, visible, by,
            media=by.may(Permission.HOLD_EVIDENCE), trail=by.may(Permission.SEE_AUDIT),
        )  # fmt: skip
        size = file.tell()
    except BaseException:
        file.close()
        raise
    file.seek(0)
    name = f"incident-{quote(incident_id[:8], safe='')}.zip"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Length": str(size),
        "Cache-Control": "private, no-store",
    }
    return StreamingResponse(_sent(file), media_type=ZIP, headers=headers)


def _sent(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while part := file.read(CHUNK):
            yield part


def _clips(session: Session, row: IncidentRow) -> list[ClipRow]:
    """The clips of its cameras and its time in which nobody can be recognised and every mask is burnt in."""
    seen = observations.get_many(session, row.observation_ids)
    cameras = {one.source.id for one in seen}
    found = clip_orders.shareable(session, cameras, Visibility.of(row), begins=row.first_at, ends=row.last_at)
    return [clip for clip in found if not lacks_masks(session, clip)]


def _write_down(parts: Services, record: IncidentRecord, made: MadeBundle, by: Principal) -> None:
    said: dict[str, Any] = {"manifest": made.manifest_sha256, "files": len(made.media)}
    with parts.store.write() as work:
        now = parts.clock.now()
        record_look = partial(audit.record, work.session, by, city=record.city, at=now)
        record_look("export", f"incident {record.id}", detail=Message("evidence.audit.exported", **said))
        for file in made.media:
            for subject in file.subjects:
                record_look("view", subject, detail=Message("evidence.audit.in_bundle", sha256=file.sha256[:12]))
