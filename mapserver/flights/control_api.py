"""Who has the control of a drone, and how it passes on."""

from typing import Any

from pydantic import BaseModel
from sqlmodel import Session

from mapserver.core.body_limits import uncounted
from mapserver.flights.control import ControlStep, pass_control
from mapserver.flights.schemas import ControlHistory
from mapserver.web.api_routes import ApiRouter
from mapserver.web.contract import refuses
from mapserver.web.dependencies import Parts, Reader, Writer
from mapserver.web.permissions import MaySeeMap
from mission.control import service
from telemetry.access import visibility
from telemetry.errors import Conflict
from telemetry.units import service as units

router = ApiRouter("control", "/units")


class ControlBody(BaseModel):
    """What is to be done with the control."""

    step: ControlStep
    to: str = ""
    """The pilot it is offered to."""


@router.get("/{unit_id}/control", response_model=ControlHistory)
def control(unit_id: str, caller: MaySeeMap, session: Reader) -> dict[str, Any]:
    """Who has it, to whom it is offered, and its history, newest first."""
    return _public(session, units.get(session, unit_id, visibility(caller)).id)


@router.post("/{unit_id}/control", response_model=ControlHistory)
@uncounted
@refuses(Conflict)
def take_step(unit_id: str, wanted: ControlBody, caller: MaySeeMap, parts: Parts, work: Writer) -> dict[str, Any]:
    """Take it, offer it to another pilot, accept, decline, or give it back; a coordinator may free a grounded one."""
    unit = pass_control(parts, work, unit_id, wanted.step, caller, to=wanted.to)
    return _public(work.session, unit.id)


def _public(session: Session, unit_id: str) -> dict[str, Any]:
    return {**service.of(session, unit_id).as_json(), "history": service.history(session, unit_id)}
