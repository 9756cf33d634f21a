"""The fixed cameras."""

from typing import Annotated, Any

from pydantic import BaseModel, Field

from mapserver.cameras.schemas import CameraAnswer
from mapserver.intake.flow import replay
from mapserver.web.api_routes import ApiRouter
from mapserver.web.contract import refuses
from mapserver.web.dependencies import Parts, Reader, Writer
from mapserver.web.permissions import MayAdminister, MaySeeMap
from mapserver.web.polling import polled
from telemetry.access import require_city, visibility
from telemetry.audit import service as audit
from telemetry.cities import City
from telemetry.errors import Conflict, NotFound
from telemetry.messages import Message
from telemetry.observations.values import Category, Name
from telemetry.positions import Latitude, Longitude
from vision.cameras import service
from vision.cameras.tables import CameraRow

router = ApiRouter("cameras")


class NewCamera(BaseModel):
    """A fixed camera as it is put up."""

    id: Name
    city: City
    name: Name
    lat: Latitude
    lon: Longitude
    azimuth_deg: Annotated[float, Field(ge=0, lt=360)]
    hfov_deg: Annotated[float, Field(gt=0, le=360)]
    range_m: Annotated[float, Field(gt=0, le=5_000)]
    reads_plates: bool = False
    categories: dict[str, Category] = {}
    """Category by a device's label where it differs from the usual."""
    device_names: list[Name] = []
    """Names by which devices' events mean this camera, besides its id."""


@router.get("/cameras", response_model=list[CameraAnswer])
@polled
def listed(caller: MaySeeMap, session: Reader) -> list[dict[str, Any]]:
    """Every fixed camera of the towns you may see."""
    return [service.public(camera) for camera in service.listed(session, visibility(caller))]


@router.post("/cameras", response_model=CameraAnswer, status_code=201)
@refuses(Conflict, NotFound)
def register(wanted: NewCamera, caller: MayAdminister, parts: Parts, work: Writer) -> dict[str, Any]:
    """Register a fixed camera, so that its events find their place; those that wait in quarantine find it now."""
    require_city(caller, wanted.city, Message("access.things.camera_place"))
    if work.session.get(CameraRow, wanted.id) is not None:
        raise Conflict(Message("cameras.camera_exists", camera=wanted.id))
    camera = CameraRow(**wanted.model_dump(), scope=caller.scope)
    work.session.add(camera)
    audit.record(work.session, caller, "register", f"camera {camera.id}", city=wanted.city, at=parts.clock.now())
    work.tell(service.change(camera))
    work.session.flush()
    replay(parts, work, caller.scope, [camera.id, *camera.device_names])
    return service.public(camera)
