"""Clips of a camera or a unit: blurred ones are made while one waits, originals are asked for and granted."""

from typing import Any

from fastapi import Response
from pydantic import BaseModel, ConfigDict

from mapserver.clips import flow as clips
from mapserver.clips.schemas import ClipAnswer, UnmaskingStep
from mapserver.web.api_routes import ApiRouter
from mapserver.web.contract import refuses
from mapserver.web.dependencies import Parts, Reader, Writer
from mapserver.web.listing import TimedListing
from mapserver.web.permissions import MayHoldEvidence, MaySeeFootage, MayUnmask
from mapserver.web.polling import polled
from mapserver.web.schemas import WantedTime, Why
from telemetry.access import visibility
from telemetry.errors import Conflict, NotFound
from telemetry.messages import Message
from vision.recording import clip_orders, unmasking

router = ApiRouter("clips")


class WantedOriginal(BaseModel):
    """Why people have to be recognised."""

    model_config = ConfigDict(extra="forbid")

    why: Why


class OriginalDecision(WantedOriginal):
    """The answer to who asked for an original, and why it is that."""

    grant: bool


@router.post("/cameras/{camera_id}/clips", response_model=ClipAnswer, status_code=202)
@refuses(Conflict)
def order(camera_id: str, wanted: WantedTime, caller: MaySeeFootage, parts: Parts, session: Reader) -> dict[str, Any]:
    """Have a clip made in which nobody can be recognised; ask for it again until its `state` is no longer waiting."""
    clip = clips.order_clip(parts, caller, camera_id, begins=wanted.begins, ends=wanted.ends, why=wanted.why)
    return clips.public_clip(parts, session, clip)


@router.post("/cameras/{camera_id}/originals", response_model=ClipAnswer, status_code=201)
@refuses(Conflict)
def pull(camera_id: str, wanted: WantedTime, caller: MayUnmask, parts: Parts, session: Reader) -> dict[str, Any]:
    """Cut a clip in which people can be recognised, not encoded again: it begins with the key frame at or before
    `from`."""
    clip = clips.pull_original(parts, caller, camera_id, begins=wanted.begins, ends=wanted.ends, why=wanted.why)
    return clips.public_clip(parts, session, clip)


@router.get("/cameras/{camera_id}/clips", response_model=list[ClipAnswer])
def listed(
    camera_id: str, caller: MaySeeFootage, parts: Parts, session: Reader, listing: TimedListing
) -> list[dict[str, Any]]:
    """The clips of it that the caller may see, newest first: a page of them; the Link header leads to older ones."""
    page = clips.public_clips(
        parts, session, caller, camera_id, limit=listing.limit, cursor=listing.cursor, between=listing.between
    )
    listing.describe(page)
    return page


@router.get("/cameras/{camera_id}/clips/{clip_id}", response_model=ClipAnswer)
@polled
def one(camera_id: str, clip_id: str, caller: MaySeeFootage, parts: Parts, session: Reader) -> dict[str, Any]:
    """One clip with how far it is, and its manifest once it is ready."""
    found = clip_orders.get(session, camera_id, clip_id, visibility(caller))
    if not clip_orders.may_see(caller, found):
        raise NotFound(Message("clips.no_such_clip", clip=clip_id, camera=camera_id))
    return clips.public_clip(parts, session, found)


@router.delete("/cameras/{camera_id}/clips/{clip_id}", response_model=ClipAnswer)
@refuses(Conflict)
def cancel(camera_id: str, clip_id: str, caller: MaySeeFootage, parts: Parts, session: Reader) -> dict[str, Any]:
    """Have a clip that waits not made after all."""
    return clips.public_clip(parts, session, clips.cancel_clip(parts, caller, camera_id, clip_id))


@router.get("/cameras/{camera_id}/clips/{clip_id}/{sha256}", response_class=Response)
@refuses(Conflict)
def watch(camera_id: str, clip_id: str, sha256: str, caller: MaySeeFootage, parts: Parts, work: Writer) -> Response:
    """One file of a clip. The look is in the audit trail before it leaves."""
    found = clip_orders.get(work.session, camera_id, clip_id, visibility(caller))
    headers = {
        "Cache-Control": "private, no-store",
        "Content-Disposition": f'inline; filename="{clip_id}-{sha256[:12]}.mp4"',
    }
    return Response(clips.look(parts, work, caller, found, sha256), media_type="video/mp4", headers=headers)


@router.post("/cameras/{camera_id}/clips/{clip_id}/unmasking", response_model=UnmaskingStep, status_code=201)
@refuses(Conflict)
def ask(camera_id: str, clip_id: str, wanted: WantedOriginal, caller: MayHoldEvidence, parts: Parts) -> dict[str, Any]:
    """Ask for the original of a blurred clip."""
    return unmasking.public(clips.ask_for_original(parts, caller, camera_id, clip_id, why=wanted.why))


@router.post("/cameras/{camera_id}/clips/{clip_id}/unmasking/{request_id}", response_model=UnmaskingStep)
@refuses(Conflict)
def answer(
    camera_id: str, clip_id: str, request_id: str, given: OriginalDecision, caller: MayUnmask, parts: Parts
) -> dict[str, Any]:
    """Grant the original to who asked, or decline."""
    said = clips.answer_request(parts, caller, camera_id, clip_id, request_id, grant=given.grant, why=given.why)
    return unmasking.public(said)


@router.get("/unmasking", response_model=list[UnmaskingStep])
def asked(caller: MaySeeFootage, session: Reader) -> list[dict[str, Any]]:
    """What still wants an answer, the oldest first."""
    return [unmasking.public(row) for row, _ in unmasking.waiting(session, visibility(caller))]
