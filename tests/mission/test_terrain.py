"""Terrain from a GeoTIFF: the right height at the right place, and a sentence where there is none."""

import contextlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import rasterio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from pyproj import Transformer
from rasterio.transform import from_origin

from mission.ground import FlatTerrain
from mission.terrain import TerrainFile
from telemetry.errors import BadInput

CASES = Path(__file__).parents[3] / "shared/samples/cases/planning"
WEST, NORTH, PIXEL = 470_000.0, 280_000.0, 5.0
"""Metres of LKS-92 (EPSG:3059), west of Dobele."""
SHAPE = (700, 900)
TO_GLOBE = Transformer.from_crs(3059, 4326, always_xy=True)


def plane(east: float | NDArray[np.float64], north: float | NDArray[np.float64]) -> NDArray[np.float64]:
    """A tilted plane, which bilinear interpolation must give back exactly."""
    return np.asarray(80 + 0.02 * (east - WEST) - 0.03 * (NORTH - north))


def write(path: Path, heights: NDArray[np.float32], crs: int | None = 3059) -> Path:
    profile = {"driver": "GTiff", "count": 1, "dtype": "float32", "nodata": -9999, "crs": crs, "tiled": True}
    height, width = heights.shape
    with rasterio.open(
        path, "w", height=height, width=width, transform=from_origin(WEST, NORTH, PIXEL, PIXEL), **profile
    ) as file:
        file.write(heights, 1)
    return path


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows, columns = np.mgrid[: SHAPE[0], : SHAPE[1]]
    heights = plane(WEST + (columns + 0.5) * PIXEL, NORTH - (rows + 0.5) * PIXEL).astype(np.float32)
    heights[300:310, 400:410] = -9999
    return write(tmp_path_factory.mktemp("terrain") / "plane.tif", heights)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.floats(10, 4480), st.floats(10, 1400)), min_size=1, max_size=20))
def test_heights_between_pixels_are_exact_on_a_plane(file: Path, places: list[tuple[float, float]]) -> None:
    east, north = WEST + np.array(places)[:, 0], NORTH - np.array(places)[:, 1]
    lons, lats = TO_GLOBE.transform(east, north)
    assert TerrainFile(file).heights_m(lats, lons) == pytest.approx(plane(east, north), abs=0.01)


@pytest.mark.parametrize(
    ("east", "north", "sentence"),
    [
        (WEST - 6, NORTH - 100, r"plane\.tif does not reach to latitude 56\.\d{5}, longitude 23\.\d{5}; give a file"),
        (WEST + 405 * PIXEL, NORTH - 305 * PIXEL, "holds no height at latitude"),
    ],
)
def test_a_place_without_a_height_is_named(file: Path, east: float, north: float, sentence: str) -> None:
    lon, lat = TO_GLOBE.transform(east, north)
    with pytest.raises(BadInput, match=sentence):
        TerrainFile(file).heights_m([lat, lat], [lon, lon])


def test_only_the_pieces_asked_about_are_read_and_few_are_kept(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mission.terrain.MOST_BLOCKS", 2)
    terrain = TerrainFile(file)
    for across in range(100, 4400, 50):
        lon, lat = TO_GLOBE.transform(WEST + across, NORTH - 700)
        terrain.heights_m(lat, lon)
    assert len(terrain._blocks) == 2
    assert max(block.size for block in terrain._blocks.values()) <= 257 * 257


def make_text(path: Path) -> Path:
    path.write_text("not a picture")
    return path


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda path: path, r"odd\.tif cannot be read as a GeoTIFF: .*No such file"),
        (make_text, r"odd\.tif cannot be read as a GeoTIFF"),
        (lambda path: write(path, np.zeros((4, 4), np.float32), crs=None), r"odd\.tif does not say where it lies"),
    ],
)
@pytest.mark.filterwarnings("ignore:Dataset has no geotransform")
def test_a_file_that_is_no_terrain_is_refused(tmp_path: Path, make: Callable[[Path], Path], sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        TerrainFile(make(tmp_path / "odd.tif"))


def test_flat_ground_is_the_same_everywhere() -> None:
    assert FlatTerrain(12).heights_m([56, 57], 23).tolist() == [12, 12]


@pytest.mark.parametrize("nothing", [-32768, -9999, 32767])
def test_a_value_that_no_ground_has_is_no_height_even_where_the_file_does_not_name_it(
    tmp_path: Path, nothing: int
) -> None:
    heights = np.full((20, 20), 110, dtype=np.int16)
    heights[:, 10:] = nothing
    path = tmp_path / "undeclared.tif"
    with rasterio.open(
        path, "w", driver="GTiff", count=1, dtype="int16", crs=4326, width=20, height=20,
        transform=from_origin(23.3, 55.94, 1e-4, 1e-4),
    ) as file:  # fmt: skip
        file.write(heights, 1)
    terrain = TerrainFile(path)
    assert terrain.heights_m(55.939, 23.3004) == 110
    with pytest.raises(BadInput, match="holds no height at latitude 55"):
        terrain.heights_m(55.939, 23.3015)


@pytest.mark.skipif(not CASES.is_dir(), reason="the samples are not beside the clone")
def test_a_real_files_undeclared_gaps_are_not_believed() -> None:
    terrain = TerrainFile(CASES / "terr_undeclared.tif")
    lats, lons = np.mgrid[55.9201:55.9399:200j, 23.3001:23.3199:200j]
    kept = []
    for lat, lon in zip(lats.ravel()[::97], lons.ravel()[::97], strict=True):
        with contextlib.suppress(BadInput):
            kept.append(float(terrain.heights_m(lat, lon)))
    assert set(np.round(kept, 6)) == {110}
