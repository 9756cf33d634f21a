"""Clips out of the recordings: blurred ones for whoever may see footage, originals for few, every step written down."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import quote

from sqlmodel import Session

from mapserver.camera_setups.flow import masks_of
from mapserver.core.services import Services
from telemetry.access import Permission, Principal, visibility
from telemetry.audit import service as audit
from telemetry.cities import City
from telemetry.clock import iso
from telemetry.errors import BadInput, Conflict, NotAllowed, NotFound
from telemetry.messages import Message
from telemetry.store import ALWAYS, Between, Page, Work
from telemetry.visibility import Visibility
from vision.privacy.masks import gather
from vision.recording import clip_orders, unmasking
from vision.recording.clips import Piece, check_range, cut_clip
from vision.recording.spans import spans
from vision.recording.tables import ClipRow, OriginalStep, UnmaskingRow


def order_clip(
    parts: Services, caller: Principal, camera_id: str, *, begins: datetime, ends: datetime, why: str
) -> ClipRow:
    """Have a blurred clip made and note who wants it and why. Raises BadInput, NotFound where nothing was kept."""
    check_range(begins, ends)
    there = spans(parts.recordings, camera_id, visibility(caller), begins, ends)
    if not there:
        raise NotFound(Message("clips.nothing_kept", camera=camera_id, begins=iso(begins), ends=iso(ends)))
    city = there[0].camera_folder.city
    now = parts.clock.now()
    with parts.store.write() as work:
        clip = clip_orders.order(
            work,
            camera_id=camera_id,
            city=city,
            scope=caller.scope,
            begins=begins,
            ends=ends,
            why=why,
            by=caller.name,
            now=now,
        )
        _write_down(work, caller, "cut", clip, _of_period(begins, ends, why), now)
    return clip


def pull_original(
    parts: Services, caller: Principal, camera_id: str, *, begins: datetime, ends: datetime, why: str
) -> ClipRow:
    """Cut a clip in which people can be recognised, for one who may. Raises NotAllowed, and errors as cut_clip does."""
    caller.require(Permission.UNMASK)
    manifest = cut_clip(parts.recordings, camera_id, visibility(caller), begins, ends, keep=_keeper(parts))
    with parts.store.write() as work:  # only now: nobody else has to wait while pictures are copied
        clip = _original(parts, work, camera_id, manifest, begins=begins, ends=ends, why=why, by=caller)
        _write_down(work, caller, "unmask", clip, _of_period(begins, ends, why), parts.clock.now())
    return clip


def cancel_clip(parts: Services, caller: Principal, camera_id: str, clip_id: str) -> ClipRow:
    """Have a clip not made after all. Raises NotFound, and Conflict when it is over."""
    with parts.store.write() as work:
        clip = clip_orders.get(work.session, camera_id, clip_id, visibility(caller))
        clip_orders.cancel(work, clip)
        _write_down(work, caller, "cancel", clip, "", parts.clock.now())
    return clip


def ask_for_original(parts: Services, caller: Principal, camera_id: str, clip_id: str, *, why: str) -> UnmaskingRow:
    """Ask those who may for the original of a blurred clip. Raises NotAllowed, NotFound, Conflict."""
    caller.require(Permission.HOLD_EVIDENCE)
    now = parts.clock.now()
    with parts.store.write() as work:
        clip = clip_orders.get(work.session, camera_id, clip_id, visibility(caller))
        asked = unmasking.ask(work, clip, why=why, by=caller.name, now=now)
        _write_down(work, caller, "ask_unmask", clip, why, now)
    return asked


def answer_request(
    parts: Services, caller: Principal, camera_id: str, clip_id: str, request_id: str, *, grant: bool, why: str
) -> UnmaskingRow:
    """Grant who asked the original, or decline. Raises NotAllowed, NotFound, Conflict when it is answered already, and
    errors as cut_clip does when the recordings are gone."""
    caller.require(Permission.UNMASK)
    with parts.store.read() as session:
        blurred = clip_orders.get(session, camera_id, clip_id, visibility(caller))
        unmasking.require_open(session, unmasking.get(session, blurred, request_id))  # before an original is kept
    manifest = None
    if grant:
        time = blurred.begins, blurred.ends
        manifest = cut_clip(parts.recordings, camera_id, Visibility.of(blurred), *time, keep=_keeper(parts))
    now = parts.clock.now()
    with parts.store.write() as work:
        clip = clip_orders.get(work.session, camera_id, clip_id, visibility(caller))
        asked = unmasking.get(work.session, clip, request_id)
        original = None
        if manifest is not None:
            original = _original(
                parts, work, camera_id, manifest, begins=clip.begins, ends=clip.ends, why=asked.why, by=caller,
                granted_to=asked.who,
            )  # fmt: skip
        step = OriginalStep.DECLINED
        if original is not None:
            step = OriginalStep.GRANTED
        answer = unmasking.answer(work, asked, clip, step, why=why, by=caller.name, now=now, original=original)
        detail = Message("audit.original_answered", who=asked.who, asked=asked.why, by=caller.name, why=why)
        _write_down(work, caller, f"unmask_{step}", original or clip, detail, now)
    return answer


def look(parts: Services, work: Work, caller: Principal, clip: ClipRow, sha256: str) -> bytes:
    """One file of a clip; the look is written down. Raises NotFound, NotAllowed for an original, Conflict for a copy
    that lacks privacy masks."""
    if not clip_orders.may_see(caller, clip):
        raise NotAllowed(Message("clips.people_recognisable"))
    if lacks_masks(work.session, clip) and not caller.may(Permission.UNMASK):
        raise Conflict(Message("clips.masks_since"))
    if sha256 not in {file["sha256"] for file in clip.manifest.get("files", [])}:
        raise NotFound(Message("clips.no_file", clip=clip.id, file=sha256[:12]))
    content = parts.media.get(sha256)
    seen = Message("audit.blurred_video", sha256=sha256[:12])
    if clip.unmasked:
        seen = Message("audit.original_video", sha256=sha256[:12])
    _write_down(work, caller, "view", clip, seen, parts.clock.now())
    return content


def lacks_masks(session: Session, clip: ClipRow) -> bool:
    """Whether a blurred clip shows what a privacy mask hides that is in force by now."""
    if clip.unmasked or not clip.manifest:
        return False
    masked = clip.manifest["blurred"].get("masked", [])  # the first clips only say how many
    burnt = {tuple((x, y) for x, y in outline) for outline in masked}
    return not burnt.issuperset(gather(masks_of(session, clip.camera_id)).privacy)


def public_clip(parts: Services, session: Session, clip: ClipRow) -> dict[str, Any]:
    """The clip as the API shows it, each file with its address, with what was said about its original."""
    where = f"/api/v1/cameras/{quote(clip.camera_id)}/clips/{clip.id}"
    return {
        **clip_orders.public(clip, parts.jobs.clips()),
        "lacks_masks": lacks_masks(session, clip),
        "urls": [f"{where}/{file['sha256']}" for file in clip.manifest.get("files", [])],
        "unmasking": [unmasking.public(row) for row in unmasking.said(session, clip.id)],
    }


def public_clips(
    parts: Services,
    session: Session,
    caller: Principal,
    camera_id: str,
    *,
    limit: int,
    cursor: str | None = None,
    between: Between = ALWAYS,
) -> Page[dict[str, Any]]:
    """The clips of a camera that `caller` may see, newest first: one page. Raises BadInput on another list's cursor."""
    rows = clip_orders.listed(session, camera_id, caller, limit=limit, cursor=cursor, between=between)
    found = [public_clip(parts, session, row) for row in rows]
    return Page(found, total=rows.total, next_cursor=rows.next_cursor)


