"""The fixed cameras."""

from typing import Annotated, Any

from fastapi import APIRouter

from mapserver.deps import Reader, allowed
from telemetry.access import Permission, Principal, visible_cities
from vision.cameras import service

router = APIRouter()


@router.get("/cameras")
def listed(caller: Annotated[Principal, allowed(Permission.SEE_MAP)], session: Reader) -> list[dict[str, Any]]:
    """Every fixed camera of the towns you may see."""
    return [service.public(camera) for camera in service.listed(session, visible_cities(caller))]
