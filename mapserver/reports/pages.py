"""The inspector's page on a phone: which camera is mine, and a report in a few taps.

The page's script sends reports and asks for JSON; without a script the form is sent as it is, and comes back filled.
"""

from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import Depends, Form, Request, Response, UploadFile
from fastapi.responses import JSONResponse
from pydantic import ValidationError
from sqlmodel import Session

from incidents.reports.service import PHONE_ACCURACY_M, Report
from mapserver.core.body_limits import MIB, body_limit
from mapserver.reports.flow import file_report
from mapserver.web.dependencies import Parts, Reader, Writer
from mapserver.web.permissions import MayReport
from mapserver.web.render import page
from mapserver.web.routes import GuardedRouter
from mission.zones import service as zones
from mobile_units.assignments import service as assignments
from telemetry.access import Principal, home_town
from telemetry.errors import BadInput
from telemetry.messages import Message
from telemetry.positions import Position
from telemetry.units import service as units
from telemetry.validation import explain
from telemetry.visibility import Visibility
from vision.frames.still_images import LARGEST_PICTURE

router = GuardedRouter(include_in_schema=False)

ONE_TAP = (
    "vehicle_in_closed_area",
    "person_in_closed_area",
    "parking",
    "illegal_dumping",
    "fight",
    "noise",
    "traffic_accident",
    "medical",
    "fire",
    "left_object",
    "graffiti",
    "street_light",
)
"""The categories on the page; the rest come through the API."""
OLDEST_S = 30 * 24 * 3_600
"""The longest that a report may have waited on a phone, in seconds."""
EMPTY = {"category": "", "note": "", "lat": "", "lon": "", "accuracy_m": "", "ref": ""}


@router.get("/report")
def form(request: Request, caller: MayReport, session: Reader) -> Response:
    """The form, and the camera that the inspector carries."""
    return page(request, "reports/page.html", _context(session, caller))


async def _clean_photo(parts: Parts, photo: UploadFile | None = None) -> bytes | BadInput | None:
    """The photo as it may be kept, or why not: made before the turn to write is taken, since it takes long."""
    content = await photo.read(LARGEST_PICTURE + 1) if photo is not None else b""
    if not content:
        return None
    try:
        return await parts.pictures.clean(content)
    except BadInput as error:
        return error


@router.post("/report")
@body_limit(LARGEST_PICTURE + MIB, "a photo")
def send(
    request: Request, caller: MayReport, photo: Annotated[bytes | BadInput | None, Depends(_clean_photo)],
    parts: Parts, work: Writer, category: Annotated[str, Form()],
    lat: Annotated[str, Form()] = "", lon: Annotated[str, Form()] = "", accuracy_m: Annotated[str, Form()] = "",
    note: Annotated[str, Form()] = "", ref: Annotated[str, Form()] = "", age_s: Annotated[float, Form(ge=0)] = 0,
) -> Response:  # fmt: skip
    """File it, and say what became of it.

    `age_s`: seconds since it was seen, by the phone's own count. `ref` makes it count once however often it is sent.
    """
    form = {"category": category, "note": note, "lat": lat, "lon": lon, "accuracy_m": accuracy_m, "ref": ref}
    seen_at = parts.clock.now() - timedelta(seconds=min(age_s, OLDEST_S))
    wants_json = "application/json" in request.headers.get("accept", "")
    try:
        if isinstance(photo, BadInput):
            raise photo
        receipt = file_report(parts, work, _report(form, seen_at), caller, photo)
    except BadInput as error:
        if wants_json:
            raise
        context = _context(work.session, caller, form=form, error=error.told)
        return page(request, "reports/page.html", context, status=error.status)
    if wants_json:
        return JSONResponse(receipt.public())
    done = Message("report_page.thanks_kept")
    if receipt.incident_id:
        done = Message("report_page.thanks_incident", incident=receipt.incident_id[:8])
    return page(request, "reports/page.html", _context(work.session, caller, done=done))


def _report(form: dict[str, str], seen_at: datetime) -> Report:
    named = {"ref": form["ref"]} if form["ref"] else {}
    try:
        position = None
        if form["lat"] and form["lon"]:
            accuracy_m = float(form["accuracy_m"] or PHONE_ACCURACY_M)
            position = Position(lat=float(form["lat"]), lon=float(form["lon"]), accuracy_m=accuracy_m)
        note = form["note"].strip()
        return Report(category=form["category"], note=note, position=position, seen_at=seen_at, **named)
    except ValidationError as error:
        raise BadInput(Message("reports.refused", reason=explain(error))) from error
    except ValueError as error:
        raise BadInput(Message("reports.place_not_numbers")) from error


def _context(
    session: Session, caller: Principal, *, form: dict[str, str] = EMPTY, error: Message | None = None,
    done: Message | None = None,
) -> dict[str, Any]:  # fmt: skip
    city = home_town(caller)
    return {
        "principal": caller,
        "my_units": _carried(session, caller),
        "categories": ONE_TAP,
        "centre": {"lat": city.facts.lat, "lon": city.facts.lon},
        "form": form,
        "error": error,
        "done": done,
    }


def _carried(session: Session, caller: Principal) -> list[dict[str, Any]]:
    held = assignments.active_of_holder(session, caller.name)
    if held is None:
        return []
    visible = Visibility.of(held)
    unit = units.get(session, held.unit_id, visible)
    zone = zones.get(session, held.zone_id, visible)
    return [{**assignments.public(held), "unit": units.public(unit), "zone": zones.public(zone)}]
