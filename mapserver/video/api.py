"""The video streams: how each is, and its newest still. Live video goes over a WebSocket: `socket.py`."""

from typing import Any

from fastapi import Response

from mapserver.camera_setups.video_source import sight_for
from mapserver.video.schemas import StreamAnswer
from mapserver.video.wall import streams
from mapserver.web.api_routes import ApiRouter
from mapserver.web.dependencies import Parts, Reader
from mapserver.web.permissions import MaySeeFootage
from mapserver.web.polling import polled
from telemetry.errors import NotFound
from telemetry.messages import Message

router = ApiRouter("streams", "/streams")


@router.get("", response_model=list[StreamAnswer])
@polled
def listed(caller: MaySeeFootage, parts: Parts, session: Reader) -> list[dict[str, Any]]:
    """Every stream that serves a town you may see, and how it is."""
    return streams(parts, session, caller)


@router.get("/{camera_id}/still", response_class=Response, responses={204: {"description": "No picture yet."}})
def still(camera_id: str, caller: MaySeeFootage, parts: Parts, session: Reader) -> Response:
    """The newest picture that was analysed, heads pixelated; what somebody sees without a pause is one look."""
    seen = sight_for(session, camera_id, caller)
    watched = parts.jobs.watched().get(camera_id)
    picture = None
    if watched is not None:
        picture = watched.still()
    if picture is None:
        raise NotFound(Message("video.no_picture_yet", camera=camera_id))
    parts.looks.glance(caller, seen.city, camera_id)
    return Response(picture.data, media_type="image/jpeg", headers={"Cache-Control": "private, no-store"})
