"""The briefing's map, drawn by folium over one picture of the town: all of it in the file. Knows no page round it.

Text that people wrote is escaped here, before folium puts it between its tags.
"""

import json
import math
import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

from shapely import LineString, Polygon, get_parts
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from mission.briefing.briefing import Briefing
from mission.briefing.track import BriefingTrack, corners
from mission.briefing.view import PaperView, view_of
from mission.checks.images import image_count_of
from mission.checks.segments import SegmentKind
from mission.formats import FenceArea
from mission.routes.image_map import image_map
from telemetry.errors import Misconfigured
from telemetry.messages import Message
from telemetry.positions import LocalFrame

VENDOR = Path(__file__).parent / "vendor"
ASPECT = 186 / 162
"""Width over height; `page.css` gives it its millimetres."""
MOST_NUMBERS = 60
MOST_ARROWS = 70
ARROW = 0.016
"""Length of an arrow, of the map's width."""
CIRCLE_CORNERS = 72
NO_PICTURES = "L.Marker.mergeOptions({icon: L.divIcon({className: ''})});"
"""Before folium gives a marker its icon, Leaflet would fetch the picture of a pin."""

INK = "#111"
Style = dict[str, Any]
"""Leaflet path options."""
STYLES: dict[str, Style] = {
    "grid": {"color": "#888", "weight": 0.5, "dashArray": "1 3", "fill": False},
    "area": {"color": "#6b21a8", "weight": 2, "fillColor": "#6b21a8", "fillOpacity": 0.08},
    "few_images": {"color": "#b45309", "weight": 1, "dashArray": "2 2", "fillColor": "#f59e0b", "fillOpacity": 0.35},
    "buffer": {"color": "#b45309", "weight": 1.5, "dashArray": "1 4", "fill": False},
    "fence": {"color": "#166534", "weight": 1.8, "dashArray": "8 3 1 3", "fill": False},
    "keep_out": {"color": "#b91c1c", "weight": 1.8, "dashArray": "8 3 1 3", "fillColor": "#b91c1c", "fillOpacity": 0.1},
    "restriction": {"color": "#b91c1c", "weight": 2.4, "fillColor": "#b91c1c", "fillOpacity": 0.08},
    SegmentKind.WORK: {"color": "#0b3d91", "weight": 2.6, "fill": False},
    SegmentKind.TRANSIT: {"color": "#0b3d91", "weight": 1.8, "dashArray": "5 3", "fill": False},
    SegmentKind.RETURN: {"color": INK, "weight": 1.8, "dashArray": "10 5", "fill": False},
    "arrow": {"color": INK, "weight": 0.5, "fillColor": INK, "fillOpacity": 1},
}
"""How each thing is drawn, told apart by line as well as by colour. Leaflet path options; the legend uses them too."""


DrawGround = Callable[[tuple[float, float, float, float]], tuple[str, str]]
"""Given west, south, east and north (degrees), a picture of the town (SVG in Web Mercator), and whose map it is."""


class Drawing(NamedTuple):
    """The pieces of a page that show the map."""

    css: str
    library: str
    """JavaScript, to run before the script."""
    html: str
    script: str
    note: str
    """Whose map lies below; empty where none does."""


