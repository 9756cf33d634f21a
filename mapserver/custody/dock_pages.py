"""The dock: every body camera of the town, how it is, and what comes off it."""

from typing import Any

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from mapserver.custody.flow import CustodyOrder, empty, order
from mapserver.web.dependencies import Parts, Reader, Writer
from mapserver.web.permissions import MayHoldEvidence
from mapserver.web.render import page
from mapserver.web.routes import GuardedRouter
from mobile_units.custody import service
from mobile_units.custody.values import CustodyEventKind
from telemetry.access import Principal, visibility
from telemetry.errors import BadInput, Conflict, NotAllowed, NotFound
from telemetry.messages import Message

router = GuardedRouter(include_in_schema=False)
_E = CustodyEventKind
OFFERED = (_E.RETURN, _E.CLEAR, _E.FOUND, _E.REPAIRED, _E.TO_REPAIR, _E.REPORT_LOST)
"""What is done by hand here, in the order of the buttons; the rest is the holder's or the offload's."""


@router.get("/dock")
def shown(request: Request, caller: MayHoldEvidence, session: Reader) -> Response:
    """The cameras."""
    return page(request, "custody/dock.html", _context(session, caller))


@router.get("/dock/rows")
def rows(request: Request, caller: MayHoldEvidence, session: Reader) -> Response:
    """The cameras alone, when something happened to one."""
    return page(request, "custody/_dock_rows.html", _context(session, caller))


@router.post("/dock/{camera_id}/empty")
def nothing_recorded(request: Request, camera_id: str, caller: MayHoldEvidence, parts: Parts, work: Writer) -> Response:
    """Nothing was recorded with it."""
    try:
        with work.session.begin_nested():
            empty(parts, work, camera_id, caller)
    except (BadInput, Conflict, NotAllowed, NotFound) as error:
        return _refused(request, caller, work.session, camera_id, error.told, error.status)
    return RedirectResponse("/dock", 303)


@router.post("/dock/{camera_id}/{event}")
def happen(
    request: Request, camera_id: str, event: CustodyEventKind, caller: MayHoldEvidence, parts: Parts, work: Writer
) -> Response:
    """Let one of the events happen that are done by hand."""
    try:
        with work.session.begin_nested():
            order(parts, work, camera_id, CustodyOrder(event=event), caller)
    except (BadInput, Conflict, NotAllowed, NotFound) as error:
        return _refused(request, caller, work.session, camera_id, error.told, error.status)
    return RedirectResponse("/dock", 303)


def _refused(
    request: Request, caller: Principal, session: Session, camera_id: str, error: Message, status: int
) -> Response:
    context = _context(session, caller, refused={camera_id: error})
    return page(request, "custody/dock.html", context, status=status)


def _context(session: Session, caller: Principal, *, refused: dict[str, Message] | None = None) -> dict[str, Any]:
    cameras = [_row(one) for one in service.listed(session, visibility(caller))]
    return {"principal": caller, "cameras": cameras, "refused": refused or {}}


def _row(camera: service.KeptCamera) -> dict[str, Any]:
    public = camera.public()
    offered = [kind.value for kind in OFFERED if kind.value in public["possible"]]
    is_unused = camera.row.state == "returned" and camera.row.stored == "none"
    return {**public, "offered": offered, "unused": is_unused}
