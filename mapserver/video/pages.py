"""The wall of all streams, and the page of one camera. What they show comes from the API and the live video socket."""

from fastapi import Request, Response

from mapserver.camera_setups.video_source import sight_for
from mapserver.video.wall import nearest, streams
from mapserver.web.dependencies import Parts, Reader
from mapserver.web.permissions import MaySeeFootage
from mapserver.web.render import page
from mapserver.web.routes import GuardedRouter

router = GuardedRouter(include_in_schema=False)
NEAREST = 6


@router.get("/wall")
def wall(request: Request, caller: MaySeeFootage, parts: Parts) -> Response:
    """Every stream of the towns one may see."""
    return page(request, "video/wall.html", {"principal": caller, "wall": parts.settings.wall})


@router.get("/cameras/{camera_id}")
def camera(request: Request, camera_id: str, caller: MaySeeFootage, parts: Parts, session: Reader) -> Response:
    """One camera or unit: live where its video is read, and which others look at places close by."""
    seen = sight_for(session, camera_id, caller)
    shown = streams(parts, session, caller)
    others = [stream for stream in shown if stream["id"] != camera_id]
    context = {
        "principal": caller,
        "camera_id": camera_id,
        "sight": seen,
        "stream": next((stream for stream in shown if stream["id"] == camera_id), None),
        "nearest": [] if seen.looks_at is None else nearest(others, seen.looks_at, limit=NEAREST),
        "wall": parts.settings.wall,
    }
    return page(request, "video/camera.html", context)
