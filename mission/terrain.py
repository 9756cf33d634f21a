"""The ground below a flight out of a file of heights, which a town may set. Without one see `ground.py`."""

from collections import OrderedDict
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pyproj import Transformer
from pyproj.exceptions import ProjError

from mission.ground import FlatTerrain, Terrain
from mission.heights import EARTH
from telemetry.errors import BadInput
from telemetry.messages import Message

__all__ = ["FlatTerrain", "Terrain", "TerrainAtPath", "TerrainFile"]

BLOCK = 256
"""Pixels on each side of the piece that is read at once."""
MOST_BLOCKS = 64
"""Pieces kept in memory: about 32 MB, however large the file is."""


class TerrainAtPath:
    """The terrain file that a town's settings name: opened when it is first asked about, and again until it can be."""

    def __init__(self, path: Path) -> None:
        """Reads nothing yet."""
        self.path = path
        self._file: TerrainFile | None = None

    @property
    def version(self) -> str:
        """Names the file, and that it cannot be read where it cannot."""
        try:
            return self.open().version
        except BadInput:
            return f"terrain {self.path.name}, which cannot be read"

    def heights_m(self, lats: ArrayLike, lons: ArrayLike) -> NDArray[np.float64]:
        """As of the file. Raises BadInput, also while it cannot be read: nothing else is assumed in its place."""
        return self.open().heights_m(lats, lons)

    def open(self) -> "TerrainFile":
        """The file. Raises BadInput when it is missing or no GeoTIFF."""
        if self._file is None:
            self._file = TerrainFile(self.path)
        return self._file


def _believable(heights: NDArray[np.float64]) -> NDArray[np.float64]:
    """`heights` with NaN for what no ground is: -32768, -9999 and the like, of a file that names no such value."""
    there = (heights >= EARTH.low_m) & (heights <= EARTH.high_m)
    return np.where(there, heights, np.nan)


def _load_rasterio() -> Any:
    """The library that reads GeoTIFF, loaded when the first file is opened: it is large, and many towns have none."""
    try:
        return import_module("rasterio")
    except ImportError as error:
        raise BadInput(Message("server.extra_missing", extra="terrain")) from error


class TerrainFile:
    """A GeoTIFF of heights, in any projection; the first band, read piece by piece where it is asked about.

    Heights are taken as metres above mean sea level (EGM96 or a national levelling datum, which differ by decimetres
    here); a file of ellipsoidal heights, some 20 m higher in these towns, is not recognised as such.
    """

    def __init__(self, path: Path) -> None:
        """Raises BadInput when `path` is no GeoTIFF that lies somewhere on the globe, or nothing here can read one."""
        self.path = path
        self._rasterio = _load_rasterio()
        try:
            changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
            with self._open() as file:
                self._crs = file.crs
                self._shape = file.shape
                self._to_pixels = np.array(~file.transform).reshape(3, 3)[:2]
                self._scale = file.scales[0]
                self._offset = file.offsets[0]
        except (OSError, self._rasterio.errors.RasterioError) as error:
            raise BadInput(Message("checks.terrain.no_geotiff", name=path.name, reason=str(error))) from error
        if self._crs is None:
            raise BadInput(Message("checks.terrain.no_place", name=path.name))
        try:
            self._from_globe = Transformer.from_crs("EPSG:4326", self._crs.to_wkt(), always_xy=True)
        except ProjError as error:
            raise BadInput(Message("checks.terrain.system_not_known", name=path.name, reason=str(error))) from error
        self.version = f"terrain {path.name} of {changed:%Y-%m-%d}"
        self._blocks: OrderedDict[tuple[int, int], NDArray[np.float64]] = OrderedDict()

    def heights_m(self, lats: ArrayLike, lons: ArrayLike) -> NDArray[np.float64]:
        """Bilinear between the middles of pixels. Raises BadInput outside the file and where it holds no height."""
        lat, lon = np.broadcast_arrays(np.asarray(lats, dtype=np.float64), np.asarray(lons, dtype=np.float64))
        east, north = self._from_globe.transform(lon.ravel(), lat.ravel())
        columns, rows = self._to_pixels @ np.stack([east, north, np.ones(lat.size)])
        outside = ~((rows >= 0) & (columns >= 0) & (rows <= self._shape[0]) & (columns <= self._shape[1]))
        self._refuse(outside, lat, lon, "checks.terrain.outside")
        row, column = (np.clip(at - 0.5, 0, size - 1) for at, size in zip((rows, columns), self._shape, strict=True))
        heights = self._bilinear(row, column)
        self._refuse(~np.isfinite(heights), lat, lon, "checks.terrain.no_height")
        return heights.reshape(lat.shape)

    def _bilinear(self, row: NDArray[np.float64], column: NDArray[np.float64]) -> NDArray[np.float64]:
        top = row.astype(int)
        left = column.astype(int)
        heights = np.empty(row.shape)
        for block in sorted(set(zip((top // BLOCK).tolist(), (left // BLOCK).tolist(), strict=True))):
            mine = (top // BLOCK == block[0]) & (left // BLOCK == block[1])
            pixels = self._block(block)
            i = top[mine] - block[0] * BLOCK
            j = left[mine] - block[1] * BLOCK
            k, m = (np.minimum(at + 1, size - 1) for at, size in zip((i, j), pixels.shape, strict=True))
            down = row[mine] - top[mine]
            right = column[mine] - left[mine]
            upper = pixels[i, j] * (1 - right) + pixels[i, m] * right
            lower = pixels[k, j] * (1 - right) + pixels[k, m] * right
            heights[mine] = upper * (1 - down) + lower * down
        return heights

    def _block(self, block: tuple[int, int]) -> NDArray[np.float64]:
        """The pixels of one piece and the first of the next ones; NaN where there is no height."""
        if block not in self._blocks:
            top = block[0] * BLOCK
            left = block[1] * BLOCK
            height = min(BLOCK + 1, self._shape[0] - top)
            width = min(BLOCK + 1, self._shape[1] - left)
            try:
                with self._open() as file:
                    band = file.read(1, window=self._rasterio.windows.Window(left, top, width, height), masked=True)
            except (OSError, self._rasterio.errors.RasterioError) as error:
                raise BadInput(Message("checks.terrain.damaged", name=self.path.name, reason=str(error))) from error
            self._blocks[block] = _believable(band.astype(np.float64).filled(np.nan) * self._scale + self._offset)
        self._blocks.move_to_end(block)
        pixels = self._blocks[block]
        while len(self._blocks) > MOST_BLOCKS:
            self._blocks.popitem(last=False)
        return pixels

    def _open(self) -> Any:
        return self._rasterio.open(self.path, driver="GTiff")

    def _refuse(
        self, wrong: NDArray[np.bool_], lats: NDArray[np.float64], lons: NDArray[np.float64], code: str
    ) -> None:
        if wrong.any():
            first = int(np.argmax(wrong))
            lat = f"{lats.ravel()[first]:.5f}"
            lon = f"{lons.ravel()[first]:.5f}"
            raise BadInput(Message(code, name=self.path.name, lat=lat, lon=lon))
