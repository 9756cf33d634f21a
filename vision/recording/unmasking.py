"""Asking for the original of a blurred clip, and the answer: one verb a function. Cuts nothing and decides nothing.

Nothing said is ever changed: an answer is a row of its own.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from telemetry.cities import City
from telemetry.clock import iso
from telemetry.errors import Conflict, NotFound
from telemetry.messages import Message
from telemetry.scopes import Scope
from telemetry.store import Change, Work
from telemetry.visibility import Visibility
from vision.recording import clip_orders
from vision.recording.tables import ClipRow, ClipState, OriginalStep, UnmaskingRow

KIND = "unmasking"
"""What news of it is called."""


def ask(work: Work, clip: ClipRow, *, why: str, by: str, now: datetime) -> UnmaskingRow:
    """Ask for the original of `clip`. Raises Conflict when it is no blurred clip, or an answer is still to come."""
    if clip.unmasked or clip.state != ClipState.READY:
        raise Conflict(Message("clips.original_of_none"))
    if any(not row.answers and _answer(work.session, row.request_id) is None for row in said(work.session, clip.id)):
        raise Conflict(Message("clips.original_asked_already"))
    return _say(work, clip, f"unmask-{uuid.uuid4().hex[:12]}", OriginalStep.ASKED, why=why, by=by, now=now)


def answer(
    work: Work, asked: UnmaskingRow, clip: ClipRow, step: OriginalStep, *, why: str, by: str, now: datetime,
    original: ClipRow | None = None,
) -> UnmaskingRow:  # fmt: skip
    """The one answer to what was `asked`: granted with the `original`, or declined. Raises Conflict for a second."""
    require_open(work.session, asked)
    return _say(work, clip, asked.request_id, step, why=why, by=by, now=now, original=original)


def require_open(session: Session, asked: UnmaskingRow) -> None:
    """Raises Conflict when there is an answer."""
    known = _answer(session, asked.request_id)
    if known is not None:
        raise Conflict(Message("clips.original_answered_already", who=known.who, step=known.step))


def get(session: Session, clip: ClipRow, request_id: str) -> UnmaskingRow:
    """The asking. Raises NotFound."""
    for row in said(session, clip.id):
        if row.request_id == request_id and not row.answers:
            return row
    raise NotFound(Message("clips.original_not_asked", clip=clip.id, request=request_id))


def said(session: Session, clip_id: str) -> Sequence[UnmaskingRow]:
    """Everything said about the original of a clip, in order."""
    query = select(UnmaskingRow).where(UnmaskingRow.clip_id == clip_id)
    return session.exec(query.order_by(col(UnmaskingRow.id))).all()


def waiting(session: Session, visible: Visibility) -> Sequence[tuple[UnmaskingRow, ClipRow]]:
    """What still wants an answer in `cities`, the oldest first, with its blurred clip."""
    answered = select(UnmaskingRow.request_id).where(col(UnmaskingRow.answers).is_(True))
    query = (
        select(UnmaskingRow, ClipRow)
        .join(ClipRow, col(ClipRow.id) == UnmaskingRow.clip_id)
        .where(visible.rows(UnmaskingRow), col(UnmaskingRow.request_id).not_in(answered))
    )
    return session.exec(query.order_by(col(UnmaskingRow.id))).all()


def public(row: UnmaskingRow) -> dict[str, Any]:
    """One word about an original as the API shows it."""
    return {
        "request": row.request_id,
        "clip": row.clip_id,
        "city": row.city,
        "step": row.step,
        "who": row.who,
        "at": iso(row.at),
        "why": row.why,
        "original": row.original_id,
    }


def _answer(session: Session, request_id: str) -> UnmaskingRow | None:
    query = select(UnmaskingRow).where(UnmaskingRow.request_id == request_id, col(UnmaskingRow.answers).is_(True))
    return session.exec(query).first()


def _say(
    work: Work, clip: ClipRow, request_id: str, step: OriginalStep, *, why: str, by: str, now: datetime,
    original: ClipRow | None = None,
) -> UnmaskingRow:  # fmt: skip
    row = UnmaskingRow(
        request_id=request_id, answers=step != OriginalStep.ASKED, clip_id=clip.id, city=clip.city, scope=clip.scope,
        step=step, who=by, at=now, why=why, original_id=None if original is None else original.id,
    )  # fmt: skip
    work.session.add(row)
    work.session.flush()  # the next question reads it
    work.tell(
        Change(KIND, request_id, frozenset({City(clip.city)}), Scope(clip.scope), {"clip": clip.id, "step": step})
    )
    work.tell(clip_orders.news(clip))
    return row
