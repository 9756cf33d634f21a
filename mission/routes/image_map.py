"""A map of the pictures that show each part of an area, as GeoJSON: one feature for each class. Counts nothing."""

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import mapping

from mission.routes.image_count import ImageCount
from mission.routes.transects import turned

MOST_ROWS = 100
"""Rows of the map: points of a finer raster are drawn together, by the one that is shown least."""
DIGITS = 6
"""Of degrees, a decimetre."""
UNSEEN = np.iinfo(np.int32).max


def image_classes(wanted: int) -> list[tuple[int, int | None]]:
    """Least and most pictures of each class, worst first: none, up to half of `wanted`, up to it, enough, twice."""
    half = (wanted - 1) // 2
    bounds = [(0, 0), (1, half), (half + 1, wanted - 1), (wanted, 2 * wanted - 1), (2 * wanted, None)]
    return [(least, most) for least, most in bounds if most is None or (least <= most and least >= 0)]


def image_map(count: ImageCount, wanted: int) -> dict[str, Any]:
    """A FeatureCollection: the parts of the area in each class, with `images_from`, `images_to` and `enough`.

    `images_to` is None for the last class. Its `properties` hold the numbers of `ImageCount.as_json`.
    """
    size = max(1, -(-max(count.counts.shape) // MOST_ROWS))
    least = _least_of_blocks(np.where(count.inside, count.counts, UNSEEN), size)
    features = []
    for begin, end in image_classes(wanted):
        chosen = (least >= begin) & (least <= (UNSEEN - 1 if end is None else end))
        if chosen.any():
            properties = {"images_from": begin, "images_to": end, "enough": begin >= wanted}
            features.append({"type": "Feature", "properties": properties, "geometry": _shape(chosen, size, count)})
    return {"type": "FeatureCollection", "properties": count.as_json(wanted), "features": features}


def _least_of_blocks(counts: NDArray[np.int32], size: int) -> NDArray[np.int32]:
    """The least of each block of `size` by `size` points."""
    rows = -(-counts.shape[0] // size)
    columns = -(-counts.shape[1] // size)
    whole = np.full((rows * size, columns * size), UNSEEN, dtype=np.int32)
    whole[: counts.shape[0], : counts.shape[1]] = counts
    return np.asarray(whole.reshape(rows, size, columns, size).min(axis=(1, 3)))


def _shape(chosen: NDArray[np.bool_], size: int, count: ImageCount) -> dict[str, Any]:
    """The chosen blocks as one shape in degrees."""
    row, column = np.nonzero(chosen)
    shape = shapely.coverage_union_all(shapely.box(column, row, column + 1, row + 1)).simplify(0)

    def degrees(blocks: NDArray[np.float64]) -> NDArray[np.float64]:
        metres = turned((blocks * size - 0.5) * count.distance_m + np.array(count.corner), count.turn)
        per_degree = count.frame.metres_per_degree
        there = metres / np.array([per_degree.east_m, per_degree.north_m])
        return np.asarray(np.round(there + np.array([count.frame.lon, count.frame.lat]), DIGITS))

    shape_in_degrees: dict[str, Any] = mapping(shapely.transform(shape, degrees))
    return shape_in_degrees
