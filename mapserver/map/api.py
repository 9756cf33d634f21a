"""The map: the whole picture with its sequence number, and the ground it lies on."""

from typing import Any

from fastapi import Request, Response

from mapserver.basemap import lines_of, orthophoto_file, tile_file
from mapserver.basemap.tiles import MVT
from mapserver.map.schemas import GroundLines, SnapshotAnswer
from mapserver.map.snapshot import snapshot as take_snapshot
from mapserver.map.snapshot import snapshot_tag
from mapserver.web.api_routes import ApiRouter
from mapserver.web.dependencies import Parts
from mapserver.web.permissions import MaySeeMap
from mapserver.web.polling import is_known, not_modified, polled
from telemetry.cities import City
from telemetry.errors import BadInput, NotFound, Unavailable
from telemetry.messages import Message

KEPT = {"Cache-Control": "private, max-age=604800, immutable"}
router = ApiRouter("map", "/map")


@router.get("/snapshot", response_model=SnapshotAnswer)
@polled
def snapshot(caller: MaySeeMap, parts: Parts, request: Request, response: Response) -> dict[str, Any] | Response:
    """Everything you may see, as of `seq`; go on with the WebSocket /api/v1/live?epoch=…&since=…"""
    if "If-None-Match" in request.headers:
        parts.store.catch_up()  # another server may have changed something
    tag = snapshot_tag(parts, caller)
    if is_known(request, tag):
        return not_modified(tag)
    response.headers["ETag"] = tag
    return take_snapshot(parts, caller)


@router.get("/basemap.geojson", response_model=GroundLines)
def ground(caller: MaySeeMap, parts: Parts) -> dict[str, Any]:
    """A grid of coordinates, or in the demo invented streets, which say so (GeoJSON); for where there are no tiles."""
    return lines_of(parts.settings)


@router.get(
    "/tiles/{zoom}/{column}/{row}",
    response_class=Response,
    responses={200: {"content": {MVT: {}}}, 204: {"description": "nothing lies there"}},
)
def tile(zoom: int, column: int, row: int, caller: MaySeeMap, parts: Parts) -> Response:
    """A vector tile of the map that is set (`basemap`); cached for as long as its address has the same `version`."""
    if parts.settings.basemap is None:
        raise NotFound(Message("map.no_map"))
    try:
        file = tile_file(parts.settings.basemap)
    except BadInput as error:
        raise Unavailable(error.message) from error
    found = file.tile(zoom, column, row)
    if found is None:
        return Response(status_code=204, headers=KEPT)
    packed = {"Content-Encoding": "gzip"} if file.is_gzipped else {}
    return Response(found, media_type=MVT, headers=KEPT | packed)


@router.get(
    "/orthophotos/{city}/{zoom}/{column}/{row}",
    response_class=Response,
    responses={200: {"content": {"image/*": {}}}, 204: {"description": "nothing lies there"}},
)
def photo(city: City, zoom: int, column: int, row: int, caller: MaySeeMap, parts: Parts) -> Response:
    """A tile of a town's orthophoto (`orthophotos`); cached for as long as its address has the same `version`."""
    path = parts.settings.orthophotos.get(city)
    if path is None:
        raise NotFound(Message("map.no_orthophoto", town=city.facts.name))
    try:
        file = orthophoto_file(path)
    except BadInput as error:
        raise Unavailable(error.message) from error
    found = file.tile(zoom, column, row)
    if found is None:
        return Response(status_code=204, headers=KEPT)
    packed = {"Content-Encoding": "gzip"} if file.is_gzipped else {}
    return Response(found, media_type=file.facts.media_type, headers=KEPT | packed)
