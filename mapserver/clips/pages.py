"""One clip on the page of its camera, drawn again as it is made; and the page of originals that are asked for."""

from typing import Annotated, Any

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from mapserver.clips.flow import answer_request, ask_for_original, cancel_clip, public_clip, reason
from mapserver.clips.footage_pages import footage_address
from mapserver.web.dependencies import Parts, Reader
from mapserver.web.permissions import MayHoldEvidence, MaySeeFootage, MayUnmask
from mapserver.web.render import page
from mapserver.web.routes import GuardedRouter
from telemetry.access import Permission, Principal, visibility
from telemetry.cities import City
from telemetry.errors import NotFound, VanagasError
from telemetry.messages import Message
from vision.recording import clip_orders, unmasking
from vision.recording.tables import ClipRow

router = GuardedRouter(include_in_schema=False)


@router.get("/footage/{camera_id}/clips/{clip_id}")
def one(
    request: Request, camera_id: str, clip_id: str, caller: MaySeeFootage, parts: Parts, session: Reader
) -> Response:
    """How far it is, or the clip."""
    found = clip_orders.get(session, camera_id, clip_id, visibility(caller))
    if not clip_orders.may_see(caller, found):
        raise NotFound(Message("clips.no_such_clip", clip=clip_id, camera=camera_id))
    context = {
        "clip": public_clip(parts, session, found),
        "camera": camera_id,
        "city": City(found.city),
        "may_hold": caller.may(Permission.HOLD_EVIDENCE),
        "may_unmask": caller.may(Permission.UNMASK),
    }
    return page(request, "clips/_clip.html", context)


@router.post("/footage/{camera_id}/clips/{clip_id}/cancel")
def cancel(camera_id: str, clip_id: str, caller: MaySeeFootage, parts: Parts) -> Response:
    """Have it not made after all."""
    return _back(cancel_clip(parts, caller, camera_id, clip_id))


@router.post("/footage/{camera_id}/clips/{clip_id}/unmasking")
def ask(
    camera_id: str,
    clip_id: str,
    caller: MayHoldEvidence,
    parts: Parts,
    session: Reader,
    why: Annotated[str, Form()] = "",
) -> Response:
    """Ask for its original."""
    ask_for_original(parts, caller, camera_id, clip_id, why=reason(why))
    return _back(clip_orders.get(session, camera_id, clip_id, visibility(caller)))


@router.get("/unmasking")
def asked(request: Request, caller: MayUnmask, session: Reader) -> Response:
    """What waits for an answer."""
    return page(request, "clips/unmasking.html", _context(session, caller))


@router.get("/unmasking/rows")
def rows(request: Request, caller: MayUnmask, session: Reader) -> Response:
    """The same without the page around it."""
    return page(request, "clips/_unmasking_rows.html", _context(session, caller))


@router.post("/unmasking/{camera_id}/{clip_id}/{request_id}")
def answer(
    request: Request, camera_id: str, clip_id: str, request_id: str, caller: MayUnmask, parts: Parts, session: Reader,
    grant: Annotated[bool, Form()], why: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """Grant or decline, or say on the page why that cannot be."""
    try:
        answer_request(parts, caller, camera_id, clip_id, request_id, grant=grant, why=reason(why))
    except VanagasError as error:
        return page(
            request, "clips/unmasking.html", {**_context(session, caller), "error": error.told}, status=error.status
        )
    return RedirectResponse("/unmasking", 303)


def _context(session: Session, caller: Principal) -> dict[str, Any]:
    waiting = unmasking.waiting(session, visibility(caller))
    return {
        "principal": caller,
        "originals": [(unmasking.public(row), clip_orders.public(clip, {})) for row, clip in waiting],
    }


def _back(clip: ClipRow) -> Response:
    """To the clip on its camera's page."""
    return RedirectResponse(f"{footage_address(clip.camera_id, clip.begins)}#clip-{clip.id}", 303)
