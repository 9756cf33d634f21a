"""A map as one picture (SVG 1.1) for paper: the town's ground in the colours of print, and what is drawn over it."""

import math
from collections.abc import Iterable, Sequence
from html import escape

import numpy as np

from mapserver.basemap.mercator import Bounds, on_square, window_of
from mapserver.basemap.palette import paper
from mapserver.basemap.shapes import AREAS, Line, Shape, ShapeKind
from mission.briefing.view import GridLine

WIDTH = 1200
"""Of a picture, in its own units; paper gives it its millimetres."""
EARTH_M = 40_075_016.7
WIDTHS_M = {
    ShapeKind.STREAM: 4.0,
    ShapeKind.PATH: 1.5,
    ShapeKind.RAIL: 3.0,
    ShapeKind.STREET: 5.0,
    ShapeKind.MAIN: 9.0,
}
"""How wide lines are on the ground."""
LEAST_WIDTHS = {
    ShapeKind.STREAM: 0.8,
    ShapeKind.PATH: 0.6,
    ShapeKind.RAIL: 1.0,
    ShapeKind.STREET: 1.4,
    ShapeKind.MAIN: 2.4,
}
COLOURS = {
    ShapeKind.TOWN: "map-town",
    ShapeKind.PARK: "map-park",
    ShapeKind.WATER: "map-water",
    ShapeKind.STREAM: "map-water",
    ShapeKind.BUILDING: "map-building",
    ShapeKind.PATH: "map-street",
    ShapeKind.RAIL: "map-border",
    ShapeKind.STREET: "map-street",
    ShapeKind.MAIN: "map-main",
}
"""By the design system's names."""
LETTERS = 18
"""How high letters are."""
NAMES_APART = 110
MOST_NAMES = 40
SCALES_M = (10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000)
Place = Sequence[float]
"""Longitude and latitude, degrees; more is passed over."""


