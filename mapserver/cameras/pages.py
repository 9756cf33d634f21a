"""The registry of cameras as a page: how each is, and for administrators what is known of it to change.

What it changes, it changes by the flow that the API has. Its pictures are asked for by script.
"""

from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, Form, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse
from sqlmodel import Session
from starlette.datastructures import UploadFile

from mapserver.camera_setups.flow import calibration_of, masks_of, rules_in_force
from mapserver.cameras import flow
from mapserver.cameras.flow import LARGEST_LIST, ImportOutcome, NothingImported
from mapserver.cameras.health import CameraHealth, health_of
from mapserver.core.body_limits import body_limit
from mapserver.core.services import Services
from mapserver.core.videos import videos
from mapserver.web.dependencies import Parts, Reader, Writer
from mapserver.web.forms import checked
from mapserver.web.permissions import MayAdminister, MaySetUpCameras
from mapserver.web.render import page
from mapserver.web.routes import GuardedRouter
from telemetry.access import Permission, Principal, visibility, visible_cities
from telemetry.errors import BadInput, Conflict, NotFound, VanagasError
from telemetry.messages import Message
from telemetry.units import service as units
from telemetry.units.tables import UnitRow
from vision.cameras import service
from vision.cameras.tables import CameraRow
from vision.cameras.values import MAY_BE_UNKNOWN, CameraWish, NewCamera
from vision.footage import find_footage

router = GuardedRouter(prefix="/cameras", include_in_schema=False)
PAGE = "cameras/page.html"
ADDRESSES = ("main", "sub")
TICKED = ("reads_plates", "recorded")


async def _said(request: Request) -> dict[str, Any]:
    """The fields of a form about a camera: what was emptied is not known, an address that was not typed stays."""
    form = await request.form()
    said: dict[str, Any] = {name: value.strip() or None for name, value in form.items() if isinstance(value, str)}
    for name in ADDRESSES:
        if said.get(name) is None:
            said.pop(name, None)
    said |= {name: name in form for name in TICKED}
    said["device_names"] = [line.strip() for line in (said.get("device_names") or "").splitlines() if line.strip()]
    return {name: value for name, value in said.items() if value is not None or name in MAY_BE_UNKNOWN}


Said = Annotated[dict[str, Any], Depends(_said)]


@router.get("")
def listed(request: Request, caller: MaySetUpCameras, parts: Parts, session: Reader) -> Response:
    """Every camera and unit of the towns one may see, and how each is."""
    return page(request, PAGE, _context(parts, session, caller))


@router.post("")
def add(request: Request, caller: MayAdminister, said: Said, parts: Parts, work: Writer) -> Response:
    """Add a camera."""
    try:
        with work.session.begin_nested():
            camera = flow.add(parts, work, checked(NewCamera, said), by=caller)
    except (BadInput, Conflict, NotFound) as error:
        return _refused(request, parts, work.session, caller, error, typed=_typed(said))
    return _back_to(camera.id)


@router.post("/{camera_id}/change")
def change(request: Request, camera_id: str, caller: MayAdminister, said: Said, parts: Parts, work: Writer) -> Response:
    """Say something else of it."""

    def act() -> None:
        flow.change(parts, work, camera_id, checked(CameraWish, said), by=caller)

    return _do(request, parts, work, caller, camera_id, act, typed=_typed({**said, "id": camera_id}))


@router.post("/{camera_id}/retire")
def retire(
    request: Request,
    camera_id: str,
    caller: MayAdminister,
    parts: Parts,
    work: Writer,
    undo: Annotated[bool, Form()] = False,
) -> Response:
    """Use it no more, or again."""

    def act() -> None:
        flow.change(parts, work, camera_id, CameraWish(retired=not undo), by=caller)

    return _do(request, parts, work, caller, camera_id, act)


@router.post("/{camera_id}/remove")
def remove(request: Request, camera_id: str, caller: MayAdminister, parts: Parts, work: Writer) -> Response:
    """Take it out of the registry."""
    return _do(request, parts, work, caller, camera_id, lambda: flow.remove(parts, work, camera_id, by=caller))


@router.post("/import")
@body_limit(LARGEST_LIST, "a long list")
async def read_list(request: Request, caller: MayAdminister, parts: Parts) -> Response:
    """Add and change the cameras of a list, or say what would be done."""
    form = await request.form()
    file = form.get("list")
    content = await file.read() if isinstance(file, UploadFile) else b""
    return await run_in_threadpool(_import, request, parts, caller, content, "dry_run" in form)


