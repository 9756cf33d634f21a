"""The administrator's page of units: their names, and how each drone is reached."""

from typing import Annotated, Any

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError
from sqlmodel import Session

from mapserver.units.flow import UnitChange, change_unit
from mapserver.web.dependencies import Parts, Reader, Writer
from mapserver.web.permissions import MayAdminister
from mapserver.web.render import page
from mapserver.web.routes import GuardedRouter
from telemetry.access import Principal, visibility
from telemetry.errors import BadInput, Conflict
from telemetry.units import service as units
from telemetry.validation import explain
from telemetry.vehicles.drivers import VehicleDriver

router = GuardedRouter(prefix="/units", include_in_schema=False)


@router.get("")
def listed(request: Request, caller: MayAdminister, session: Reader) -> Response:
    """Every unit of the towns that the caller administers."""
    return page(request, "units/page.html", _context(session, caller))


@router.post("/{unit_id}")
def change(
    request: Request, unit_id: str, caller: MayAdminister, parts: Parts, work: Writer,
    name: Annotated[str, Form()], link: Annotated[str | None, Form()] = None,
    driver: Annotated[str | None, Form()] = None,
) -> Response:  # fmt: skip
    """Change it, or say beside the button why not."""
    try:
        wanted = UnitChange.model_validate({"name": name.strip(), "link": link, "driver": driver})
        change_unit(work, parts.clock, unit_id, wanted, caller)
    except ValidationError as error:
        return _refused(request, work.session, caller, unit_id, BadInput(explain(error)))
    except (BadInput, Conflict) as error:
        return _refused(request, work.session, caller, unit_id, error)
    return RedirectResponse(f"/units#unit-{unit_id}", 303)


def _refused(
    request: Request, session: Session, caller: Principal, unit_id: str, error: BadInput | Conflict
) -> Response:
    session.rollback()
    context = {**_context(session, caller), "refused": {unit_id: error.told}}
    return page(request, "units/page.html", context, status=error.status)


def _context(session: Session, caller: Principal) -> dict[str, Any]:
    known = units.listed(session, visibility(caller))
    return {
        "principal": caller,
        "units": [{**units.public(unit), "link": unit.link, "driver": unit.driver} for unit in known],
        "drivers": [driver.value for driver in VehicleDriver],
        "refused": {},
    }
