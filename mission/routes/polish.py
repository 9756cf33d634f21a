"""A finished track made shorter, and its gaps closed: corners are moved, left out and put in where that pays.

Flat metres. Greedy and deterministic. A change pays when it saves more than its price: what it leaves bare, times the
metres of flight that a square metre is worth. The part of the area that may stay bare is spent where it saves most.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from mission.routes.ground import Ground, Piece
from mission.routes.inside import CORNER_M, Inside, Point
from mission.routes.route import LegKind

PRICES = (4.0, 1.5, 0.6)
"""Metres to be saved for a square metre left bare, in parts of one over the spacing; the dear ones first."""
MANY_CORNERS = 90
"""A track with more is shortened at one price only."""
STEPS = (0.8, 0.3)
"""How far the end of a line is drawn back, in reaches."""
NEAREST = 3
"""Corners and pieces of the track that are tried for closing a gap."""
PULLS = (0.6, 1.0)
"""How far a corner is pulled towards a gap."""
MOST_ROUNDS = 12


@dataclass
class Corners:
    """A track while it is worked on: its corners, and what each piece between them is for."""

    points: list[Point]
    kinds: list[LegKind]

    def pieces(self, first: int, last: int) -> list[Piece]:
        """The pieces from corner `first` to corner `last`, those that there are."""
        part = self.points[max(first, 0) : last + 1]
        return list(pairwise(part))

    @property
    def metres(self) -> float:
        """Length, corners counted in."""
        return sum(math.dist(a, b) for a, b in pairwise(self.points)) + CORNER_M * (len(self.points) - 2)


@dataclass(frozen=True)
class _Edit:
    """Corners `first` up to, not including, `last` are replaced by `points`."""

    first: int
    last: int
    points: tuple[Point, ...]


class Polish:
    """One track over one area."""

    def __init__(self, corners: Corners, inside: Inside, ground: Ground, bare: float) -> None:
        """`bare` is how many square metres may be left so."""
        self.track, self.inside, self.ground, self.most_bare = corners, inside, ground, bare
        self._lost: dict[tuple[Piece, ...], float] = {}

    def run(self) -> None:
        """Close the gaps, then shorten."""
        self.close_gaps()
        for price in PRICES if len(self.track.points) <= MANY_CORNERS else PRICES[1:2]:
            self.shorten(price / (2 * self.ground.reach))
        self.close_gaps()

    def shorten(self, price: float) -> None:
        """Go along the track until nothing saves more than `price` metres for each square metre left bare."""
        at = since_change = 0
        while since_change <= len(self.track.points):
            at %= len(self.track.points)
            if any(self._pays(edit, price) for edit in self._shorter(at)):
                at, since_change = max(0, at - 1), 0
            else:
                at, since_change = at + 1, since_change + 1

    def close_gaps(self) -> None:
        """Pull the track over gaps, the largest first and the cheapest way, until few enough square metres are bare."""
        for _ in range(MOST_ROUNDS):
            done = False
            for size, *spots in self.ground.gaps():
                if self.ground.bare <= self.most_bare:
                    return
                edit = self._cheapest(size, spots)
                if edit is not None:
                    self._make(edit)
                    done = True
            if not done:
                return

    def _cheapest(self, size: float, spots: list[Point]) -> _Edit | None:
        """The edit that covers the most of a gap for its metres."""
        best: tuple[float, _Edit | None] = (math.inf, None)
        edits = [(self._longer(edit, *self._old_and_new(edit)), edit) for edit in self._towards(spots)]
        for longer, edit in sorted(edits, key=lambda option: option[0]):
            if longer > best[0] * 1.5 * size:
                break
            worth = self._worth(edit, longer)
            if worth < best[0]:
                best = (worth, edit)
        return best[1]

    def _shorter(self, at: int) -> Iterator[_Edit]:
        """Edits at corner `at` that may shorten the track."""
        points, last = self.track.points, len(self.track.points) - 1
        if last >= 2:
            yield _Edit(at, at + 1, ())
        if last >= 4 and at < last:
            yield _Edit(at, at + 2, ())
        reach = self.ground.reach
        here = points[at]
        for step in STEPS:
            if 0 < at < last - 1 and math.dist(here, points[at + 1]) <= 2.5 * reach:
                a, b = _drawn(here, points[at - 1], step * reach), None
                b = _drawn(points[at + 1], points[at + 2], step * reach)
                if a and b:
                    yield _Edit(at, at + 2, (a, b))
            for other in (at - 1, at + 1):
                if 0 <= other <= last and (drawn := _drawn(here, points[other], step * reach)):
                    yield _Edit(at, at + 1, (drawn,))

    def _towards(self, spots: list[Point]) -> Iterator[_Edit]:
        """Edits that bring the track nearer to a gap."""
        points = self.track.points
        middle, spots = spots[0], [self.inside.nearest(spot) for spot in spots[:2]]
        near = sorted(range(len(points)), key=lambda k: math.dist(points[k], middle))[:NEAREST]
        for k in near:
            for spot in spots:
                for pull in PULLS:
                    yield _Edit(k, k + 1, (_between(points[k], spot, pull),))
        pieces = sorted(range(len(points) - 1), key=lambda k: _away(middle, points[k], points[k + 1])[0])[:NEAREST]
        for k in pieces:
            for spot in spots:
                foot = _away(spot, points[k], points[k + 1])[1]
                for pull in PULLS:
                    yield _Edit(k + 1, k + 1, (_between(foot, spot, pull),))
        for k in near[:3]:
            yield from self._detours(k, [middle])
        for k in (0, len(points)):
            for spot in spots:
                yield _Edit(k, k, (_between(points[k - 1 if k else 0], spot, 0.8),))

    def _detours(self, k: int, spots: list[Point]) -> Iterator[_Edit]:
        """Out from corner `k` to a spot that may be out of sight, and back."""
        here, last = self.track.points[k], len(self.track.points) - 1
        for spot in spots:
            way = self.inside.path(here, self.inside.nearest(spot))
            if k == 0:
                yield _Edit(0, 0, tuple(way[:0:-1]))
            elif k == last:
                yield _Edit(k + 1, k + 1, tuple(way[1:]))
            elif len(way) > 1:
                yield _Edit(k + 1, k + 1, (*way[1:], *way[-2::-1]))

    def _pays(self, edit: _Edit, price: float) -> bool:
        """Make the edit if it saves more than it costs; whether it did."""
        old, new = self._old_and_new(edit)
        saved = -self._longer(edit, old, new)
        if saved <= 1e-6:
            return False
        key = (*old, *new)
        if saved <= price * self._lost.get(key, 0.0):
            return False
        if not self._flyable(new):
            self._lost[key] = math.inf
            return False
        lost = self._lost[key] = self.ground.change(old, new)
        if saved > price * lost and (self.ground.bare <= self.most_bare or lost <= 0):
            self._splice(edit)
            return True
        self.ground.change(new, old)
        return False

    def _worth(self, edit: _Edit, longer: float) -> float:
        """Metres of flight for a square metre that the edit newly covers; infinite when it covers none or is no way."""
        old, new = self._old_and_new(edit)
        if not self._flyable(new):
            return math.inf
        lost = self.ground.change(old, new)
        self.ground.change(new, old)
        if lost >= -0.001 * self.ground.reach**2:
            return math.inf
        useful = min(-lost, max(self.ground.bare - self.most_bare, 1e-9))
        return longer / useful if longer > 0 else longer * 1e3

    def _make(self, edit: _Edit) -> None:
        self.ground.change(*self._old_and_new(edit))
        self._splice(edit)

    def _old_and_new(self, edit: _Edit) -> tuple[list[Piece], list[Piece]]:
        points = self.track.points
        before, after = points[max(edit.first - 1, 0) : edit.first], points[edit.last : edit.last + 1]
        new = [*before, *edit.points, *after]
        old = [*before, *points[edit.first : edit.last], *after]
        return list(pairwise(old)), list(pairwise(new))

    def _longer(self, edit: _Edit, old: list[Piece], new: list[Piece]) -> float:
        corners = len(edit.points) - (edit.last - edit.first)
        return sum(math.dist(*p) for p in new) - sum(math.dist(*p) for p in old) + CORNER_M * corners

    def _flyable(self, pieces: list[Piece]) -> bool:
        return not pieces or self.inside.sees(pieces)

    def _splice(self, edit: _Edit) -> None:
        kinds = self.track.kinds
        low, high = max(edit.first - 1, 0), min(edit.last, len(kinds))
        old = kinds[low:high]
        count = len(self._old_and_new(edit)[1])
        if len(old) == count:
            new = old
        elif len(old) > count:
            new = [LegKind.TRANSECT if LegKind.TRANSECT in old else LegKind.TURN] * count
        else:
            new = [*old, *[(old or [LegKind.TURN])[-1]] * (count - len(old))]
        kinds[low:high] = new
        self.track.points[edit.first : edit.last] = edit.points


def _drawn(point: Point, towards: Point, metres: float) -> Point | None:
    """`point` moved so far towards another; None when it would all but get there."""
    apart = math.dist(point, towards)
    if apart < metres + 1.0:
        return None
    return _between(point, towards, metres / apart)


def _between(a: Point, b: Point, part: float) -> Point:
    return a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part


def _away(point: Point, a: Point, b: Point) -> tuple[float, Point]:
    """Distance of a point from a piece, and its foot on it."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    square = dx * dx + dy * dy
    part = 0.0 if square == 0 else min(1.0, max(0.0, ((point[0] - a[0]) * dx + (point[1] - a[1]) * dy) / square))
    foot = a[0] + dx * part, a[1] + dy * part
    return math.dist(point, foot), foot
