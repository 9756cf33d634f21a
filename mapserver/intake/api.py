"""Intake: a vendor's own payload, pushed over HTTP; and what of it waits in quarantine."""

from typing import Annotated, Any

from fastapi import Depends, Query, Request

from mapserver.core.body_limits import body_limit
from mapserver.intake import quarantine
from mapserver.intake.dialects import DIALECTS, dialect
from mapserver.intake.flow import DeviceMessage, receive, replay
from mapserver.intake.schemas import DialectAnswer, EventReceipt, QuarantineAnswer, Replayed
from mapserver.web.api_routes import ApiRouter
from mapserver.web.contract import refuses, takes
from mapserver.web.dependencies import Parts, Reader, Writer
from mapserver.web.permissions import MayAdminister, MayHandIn
from mapserver.web.raw_body import LARGEST_MESSAGE, read_body
from telemetry.access import Role, visibility
from telemetry.audit import service as audit
from telemetry.errors import Conflict, NotAllowed
from telemetry.messages import Message

router = ApiRouter("intake")


@router.post("/intake/{format_name}", response_model=list[EventReceipt])
@body_limit(LARGEST_MESSAGE, "a device's message may bring its picture")
@takes(Any)
@refuses(Conflict)
async def push(
    format_name: str,
    request: Request,
    caller: MayHandIn,
    body: Annotated[bytes, Depends(read_body)],
    parts: Parts,
    device: Annotated[str, Query(max_length=200, description="The camera, where its messages do not name it.")] = "",
) -> list[dict[str, Any]]:
    """Take in one message of a camera, its server or an alarm panel, or several in a JSON array. The formats: `GET
    /api/v1/intake/dialects`.

    One receipt an event, as for observations, or its outcome with a reason: `refused` for a part that cannot be read,
    `dropped` for a false positive that the device takes back and for mere motion, `quarantined` until its camera is
    added or its kind is known. Heartbeats and states of the device get none, and neither do positions of trackers,
    which move the unit that is called as the tracker is, or the only one that the token may speak for.
    """
    content_type = request.headers.get("content-type", "application/json")
    if not body and dialect(format_name).is_in_address:
        body = request.url.query.encode()
    return await receive(parts, DeviceMessage(format_name, body, content_type, device), by=caller)


@router.get("/intake/osmand", response_model=list[EventReceipt])
@refuses(Conflict)
async def called(request: Request, caller: MayHandIn, parts: Parts) -> list[dict[str, Any]]:
    """Take in a position of OsmAnd or an older Traccar Client, which say it in the address: `?id=BODY-1&lat=56.62&lon=
    23.28&timestamp=1777636800`. With a device's token only, as the password of Basic or by Digest.
    """
    if caller.role is not Role.DEVICE:
        raise NotAllowed(Message("intake.devices_only"))
    return await receive(parts, DeviceMessage("osmand", request.url.query.encode(), "text/plain"), by=caller)


@router.get("/intake/dialects", response_model=list[DialectAnswer])
def dialects(caller: MayHandIn) -> list[dict[str, Any]]:
    """The formats of devices' messages that are understood."""
    return [{"name": one.name, "title": one.title, "also_called": one.also_called} for one in DIALECTS.values()]


@router.get("/intake/quarantine", response_model=QuarantineAnswer)
def quarantined(
    caller: MayAdminister, session: Reader, limit: Annotated[int, Query(ge=1, le=1_000)] = 200
) -> dict[str, Any]:
    """How many messages of unknown cameras wait, and the oldest of them; what they hold is not shown."""
    visible = visibility(caller)
    return {"waiting": quarantine.count(session, visible), "messages": quarantine.listed(session, visible, limit=limit)}


@router.post("/intake/quarantine/replay", response_model=list[Replayed])
def replay_quarantined(caller: MayAdminister, parts: Parts, work: Writer) -> list[dict[str, Any]]:
    """Take in what waits, as far as its cameras are known by now."""
    results = replay(parts, work, caller.scope)
    taken = sum(result["taken"] for result in results)
    detail = Message("audit.messages_taken_in", taken=taken, waited=len(results))
    audit.record(work.session, caller, "replay", "quarantine", city=None, at=parts.clock.now(), detail=detail)
    return results
