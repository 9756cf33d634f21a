"""The inspector's page on a phone: which camera is mine, and a report in a few taps."""

from typing import Annotated, Any

from fastapi import Form, Request, Response, UploadFile
from pydantic import ValidationError
from sqlmodel import Session

from incidents.reports.service import PHONE_ACCURACY_M, Report
from mapserver.deps import Parts, Reader, Writer, allowed
from mapserver.flows import file_report
from mapserver.pages.render import page
from mapserver.web.limits import MIB, body_limit
from mapserver.web.routes import GuardedRouter
from mission.zones import service as zones
from mobile_units.assignments import service as assignments
from telemetry.access import Permission, Principal
from telemetry.cities import City
from telemetry.errors import BadInput
from telemetry.observations.values import explain
from telemetry.positions import Position
from telemetry.units import service as units
from vision.pictures import LARGEST_PICTURE

router = GuardedRouter(include_in_schema=False)
Reporter = Annotated[Principal, allowed(Permission.REPORT)]

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


@router.get("/report")
def form(request: Request, caller: Reporter, session: Reader) -> Response:
    """The form, and the camera that the inspector carries."""
    return page(request, "report.html", _context(session, caller))


@router.post("/report")
@body_limit(LARGEST_PICTURE + MIB, "a photo")
def send(
    request: Request, caller: Reporter, parts: Parts, work: Writer, category: Annotated[str, Form()],
    lat: Annotated[str, Form()] = "", lon: Annotated[str, Form()] = "", accuracy_m: Annotated[str, Form()] = "",
    note: Annotated[str, Form()] = "", ref: Annotated[str, Form()] = "", photo: UploadFile | None = None,
) -> Response:  # fmt: skip
    """File it, and say what became of it."""
    try:
        content = photo.file.read(LARGEST_PICTURE + 1) if photo is not None else None
        report = _report(category, note, lat, lon, accuracy_m, ref)
        receipt = file_report(parts, work, report, caller, content or None)
    except BadInput as error:
        return page(request, "report.html", _context(work.session, caller, error=error.message), status=error.status)
    where = f"incident {receipt.incident_id[:8]}" if receipt.incident_id else "the record"
    return page(request, "report.html", _context(work.session, caller, done=f"Thank you. It is in {where}."))


def _report(category: str, note: str, lat: str, lon: str, accuracy_m: str, ref: str) -> Report:
    try:
        position = None
        if lat and lon:
            position = Position(lat=float(lat), lon=float(lon), accuracy_m=float(accuracy_m or PHONE_ACCURACY_M))
        return Report(category=category, note=note.strip(), position=position, **({"ref": ref} if ref else {}))
    except ValidationError as error:
        raise BadInput(f"the report cannot be taken: {explain(error)}") from error
    except ValueError as error:
        raise BadInput("the place is not given in numbers; tap the map where it is") from error


def _context(
    session: Session, caller: Principal, *, error: str | None = None, done: str | None = None
) -> dict[str, Any]:
    city = caller.city or City.SIAULIAI
    return {
        "principal": caller,
        "my_units": _carried(session, caller),
        "categories": ONE_TAP,
        "centre": {"lat": city.facts.lat, "lon": city.facts.lon},
        "error": error,
        "done": done,
    }


def _carried(session: Session, caller: Principal) -> list[dict[str, Any]]:
    held = assignments.active_of_holder(session, caller.name)
    if held is None:
        return []
    cities = [City(held.city)]
    unit, zone = units.get(session, held.unit_id, cities), zones.get(session, held.zone_id, cities)
    return [{**assignments.public(held), "unit": units.public(unit), "zone": zones.public(zone)}]
