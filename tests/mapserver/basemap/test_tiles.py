"""Tiles out of a PMTiles file, and files that are none."""

import gzip
import os
from pathlib import Path

import mapbox_vector_tile
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pmtiles.tile import TileType

from mapserver.basemap.tiles import TileFile, tile_file
from telemetry.cities import City
from telemetry.errors import BadInput, Unavailable
from tests.mapserver.basemap.making import MAX_ZOOM, column_and_row, tile_map

DOBELE = column_and_row(City("dobele").facts.lat, City("dobele").facts.lon, MAX_ZOOM)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tile_map(tmp_path_factory.mktemp("map") / "towns.pmtiles")


def test_a_tile_comes_out_as_it_was_written(path: Path) -> None:
    stored = TileFile(path).tile(MAX_ZOOM, *DOBELE)
    assert stored is not None
    decoded = mapbox_vector_tile.decode(gzip.decompress(stored))
    assert decoded["roads"]["features"][0]["properties"]["name"] == "Brīvības iela"


def test_where_the_map_ends_there_is_no_tile(path: Path) -> None:
    assert TileFile(path).tile(MAX_ZOOM, 0, 0) is None


@pytest.mark.parametrize("asked", [(-1, 0, 0), (23, 0, 0), (2, 4, 0), (2, 0, -1)])
def test_a_tile_that_no_map_has_is_refused(path: Path, asked: tuple[int, int, int]) -> None:
    with pytest.raises(BadInput, match="there is no tile"):
        TileFile(path).tile(*asked)


def test_the_facts_name_zooms_layers_and_whose_data_they_are_without_markup(path: Path) -> None:
    facts = TileFile(path).facts
    assert (facts.min_zoom, facts.max_zoom) == (5, 14)
    assert facts.attribution == "© Surveyors of Dobele"
    assert {"earth", "roads"} <= facts.layers


def test_a_map_of_pictures_is_refused_by_what_it_has(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="has PNG pictures; a map of vector tiles is wanted"):
        tile_file(tile_map(tmp_path / "photos.pmtiles", tile_type=TileType.PNG))


def test_a_file_that_was_replaced_is_opened_again(tmp_path: Path) -> None:
    path = tile_map(tmp_path / "towns.pmtiles")
    first = tile_file(path)
    assert tile_file(path) is first
    tile_map(path, attribution="Others")
    os.utime(path, ns=(1, 1))
    assert tile_file(path).facts.attribution == "Others"


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"towns\.pmtiles cannot be read: No such file"):
        tile_file(tmp_path / "towns.pmtiles")


@given(kept=st.floats(0, 0.999))
def test_a_file_that_is_cut_off_is_refused_in_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, path: Path, kept: float
) -> None:
    whole = path.read_bytes()
    cut = tmp_path_factory.mktemp("cut") / "towns.pmtiles"
    cut.write_bytes(whole[: int(len(whole) * kept)])
    with pytest.raises(BadInput, match=r"towns\.pmtiles (is|cannot)"):
        TileFile(cut)


@given(at=st.integers(0, 5_000), bit=st.integers(0, 7))
def test_a_damaged_file_gives_a_tile_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, path: Path, at: int, bit: int
) -> None:
    damaged = bytearray(path.read_bytes())
    damaged[at % len(damaged)] ^= 1 << bit
    file = tmp_path_factory.mktemp("damaged") / "towns.pmtiles"
    file.write_bytes(damaged)
    try:
        TileFile(file).tile(MAX_ZOOM, *DOBELE)
    except (BadInput, Unavailable):
        return
