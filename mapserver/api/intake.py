"""Intake: a vendor's own payload, pushed over HTTP."""

from typing import Annotated, Any

from fastapi import Depends, Request

from mapserver.api.body import LARGEST_MESSAGE, read_body
from mapserver.deps import Parts, Writer, allowed
from mapserver.intake import parser, take_in
from mapserver.web.limits import body_limit
from mapserver.web.routes import GuardedRouter
from telemetry.access import Permission, Principal, visible_cities

router = GuardedRouter()


@router.post("/intake/{format_name}")
@body_limit(LARGEST_MESSAGE, "a device's message may bring its picture")
def push(
    format_name: str,
    request: Request,
    caller: Annotated[Principal, allowed(Permission.HAND_IN)],
    body: Annotated[bytes, Depends(read_body)],
    parts: Parts,
    work: Writer,
) -> list[dict[str, Any]]:
    """Take in one message of a camera or its server: formats frigate, plate_recognizer, axis_lpr.

    One receipt an event, as for observations; a false positive that the device takes back gets a reason instead.
    """
    received_at = parts.clock.now()
    content_type = request.headers.get("content-type", "application/json")
    events = parser(format_name)(body, received_at=received_at, content_type=content_type)
    return take_in(parts, work, events, visible_cities(caller), received_at=received_at, by=caller)