def reason(text: str) -> str:
    """Why somebody wants it. Raises BadInput when nothing is said."""
    if len(text.strip()) < 3:
        raise BadInput(Message("clips.reason_missing"))
    return text.strip()[:300]


def _keeper(parts: Services) -> Callable[[bytes, Piece], str]:
    """Keeps each file of an original as it is."""
    return lambda content, _piece: parts.media.put(content)


def _original(
    parts: Services, work: Work, camera_id: str, manifest: dict[str, Any], *, begins: datetime, ends: datetime,
    why: str, by: Principal, granted_to: str | None = None,
) -> ClipRow:  # fmt: skip
    clip = clip_orders.order(
        work, camera_id=camera_id, city=City(manifest["files"][0]["city"]), scope=by.scope, begins=begins, ends=ends,
        why=why, by=by.name, now=parts.clock.now(), unmasked=True, granted_to=granted_to,
    )  # fmt: skip
    clip_orders.finish(work, clip, manifest)
    return clip


def _of_period(begins: datetime, ends: datetime, why: str) -> Message:
    return Message("audit.period_why", begins=iso(begins), ends=iso(ends), why=why)


def _write_down(
    work: Work, caller: Principal, action: str, clip: ClipRow, detail: Message | str, now: datetime
) -> None:
    subject = f"clip {clip.id} of {clip.camera_id}"
    audit.record(work.session, caller, action, subject, city=City(clip.city), at=now, detail=detail)
