"""Notes that name the caller."""

from typing import Any

from incidents.mentions import service
from mapserver.mentions.schemas import MentionAnswer
from mapserver.web.api_routes import ApiRouter
from mapserver.web.dependencies import Parts, Reader, Writer
from mapserver.web.permissions import MaySeeIncidents
from mapserver.web.polling import polled
from telemetry.access import visibility

router = ApiRouter("mentions", "/mentions")


@router.get("", response_model=list[MentionAnswer])
@polled
def listed(caller: MaySeeIncidents, session: Reader) -> list[dict[str, Any]]:
    """All that you have not read, newest first, then the last 50 that you have."""
    found = service.of_person(session, caller.name, visibility(caller))
    return [service.public(session, row) for row in found]


@router.post("/{mention_id}/read", response_model=MentionAnswer)
def read(mention_id: str, caller: MaySeeIncidents, parts: Parts, work: Writer) -> dict[str, Any]:
    """Say that you have read it."""
    row = service.mark_read(work, mention_id, caller.name, visibility(caller), parts.clock.now())
    return service.public(work.session, row)
