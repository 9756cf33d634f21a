"""What can be asked of the fixed cameras. Opens no stream and reads no event."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session, col, select

from telemetry.cities import City
from telemetry.errors import BadObservation, NotFound, UnknownCamera
from telemetry.geometry.views import middle_of_view, view_sector
from telemetry.messages import Message
from telemetry.positions import Position
from telemetry.scopes import Scope
from telemetry.store import Change
from telemetry.visibility import Visibility
from vision.cameras.tables import CameraRow


def listed(session: Session, visible: Visibility, *, also_retired: bool = False) -> list[CameraRow]:
    """Every camera of `visible` that is used, by id; `also_retired`: and those that were."""
    query = select(CameraRow).where(visible.rows(CameraRow)).order_by(col(CameraRow.id))
    if not also_retired:
        query = query.where(col(CameraRow.retired_at).is_(None))
    return list(session.exec(query))


def get(session: Session, camera_id: str, visible: Visibility) -> CameraRow:
    """The camera, if it is in `visible`. Raises NotFound."""
    camera = session.get(CameraRow, camera_id)
    if camera is None or not visible.shows(camera):
        raise NotFound(Message("cameras.no_such_camera", camera=camera_id))
    return camera


def by_device_name(session: Session, name: str, visible: Visibility, *, or_else: Sequence[str] = ()) -> CameraRow:
    """The camera of `visible` that a device's event calls `name`, its id or one of its device names; else the one that
    answers to the first of the other names that the event has for it.

    Raises UnknownCamera when none answers, BadObservation when more than one does: the event cannot be placed.
    """
    known = listed(session, visible)
    for called in (name, *or_else):
        found = [camera for camera in known if called == camera.id or called in camera.device_names]
        if len(found) > 1:
            raise BadObservation(
                Message("cameras.name_of_several", name=repr(called), cameras=[camera.id for camera in found])
            )
        if found:
            return found[0]
    raise UnknownCamera(Message("cameras.nobody_answers", name=repr(name)))


def aim(camera: CameraRow) -> Position:
    """The middle of what the camera watches, with an accuracy that covers its field of view."""
    return middle_of_view(
        Position(lat=camera.lat, lon=camera.lon),
        azimuth_deg=camera.azimuth_deg,
        hfov_deg=camera.hfov_deg,
        range_m=camera.range_m,
    )


def change(camera: CameraRow) -> Change:
    """The news of the camera for the live map: gone once it is retired."""
    if camera.retired_at is not None:
        return gone(camera)
    return Change("camera", camera.id, frozenset({City(camera.city)}), Scope(camera.scope), public(camera))


def gone(camera: CameraRow) -> Change:
    """The news that it is not there any more."""
    return Change("camera", camera.id, frozenset({City(camera.city)}), Scope(camera.scope), None)


def public(camera: CameraRow) -> dict[str, Any]:
    """The camera as the API and the map show it."""
    return {
        "id": camera.id,
        "city": camera.city,
        "name": camera.name,
        "position": {"lat": camera.lat, "lon": camera.lon},
        "footprint": view_sector(
            Position(lat=camera.lat, lon=camera.lon),
            azimuth_deg=camera.azimuth_deg,
            hfov_deg=camera.hfov_deg,
            range_m=camera.range_m,
        ),
        "azimuth_deg": camera.azimuth_deg,
        "hfov_deg": camera.hfov_deg,
        "range_m": camera.range_m,
        "reads_plates": camera.reads_plates,
        "simulated": camera.simulated,
    }
