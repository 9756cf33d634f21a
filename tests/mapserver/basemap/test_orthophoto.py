"""Orthophotos out of MBTiles and PMTiles: the same pictures at the same places, and files that are none."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapserver.basemap import basemap_of, orthophoto_file
from mapserver.basemap.mbtiles import MbtilesFile
from mapserver.core.services import Services
from mapserver.core.settings import Settings, new_secret
from mapserver.faults import Amiss, Sound
from mapserver.inspections.files import file_inspections
from telemetry.cities import City
from telemetry.errors import BadInput, Unavailable
from tests.mapserver.basemap.making import column_and_row, tile_map
from tests.mapserver.basemap.photos import ATTRIBUTION, MAX_ZOOM, MIN_ZOOM, mbtiles, picture_pmtiles, pictures

DOBELE = City("dobele").facts


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return mbtiles(tmp_path_factory.mktemp("photo") / "photo.mbtiles").read_bytes()


def looked_at(parts: Services, path: Path) -> Sound | Amiss:
    parts.settings.orthophotos = {City("dobele"): path}
    found = {one.part: one for one in file_inspections(parts.settings, parts.keyring)}
    return found["orthophoto dobele"].look()


@pytest.mark.parametrize("made", [mbtiles, picture_pmtiles])
def test_every_picture_comes_out_where_it_was_put_in(tmp_path: Path, made: Callable[[Path], Path]) -> None:
    file = orthophoto_file(made(tmp_path / "photo"))
    expected = pictures(City("dobele"))
    assert {place: file.tile(*place) for place in expected} == expected
    assert file.tile(MAX_ZOOM, 0, 0) is None
    with pytest.raises(BadInput, match="there is no tile"):
        file.tile(3, 8, 0)


@pytest.mark.parametrize("made", [mbtiles, picture_pmtiles])
def test_the_facts_are_the_same_whichever_file_it_is(tmp_path: Path, made: Callable[[Path], Path]) -> None:
    facts = orthophoto_file(made(tmp_path / "photo")).facts
    assert (facts.min_zoom, facts.max_zoom, facts.media_type) == (MIN_ZOOM, MAX_ZOOM, "image/png")
    assert (facts.bounds, facts.attribution) == ((22, 55, 25, 58), ATTRIBUTION)


def test_threads_read_one_file_at_once(tmp_path: Path) -> None:
    file = orthophoto_file(mbtiles(tmp_path / "photo.mbtiles"))
    expected = pictures(City("dobele"))
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda place: file.tile(*place), [*expected] * 5))
    assert found == [*expected.values()] * 5


def test_bounds_that_are_not_told_are_those_of_the_tiles(tmp_path: Path) -> None:
    facts = orthophoto_file(mbtiles(tmp_path / "photo.mbtiles", bounds=None)).facts
    column, row = column_and_row(DOBELE.lat, DOBELE.lon, MAX_ZOOM)
    west, south, east, north = facts.bounds
    middle = column_and_row((south + north) / 2, (west + east) / 2, MAX_ZOOM)
    assert middle == (column, row)
    assert facts.reaches(DOBELE.lat, DOBELE.lon)
    assert not facts.reaches(DOBELE.lat, DOBELE.lon + 1)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"format": "pbf"}, "of format pbf"),
        ({"format": None}, "not told"),
        ({"bounds": "1,2"}, "in degrees are wanted"),
    ],
)
def test_a_file_of_other_tiles_is_refused_by_what_it_has(
    tmp_path: Path, said: dict[str, str | None], words: str
) -> None:
    with pytest.raises(BadInput, match=words):
        orthophoto_file(mbtiles(tmp_path / "photo.mbtiles", City("dobele"), **said))


def test_a_vector_map_is_no_orthophoto(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="has vector tiles; an orthophoto has PNG"):
        orthophoto_file(tile_map(tmp_path / "towns.pmtiles"))


def test_a_file_that_was_replaced_is_opened_again(tmp_path: Path) -> None:
    path = mbtiles(tmp_path / "photo.mbtiles")
    first = orthophoto_file(path)
    assert orthophoto_file(path) is first
    mbtiles(path, attribution="Others")
    os.utime(path, ns=(1, 1))
    assert orthophoto_file(path).facts.attribution == "Others"


@given(kept=st.floats(0, 0.99), at=st.integers(0, 9_999), bit=st.integers(0, 7))
def test_a_damaged_file_gives_a_picture_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, whole: bytes, kept: float, at: int, bit: int
) -> None:
    damaged = bytearray(whole)
    damaged[at % len(damaged)] ^= 1 << bit
    file = tmp_path_factory.mktemp("damaged") / "photo.mbtiles"
    file.write_bytes(damaged[: int(len(damaged) * kept)])
    try:
        MbtilesFile(file).tile(MAX_ZOOM, *column_and_row(DOBELE.lat, DOBELE.lon, MAX_ZOOM))
    except (BadInput, Unavailable):
        return


def test_a_page_is_told_which_town_has_one_and_what_is_missing(tmp_path: Path) -> None:
    path = mbtiles(tmp_path / "photo.mbtiles")
    told = basemap_of(Settings(secret_key=new_secret(), orthophotos={City("dobele"): path}))
    assert [photo["city"] for photo in told["photos"]] == [City("dobele")]
    assert told["missing"] == "No orthophoto of Šiauliai is set (orthophotos.siauliai)"
    gone = basemap_of(Settings(secret_key=new_secret(), orthophotos={City("dobele"): tmp_path / "gone"}))
    assert (gone["photos"], "Dobele cannot be read" in gone["missing"]) == ([], True)


def test_the_doctor_says_what_is_amiss_with_it(parts: Services, tmp_path: Path) -> None:
    sound = looked_at(parts, mbtiles(tmp_path / "photo.mbtiles"))
    assert isinstance(sound, Sound)
    assert "zoom 10 to 16" in str(sound.words)
    elsewhere = looked_at(parts, mbtiles(tmp_path / "elsewhere.mbtiles", bounds="1,2,3,4"))
    assert isinstance(elsewhere, Amiss)
    assert "does not reach Dobele" in str(elsewhere.what)
    gone = looked_at(parts, tmp_path / "gone.mbtiles")
    assert isinstance(gone, Amiss)
    assert "correct orthophotos.dobele in the settings" in str(gone.remedy)
