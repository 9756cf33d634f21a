"""What is left of a flight that was broken off, as a plan."""

from typing import Any

from mapserver.plans.continuing import checks_of, continue_flight
from mapserver.plans.schemas import RestOfFlight
from mapserver.web.api_routes import ApiRouter
from mapserver.web.contract import refuses
from mapserver.web.dependencies import Parts, Writer
from mapserver.web.permissions import MayFly
from mission.plans import service as plans
from telemetry.errors import Conflict

router = ApiRouter("debriefs", "/flights")


@router.post("/{flight_id}/rest", response_model=RestOfFlight, status_code=201)
@refuses(Conflict)
def rest(flight_id: str, caller: MayFly, parts: Parts, work: Writer) -> dict[str, Any]:
    """Keep what is left of the plan of a flight that was broken off, from its last picture on, as a plan of its own;
    with what the checks say of flying it now."""
    plan = continue_flight(parts, work, caller, flight_id)
    return plans.public(plan) | checks_of(parts, work.session, caller, plan)
