"""Evidence pictures: served only through the observation they belong to, and every look is written down."""

from fastapi import Response

from mapserver.web.dependencies import Parts, Writer
from mapserver.web.permissions import MaySeeFootage
from mapserver.web.routes import GuardedRouter
from telemetry.access import visibility
from telemetry.audit import service as audit
from telemetry.errors import NotFound
from telemetry.messages import Message
from telemetry.observations import repository

router = GuardedRouter(prefix="/media", tags=["media"])


@router.get("/{observation_id}/{sha256}", response_class=Response, responses={200: {"content": {"image/*": {}}}})
def look(
    observation_id: str,
    sha256: str,
    caller: MaySeeFootage,
    parts: Parts,
    work: Writer,
) -> Response:
    """One picture of one observation. The look is in the audit trail before the picture leaves."""
    observation = repository.get(work.session, observation_id, visibility(caller))
    medium = next((m for m in observation.media if m.sha256 == sha256), None)
    if medium is None:
        raise NotFound(Message("pictures.not_of_observation", observation=observation_id, picture=sha256[:12]))
    content = parts.media.get(sha256)
    audit.record(
        work.session,
        caller,
        "view",
        f"observation {observation_id}",
        city=observation.city,
        at=parts.clock.now(),
        detail=f"{medium.kind} {sha256[:12]}",
    )
    return Response(content, media_type=medium.content_type, headers={"Cache-Control": "private, no-store"})
