"""The page of one camera's footage: what was recorded around a moment, clips out of it, and holds."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from mapserver.clips.flow import order_clip, public_clips, pull_original, reason
from mapserver.core.services import Services
from mapserver.recordings.flow import place_hold
from mapserver.web.dependencies import Parts, Reader
from mapserver.web.paging import part_of
from mapserver.web.permissions import MayHoldEvidence, MaySeeFootage
from mapserver.web.render import page
from mapserver.web.routes import GuardedRouter
from telemetry.access import Permission, Principal, home_town, visibility
from telemetry.clock import iso
from telemetry.errors import BadInput, VanagasError
from telemetry.messages import Message
from telemetry.observations.values import UtcTime
from vision.recording import service
from vision.recording.spans import gaps, spans

router = GuardedRouter(prefix="/footage", include_in_schema=False)
AROUND = timedelta(seconds=30)
LISTED = timedelta(minutes=30)
SHOWN_CLIPS = 50
"""Clips on a page."""
LOCAL = "%Y-%m-%dT%H:%M:%S"


@router.get("/{camera_id}")
def footage(
    request: Request, camera_id: str, caller: MaySeeFootage, parts: Parts, session: Reader, at: UtcTime | None = None,
    cursor: str | None = None,
) -> Response:  # fmt: skip
    """What there is around `at`; without, around now. With `cursor` a later page of its clips."""
    around = at or parts.clock.now() - AROUND
    return page(
        request, "clips/footage.html", _context(request, parts, session, caller, camera_id, around, cursor=cursor)
    )


@router.post("/{camera_id}/clips")
def pull(
    request: Request, camera_id: str, caller: MaySeeFootage, parts: Parts, session: Reader,
    begins: Annotated[str, Form()], ends: Annotated[str, Form()], why: Annotated[str, Form()] = "",
    original: Annotated[bool, Form()] = False,
) -> Response:  # fmt: skip
    """Have a blurred clip made, or cut the original for who may; or say on the page why not."""
    since = parts.clock.now()
    make = pull_original if original else order_clip
    try:
        since = _moment(begins, caller)
        until = _moment(ends, caller)
        clip = make(parts, caller, camera_id, begins=since, ends=until, why=reason(why))
    except VanagasError as error:
        context = {**_context(request, parts, session, caller, camera_id, since + AROUND), "error": error.told}
        return page(request, "clips/footage.html", context, status=error.status)
    return RedirectResponse(f"{footage_address(camera_id, since + (until - since) / 2)}#clip-{clip.id}", 303)


@router.post("/{camera_id}/holds")
def hold(
    request: Request, camera_id: str, caller: MayHoldEvidence, parts: Parts, session: Reader,
    begins: Annotated[str, Form()], ends: Annotated[str, Form()],
    until: Annotated[str, Form()], why: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """Keep what was recorded from being deleted, or say on the page why not."""
    since = parts.clock.now()
    try:
        since = _moment(begins, caller)
        needed = reason(why)
        last = _moment(f"{until}T23:59:59", caller)
        place_hold(parts, caller, camera_id, begins=since, ends=_moment(ends, caller), until=last, why=needed)
    except VanagasError as error:
        context = {**_context(request, parts, session, caller, camera_id, since + AROUND), "error": error.told}
        return page(request, "clips/footage.html", context, status=error.status)
    return RedirectResponse(footage_address(camera_id, since + AROUND), 303)


def footage_address(camera_id: str, at: datetime) -> str:
    """The page of a camera's footage around `at`."""
    return f"/footage/{quote(camera_id, safe='')}?at={quote(iso(at))}"


def _moment(text: str, caller: Principal) -> datetime:
    """A time as a browser's field gives it, on the clock of the caller's town, in UTC. Raises BadInput."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=home_town(caller).facts.zone).astimezone(UTC)
    except ValueError as error:
        raise BadInput(Message("clips.not_a_time", text=text)) from error


def _context(
    request: Request, parts: Services, session: Session, caller: Principal, camera_id: str, at: datetime, *,
    cursor: str | None = None,
) -> dict[str, Any]:  # fmt: skip
    visible = visibility(caller)
    zone = home_town(caller).facts.zone
    now = parts.clock.now()
    begins = at - LISTED
    ends = at + LISTED
    there = spans(parts.recordings, camera_id, visible, begins, ends)
    clips = public_clips(parts, session, caller, camera_id, limit=SHOWN_CLIPS, cursor=cursor)
    return {
        "principal": caller,
        "camera": camera_id,
        "city": home_town(caller),
        "begins": f"{(at - AROUND).astimezone(zone):{LOCAL}}",
        "ends": f"{(at + AROUND).astimezone(zone):{LOCAL}}",
        "earlier": footage_address(camera_id, begins),
        "later": footage_address(camera_id, ends),
        "listed": [iso(begins), iso(ends)],
        "spans": [
            {
                "begins": iso(s.begins),
                "ends": iso(s.ends),
                "purpose": s.camera_folder.purpose,
                "simulated": s.camera_folder.simulated,
            }
            for s in there
        ],
        "gaps": len(gaps(there, begins, min(ends, now))),
        "clips": clips,
        "part": part_of(request, clips, f"/footage/{quote(camera_id, safe='')}"),
        "may_unmask": caller.may(Permission.UNMASK),
        "holds": [service.public_hold(row, now) for row in service.holds(session, camera_id, visible)],
        "may_hold": caller.may(Permission.HOLD_EVIDENCE),
        "hold_until": f"{(now + timedelta(days=90)).astimezone(zone):%Y-%m-%d}",
    }
