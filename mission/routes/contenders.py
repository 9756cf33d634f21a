"""Contenders for the best track over an area: many ideas, the promising ones joined to tracks, the best ones polished.

Flat metres. Deterministic: how much is tried goes by counts, never by the clock. A corner counts as `CORNER_M` metres.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TypeVar

import numpy as np
import shapely
from shapely import Polygon

from mission.routes.cells import GAP_PRICE, cells_of, main_directions, rough_metres
from mission.routes.ground import Ground, Piece
from mission.routes.inside import CORNER_M, Inside, Point, length
from mission.routes.ordering import Order
from mission.routes.polish import PRICES, Corners, Polish
from mission.routes.route import LegKind
from mission.routes.rows import missed_m2, uneven_transects
from mission.routes.track import Track, covered_fraction
from mission.routes.transects import Transects, transects_at

ENOUGH = 0.9959
"""Part of the area that is to be covered by the estimate of the grid."""
SURE = 0.9954
"""Part that is to be covered by exact measurement: 99.5 % is promised, whatever projection others measure in."""
PROMISED = 0.9951
"""A track that covers less is taken only when there is no other."""
SLACK = 0.00025
"""Part that may be covered beyond that before it is tried to fly less."""
MOST_CHECKS = 4
EASY_CORNERS = 64
"""An area with more corners is worth less effort on each: fewer directions, cuts and ideas."""
EVERY_DEG = 3
"""Between directions that are tried, beside those of edges."""
MOST_EDGES = 24
"""Directions of edges that are tried, those with the most edge first."""
DRAFTS = 18
"""Directions whose lines are put in a first order."""
UNEVEN = 6
"""Directions of two kinds in which lines are placed unevenly too."""
CONVEX_FROM = 0.995
"""An area that fills more of its hull has no notch worth the name."""
MISSED_SEEN = 0.5
"""Part of what the lines miss beside slanted edges that turns leave so."""
IDEAS_JOINED, MOST_PIECES = 16, 260
"""How many ideas are joined to a track, and how many pieces of line they may have in all but the best."""
FINALISTS, MOST_CORNERS = 4, 110
"""How many tracks are polished, and how many corners they may have in all but the best."""
CAMERA_IN_TURNS_UP_TO = 3.0
"""Spacings: in a longer turn over ground that is seen anyway the camera pauses."""

T = TypeVar("T", "Idea", "Draft")


def best_track(
    area: Polygon,
    spacing: float,
    home: Point | None,
    direction: float | None,
    cost: Callable[[Sequence[Point]], float] | None = None,
) -> "Finished | None":
    """The quickest track that covers enough of `area`; None where no line fits in.

    `direction` is that of all lines, radians counter-clockwise from east; searched, and cell by cell, when not given.
    `cost` is what the best ones are compared by, such as seconds in a wind; metres and corners when not given.
    Raises BadPlan when the area hangs together by a neck.
    """
    inside = Inside(area)
    ideas = [Idea(lines, inside, spacing, home) for lines in _choices(inside.flyable, spacing, direction)]
    drafts = [idea.joined() for idea in _affordable(sorted(ideas, key=lambda i: i.worth), IDEAS_JOINED, MOST_PIECES)]
    tracks = [draft.finished() for draft in _affordable(sorted(drafts, key=lambda d: d.worth), FINALISTS, MOST_CORNERS)]
    best = min(
        tracks, key=lambda t: (t.covered < PROMISED, cost(t.whole(home)) if cost else t.metres(home)), default=None
    )
    return None if best is None else Finished(best.track.from_home(home), best.angle, best.covered)


def _affordable(sorted_by_worth: list[T], most: int, most_size: int) -> list[T]:
    """The first ones, fewer the larger they are, and one at least."""
    taken: list[T] = []
    size = 0
    for one in sorted_by_worth[:most]:
        size += one.size
        if taken and size > most_size:
            break
        taken.append(one)
    return taken


def _choices(flyable: Polygon, spacing: float, direction: float | None) -> list[list[Transects]]:
    """Sets of lines that are worth joining to a track: in the best single directions, and cell by cell."""
    if direction is not None:
        lines = transects_at(flyable, spacing, direction)
        return [[lines]] if len(lines.row) else []
    effort = min(1.0, EASY_CORNERS / shapely.get_num_coordinates(flyable))
    tried = {round(math.degrees(angle) % 180 * 5): angle for angle in reversed(_directions(flyable, effort))}
    found = [lines for angle in tried.values() if len((lines := transects_at(flyable, spacing, angle)).row)]
    found.sort(key=lambda lines: (_promise(flyable, lines, spacing), lines.angle))
    choices = [[lines] for lines in found[: math.ceil(DRAFTS * effort)]]
    if flyable.interiors or flyable.area < CONVEX_FROM * flyable.convex_hull.area:
        count = math.ceil(UNEVEN * effort)
        angles = [*(lines.angle for lines in found[:count]), *main_directions(flyable)[:count]]
        uneven = [uneven_transects(flyable, spacing, angle) for angle in dict.fromkeys(angles)]
        choices += [[lines] for lines in uneven if lines is not None and len(lines.row)]
    cells = cells_of(flyable, spacing, effort)
    return [*choices, cells] if len(cells) > 1 else choices


def _promise(polygon: Polygon, lines: Transects, spacing: float) -> float:
    """What flying the lines will take, closing their gaps included."""
    gaps = max(0.0, MISSED_SEEN * missed_m2(polygon, lines, spacing) - (1 - ENOUGH) * lines.area)
    return lines.metres + len(lines.row) * (2 * CORNER_M + spacing / 2) + GAP_PRICE * gaps / spacing


class Idea:
    """Lines in a first order."""

    def __init__(self, choice: list[Transects], inside: Inside, spacing: float, home: Point | None) -> None:
        self.inside, self.spacing = inside, spacing
        strips: list[list[int]] = []
        self.size = 0
        for lines in choice:
            strips += [[piece + self.size for piece in strip] for strip in lines.strips()]
            self.size += len(lines.row)
        self.angle = max(choice, key=lambda lines: lines.metres).angle
        self._order = Order(np.concatenate([lines.ends() for lines in choice]), strips, inside, home)
        if len(choice) == 1:
            rough = _promise(inside.flyable, choice[0], spacing)
        else:
            rough = sum(rough_metres(lines, spacing) for lines in choice)
        rough -= self.size * spacing / 2
        self.worth = (rough + self._order.between_m, self.angle)

    def joined(self) -> "Draft":
        """The lines in a good order, the ways between them kept inside."""
        self._order.improve()
        line = self._order.line
        corners = Corners([line[0][0]], [])
        for begin, end in line:
            for kind, way in (
                (LegKind.TURN, self.inside.path(corners.points[-1], begin)), (LegKind.TRANSECT, [begin, end]),
            ):  # fmt: skip
                corners.points += way[1:]
                corners.kinds += [kind] * (len(way) - 1)
        ground = Ground(self.inside.area, self.spacing / 2, self.angle)
        ground.change([], corners.pieces(0, len(corners.points)))
        return Draft(corners, self.inside, ground, self.angle)


@dataclass
class Draft:
    """Lines joined to a track, before anything is polished."""

    corners: Corners
    inside: Inside
    ground: Ground
    angle: float

    @property
    def size(self) -> int:
        """How many corners there are."""
        return len(self.corners.points)

    @property
    def worth(self) -> tuple[float, float]:
        """Metres, corners counted in, and what it may take to close the gaps."""
        missing = max(0.0, self.ground.bare - (1 - ENOUGH) * self.ground.total)
        return self.corners.metres + GAP_PRICE * missing / (2 * self.ground.reach), self.angle

    def finished(self) -> "Finished":
        """Gaps closed and all of it shortened; what the grid says is set right by exact measurement."""
        corners, ground = self.corners, self.ground
        polish = Polish(corners, self.inside, ground, self._may_be_bare(self._covered()))
        polish.run()
        states: list[Finished] = []
        for _ in range(MOST_CHECKS):
            covered = self._covered()
            states.append(Finished(self._track(), self.angle, covered))
            if SURE <= covered < SURE + SLACK:
                break
            polish.most_bare = self._may_be_bare(covered)
            if covered < SURE:
                polish.close_gaps()
            else:
                polish.shorten(PRICES[-1] / (2 * ground.reach))
        return min(states, key=lambda state: (max(0.0, SURE - state.covered), state.metres(None)))

    def _covered(self) -> float:
        return covered_fraction(self.inside.area, self._track(), self.ground.reach)

    def _track(self) -> Track:
        """As it is now, the camera on but in long turns over ground that is seen anyway."""
        on: list[bool] = []
        paused: list[Piece] = []
        legs = zip(self.corners.kinds, pairwise(self.corners.points), strict=True)
        for kind, run in groupby(legs, lambda leg: leg[0]):
            pieces = [piece for _, piece in run]
            idle = kind is LegKind.TURN and self._far(pieces) and self.ground.change(pieces, []) <= 0
            if idle:
                paused += pieces
            elif kind is LegKind.TURN and self._far(pieces):
                self.ground.change([], pieces)
            on += [not idle] * len(pieces)
        self.ground.change([], paused)
        return Track([*self.corners.points], [*self.corners.kinds], on)

    def _far(self, pieces: list[Piece]) -> bool:
        return sum(math.dist(*piece) for piece in pieces) > CAMERA_IN_TURNS_UP_TO * 2 * self.ground.reach

    def _may_be_bare(self, covered: float) -> float:
        """Square metres of the grid, going by how far it is off now."""
        return max(0.0, self.ground.bare + (covered - SURE - 0.0001) * self.ground.total)


@dataclass(frozen=True)
class Finished:
    """A track that can be flown."""

    track: Track
    angle: float
    """Radians counter-clockwise from east."""
    covered: float

    def whole(self, home: Point | None) -> list[Point]:
        """The corners, from and to home where there is one."""
        return self.track.points if home is None else [home, *self.track.points, home]

    def metres(self, home: Point | None) -> float:
        """Metres flown from and to home, corners counted in."""
        points = self.whole(home)
        return length(points) + CORNER_M * (len(points) - 2)


def _directions(polygon: Polygon, effort: float) -> list[float]:
    """Directions worth trying, radians: the narrowest box's, those of the edges, and every few degrees."""
    steps = (math.radians(d) for d in range(0, 180, math.ceil(EVERY_DEG / effort)))
    box = shapely.get_coordinates(shapely.oriented_envelope(polygon))
    boxes = [math.atan2(*(b - a)[::-1]) for a, b in pairwise(box[:3])]
    return [*boxes, *main_directions(polygon)[: math.ceil(MOST_EDGES * effort)], *steps]
