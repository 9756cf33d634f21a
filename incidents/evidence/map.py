"""The map of an evidence bundle's page, drawn by folium over one picture of the town: all of it in the page.

Nothing on it is text that people wrote.
"""

from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mission.briefing.map import NO_PICTURES, DrawGround, Drawing, leaflet
from mission.briefing.view import PaperView, view_of
from telemetry.messages import Message
from telemetry.positions import LocalFrame

ASPECT = 186 / 120
"""Width over height; `page.css` gives it its millimetres."""
LEAST_REACH_M = 60.0
"""Round each sighting, so that a single one still shows where in town it is."""
MOST_NUMBERS = 99
CIRCLE: dict[str, Any] = {"color": "#0b3d91", "weight": 1.5, "fill_color": "#0b3d91", "fill_opacity": 0.08}
GRID: dict[str, Any] = {"color": "#888", "weight": 0.5, "dash_array": "1 3"}


def draw(timeline: Sequence[Mapping[str, Any]], draw_ground: DrawGround | None) -> Drawing | None:
    """Where it was seen: a circle for how well each place is known, with the entry's number; None without a place.

    Raises Misconfigured when the build left Leaflet out.
    """
    import folium  # noqa: PLC0415  slow to import
    from branca.element import Figure  # noqa: PLC0415  comes with folium

    seen = [
        (entry["seq"], place)
        for entry in timeline
        if entry["observation"] is not None and (place := entry["observation"]["position"]) is not None
    ]
    if not seen:
        return None
    view = view_of([corner for _, place in seen for corner in _round(place)], aspect=ASPECT)
    chart = folium.Map(
        location=[view.frame.lat, view.frame.lon], tiles=None, control_scale=True, zoom_snap=0,
        attribution_control=False, scroll_wheel_zoom=False, zoom_animation=False, fade_animation=False,
    )  # fmt: skip
    chart.default_js, chart.default_css = [], []  # folium would link to a content network
    chart.fit_bounds([list(corner) for corner in view.corners])
    note = ""
    if draw_ground is not None:
        note = _put_ground(chart, view, draw_ground)
    for line in view.grid():
        folium.PolyLine([list(end) for end in line.ends], interactive=False, **GRID).add_to(chart)  # type: ignore[no-untyped-call]
    for _, place in seen:
        middle = [place["lat"], place["lon"]]
        folium.Circle(middle, radius=place["accuracy_m"], interactive=False, **CIRCLE).add_to(chart)
    for number, place in seen[:MOST_NUMBERS]:
        icon = folium.DivIcon(html=str(int(number)), class_name="mark", icon_size=(0, 0))
        folium.Marker([place["lat"], place["lon"]], icon=icon, keyboard=False, interactive=False).add_to(chart)
    figure = chart.get_root()
    assert isinstance(figure, Figure)  # noqa: S101  a Map is made with one
    figure.render()
    css, library = leaflet()
    return Drawing(css, f"{library}\n{NO_PICTURES}", figure.html.render(), figure.script.render(), note)


def _put_ground(chart: Any, view: PaperView, draw_ground: DrawGround) -> str:
    """Lay the picture of the town below everything; whose map it is."""
    import folium  # noqa: PLC0415  slow to import

    west, south, east, north = view.bounds
    picture, note = draw_ground(view.bounds)
    packed = b64encode(picture.encode()).decode()
    folium.raster_layers.ImageOverlay(
        f"data:image/svg+xml;base64,{packed}",
        bounds=[[south, west], [north, east]],
        alt=Message("briefing.map_picture").text(),
    ).add_to(chart)
    return note


def _round(place: Mapping[str, Any]) -> Iterator[tuple[float, float]]:
    """South-west and north-east of where a sighting may have been, (lat, lon) degrees."""
    frame = LocalFrame(place["lat"], place["lon"])
    reach_m = max(place["accuracy_m"], LEAST_REACH_M)
    yield frame.to_degrees(-reach_m, -reach_m)
    yield frame.to_degrees(reach_m, reach_m)
