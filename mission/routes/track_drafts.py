"""Lines joined to a track, made quicker until it can be flown.

Flat metres. A corner counts as `CORNER_M` metres.
"""

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from mission.routes.annealing import Annealing, metres
from mission.routes.cells import GAP_PRICE
from mission.routes.coverage_candidates import ENOUGH
from mission.routes.ground import Bits, Ground
from mission.routes.inner_paths import CORNER_M, InnerPaths, Point
from mission.routes.route import LegKind
from mission.routes.track import Track, covered_fraction

SURE = 0.9954
"""Part that is to be covered by exact measurement: 99.5 % is promised, whatever projection others measure in."""
ENOUGH_COVERED = 0.99503
"""Part that is covered at last, where nothing beyond the ends of the track counts."""
DRAWN_OUT = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Reaches by which the ends of a track are drawn out for that."""
MOST_FLAT = 4
"""Tracks that are drawn out, each pulled over more gaps than the one before, until one covers enough."""
SLACK = 0.00025
"""Part that may be covered beyond that before it is tried to fly less."""
HOT = 20.0
COLD = 0.3
"""Metres: changes that make a track so much longer are accepted now and then, at first and at last."""
FIRST_PRICE = 10.0
LAST_PRICE = 60.0
"""Metres of flight for each metre of line that is missing beyond what may be bare, at first and at last."""
SLIVER = 0.0007
"""Part of the area that is worth a corner at last."""
PATIENCE = 250
"""Tries for each corner that it takes to begin so hot; with fewer it begins colder and dearer."""
SWEEPS = (1.5,)
"""Metres that a sweep has to save for each metre of line that it leaves bare, the dear ones first."""
STAGES = 4
"""How often the grid is set right by exact measurement while a track cools."""
MOST_CHECKS = 8
FEWEST_TRIES = 300
"""How often it is set right after that, and the tries that each of these gets at least, or a third of all tries."""
TO_GAPS = 0.2
"""Part of the changes that are made to close gaps, while there are any too many."""
SEEN_ALONE = 0.5
"""A piece that sees alone so much of all it sees is a transect."""
CAMERA_IN_TURNS_UP_TO = 3.0
"""Spacings: in a longer turn over ground that is seen anyway the camera pauses."""


class TrackDraft:
    """Lines joined to a track, before it is made quicker."""

    def __init__(self, points: list[Point], inside: InnerPaths, ground: Ground, angle: float) -> None:
        self._points = points
        self._inside = inside
        self._ground = ground
        self.angle = angle
        self.size = len(points)
        bare = float(ground.bare(np.bitwise_or.reduce(ground.seen(list(pairwise(points))), axis=0)))
        missing = max(0.0, bare - (1 - ENOUGH) * ground.total)
        self.worth = (metres(points) + GAP_PRICE * missing / (2 * ground.reach), angle)
        """Metres, corners counted in, and what it may take to close the gaps."""

    def finished(self, keep: bool, most: int, work: int) -> "FinishedTrack":
        """Made quicker; what the grid says is set right by exact measurement every now and then.

        Tries at most `most` changes, and `work` divided by the number of corners. `keep` says that lines stay where
        they lie.
        """
        ground = self._ground
        line_angle = None
        if keep:
            line_angle = self.angle
        annealing = Annealing(self._points, self._inside, ground, (1 - ENOUGH) * ground.total, line_angle)
        for part in SWEEPS if work < PATIENCE * self.size**2 else ():
            annealing.allow(self._may_be_bare(annealing.bare, self._measured(annealing.points)))
            annealing.close_gaps()
            annealing.sweep(part / (2 * ground.reach))
        size = len(annealing.points)
        count = min(most, work // size)
        fewest = min(FEWEST_TRIES, most // 3)
        patience = 0.0
        if not keep:
            patience = min(1.0, count / (PATIENCE * size))
        last = max(LAST_PRICE / (2 * ground.reach), CORNER_M / (SLIVER * ground.total))
        first = last * (FIRST_PRICE / (2 * ground.reach) / last) ** patience
        hot = COLD * (HOT / COLD) ** patience
        heats, prices = (np.geomspace(*ends, STAGES + 1).tolist() for ends in ((hot, COLD), (first, last)))
        for stage in range(STAGES):
            if stage:
                annealing.allow(self._may_be_bare(annealing.bare, self._measured(annealing.points)))
            heat = (heats[stage], heats[stage + 1])
            price = (prices[stage], prices[stage + 1])
            annealing.run(count // STAGES, heat, price, TO_GAPS)
        states: list[FinishedTrack] = []
        for dearer in range(MOST_CHECKS):
            annealing.back()
            states.append(self._measured(annealing.points))
            if SURE <= states[-1].covered < SURE + SLACK:
                break
            annealing.allow(self._may_be_bare(annealing.bare, states[-1]))
            annealing.close_gaps()
            price = prices[-1] * 2**dearer, prices[-1] * 2**dearer
            annealing.run(max(fewest, count // 10), (COLD, COLD / 3), price, TO_GAPS)
        best = min(states, key=lambda state: (max(0.0, SURE - state.covered), state.metres(None)))
        found = [self._with_flat_ends(best)]
        while found[-1].covered < ENOUGH_COVERED and len(found) < MOST_FLAT:
            price = prices[-1] * 2 ** len(found), prices[-1] * 2 ** len(found)
            annealing.allow(self._may_be_bare(annealing.bare, found[-1]))
            annealing.close_gaps()
            annealing.run(max(fewest, count // 4), (3 * COLD, COLD / 3), price, TO_GAPS)
            annealing.back()
            found.append(self._with_flat_ends(self._measured(annealing.points)))
        return max(found, key=lambda one: (min(one.covered, ENOUGH_COVERED), -one.metres(None)))

    def _may_be_bare(self, bare: float, measured: "FinishedTrack") -> float:
        """Square metres of the grid, going by how far it is off now."""
        return max(0.0, bare + (measured.covered - SURE - 0.0001) * self._ground.total)

    def _measured(self, points: list[Point]) -> "FinishedTrack":
        track = labelled(points, self._ground)
        covered = covered_fraction(self._inside.area, track, self._ground.reach, round_ends=True)
        return FinishedTrack(track, self.angle, covered)

    def _with_flat_ends(self, found: "FinishedTrack") -> "FinishedTrack":
        """The same with nothing beyond its ends counted: drawn out at both ends as far as it takes to cover enough, its
        camera then on in turns too if need be."""
        reach = self._ground.reach
        options: list[FinishedTrack] = []
        for part in DRAWN_OUT:
            track = found.track.drawn_out(part * reach, self._inside)
            options.append(FinishedTrack(track, self.angle, covered_fraction(self._inside.area, track, reach)))
            if options[-1].covered >= ENOUGH_COVERED:
                return options[-1]
        track = Track(track.points, track.kinds, [True] * len(track.camera))
        options.append(FinishedTrack(track, self.angle, covered_fraction(self._inside.area, track, reach)))
        return max(options, key=lambda option: option.covered)


@dataclass(frozen=True)
class FinishedTrack:
    """A track that can be flown."""

    track: Track
    angle: float
    """Radians counter-clockwise from east."""
    covered: float

    def whole(self, home: Point | None) -> list[Point]:
        """The corners, from and to home where there is one."""
        if home is None:
            return self.track.points
        return [home, *self.track.points, home]

    def metres(self, home: Point | None) -> float:
        """Metres flown from and to home, corners counted in."""
        points = self.whole(home)
        return metres(points)


def labelled(points: list[Point], ground: Ground) -> Track:
    """What each piece is for, the camera on but in long turns over ground that is seen anyway."""
    pieces = list(pairwise(points))
    seen = ground.seen(pieces)
    once = np.zeros_like(ground.bits)
    twice = np.zeros_like(ground.bits)
    for one in seen:
        twice |= once & one
        once |= one
    alone = ground.bare(~seen | twice)
    lengths = np.array([math.dist(*piece) for piece in pieces])
    mostly = alone > SEEN_ALONE * (ground.total - ground.bare(seen))
    kinds = [LegKind.TRANSECT if needed else LegKind.TURN for needed in mostly]
    spare = (alone == 0) & (lengths > CAMERA_IN_TURNS_UP_TO * 2 * ground.reach)
    return Track([*points], kinds, _camera(ground, seen, spare))


def _camera(ground: Ground, seen: Bits, spare: NDArray[np.bool_]) -> list[bool]:
    """On for each piece but those `spare` ones whose ground is seen by pieces on which it is on."""
    after = [np.zeros_like(ground.bits)]
    for one in seen[:0:-1]:
        after.append(after[-1] | one)
    camera: list[bool] = []
    before = np.zeros_like(ground.bits)
    for one, rest, may_pause in zip(seen, reversed(after), spare.tolist(), strict=True):
        camera.append(not may_pause or bool(np.any(ground.bits & one & ~(before | rest))))
        if camera[-1]:
            before |= one
    return camera
