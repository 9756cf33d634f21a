"""Clips in the database: asked for, made or not, and who may see one. One verb a function; makes no clip.

Every step is news for those who look at footage of the town.
"""

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, or_, select

from telemetry.access import Permission, Principal, visibility
from telemetry.cities import City
from telemetry.clock import iso
from telemetry.errors import Conflict, NotFound
from telemetry.messages import Message
from telemetry.scopes import Scope
from telemetry.store import ALWAYS, Between, Change, Page, SortKey, Work, read_page
from telemetry.visibility import Visibility
from vision.recording.tables import ClipRow, ClipState

KIND = "clip"
"""What news of clips is called."""


def order(
    work: Work,
    *,
    camera_id: str,
    city: City,
    scope: Scope,
    begins: datetime,
    ends: datetime,
    why: str,
    by: str,
    now: datetime,
    unmasked: bool = False,
    granted_to: str | None = None,
) -> ClipRow:
    """A clip of a camera from `begins` to `ends` (UTC) that is yet to be made."""
    clip = ClipRow(
        id=str(uuid.uuid4()), camera_id=camera_id, city=city, scope=scope, why=why, made_by=by, made_at=now,
        begins=begins, ends=ends, state=ClipState.WAITING, unmasked=unmasked, granted_to=granted_to, manifest={},
    )  # fmt: skip
    work.session.add(clip)
    work.session.flush()  # what is said about it refers to it
    work.tell(news(clip))
    return clip


def finish(work: Work, clip: ClipRow, manifest: dict[str, Any]) -> None:
    """The clip is made and its files are kept."""
    clip.state = ClipState.READY
    clip.manifest = manifest
    work.session.add(clip)
    work.tell(news(clip))


def fail(work: Work, clip: ClipRow, problem: str) -> None:
    """The clip cannot be made."""
    clip.state = ClipState.FAILED
    clip.problem = problem
    work.session.add(clip)
    work.tell(news(clip))


def cancel(work: Work, clip: ClipRow) -> None:
    """The clip need not be made. Raises Conflict when it is made already, or never will be."""
    if clip.state != ClipState.WAITING:
        raise Conflict(Message("clips.state_already", state=clip.state))
    clip.state = ClipState.CANCELLED
    work.session.add(clip)
    work.tell(news(clip))


def get(session: Session, camera_id: str, clip_id: str, visible: Visibility) -> ClipRow:
    """One clip. Raises NotFound."""
    found = session.get(ClipRow, clip_id)
    if found is None or found.camera_id != camera_id or not visible.shows(found):
        raise NotFound(Message("clips.not_found", clip=clip_id, camera=camera_id))
    return found


def listed(
    session: Session,
    camera_id: str,
    caller: Principal,
    *,
    limit: int,
    cursor: str | None = None,
    between: Between = ALWAYS,
) -> Page[ClipRow]:
    """The clips of a camera that `caller` may see, newest first: one page. Raises BadInput on another list's cursor."""
    visible = visibility(caller)
    query = select(ClipRow).where(ClipRow.camera_id == camera_id, visible.rows(ClipRow))
    if not caller.may(Permission.UNMASK):
        query = query.where(or_(col(ClipRow.unmasked).is_(False), ClipRow.granted_to == caller.name))
    order = [SortKey(col(ClipRow.made_at), datetime, descending=True), SortKey(col(ClipRow.id), str)]
    return read_page(session, between.narrow(query, col(ClipRow.made_at)), order, limit=limit, cursor=cursor)


def shareable(
    session: Session, camera_ids: Collection[str], visible: Visibility, *, begins: datetime, ends: datetime
) -> Sequence[ClipRow]:
    """The clips of `visible` that are ready, in which nobody can be recognised, of one of the cameras and of a time
    that meets that from `begins` to `ends` (UTC); the earliest first."""
    query = select(ClipRow).where(
        visible.rows(ClipRow),
        col(ClipRow.camera_id).in_(camera_ids),
        ClipRow.state == ClipState.READY,
        col(ClipRow.unmasked).is_(False),
        ClipRow.begins <= ends,
        ClipRow.ends >= begins,
    )
    return session.exec(query.order_by(col(ClipRow.begins), col(ClipRow.id))).all()


def waiting(session: Session) -> Sequence[ClipRow]:
    """What is yet to be made, the oldest first."""
    query = select(ClipRow).where(ClipRow.state == ClipState.WAITING)
    return session.exec(query.order_by(col(ClipRow.made_at))).all()


def may_see(caller: Principal, clip: ClipRow) -> bool:
    """Whether `caller`, who may see footage, may see this clip: an original is for few."""
    return not clip.unmasked or caller.may(Permission.UNMASK) or caller.name == clip.granted_to


def news(clip: ClipRow, done: float | None = None) -> Change:
    """What viewers hear: that it changed, or while it is made, how much is done (0..1)."""
    state = "working"
    if done is None:
        state = clip.state
    return Change(
        KIND,
        clip.id,
        frozenset({City(clip.city)}),
        Scope(clip.scope),
        {"camera": clip.camera_id, "state": state, "done": done},
    )


def public(clip: ClipRow, progress: Mapping[str, float]) -> dict[str, Any]:
    """The clip as the API shows it, with its manifest; `progress`: how much of which clip is done."""
    return {
        "id": clip.id,
        "camera": clip.camera_id,
        "city": clip.city,
        "from": iso(clip.begins),
        "to": iso(clip.ends),
        "why": clip.why,
        "made_by": clip.made_by,
        "made_at": iso(clip.made_at),
        "state": clip.state,
        "done": progress.get(clip.id, 0.0) if clip.state == ClipState.WAITING else None,
        "problem": clip.problem,
        "unmasked": clip.unmasked,
        "manifest": clip.manifest or None,
    }