class Picture:
    """A picture of `bounds` that is drawn from below upwards."""

    def __init__(self, bounds: Bounds) -> None:
        self.window = window_of(bounds)
        self._scale = WIDTH / (self.window.right - self.window.left)
        self.height = round((self.window.bottom - self.window.top) * self._scale)
        latitude = (bounds.south + bounds.north) / 2
        self._metre = self._scale / (EARTH_M * math.cos(math.radians(latitude)))
        self._parts: list[str] = []

    def ground(self, shapes: Iterable[Shape]) -> None:
        """Draw a town."""
        found = list(shapes)
        for kind in ShapeKind:
            lines = [line for one in found if one.kind is kind for line in one.lines]
            if not lines:
                continue
            colour = paper()[COLOURS[kind]]
            ways = self._ways(lines, closed=kind in AREAS)
            if kind in AREAS:
                self._parts.append(f'<path d="{ways}" fill="{colour}"/>')
            else:
                width = max(LEAST_WIDTHS[kind], WIDTHS_M[kind] * self._metre)
                self._stroke(ways, colour, width)
        self._names(found)

    def grid(self, lines: Iterable[GridLine]) -> None:
        """Draw parallels and meridians with what they are."""
        for line in lines:
            (lat, lon), _ = line.ends
            self.line([(lon, lat) for lat, lon in line.ends], "map-border", 0.8, "2 6")
            x, y = self._at(lat, lon)
            self._text(line.label, max(x, 0) + 6, max(y, 0) + (-5 if line.parallel else LETTERS))

    def line(self, places: Iterable[Place], token: str, width: float, dashes: str = "none") -> None:
        """Draw a line in a colour of the design system."""
        self._stroke(self._ways([self._square(places)], closed=False), paper()[token], width, dashes)

    def area(self, rings: Iterable[Iterable[Place]], token: str, opacity: float, dashes: str = "none") -> None:
        """Draw an area with its edge in a colour of the design system."""
        ways = self._ways([self._square(ring) for ring in rings], closed=True)
        colour = paper()[token]
        self._parts.append(
            f'<path d="{ways}" fill="{colour}" fill-opacity="{opacity}" fill-rule="evenodd" stroke="{colour}" '
            f'stroke-width="2" stroke-dasharray="{dashes}"/>'
        )

    def circle(self, lat: float, lon: float, radius_m: float, token: str) -> None:
        """Draw what is known of a place: anywhere within some metres."""
        x, y = self._at(lat, lon)
        colour = paper()[token]
        self._parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius_m * self._metre:.1f}" fill="{colour}" fill-opacity="0.1" '
            f'stroke="{colour}" stroke-width="1.5"/>'
        )

    def mark(self, lat: float, lon: float, text: str) -> None:
        """Put a few letters on a place, black on white."""
        x, y = self._at(lat, lon)
        self._parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="16" fill="#fff" stroke="#000" stroke-width="2"/>'
            f'<text x="{x:.1f}" y="{y + 6.5:.1f}" text-anchor="middle" font-size="18" font-weight="700">'
            f"{escape(text)}</text>"
        )

    def note(self, text: str) -> None:
        """Put a scale into one corner, and a sentence into the other."""
        longest = WIDTH / 5
        metres = max((one for one in SCALES_M if one * self._metre <= longest), default=SCALES_M[0])
        said = f"{metres} m"
        if metres >= 1_000:
            said = f"{metres // 1_000} km"
        y = self.height - 12
        end = 12 + metres * self._metre
        self._parts.append(f'<path d="M12 {y - 8}V{y}H{end:.1f}V{y - 8}" fill="none" stroke="#000" stroke-width="2"/>')
        self._text(said, 18, y - 8)
        self._text(text, WIDTH - 12, y, anchor="end")

    def svg(self) -> str:
        """The whole file."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {self.height}" width="{WIDTH}" '
            f'height="{self.height}" font-family="sans-serif" fill="#000">'
            f'<rect width="100%" height="100%" fill="{paper()["map-land"]}"/>{"".join(self._parts)}</svg>'
        )

    def _text(self, text: str, x: float, y: float, *, anchor: str = "start", turn: float = 0.0) -> None:
        """Black letters with a white edge."""
        self._parts.append(
            f'<text transform="translate({x:.1f} {y:.1f}) rotate({turn:.1f})" text-anchor="{anchor}" '
            f'font-size="{LETTERS}" stroke="#fff" stroke-width="4" paint-order="stroke">{escape(text)}</text>'
        )

    def _stroke(self, ways: str, colour: str, width: float, dashes: str = "none") -> None:
        self._parts.append(
            f'<path d="{ways}" fill="none" stroke="{colour}" stroke-width="{width:.1f}" stroke-linecap="round" '
            f'stroke-linejoin="round" stroke-dasharray="{dashes}"/>'
        )

    def _names(self, shapes: Iterable[Shape]) -> None:
        """Names along streets: each once, on its longest straight piece, where there is room for it."""
        longest: dict[str, tuple[float, Line]] = {}
        for one in shapes:
            if one.name and one.kind in (ShapeKind.STREET, ShapeKind.MAIN):
                for line in one.lines:
                    for piece in self._pieces(line):
                        length = float(np.hypot(*(piece[1] - piece[0])))
                        if length > longest.get(one.name, (0.0, piece))[0]:
                            longest[one.name] = (length, piece)
        taken: list[tuple[float, float]] = []
        for name, (length, piece) in sorted(longest.items(), key=lambda pair: -pair[1][0]):
            x, y = (float(part) for part in piece.mean(axis=0))
            is_free = all(math.dist((x, y), other) > NAMES_APART for other in taken)
            if length < LETTERS * 0.55 * len(name) or not is_free or len(taken) == MOST_NAMES:
                continue
            taken.append((x, y))
            east, south = piece[1] - piece[0]
            turn = math.degrees(math.atan2(south, east))
            self._text(name, x, y, anchor="middle", turn=turn - 180 * round(turn / 180))

    def _pieces(self, line: Line) -> Iterable[Line]:
        """The straight pieces of a line that lie within the picture."""
        points = self._points(line)
        inside = np.all((points >= 0) & (points <= (WIDTH, self.height)), axis=1)
        for first in np.flatnonzero(inside[:-1] & inside[1:]):
            yield points[first : first + 2]

    def _at(self, lat: float, lon: float) -> tuple[float, float]:
        x, y = on_square(lat, lon)
        return (x - self.window.left) * self._scale, (y - self.window.top) * self._scale

    def _square(self, places: Iterable[Place]) -> Line:
        return np.array([on_square(place[1], place[0]) for place in places], np.float64).reshape(-1, 2)

    def _points(self, line: Line) -> Line:
        moved: Line = (line - (self.window.left, self.window.top)) * self._scale
        return moved

    def _ways(self, lines: Iterable[Line], *, closed: bool) -> str:
        """Path data: tenths of a unit are close enough."""
        ways = []
        for line in lines:
            if len(line):
                first, *rest = (f"{x:.1f} {y:.1f}" for x, y in self._points(line).tolist())
                ways.append(f"M{first}L{' '.join(rest)}{'Z' if closed else ''}" if rest else f"M{first}Z")
        return "".join(ways)
