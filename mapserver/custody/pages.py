"""The inspector's own body camera on a phone: take it, hand it over, give it back, read what became of its footage."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from mapserver.custody.flow import CustodyOrder, camera_meant, colleagues, order
from mapserver.web.dependencies import Parts, Reader, Writer
from mapserver.web.permissions import MayReport
from mapserver.web.render import page
from mapserver.web.routes import GuardedRouter
from mission.zones import service as zones
from mobile_units.custody import service
from mobile_units.custody.values import CustodyEventKind
from telemetry.access import Principal, visibility
from telemetry.errors import BadInput, Conflict, NotAllowed, NotFound
from telemetry.messages import Message

router = GuardedRouter(include_in_schema=False)
_E = CustodyEventKind


@router.get("/my-camera")
def shown(request: Request, caller: MayReport, session: Reader, camera: str = "") -> Response:
    """The camera that you carry, or those that you can take; `camera` is what the code on one says."""
    return page(request, "custody/page.html", _context(session, caller, chosen=camera))


@router.get("/my-camera/state")
def state(request: Request, caller: MayReport, session: Reader) -> Response:
    """The same without the frame, when something happened to a camera."""
    return page(request, "custody/_mine.html", _context(session, caller))


@router.post("/my-camera/take")
def take(
    request: Request, caller: MayReport, work: Writer, parts: Parts, camera: Annotated[str, Form()] = "",
    number: Annotated[str, Form()] = "", zone_id: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """Take the camera that was tapped, or whose number was typed or scanned."""
    said = number.strip() or camera

    def taking() -> None:
        meant = camera_meant(work.session, said, caller)
        order(parts, work, meant, CustodyOrder(event=_E.ISSUE, zone_id=zone_id or None), caller)

    return _done(request, caller, work.session, taking, chosen=said)


@router.post("/my-camera/{camera_id}/record")
def record(
    request: Request, camera_id: str, caller: MayReport, work: Writer, parts: Parts, on: Annotated[bool, Form()]
) -> Response:
    """Say that it records, or does no more."""
    wanted = CustodyOrder(event=_E.START if on else _E.STOP)
    return _done(request, caller, work.session, lambda: order(parts, work, camera_id, wanted, caller))


@router.post("/my-camera/{camera_id}/hand-over")
def hand_over(
    request: Request, camera_id: str, caller: MayReport, work: Writer, parts: Parts, to: Annotated[str, Form()] = ""
) -> Response:
    """Say to whom, or confirm as that person."""
    wanted = CustodyOrder(event=_E.HAND_OVER, to=to or None)
    return _done(request, caller, work.session, lambda: order(parts, work, camera_id, wanted, caller))


@router.post("/my-camera/{camera_id}/return")
def give_back(request: Request, camera_id: str, caller: MayReport, work: Writer, parts: Parts) -> Response:
    """Put it into the dock."""
    return _done(
        request, caller, work.session, lambda: order(parts, work, camera_id, CustodyOrder(event=_E.RETURN), caller)
    )


@router.post("/my-camera/{camera_id}/lost")
def lost(request: Request, camera_id: str, caller: MayReport, work: Writer, parts: Parts) -> Response:
    """Report it lost: its key is dead at once."""
    wanted = CustodyOrder(event=_E.REPORT_LOST)
    return _done(request, caller, work.session, lambda: order(parts, work, camera_id, wanted, caller))


def _done(
    request: Request, caller: Principal, session: Session, story: Callable[[], Any], *, chosen: str = ""
) -> Response:
    """Back to the page; or the page with what stands in the way, of which nothing is kept."""
    try:
        with session.begin_nested():
            story()
    except (BadInput, Conflict, NotAllowed, NotFound) as error:
        context = _context(session, caller, chosen=chosen, error=error.told)
        return page(request, "custody/page.html", context, status=error.status)
    return RedirectResponse("/my-camera", 303)


def _context(session: Session, caller: Principal, *, chosen: str = "", error: Message | None = None) -> dict[str, Any]:
    visible = visibility(caller)
    mine = service.held_by(session, caller.name, visible)
    offered = service.offered_to(session, caller.name, visible)
    last = None
    cameras = []
    if mine is None:
        last = service.last_of(session, caller.name, visible)
        cameras = [_takeable(one) for one in service.listed(session, visible) if one.row.holder is None]
    meant = _chosen(session, chosen, caller)
    return {
        "principal": caller,
        "mine": None if mine is None else mine.public(),
        "offered": None if offered is None else offered.public(),
        "last": None if last is None else last.public(),
        "cameras": cameras,
        "chosen": meant,
        "typed": "" if meant else chosen,
        "people": colleagues(session, caller),
        "zones": [zones.public(zone) for zone in zones.listed(session, visible)],
        "error": error,
    }


def _takeable(camera: service.KeptCamera) -> dict[str, Any]:
    """A camera in the dock, with what stands in the way of taking it."""
    return {**camera.public(), "problem": camera.issue_problem}


def _chosen(session: Session, text: str, caller: Principal) -> str:
    if not text:
        return ""
    try:
        return camera_meant(session, text, caller)
    except BadInput:
        return ""
