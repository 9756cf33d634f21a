"""What was recorded of a camera or a unit: what is there, and holds against its deletion."""

from typing import Annotated, Any

from fastapi import Query, Response
from fastapi.responses import StreamingResponse

from mapserver.recordings.flow import place_hold
from mapserver.recordings.playing import play_footage
from mapserver.recordings.schemas import HoldAnswer, RecordingsAnswer
from mapserver.web.api_routes import ApiRouter
from mapserver.web.contract import refuses
from mapserver.web.dependencies import Parts, Reader, Writer
from mapserver.web.permissions import MayHoldEvidence, MaySeeFootage
from mapserver.web.schemas import WantedTime
from telemetry.access import visibility
from telemetry.audit import service as audit
from telemetry.cities import City
from telemetry.clock import iso
from telemetry.errors import BadInput, Conflict
from telemetry.messages import Message
from telemetry.observations.values import UtcTime
from vision.recording import service
from vision.recording.spans import gaps, spans

router = ApiRouter("recordings", "/cameras")
LONGEST_DAYS = 31
MP4 = "video/mp4"


class WantedHold(WantedTime):
    """Footage that must stay."""

    until: UtcTime
    """When it may go; place the hold again to keep it longer."""


@router.get("/{camera_id}/recordings", response_model=RecordingsAnswer)
def recorded(
    camera_id: str,
    caller: MaySeeFootage,
    parts: Parts,
    since: UtcTime,
    until: UtcTime,
) -> dict[str, Any]:
    """Of which times there is footage, and where the gaps are."""
    if not since < until or (until - since).days > LONGEST_DAYS:
        raise BadInput(Message("recordings.span_wrong", days=LONGEST_DAYS))
    there = spans(parts.recordings, camera_id, visibility(caller), since, until)
    return {
        "camera": camera_id,
        "from": iso(since),
        "to": iso(until),
        "spans": [
            {
                "from": iso(span.begins),
                "to": iso(span.ends),
                "city": span.camera_folder.city,
                "purpose": span.camera_folder.purpose,
                "simulated": span.camera_folder.simulated,
            }
            for span in there
        ],
        "gaps": [{"from": iso(gap.begins), "to": iso(gap.ends)} for gap in gaps(there, since, until)],
    }


@router.get(
    "/{camera_id}/footage",
    response_class=StreamingResponse,
    responses={200: {"content": {MP4: {"schema": {"type": "string", "format": "binary"}}}}},
)
@refuses(Conflict)
def footage(
    camera_id: str,
    caller: MaySeeFootage,
    parts: Parts,
    begins: Annotated[UtcTime, Query(alias="from")],
    ends: Annotated[UtcTime, Query(alias="to")],
    incident: Annotated[str | None, Query(max_length=64)] = None,
) -> Response:
    """What was recorded from `from` to `to`, at most five minutes, as an MP4 that plays while it is sent.

    Nobody can be recognised in it and privacy masks are burnt in, as in a clip; it is blurred while it is sent, so it
    has no length and no ranges before its end. The look is in the audit trail before it leaves, with `incident`, the
    one that it is looked at for.
    """
    video = play_footage(parts, caller, camera_id, begins, ends, incident_id=incident)
    headers = {"Cache-Control": "private, no-store", "Accept-Ranges": "none"}
    return StreamingResponse(video, media_type=MP4, headers=headers)


@router.get("/{camera_id}/holds", response_model=list[HoldAnswer])
def holds(camera_id: str, caller: MaySeeFootage, parts: Parts, session: Reader) -> list[dict[str, Any]]:
    """The holds on its footage, those that are over too."""
    now = parts.clock.now()
    return [service.public_hold(hold, now) for hold in service.holds(session, camera_id, visibility(caller))]


@router.post("/{camera_id}/holds", response_model=HoldAnswer, status_code=201)
def hold(camera_id: str, wanted: WantedHold, caller: MayHoldEvidence, parts: Parts) -> dict[str, Any]:
    """Keep footage from being deleted, whatever its age and however full the disk."""
    placed = place_hold(
        parts, caller, camera_id, begins=wanted.begins, ends=wanted.ends, until=wanted.until, why=wanted.why
    )
    return service.public_hold(placed, parts.clock.now())


@router.delete("/{camera_id}/holds/{hold_id}", response_model=HoldAnswer)
@refuses(Conflict)
def lift(camera_id: str, hold_id: str, caller: MayHoldEvidence, parts: Parts, work: Writer) -> dict[str, Any]:
    """End a hold before its time; it stays in the list."""
    now = parts.clock.now()
    lifted = service.lift_hold(work.session, camera_id, hold_id, visibility(caller), by=caller.name, now=now)
    subject = f"hold {lifted.id} on {lifted.camera_id}"
    audit.record(work.session, caller, "lift", subject, city=City(lifted.city), at=now, detail=lifted.why)
    return service.public_hold(lifted, now)
