"""The map: the whole picture with its sequence number, and the ground it lies on."""

from typing import Annotated, Any

from mapserver.basemap import basemap
from mapserver.deps import Parts, allowed
from mapserver.live.snapshot import snapshot as take_snapshot
from mapserver.web.routes import GuardedRouter
from telemetry.access import Permission, Principal

router = GuardedRouter(prefix="/map")
Seer = Annotated[Principal, allowed(Permission.SEE_MAP)]


@router.get("/snapshot")
def snapshot(caller: Seer, parts: Parts) -> dict[str, Any]:
    """Everything you may see, as of `seq`; go on with the WebSocket /api/v1/live?epoch=…&since=…"""
    return take_snapshot(parts, caller)


@router.get("/basemap.geojson")
def ground(caller: Seer) -> dict[str, Any]:
    """The synthetic streets of both towns (GeoJSON); not a real map, and it says so."""
    return basemap()
