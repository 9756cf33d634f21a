"""Whether things are forgotten in time, and an administrator's word that the clock is right."""

from typing import Annotated, Any

from mapserver.web.api_routes import ApiRouter
from mapserver.web.dependencies import Parts, allowed
from telemetry.access import Permission, Principal
from telemetry.clock import iso

router = ApiRouter("retention", "/retention")


@router.get("")
def state(_: Annotated[Principal, allowed(Permission.ADMINISTER)], parts: Parts) -> dict[str, Any]:
    """Whether forgetting is held since the clock jumped, and by how many seconds it is off (positive: ahead)."""
    off = parts.forgetting.jump()
    return {"held": off is not None, "clock_off_s": None if off is None else off.total_seconds()}


@router.post("/confirm")
def confirm(caller: Annotated[Principal, allowed(Permission.ADMINISTER)], parts: Parts) -> dict[str, Any]:
    """The clock is right: what is past its time by it is forgotten from now on."""
    return {"held": False, "confirmed": iso(parts.forgetting.confirm(caller))}
