"""What part of the world a briefing's map shows, and the grid of coordinates over it. Draws nothing."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from shapely import Polygon, box

from telemetry.positions import LocalFrame

MARGIN = 0.06
"""Of the longer side, left free round what must be seen."""
WIDER = 0.02
"""Of its sides, what a picture of a view shows beyond it."""
SMALLEST_M = 120.0
STEPS_DEG = (0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
MOST_LINES = 6


@dataclass(frozen=True)
class GridLine:
    """A line of one latitude or longitude across the map."""

    label: str
    parallel: bool
    """Whether it is a latitude; else a longitude."""
    ends: tuple[tuple[float, float], tuple[float, float]]
    """(lat, lon) degrees; the first is where its label stands."""


@dataclass(frozen=True)
class PaperView:
    """A piece of the map with the sides of the paper it is drawn on."""

    frame: LocalFrame
    """Flat metres around its middle."""
    width_m: float
    height_m: float

    @property
    def corners(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """South-west and north-east, (lat, lon) degrees."""
        east = self.width_m / 2
        north = self.height_m / 2
        return self.frame.to_degrees(-east, -north), self.frame.to_degrees(east, north)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north (degrees), and a little more, so that a picture of it leaves no edge white."""
        wider = 0.5 + WIDER
        south, west = self.frame.to_degrees(-wider * self.width_m, -wider * self.height_m)
        north, east = self.frame.to_degrees(wider * self.width_m, wider * self.height_m)
        return west, south, east, north

    @property
    def box(self) -> Polygon:
        """As a polygon, (longitude, latitude) degrees."""
        (south, west), (north, east) = self.corners
        return box(west, south, east, north)

    def grid(self) -> Iterator[GridLine]:
        """Parallels and meridians at round degrees, at most six each way."""
        (south, west), (north, east) = self.corners
        for lat in _rounds(south, north):
            yield GridLine(
                f"{_degrees(lat, south, north)} {'N' if lat >= 0 else 'S'}", True, ((lat, west), (lat, east))
            )
        for lon in _rounds(west, east):
            yield GridLine(
                f"{_degrees(lon, west, east)} {'E' if lon >= 0 else 'W'}", False, ((north, lon), (south, lon))
            )


def view_of(places: Iterable[tuple[float, float]], *, aspect: float) -> PaperView:
    """The smallest view with all `places` ((lat, lon) degrees) and a margin; `aspect` is width over height."""
    lats, lons = zip(*places, strict=True)
    frame = LocalFrame((min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2)
    half = frame.to_metres(max(lats), max(lons))
    width = max(2 * half.east_m, SMALLEST_M)
    height = max(2 * half.north_m, SMALLEST_M)
    margin = 2 * MARGIN * max(width / aspect, height)
    height = max(height + margin, (width + margin) / aspect)
    return PaperView(frame, height * aspect, height)


def _step(low: float, high: float) -> float:
    return next((step for step in STEPS_DEG if (high - low) / step <= MOST_LINES), STEPS_DEG[-1])


def _degrees(value: float, low: float, high: float) -> str:
    """`value` with as many places as the steps between lines need."""
    places = max(0, -math.floor(math.log10(_step(low, high)) + 1e-9))
    return f"{abs(value):.{places}f}°"


def _rounds(low: float, high: float) -> list[float]:
    step = _step(low, high)
    return [number * step for number in range(math.ceil(low / step), math.floor(high / step) + 1)]
