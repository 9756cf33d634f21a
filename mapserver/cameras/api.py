"""The fixed cameras: the registry of what is known of each, and where its pictures come from."""

from typing import Annotated, Any

from fastapi import Query, Response
from pydantic import BaseModel
from sqlmodel import Session

from mapserver.cameras import flow
from mapserver.cameras.health import health_of
from mapserver.cameras.schemas import CameraAnswer, CameraRecord
from mapserver.core.services import Services
from mapserver.web.api_routes import ApiRouter
from mapserver.web.contract import refuses
from mapserver.web.dependencies import Parts, Reader, Writer
from mapserver.web.permissions import MayAdminister, MaySeeMap, MaySetUpCameras
from mapserver.web.polling import polled
from telemetry.access import visibility
from telemetry.errors import Conflict, NotFound
from vision.cameras import service
from vision.cameras.tables import CameraRow
from vision.cameras.trial import TrialPicture
from vision.cameras.values import CameraWish, NewCamera, StreamAddressText
from vision.feeds.address import Transport

router = ApiRouter("cameras")


class TrialAddress(BaseModel):
    """An address to try."""

    main: StreamAddressText
    transport: Transport = "tcp"


@router.get("/cameras", response_model=list[CameraAnswer])
@polled
def listed(
    caller: MaySeeMap, session: Reader, retired: Annotated[bool, Query(description="Also those that were.")] = False
) -> list[dict[str, Any]]:
    """Every fixed camera of the towns you may see that is used."""
    found = service.listed(session, visibility(caller), also_retired=retired)
    return [service.public(camera) for camera in found]


@router.post("/cameras", response_model=CameraAnswer, status_code=201)
@refuses(Conflict, NotFound)
def register(wanted: NewCamera, caller: MayAdminister, parts: Parts, work: Writer) -> dict[str, Any]:
    """Register a fixed camera, so that its events find their place; those that wait in quarantine find it now. Its
    video, where `main` is said, is read within seconds."""
    return service.public(flow.add(parts, work, wanted, by=caller))


@router.get("/cameras/{camera_id}", response_model=CameraRecord)
def one(camera_id: str, caller: MaySetUpCameras, parts: Parts, session: Reader) -> dict[str, Any]:
    """What is known of a camera, and how it is. Addresses are shown without user and password."""
    return _record(parts, session, service.get(session, camera_id, visibility(caller)))


@router.patch("/cameras/{camera_id}", response_model=CameraRecord)
@refuses(Conflict)
def change(camera_id: str, wish: CameraWish, caller: MayAdminister, parts: Parts, work: Writer) -> dict[str, Any]:
    """Change, move, rename or retire it; its own stream alone starts anew, where that is of its address or rules.

    What it told of before stays where it was told.
    """
    return _record(parts, work.session, flow.change(parts, work, camera_id, wish, by=caller))


@router.delete("/cameras/{camera_id}", status_code=204, response_class=Response)
@refuses(Conflict)
def remove(camera_id: str, caller: MayAdminister, parts: Parts, work: Writer) -> Response:
    """Take it out of the registry, while nothing that it told of or showed is kept; else retire it."""
    flow.remove(parts, work, camera_id, by=caller)
    return Response(status_code=204)


@router.post("/cameras/{camera_id}/trial", response_class=Response)
def try_one(camera_id: str, caller: MaySetUpCameras, parts: Parts) -> Response:
    """A picture that it sends now, JPEG, with heads unrecognisable and privacy masks burnt in; the look is audited."""
    return _picture(flow.try_camera(parts, camera_id, by=caller))


@router.post("/cameras/trial", response_class=Response)
def try_new(wanted: TrialAddress, caller: MayAdminister, parts: Parts) -> Response:
    """The same from an address that is not kept, before a camera is added."""
    return _picture(flow.try_address(parts, wanted.main.get_secret_value(), wanted.transport, by=caller))


def _picture(picture: TrialPicture) -> Response:
    headers = {
        "Cache-Control": "private, no-store",
        "Vanagas-Picture": f"{picture.codec} {picture.width}x{picture.height} {picture.took_s:.1f}s",
    }
    return Response(picture.jpeg, media_type="image/jpeg", headers=headers)


def _record(parts: Services, session: Session, camera: CameraRow) -> dict[str, Any]:
    row = flow.streams_of(session, [camera.id]).get(camera.id)
    health = health_of(parts, session, [camera])[camera.id]
    return {**flow.record(camera, row), "health": health.public()}
