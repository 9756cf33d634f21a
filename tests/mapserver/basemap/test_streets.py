"""A town's own streets: read from GeoJSON, refused in a sentence when they are none."""

import json
from pathlib import Path

import pytest

from mapserver.basemap.streets import load_streets
from telemetry.errors import BadInput

LINE = {"type": "LineString", "coordinates": [[23.27, 56.62], [23.29, 56.62]]}


def write(folder: Path, document: object) -> Path:
    path = folder / "streets.geojson"
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    return path


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