def draw(briefing: Briefing, track: BriefingTrack, draw_ground: DrawGround | None) -> Drawing:
    """The map of `briefing` with `track` on it. Raises Misconfigured when the build left Leaflet out."""
    import folium  # noqa: PLC0415  slow to import, and no other command needs it
    from branca.element import Figure  # noqa: PLC0415  comes with folium

    view = view_of(_must_see(briefing, track), aspect=ASPECT)
    chart = folium.Map(
        location=[view.frame.lat, view.frame.lon], tiles=None, control_scale=True, zoom_snap=0,
        attribution_control=False, scroll_wheel_zoom=False, zoom_animation=False, fade_animation=False,
    )  # fmt: skip
    chart.default_js, chart.default_css = [], []  # folium would link to a content network
    chart.fit_bounds([list(corner) for corner in view.corners])
    note = ""
    if draw_ground is not None:
        west, south, east, north = view.bounds
        picture, note = draw_ground(view.bounds)
        packed = b64encode(picture.encode()).decode()
        folium.raster_layers.ImageOverlay(
            f"data:image/svg+xml;base64,{packed}",
            bounds=[[south, west], [north, east]],
            alt=Message("briefing.map_picture").text(),
        ).add_to(chart)
    features = list(_shapes(briefing, track, view))
    folium.GeoJson({"type": "FeatureCollection", "features": features}).add_to(chart)
    for place, html, kind in _labels(briefing, track, view):
        icon = folium.DivIcon(html=html, class_name=f"mark {kind}", icon_size=(0, 0))
        folium.Marker(place, icon=icon, keyboard=False, interactive=False).add_to(chart)
    figure = chart.get_root()
    assert isinstance(figure, Figure)  # noqa: S101  a Map is made with one
    figure.render()
    css, library = leaflet()
    return Drawing(css, f"{library}\n{NO_PICTURES}", figure.html.render(), figure.script.render(), note)


@cache
def leaflet() -> tuple[str, str]:
    """Leaflet's style sheet without the pictures that this map never shows, and its script without its source map."""
    try:
        css, script = ((VENDOR / f"leaflet.{end}").read_text("utf-8") for end in ("css", "js"))
    except OSError as error:
        raise Misconfigured(
            f"{VENDOR / 'leaflet.js'} is not there; run `python build_assets.py`, or install the wheel"
        ) from error
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    return re.sub(r"url\(images/[^)]*\)", "none", css), re.sub(r"\n//# sourceMappingURL=.*", "", script)


def _must_see(briefing: Briefing, track: BriefingTrack) -> Iterator[tuple[float, float]]:
    yield track.home.lat, track.home.lon
    yield from ((waypoint.lat, waypoint.lon) for waypoint in track.waypoints)
    yield from ((place.lat, place.lon) for place in briefing.plan.rally)
    for polygon in (briefing.area, briefing.inputs.ground_risk):
        if polygon is not None:
            west, south, east, north = polygon.bounds
            yield from ((south, west), (north, east))


def _shapes(briefing: Briefing, track: BriefingTrack, view: PaperView) -> Iterator[dict[str, Any]]:
    for line in view.grid():
        yield _line(line.ends, STYLES["grid"])
    for restriction in briefing.restrictions:
        yield from _feature(restriction.area, STYLES["restriction"], view)
    yield from _feature(briefing.inputs.ground_risk, STYLES["buffer"], view)
    for part in briefing.plan.fence:
        yield from _feature(fence_polygon(part), STYLES["fence" if part.inclusion else "keep_out"], view)
    if briefing.area is not None:
        yield from _feature(briefing.area, STYLES["area"], view)
    for geometry in few_images(briefing):
        yield {"type": "Feature", "properties": {"style": STYLES["few_images"]}, "geometry": geometry}
    for kind, way in track.legs():
        yield _line(way, STYLES[kind])
    yield from _arrows(track, view)


def few_images(briefing: Briefing) -> list[dict[str, Any]]:
    """The parts of a mapped area that fewer pictures show than are wanted, GeoJSON geometries."""
    mapped = briefing.inputs.mapped
    if mapped is None:
        return []
    found = image_map(image_count_of(briefing.inputs, mapped), mapped.wanted)
    return [feature["geometry"] for feature in found["features"] if not feature["properties"]["enough"]]


def fence_polygon(part: FenceArea) -> Polygon:
    """A part of a geofence as a polygon of (longitude, latitude) degrees; a circle gets 72 corners."""
    if part.radius_m is None:
        return Polygon([(lon, lat) for lat, lon in part.corners])
    frame = LocalFrame(*part.corners[0])
    turns = (math.tau * n / CIRCLE_CORNERS for n in range(CIRCLE_CORNERS))
    ring = (frame.to_degrees(part.radius_m * math.sin(turn), part.radius_m * math.cos(turn)) for turn in turns)
    return Polygon([(lon, lat) for lat, lon in ring])


