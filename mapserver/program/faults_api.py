"""What is amiss with the server now."""

from typing import Any

from mapserver.program.schemas import FaultsAnswer
from mapserver.web.api_routes import ApiRouter
from mapserver.web.dependencies import Parts
from mapserver.web.permissions import MaySeeMap
from mapserver.web.polling import polled
from telemetry.access import Permission, visible_cities

router = ApiRouter("faults", "/faults")


@router.get("", response_model=FaultsAnswer)
@polled
def standing(caller: MaySeeMap, parts: Parts) -> dict[str, Any]:
    """The faults of the whole server and of your towns, oldest first; with what to do for an administrator."""
    remedy = caller.may(Permission.ADMINISTER)
    return {"faults": [one.as_json(remedy=remedy) for one in parts.faults.standing(visible_cities(caller))]}
