"""Maps for paper: the town's own tiles where they are, a file's streets, invented ones in the demo only."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st

from mapserver.basemap.mercator import Bounds, on_square, window_of
from mapserver.basemap.palette import paper
from mapserver.basemap.picture import WIDTH, Picture
from mapserver.basemap.shapes import BUILT_UP, GREEN, ShapeKind, shapes_of_tiles
from mapserver.basemap.tiles import tile_file
from mapserver.basemap.town_map import town_picture
from mapserver.core.settings import Settings, new_secret
from mapserver.core.town_settings import TownSettings
from telemetry.cities import City
from tests.mapserver.basemap.making import EXTENT, MAX_ZOOM, column_and_row, tile_map

JS = Path(__file__).parents[3] / "mapserver" / "web" / "js"
DOBELE = City("dobele").facts
AROUND = (DOBELE.lon - 0.02, DOBELE.lat - 0.011, DOBELE.lon + 0.02, DOBELE.lat + 0.011)
SVG = "{http://www.w3.org/2000/svg}"


def settings(**given: object) -> Settings:
    return Settings(secret_key=new_secret(), **given)  # type: ignore[arg-type]


def colours(svg: str) -> set[str]:
    """Of everything that has one."""
    drawn = fromstring(svg).iter()
    return {value for part in drawn for name in ("fill", "stroke") if (value := part.get(name)) is not None}


def drawn_in(svg: str, *kinds: str) -> list[bool]:
    found = colours(svg)
    return [paper()[f"map-{kind}"] in found for kind in kinds]


def test_the_towns_tiles_are_drawn_with_names_and_whose_map_it_is(tmp_path: Path) -> None:
    svg, note = town_picture(settings(basemap=tile_map(tmp_path / "towns.pmtiles"), demo=True), City("dobele"), AROUND)
    assert drawn_in(svg, "park", "water", "main") == [True, True, True]
    assert note == "Map: © Surveyors of Dobele"
    texts = [part.text for part in fromstring(svg).iter(f"{SVG}text")]
    assert "Brīvības iela" in texts


def test_streets_of_a_file_are_drawn_where_there_are_no_tiles(tmp_path: Path) -> None:
    path = tmp_path / "streets.geojson"
    line = {"type": "LineString", "coordinates": [[DOBELE.lon - 0.02, DOBELE.lat], [DOBELE.lon + 0.02, DOBELE.lat]]}
    far = {"type": "LineString", "coordinates": [[20.0, 50.0], [20.1, 50.0]]}
    features = [
        {"type": "Feature", "properties": {"kind": kind, "name": "Skolas iela"}, "geometry": shape}
        for kind, shape in (("main", line), ("park", far))
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    svg, note = town_picture(settings(towns={City("dobele"): TownSettings(streets_file=path)}), City("dobele"), AROUND)
    assert (drawn_in(svg, "main", "park"), note) == ([True, False], "Streets: streets.geojson")
    path.unlink()
    assert (
        "cannot be read"
        in town_picture(settings(towns={City("dobele"): TownSettings(streets_file=path)}), City("dobele"), AROUND)[1]
    )


def test_invented_streets_are_drawn_in_the_demo_and_nowhere_else() -> None:
    svg, note = town_picture(settings(demo=True), City("dobele"), AROUND)
    assert (drawn_in(svg, "main", "street"), "not a real map" in note) == ([True, True], True)
    svg, note = town_picture(settings(), City("dobele"), AROUND)
    assert (drawn_in(svg, "main", "street", "town"), "No map of the towns is set" in note) == ([False] * 3, True)


def test_a_map_that_is_gone_leaves_a_grid_that_says_so(tmp_path: Path) -> None:
    svg, note = town_picture(settings(basemap=tmp_path / "gone.pmtiles"), City("dobele"), AROUND)
    assert (drawn_in(svg, "main"), "cannot be read" in note) == ([False], True)


def test_what_is_written_on_a_picture_is_text_and_nothing_else() -> None:
    picture = Picture(Bounds(*AROUND))
    picture.mark(DOBELE.lat, DOBELE.lon, "<a>")
    picture.note("<script>&")
    texts = [part.text for part in fromstring(picture.svg()).iter(f"{SVG}text")]
    assert {"<a>", "<script>&"} <= set(texts)


def test_shapes_of_tiles_lie_where_the_page_has_them(tmp_path: Path) -> None:
    file = tile_file(tile_map(tmp_path / "towns.pmtiles"))
    column, row = column_and_row(DOBELE.lat, DOBELE.lon, MAX_ZOOM)
    (road,) = [one for one in shapes_of_tiles(file, window_of(Bounds(*AROUND))) if one.kind is ShapeKind.MAIN]
    side = 2**MAX_ZOOM
    expected = [[column / side, (row + 0.5) / side], [(column + 1) / side, (row + 0.5) / side]]
    assert np.allclose(road.lines[0], expected, rtol=0, atol=1 / EXTENT / side)


@given(lat=st.floats(-80, 80), lon=st.floats(-179, 179))
def test_a_circle_is_drawn_at_its_place(lat: float, lon: float) -> None:
    picture = Picture(Bounds(lon - 0.01, lat - 0.004, lon + 0.01, lat + 0.004))
    picture.circle(lat, lon, 10, "hawk")
    (circle,) = fromstring(picture.svg()).iter(f"{SVG}circle")
    assert float(circle.get("cx", "")) == pytest.approx(WIDTH / 2, abs=0.2)
    assert float(circle.get("cy", "")) == pytest.approx(picture.height / 2, abs=1)


def test_the_square_is_that_of_web_mercator() -> None:
    assert on_square(0, 0) == (0.5, 0.5)
    assert on_square(85.05112878, 180) == pytest.approx((1, 0), abs=1e-9)


@pytest.mark.parametrize(("name", "kinds"), [("BUILT_UP", BUILT_UP), ("GREEN", GREEN)])
def test_pictures_and_pages_take_the_same_kinds_for_built_up_and_green(name: str, kinds: frozenset[str]) -> None:
    found = re.search(rf"const {name} = \[(.*?)\]", (JS / "ground.js").read_text("utf-8"), re.DOTALL)
    assert found is not None
    assert set(re.findall(r'"(\w+)"', found[1])) == kinds
