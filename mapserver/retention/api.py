"""Whether things are forgotten in time, and an administrator's word that the clock is right."""

from typing import Any

from mapserver.retention.schemas import ConfirmedClock, RetentionAnswer
from mapserver.web.api_routes import ApiRouter
from mapserver.web.dependencies import Parts
from mapserver.web.permissions import MayAdminister
from telemetry.clock import iso

router = ApiRouter("retention", "/retention")


@router.get("", response_model=RetentionAnswer)
def state(_: MayAdminister, parts: Parts) -> dict[str, Any]:
    """Whether forgetting is held since the clock jumped, and by how many seconds it is off (positive: ahead)."""
    off = parts.forgetting.jump()
    return {"held": off is not None, "clock_off_s": None if off is None else off.total_seconds()}


@router.post("/confirm", response_model=ConfirmedClock)
def confirm(caller: MayAdminister, parts: Parts) -> dict[str, Any]:
    """The clock is right: what is past its time by it is forgotten from now on."""
    return {"held": False, "confirmed": iso(parts.forgetting.confirm(caller))}
