"""A route as GeoJSON: one LineString in flying order, its legs named beside it. Written, not read."""

from typing import Any

from mission.routes.route import GimbalPitch, Leg, Route


def route_feature(route: Route) -> dict[str, Any]:
    """A Feature: the whole route as one LineString of [longitude, latitude, metres above home].

    Its `legs` list says for each leg its kind (transect, turn, transit, climb, orbit, patrol, hold), the first and
    last index into the coordinates, whether pictures are taken, seconds stayed at its end, where the camera looks and
    of which sortie (from 1) it is; its `summary` holds the numbers.
    """
    legs = []
    at = 0
    for sortie, flight in enumerate(route.flights, start=1):
        for leg in flight.legs:
            end = at + len(leg.points) - 1
            legs.append({"kind": leg.kind.value, "start": at, "end": end, **_more(leg), "sortie": sortie})
            at = end
    coordinates = [[point.lon, point.lat, round(point.height_m, 2)] for point in route.points]
    return {
        "type": "Feature",
        "geometry": {"type": "LineString", "coordinates": coordinates},
        "properties": {"legs": legs, "summary": route.as_json()},
    }


def to_geojson(route: Route) -> dict[str, Any]:
    """A FeatureCollection of the one feature."""
    return {"type": "FeatureCollection", "features": [route_feature(route)]}


def _more(leg: Leg) -> dict[str, Any]:
    look: dict[str, Any] | None = None
    if isinstance(leg.look, GimbalPitch):
        look = {"pitch_deg": leg.look.deg}
    elif leg.look is not None:
        look = {"at": [leg.look.at.lon, leg.look.at.lat, round(leg.look.at.height_m, 2)]}
    return {"camera": leg.camera, "hold_s": round(leg.hold_s, 1), "look": look}
