"""A town's own streets: read from GeoJSON, drawn below the route, refused in a sentence when they are none."""

import json
from pathlib import Path

import pytest

from mission.briefing import to_html
from mission.briefing.streets import load_streets
from telemetry.errors import BadInput
from tests.mission.briefing.builders import at, briefing

LINE = {"type": "LineString", "coordinates": [[at(-200, 50).lon, at(-200, 50).lat], [at(600, 60).lon, at(600, 60).lat]]}


def write(folder: Path, document: object) -> Path:
    path = folder / "streets.geojson"
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    return path


def test_streets_are_drawn_below_the_route_and_only_those_near(tmp_path: Path) -> None:
    far = {"type": "LineString", "coordinates": [[25.0, 56.0], [25.1, 56.0]]}
    features = [{"type": "Feature", "properties": {"kind": "main"}, "geometry": shape} for shape in (LINE, far)]
    streets = load_streets(write(tmp_path, {"type": "FeatureCollection", "features": features}))
    html = to_html(briefing(streets=streets, streets_note="Streets of the town"))
    assert html.count('"color": "#bdb8ad"') == 1
    assert html.index('"color": "#bdb8ad"') < html.index('"color": "#0b3d91"')
    assert "Streets of the town" in html


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        (LINE, "not a GeoJSON FeatureCollection"),
        ({"type": "FeatureCollection", "features": [{"geometry": {"type": "Point"}}]}, "feature 1, cannot be drawn"),
        ({"type": "FeatureCollection", "features": ["street"]}, "feature 1, cannot be drawn"),
    ],
)
def test_a_file_that_holds_no_streets_is_named_with_the_reason(tmp_path: Path, document: object, words: str) -> None:
    with pytest.raises(BadInput, match=rf"streets\.geojson.*{words}"):
        load_streets(write(tmp_path, document))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"none\.geojson cannot be read"):
        load_streets(tmp_path / "none.geojson")
