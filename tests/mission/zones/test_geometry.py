"""Reading areas: what is accepted, and the sentence for each thing that is not."""

import json
import math
from pathlib import Path
from typing import Any

import pytest

from mission.zones.geometry import area_m2, load_document, read_area, to_geojson
from telemetry.errors import BadGeometry
from tests.mission.areas import HOLE, RECTANGLE, SQUARE, U_SHAPE, area, geojson

GOOD = geojson(RECTANGLE)


def polygon(*rings: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


@pytest.mark.parametrize(
    "document",
    [
        GOOD,
        {"type": "Feature", "properties": {}, "geometry": GOOD},
        {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": None, "geometry": GOOD}]},
    ],
)
def test_a_polygon_a_feature_and_a_collection_of_one_are_read_alike(document: object) -> None:
    assert area_m2(read_area(document, "yard")) == pytest.approx(45_000, rel=1e-3)


def test_holes_count_and_come_back_in_geojson() -> None:
    square = area(SQUARE, HOLE)
    assert area_m2(square) == pytest.approx(150_000, rel=1e-3)
    assert read_area(to_geojson(square), "again").equals(square)


BOW_TIE = geojson([(0, 0), (100, 100), (100, 0), (0, 100)])
OPEN = polygon(GOOD["coordinates"][0][:-1])
NAN = polygon([[23.28, 56.62], [math.nan, 56.62], [23.29, 56.63], [23.28, 56.62]])
SWAPPED = polygon([[lat, lon] for lon, lat in GOOD["coordinates"][0]])
HOLE_OUTSIDE = geojson(RECTANGLE, [(900, 900), (950, 900), (950, 950)])


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        (None, "yard is not a GeoJSON object"),
        ([1, 2], "yard is not a GeoJSON object"),
        ({"type": "Point", "coordinates": [23, 56]}, "yard is a Point, not a Polygon"),
        ({"type": "MultiPolygon", "coordinates": []}, "several as several zones"),
        ({"type": "FeatureCollection", "features": []}, "yard holds 0 features; give exactly one"),
        (polygon(), "yard is an empty polygon"),
        (polygon([]), "yard, ring 1 is empty"),
        (OPEN, "yard, ring 1 is not closed: its last point must repeat its first"),
        (polygon([[23.28, 56.62], [23.29, 56.62], [23.28, 56.62]]), "has 2 distinct points"),
        (NAN, "yard, ring 1, point 2 is not a"),
        (polygon([[23.28, "56"]]), "point 1 is not a"),
        (polygon([[True, 56]]), "point 1 is not a"),
        (polygon([[23.28, 95.0]]), "is off the globe: longitude 23.28, latitude 95"),
        (SWAPPED, "has latitude and longitude exchanged: read the other way round it lies by Dobele"),
        (BOW_TIE, r"yard crosses itself at latitude 56\.62\d+, longitude 23\.28\d+"),
        (HOLE_OUTSIDE, "not a usable area at .*hole lies outside shell"),
        (geojson([(0, 0), (5, 0), (5, 5)]), "covers 12 m²"),
        (geojson([(0, 0), (9000, 0), (9000, 9000)]), "at most 25 km²"),
        (polygon([[-179, 1], [179, 1], [179, 2], [-179, 1]]), "180th meridian"),
        (polygon([[10**400, 56]]), "point 1 is not a"),
    ],
)
def test_what_cannot_be_flown_over_is_refused_by_name_and_reason(document: object, sentence: str) -> None:
    with pytest.raises(BadGeometry, match=sentence):
        read_area(document, "yard")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"{ not json", "area.geojson is not JSON: line 1, column 3"),
        (b"\xff\xfe\x00", "area.geojson is not JSON"),
        (b"", "area.geojson is not JSON: line 1"),
        (b"[" * 200_000, "area.geojson is not JSON"),
        (b"9" * 5_000, "area.geojson is not JSON"),
        (b" " * 5_000_001, "area.geojson is larger than 5 MB"),
    ],
)
def test_a_file_that_is_not_geojson_is_refused_by_name_and_place(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "area.geojson"
    path.write_bytes(content)
    with pytest.raises(BadGeometry, match=sentence):
        load_document(path)


def test_a_file_is_read_and_a_missing_one_is_named(tmp_path: Path) -> None:
    path = tmp_path / "u.geojson"
    path.write_text(json.dumps(geojson(U_SHAPE)))
    assert area_m2(read_area(load_document(path), path.name)) == pytest.approx(70_000, rel=1e-3)
    with pytest.raises(BadGeometry, match=r"gone\.geojson cannot be read: No such file"):
        load_document(tmp_path / "gone.geojson")