def _feature(geometry: BaseGeometry, style: Style, view: PaperView) -> Iterator[dict[str, Any]]:
    """The part of `geometry` in and just outside the view, so that the file stays small."""
    near = geometry.intersection(view.box.buffer(0.1 * (view.corners[1][0] - view.corners[0][0])))
    if not near.is_empty:
        coordinates = json.loads(json.dumps(mapping(near)), parse_float=lambda text: round(float(text), 7))
        yield {"type": "Feature", "properties": {"style": style}, "geometry": coordinates}


def _line(places: Iterable[tuple[float, float]], style: Style) -> dict[str, Any]:
    line = [[round(lon, 7), round(lat, 7)] for lat, lon in places]
    return {
        "type": "Feature",
        "properties": {"style": style},
        "geometry": {"type": "LineString", "coordinates": line},
    }


def _arrows(track: BriefingTrack, view: PaperView) -> Iterator[dict[str, Any]]:
    """An arrow in the middle of every piece that is long enough to hold one, thinned out where they are many."""
    size = ARROW * view.width_m
    pieces = [piece for _, line in track.legs() for piece in corners(line, view.frame)]
    long = [(a, b) for a, b in pieces if math.dist(a, b) > 3 * size]
    for a, b in long[:: max(1, math.ceil(len(long) / MOST_ARROWS))]:
        turn = math.atan2(b[1] - a[1], b[0] - a[0])
        middle = (a[0] + b[0]) / 2, (a[1] + b[1]) / 2
        ring = [
            (middle[0] + size * reach * math.cos(turn + side), middle[1] + size * reach * math.sin(turn + side))
            for reach, side in ((0.6, 0.0), (0.6, 2.5), (0.25, math.pi), (0.6, -2.5), (0.6, 0.0))
        ]
        polygon = Polygon([view.frame.to_degrees(*point)[::-1] for point in ring])
        yield from _feature(polygon, STYLES["arrow"], view)


def _labels(
    briefing: Briefing, track: BriefingTrack, view: PaperView
) -> Iterator[tuple[tuple[float, float], str, str]]:
    """(where, HTML, class) of every mark and every word on the map."""
    for line in view.grid():
        yield line.ends[0], escape(line.label), "grid-lat" if line.parallel else "grid-lon"
    every = max(1, math.ceil(len(track.waypoints) / MOST_NUMBERS))
    for waypoint in track.waypoints:
        if waypoint.number % every == 1 or every == 1 or waypoint.number == len(track.waypoints):
            yield (waypoint.lat, waypoint.lon), str(waypoint.number), "waypoint"
    for restriction in briefing.restrictions:
        if (where := _free_place(restriction.area, track, view)) is not None:
            words = (
                f"<b>{escape(restriction.name or restriction.identifier)}</b><br>{escape(restriction.heights.text())}"
            )
            yield where, words, "restriction"
    for number, place in enumerate(briefing.plan.rally, start=1):
        yield (place.lat, place.lon), f"R{number}", "rally"
    yield (track.home.lat, track.home.lon), "H", "home"


def _free_place(area: BaseGeometry, track: BriefingTrack, view: PaperView) -> tuple[float, float] | None:
    """Where in the visible part of `area` words stand clear of the route, if anywhere; None when none of it is seen."""
    seen = area.intersection(view.box)
    if seen.is_empty:
        return None
    route = LineString([(track.home.lon, track.home.lat), *((w.lon, w.lat) for w in track.waypoints)])
    clear = seen.difference(route.buffer(0.06 * view.box.length / 4))
    largest = seen
    if not clear.is_empty:
        largest = max(get_parts(clear), key=lambda part: part.area)
    where = largest.representative_point()
    return where.y, where.x