def _import(request: Request, parts: Services, caller: Principal, content: bytes, dry_run: bool) -> Response:
    outcome = None
    error: VanagasError | None = None
    try:
        with parts.store.write() as work:
            outcome = flow.import_cameras(parts, work, content, by=caller, dry_run=dry_run)
    except NothingImported as nothing:
        outcome = nothing.outcome
    except BadInput as refused:
        error = refused
    with parts.store.read() as session:
        if error is not None:
            return _refused(request, parts, session, caller, error)
        context = _context(parts, session, caller, outcome=outcome, dry_run=dry_run)
        return page(request, PAGE, context, status=422 if outcome and outcome.refused else 200)


def _do(
    request: Request,
    parts: Services,
    work: Writer,
    caller: Principal,
    camera_id: str,
    act: Callable[[], object],
    *,
    typed: dict[str, Any] | None = None,
) -> Response:
    """Back to where the camera stands once `act` is done, or the page with the reason why not."""
    try:
        with work.session.begin_nested():
            act()
    except (BadInput, Conflict, NotFound) as error:
        return _refused(request, parts, work.session, caller, error, typed=typed)
    return _back_to(camera_id)


def _back_to(camera_id: str) -> Response:
    return RedirectResponse(f"/cameras#{quote(camera_id)}", 303)


def _refused(
    request: Request,
    parts: Services,
    session: Session,
    caller: Principal,
    error: VanagasError,
    *,
    typed: dict[str, Any] | None = None,
) -> Response:
    context = _context(parts, session, caller, error=error.told, typed=typed)
    return page(request, PAGE, context, status=error.status)


def _typed(said: dict[str, Any]) -> dict[str, Any]:
    """What a form said, shaped as a record is, so that it is not lost when it is refused; without its addresses."""
    place = {name: said.get(name) for name in ("lat", "lon")}
    streams = {"transport": said.get("transport"), "recorded": said["recorded"], "main": None, "sub": None}
    return {**dict.fromkeys((*NewCamera.model_fields, "id")), **said, "position": place, "streams": streams}


def _context(
    parts: Services,
    session: Session,
    caller: Principal,
    *,
    error: Message | None = None,
    typed: dict[str, Any] | None = None,
    outcome: ImportOutcome | None = None,
    dry_run: bool = False,
) -> dict[str, Any]:
    visible = visibility(caller)
    found = service.listed(session, visible, also_retired=True)
    used = [camera for camera in found if camera.retired_at is None]
    streams = flow.streams_of(session)
    health = health_of(parts, session, used)
    with_video = {video.name for video in videos(parts.settings, session)}
    return {
        "principal": caller,
        "cameras": [
            _row(parts, session, camera, flow.record(camera, streams.get(camera.id)), health) for camera in used
        ],
        "retired": [flow.record(camera, None) for camera in found if camera.retired_at is not None],
        "units": [
            {**_setup(parts, session, unit), "video": unit.id in with_video} for unit in units.listed(session, visible)
        ],
        "keeps_registry": caller.may(Permission.ADMINISTER),
        "towns": [(city, city.facts.name) for city in sorted(visible_cities(caller))],
        "rule_sets": sorted(footage.name for footage in find_footage()),
        "error": error,
        "typed": typed,
        "outcome": outcome,
        "dry_run": dry_run,
    }


def _row(
    parts: Services, session: Session, camera: CameraRow, record: dict[str, Any], health: dict[str, CameraHealth]
) -> dict[str, Any]:
    return {**record, **_setup(parts, session, camera), "health": health[camera.id].public()}


def _setup(parts: Services, session: Session, owner: UnitRow | CameraRow) -> dict[str, Any]:
    """How a camera or unit is set up, in short."""
    rules, source = rules_in_force(session, parts.settings, owner.id)
    return {
        "id": owner.id,
        "name": owner.name,
        "city": owner.city,
        "kind": owner.kind if isinstance(owner, UnitRow) else "fixed_camera",
        "simulated": owner.simulated,
        "rule_count": len(rules),
        "source": source,
        "masks": len(masks_of(session, owner.id)),
        "ground": calibration_of(session, owner.id),
    }
