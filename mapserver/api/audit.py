"""The audit trail, for those who watch the watchers."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from mapserver.deps import Reader, allowed
from telemetry.access import Permission, Principal, visible_cities
from telemetry.audit import service

router = APIRouter(prefix="/audit")


@router.get("")
def latest(
    caller: Annotated[Principal, allowed(Permission.SEE_AUDIT)],
    session: Reader,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 200,
) -> list[dict[str, Any]]:
    """The newest entries about your town, newest first."""
    return service.latest(session, visible_cities(caller), limit=limit)
