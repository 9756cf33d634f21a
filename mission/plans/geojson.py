"""A route as GeoJSON: one LineString in flying order, its legs named beside it. Written, not read."""

from typing import Any

from mission.routes.route import Route


def route_feature(route: Route) -> dict[str, Any]:
    """A Feature: the whole route as one LineString of [longitude, latitude, metres above ground].

    Its `legs` list says for each leg its kind (transect, turn, transit), the first and last index into the
    coordinates, and whether pictures are taken; its `summary` holds the numbers.
    """
    legs, at = [], 0
    for leg in route.legs:
        end = at + len(leg.points) - 1
        legs.append({"kind": leg.kind.value, "start": at, "end": end, "camera": leg.camera})
        at = end
    coordinates = [[lon, lat, round(route.altitude_m, 2)] for lat, lon in route.points]
    return {
        "type": "Feature",
        "geometry": {"type": "LineString", "coordinates": coordinates},
        "properties": {"legs": legs, "summary": route.summary.as_json()},
    }


def to_geojson(route: Route) -> dict[str, Any]:
    """A FeatureCollection of the one feature."""
    return {"type": "FeatureCollection", "features": [route_feature(route)]}
