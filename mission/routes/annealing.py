"""A finished track made quicker by simulated annealing (Kirkpatrick, Gelatt and Vecchi, 1983), its gaps closed.

Flat metres, corners counted in. Deterministic: the random source is seeded, and how much is tried goes by counts.
"""

import math
from itertools import pairwise
from random import Random

import numpy as np

from mission.routes.ground import Bits, Ground, Piece
from mission.routes.inner_paths import CORNER_M, InnerPaths, Point
from mission.routes.search_moves import Moves, TrackChange

FEWEST_AT_ONCE = 4
MOST_AT_ONCE = 48
"""Changes that are looked at together."""
WAYS_TO_GAP = 20
MOST_FAILURES = 10
"""Changes that are looked at for closing a gap, and gaps that may stay open for want of any."""
FEWEST_CORNERS = 3
"""A track with so few is left alone."""


class Annealing:
    """One track over one area. What is bare beyond what may be has its price, which the caller raises."""

    def __init__(
        self, points: list[Point], inside: InnerPaths, ground: Ground, most_bare: float, direction: float | None
    ) -> None:
        """`most_bare` is how many square metres of `ground` may be unseen, `direction` that of lines to be kept."""
        self._inside = inside
        self._ground = ground
        self._most_bare = most_bare
        self._rnd = Random(len(points))
        self._moves = Moves(ground.reach, inside, self._rnd, direction)
        self._price = 0.0
        self._set(points)
        self._best = self.points
        self._best_bare = self.bare

    def _set(self, points: list[Point]) -> None:
        self.points = points
        self._seen = [*self._ground.seen(list(pairwise(points)))]
        self._before, self._after = [np.zeros_like(self._ground.bits)], [np.zeros_like(self._ground.bits)]
        self.bare = float(self._ground.bare(self._all))
        """Square metres of the ground that nothing sees."""

    def allow(self, most_bare: float) -> None:
        """Leave at most so many square metres bare from now on; what was best before no longer counts."""
        self._most_bare = most_bare
        self._best = self.points
        self._best_bare = self.bare

    def run(self, count: int, heat: tuple[float, float], price: tuple[float, float], to_gaps: float) -> None:
        """Try `count` changes, and end with the best track at the last price.

        `heat` goes from one to the other, in metres, and so does `price`, in metres for each square metre; `to_gaps`
        is the part of the changes that are made to close a gap, while there are any too many.
        """
        at_once = FEWEST_AT_ONCE
        done = 0
        while done < count and len(self.points) > FEWEST_CORNERS:
            part = done / count
            self._price = price[0] * (price[1] / price[0]) ** part
            done += at_once
            changed = self._step(at_once, heat[0] * (heat[1] / heat[0]) ** part, to_gaps)
            at_once = max(FEWEST_AT_ONCE, at_once // 2) if changed else min(MOST_AT_ONCE, at_once * 2)

    def back(self) -> None:
        """Go on from the best track since the allowance was set, by the price of now."""
        if self._cost(self._best, self._best_bare) < self._cost(self.points, self.bare):
            self._set(self._best)

    def _cost(self, points: list[Point], bare: float) -> float:
        return metres(points) + self._dear(bare)

    def _dear(self, bare: float) -> float:
        return self._price * max(0.0, bare - self._most_bare)

    def sweep(self, price: float) -> None:
        """Go along the track once and make at each corner what saves most, if it saves more than `price` for each
        square metre that it leaves bare."""
        k = 0
        while k < len(self.points) and len(self.points) > FEWEST_CORNERS:
            changes = [c for c in self._moves.shorter(self.points, k) if self._longer(c) < 0]
            options = [
                (self._longer(change) + price * max(0.0, bare - self.bare), number, change, seen, bare)
                for number, (change, seen, bare) in enumerate(self._judged(changes))
                if bare <= max(self._most_bare, self.bare)
            ]
            for costs, _, change, seen, bare in sorted(options, key=lambda option: option[:2]):
                if costs < -1e-6 and self._may_fly(change):
                    self._make(change, seen, bare)
                    break
            else:
                k += 1

    def close_gaps(self) -> None:
        """Pull the track over one gap after the other, the cheapest of some ways, until few enough square metres are
        bare."""
        failed = 0
        while self.bare > self._most_bare and failed < MOST_FAILURES:
            spot = self._ground.gaps(self._all).any(self._rnd)
            best = min(
                (
                    (
                        self._longer(change) / min(self.bare - bare, self.bare - self._most_bare),
                        number,
                        change,
                        seen,
                        bare,
                    )
                    for number, (change, seen, bare) in enumerate(
                        self._judged([self._moves.towards(self.points, spot) for _ in range(WAYS_TO_GAP)])
                    )
                    if bare < self.bare and self._may_fly(change)
                ),
                default=None,
                key=lambda option: option[:2],
            )
            if best is None:
                failed += 1
            else:
                self._make(*best[2:])

    def _step(self, count: int, heat: float, to_gaps: float) -> bool:
        """Look at some changes together and make the first that is accepted; whether there was any."""
        allowance = self._dear(self.bare)
        options: list[tuple[TrackChange, float]] = []
        gaps = self._ground.gaps(self._all) if allowance > 0 else None
        change: TrackChange | None
        for _ in range(count):
            if gaps is not None and self._rnd.random() < to_gaps:
                change = self._moves.towards(self.points, gaps.any(self._rnd))
            else:
                change = self._moves.propose(self.points)
            room = allowance - heat * math.log(1 - self._rnd.random())
            if change is not None and (left := room - self._longer(change)) >= 0:
                options.append((change, left))
        judged = self._judged([change for change, _ in options])
        for (change, left), (_, seen, bare) in zip(options, judged, strict=True):
            if self._dear(bare) <= left and self._may_fly(change):
                self._make(change, seen, bare)
                return True
        return False

    def _judged(self, changes: list[TrackChange]) -> list[tuple[TrackChange, list[Bits], float]]:
        """For each change what its new pieces see, and how much is bare after it."""
        if not changes:
            return []
        new = [self._new(change) for change in changes]
        seen = iter(self._ground.seen([piece for pieces in new for piece in pieces]))
        fresh = [[next(seen) for _ in pieces] for pieces in new]
        together = np.empty((len(changes), len(self._ground.bits)), dtype=np.uint64)
        for row, change, bits in zip(together, changes, fresh, strict=True):
            np.bitwise_or(*self._without(max(change.first - 1, 0), min(change.last, len(self._seen))), row)
            for one in bits:
                np.bitwise_or(row, one, row)
        return list(zip(changes, fresh, self._ground.bare(together).tolist(), strict=True))

    def _may_fly(self, change: TrackChange) -> bool:
        pieces = self._new(change)
        return not pieces or self._inside.sees(pieces)

    def _make(self, change: TrackChange, seen: list[Bits], bare: float) -> None:
        first = max(change.first - 1, 0)
        last = min(change.last, len(self._seen))
        after = len(self._seen) - last
        self.points = [*self.points[: change.first], *change.points, *self.points[change.last :]]
        self._seen[first:last] = [one.copy() for one in seen]
        del self._before[first + 1 :], self._after[after + 1 :]
        self.bare = bare
        if self._cost(self.points, bare) < self._cost(self._best, self._best_bare):
            self._best = self.points
            self._best_bare = bare

    def _without(self, first: int, last: int) -> tuple[Bits, Bits]:
        """What is seen by the pieces before number `first`, and by those from number `last` on; kept once known."""
        while len(self._before) <= first:
            self._before.append(self._before[-1] | self._seen[len(self._before) - 1])
        while len(self._after) <= len(self._seen) - last:
            self._after.append(self._after[-1] | self._seen[-len(self._after)])
        return self._before[first], self._after[len(self._seen) - last]

    @property
    def _all(self) -> Bits:
        """What is seen by any piece."""
        known = len(self._before) - 1
        return np.bitwise_or(*self._without(known, known))

    def _around(self, change: TrackChange) -> tuple[list[Point], list[Point]]:
        before = self.points[max(change.first - 1, 0) : change.first]
        return before, self.points[change.last : change.last + 1]

    def _new(self, change: TrackChange) -> list[Piece]:
        before, after = self._around(change)
        return list(pairwise([*before, *change.points, *after]))

    def _longer(self, change: TrackChange) -> float:
        before, after = self._around(change)
        old = self.points[max(change.first - 1, 0) : change.last + 1]
        new = [*before, *change.points, *after]
        return metres(new) - metres(old)


def metres(points: list[Point]) -> float:
    """Length, corners counted in."""
    return sum(map(math.dist, points, points[1:])) + CORNER_M * (len(points) - 2)
