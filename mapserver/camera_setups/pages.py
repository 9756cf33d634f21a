"""The page on which it is drawn how a camera is set up. Most of it is script."""

from fastapi import Request, Response

from mapserver.camera_setups.flow import flies_in_footage, stand_of
from mapserver.camera_setups.video_source import sight_for
from mapserver.core.videos import video_of
from mapserver.web.dependencies import Parts, Reader
from mapserver.web.permissions import MaySetUpCameras
from mapserver.web.render import page
from mapserver.web.routes import GuardedRouter
from telemetry.geometry.views import view_sector
from telemetry.units.tables import UnitRow
from vision.cameras.tables import CameraRow

router = GuardedRouter(prefix="/cameras", include_in_schema=False)
SHOWN_RANGE_M = 60.0
"""How far the direction of a camera is drawn on the map that it is set up on."""


@router.get("/{camera_id}/setup")
def setup(request: Request, camera_id: str, caller: MaySetUpCameras, parts: Parts, session: Reader) -> Response:
    """One camera or unit: rules and masks on its still, and its place on the ground."""
    seen = sight_for(session, camera_id, caller)
    video = video_of(parts.settings, session, camera_id)
    owner = session.get(CameraRow, camera_id) or session.get_one(UnitRow, camera_id)
    azimuth_deg = owner.azimuth_deg if isinstance(owner, CameraRow) else None
    stand = stand_of(session, camera_id)
    known = {"azimuth_deg": azimuth_deg, "hfov_deg": owner.hfov_deg}
    footprint = None
    if stand is not None and azimuth_deg is not None and owner.hfov_deg is not None:
        footprint = view_sector(stand, azimuth_deg=azimuth_deg, hfov_deg=owner.hfov_deg, range_m=SHOWN_RANGE_M)
    context = {
        "principal": caller,
        "camera_id": camera_id,
        "sight": seen,
        "video": video,
        "stand": stand,
        "flies_in_footage": video is not None and flies_in_footage(video, seen),
        "categories": sorted(parts.rules.by_name),
        "data": {
            "camera": camera_id,
            "stand": None if stand is None else {"lat": stand.lat, "lon": stand.lon, "footprint": footprint, **known},
        },
        **known,
    }
    return page(request, "camera_setups/page.html", context)
