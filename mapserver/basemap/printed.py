"""The maps of printed incidents and debriefs, each one picture (SVG) over the town's ground. Reads no database."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from mapserver.basemap.mercator import Bounds
from mapserver.basemap.picture import Picture
from mapserver.basemap.town_map import draw_ground
from mapserver.core.settings import Settings
from mission.briefing.view import view_of
from telemetry.cities import City
from telemetry.errors import NotFound
from telemetry.messages import Message
from telemetry.positions import LocalFrame

ASPECT = 1.6
"""Width over height."""
LEAST_REACH_M = 60.0
"""Round each sighting, so that a single one still shows where in town it is."""
MOST_NUMBERS = 99


def incident_map(settings: Settings, city: City, timeline: Iterable[Mapping[str, Any]]) -> str:
    """Where an incident was seen: a circle and the entry's number for each sighting. Raises NotFound without any."""
    seen = [
        (entry["seq"], position)
        for entry in timeline
        if entry["observation"] is not None and (position := entry["observation"]["position"]) is not None
    ]
    if not seen:
        raise NotFound(Message("map.incident_without_place"))

    def draw(picture: Picture) -> None:
        for _, at in seen:
            picture.circle(at["lat"], at["lon"], at["accuracy_m"], "hawk")
        for number, at in seen[:MOST_NUMBERS]:
            picture.mark(at["lat"], at["lon"], str(number))

    corners = [corner for _, at in seen for corner in _round(at)]
    return _drawn(settings, city, corners, draw)


def debrief_map(
    settings: Settings,
    city: City,
    *,
    route: Mapping[str, Any],
    area: Mapping[str, Any],
    debrief: Mapping[str, Any] | None,
) -> str:
    """A flight's planned route, the track flown, what was covered and what was not (GeoJSON geometries)."""
    track = []
    covered = None
    if debrief is not None:
        track = debrief["track"]
        covered = debrief["coverage"]
    outline = []
    if area["type"] == "Polygon":
        outline = area["coordinates"][0]

    def draw(picture: Picture) -> None:
        if covered is not None:
            for rings in _polygons(covered["covered"]):
                picture.area(rings, "good", 0.18)
            for gap in covered["gaps"]:
                for rings in _polygons(gap["geometry"]):
                    picture.area(rings, "bad", 0.4)
        if outline:
            picture.area([outline], "zone", 0.0)
        picture.line(route["coordinates"], "ink-3", 2, "8 6")
        if len(track) > 1:
            picture.line(track, "air", 3.5)

    places = [(place[1], place[0]) for place in (*outline, *route["coordinates"], *track)]
    return _drawn(settings, city, places, draw)


def _drawn(
    settings: Settings, city: City, places: Iterable[tuple[float, float]], draw: Callable[[Picture], None]
) -> str:
    """Round places ((lat, lon) degrees): the town, a grid of coordinates, and what `draw` puts over them."""
    view = view_of(places, aspect=ASPECT)
    picture = Picture(Bounds(*view.bounds))
    note = draw_ground(settings, city, picture)
    picture.grid(view.grid())
    draw(picture)
    picture.note(note)
    return picture.svg()


def _round(at: Mapping[str, Any]) -> Iterable[tuple[float, float]]:
    """South-west and north-east of where a sighting may have been, (lat, lon) degrees."""
    frame = LocalFrame(at["lat"], at["lon"])
    reach_m = max(at["accuracy_m"], LEAST_REACH_M)
    yield frame.to_degrees(-reach_m, -reach_m)
    yield frame.to_degrees(reach_m, reach_m)


def _polygons(geometry: Mapping[str, Any] | None) -> Iterable[Any]:
    """The rings of each polygon in a geometry."""
    if geometry is None:
        return
    match geometry["type"]:
        case "Polygon":
            yield geometry["coordinates"]
        case "MultiPolygon":
            yield from geometry["coordinates"]
        case "GeometryCollection":
            for part in geometry["geometries"]:
                yield from _polygons(part)
