"""The handover to the next shift."""

from typing import Any

from incidents.handovers import service
from mapserver.handovers.flow import handover
from mapserver.handovers.schemas import HandoverAnswer, HandoverRead
from mapserver.web.api_routes import ApiRouter
from mapserver.web.dependencies import Parts, Reader, Writer
from mapserver.web.permissions import MayWorkIncidents
from mapserver.web.polling import polled
from telemetry.clock import iso

router = ApiRouter("handover", "/handover")


@router.get("", response_model=HandoverAnswer)
@polled
def shown(caller: MayWorkIncidents, parts: Parts, session: Reader) -> dict[str, Any]:
    """What the next shift has to know; changes since you left."""
    return handover(parts, session, caller)


@router.post("/read", response_model=HandoverRead)
def read(caller: MayWorkIncidents, parts: Parts, work: Writer) -> dict[str, Any]:
    """Say that you have read it: changes count from now on."""
    now = parts.clock.now()
    service.mark_read(work, caller.name, now)
    return {"since": iso(now)}
