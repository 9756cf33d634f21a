"""Which parts of a wide picture are looked at in native resolution, and when the whole of it is. Detects nothing.

A network sees a whole wide picture shrunk: who is far away is a few pixels tall in it. So most looks go to squares of
the picture where something moves or is followed, and the whole picture is looked at now and then, and whenever what
moves is large. What one look costs is known: at most MAX_RUNS runs of the network.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vision.detection.detector import Box

MAX_RUNS = 2
"""Runs of the network in one look, the whole picture included."""
WIDE = 2.0
"""A picture is wide when it is more than so many times as wide, or as tall, as what the network sees of it."""
MAX_SIDE_SHARE = 640 / 416
"""The largest square, in sides of what the network sees: beyond it far people are lost again (measured)."""
WHOLE_EVERY_S = 1.0
CLEAR_PX = 48.0
"""What is at least so tall or wide in the shrunk whole picture is found there."""
MIN_VISIBLE_PX = 28.0
"""What is less tall there may be missed in the whole picture: not to see it says nothing."""
MARGIN_SHARE = 0.5
MARGIN_PX = 12.0
"""How much is added around what moves, on each side: often only a part of a thing moves."""
EDGE_PX = 3.0
"""Nearer than this to the edge of a square, a thing may be cut off by it."""
FOLLOWED_WEIGHT = 0.5
"""How much what is followed but stands still counts beside what moves."""
MAX_AGE_S = 2.0
"""A part not looked at for so long counts fully; one looked at just now counts little."""
MAX_TARGETS = 32

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class RegionChoice:
    """What is looked at in one picture."""

    whole: bool
    """The whole picture, shrunk."""
    regions: tuple[Box, ...] = ()
    """Squares in native resolution: whole pixels, within the picture."""
    shrunk_by: float = 1.0
    """Pixels of the picture to one of the network's in the look at the whole."""

    @property
    def runs(self) -> int:
        """How often the network runs."""
        return self.whole + len(self.regions)

    def shows(self, box: Box, width: int, height: int) -> bool:
        """Whether who is at `box`, in a picture of that size, would be seen in this look."""
        if self.whole and max(box.height, box.width) >= MIN_VISIBLE_PX * self.shrunk_by:
            return True
        return any(holds(region, box, width, height) for region in self.regions)


WHOLE_ONLY = RegionChoice(whole=True)


class RegionPlanner:
    """Plans the looks at one run of pictures. Pure; give it each picture that is to be looked at, in order of time."""

    def __init__(self, input_side: int | None, *, whole_every_s: float = WHOLE_EVERY_S) -> None:
        """`input_side`: the longer side of what the network sees, pixels; None when it always takes whole pictures.
        `whole_every_s`: the whole picture is looked at at least so often; 0 for in every look."""
        self._input_side = input_side
        self._whole_every_s = whole_every_s
        self._whole_due = 0.0
        self._looked: deque[tuple[float, Box]] = deque()

    def plan(
        self,
        moving: Sequence[Box],
        followed: Sequence[Box],
        seconds: float,
        *,
        width: int,
        height: int,
        cut: bool = False,
    ) -> RegionChoice:
        """The look at the picture taken at `seconds`, `width` x `height`. `moving`: where something moves in it,
        `followed`: where things are that were seen before, both in pixels. `cut`: it shows another scene."""
        if self._input_side is None or not is_wide(width, height, self._input_side):
            return WHOLE_ONLY
        shrunk_by = max(width, height) / self._input_side
        side = min(self._input_side * MAX_SIDE_SHARE, width, height)
        large = any(max(box.width, box.height) >= CLEAR_PX * shrunk_by for box in (*moving, *followed))
        whole = cut or large or seconds >= self._whole_due or not (moving or followed)
        if whole:
            self._whole_due = seconds + self._whole_every_s
        while self._looked and seconds - self._looked[0][0] > MAX_AGE_S:
            self._looked.popleft()
        targets, weights = self._targets(moving, followed, seconds, (width, height), side)
        regions = self._choose(targets, weights, MAX_RUNS - whole, (width, height), side)
        self._looked.extend((seconds, region) for region in regions)
        return RegionChoice(whole, tuple(regions), shrunk_by)

    def _targets(
        self, moving: Sequence[Box], followed: Sequence[Box], seconds: float, size: tuple[int, int], side: float
    ) -> tuple[Floats, Floats]:
        """What squares are laid over (n x 4), and what each is worth."""
        weighted: list[tuple[float, Box]] = []
        for boxes, worth in ((moving, 1.0), (followed, FOLLOWED_WEIGHT)):
            for box in boxes:
                for piece in _pieces(_with_margin(box, *size), side):
                    weighted.append((worth * self._age(piece, seconds, size), piece))
        weighted.sort(key=lambda one: -one[0])
        del weighted[MAX_TARGETS:]
        targets = np.array([piece for _, piece in weighted], np.float64).reshape(-1, 4)
        return targets, np.array([weight for weight, _ in weighted], np.float64)

    def _age(self, piece: Box, seconds: float, size: tuple[int, int]) -> float:
        """Seconds since it was last in a square, from 0.1 to MAX_AGE_S."""
        last = max((at for at, region in self._looked if holds(region, piece, *size)), default=seconds - MAX_AGE_S)
        return max(0.1, seconds - last)

    def _choose(self, targets: Floats, weights: Floats, most: int, size: tuple[int, int], side: float) -> list[Box]:
        """At most `most` squares that together hold what is worth most: the best first, then the best of the rest."""
        chosen: list[Box] = []
        while len(chosen) < most and len(targets):
            lefts = np.clip(targets[:, 0], 0, size[0] - side)
            tops = np.clip(targets[:, 1], 0, size[1] - side)
            x, y = (grid.ravel()[:, None] for grid in np.meshgrid(lefts, tops))
            held = (targets[:, 0] >= x) & (targets[:, 1] >= y)
            held &= (targets[:, 2] <= x + side) & (targets[:, 3] <= y + side)
            best = held[int(np.argmax(held @ weights))]
            if not best.any():
                break
            chosen.append(self._square_around(targets[best], size, side))
            targets = targets[~best]
            weights = weights[~best]
        return chosen

    def _square_around(self, held: Floats, size: tuple[int, int], most: float) -> Box:
        """The smallest square around them that the network would not see enlarged."""
        low = held[:, :2].min(axis=0)
        high = held[:, 2:].max(axis=0)
        least = min(float(self._input_side or 0), most)
        side = int(np.clip((high - low).max(), least, most))
        x1, y1 = (
            int(np.clip((low[axis] + high[axis] - side) / 2, 0, length - side)) for axis, length in enumerate(size)
        )
        return Box(x1, y1, x1 + side, y1 + side)


def is_wide(width: int, height: int, input_side: int) -> bool:
    """Whether a picture of that size loses who is far away when it is shrunk to `input_side`."""
    return max(width, height) > WIDE * input_side


def holds(region: Box, box: Box, width: int, height: int) -> bool:
    """Whether `box` lies within `region` uncut; the edges of the picture cut nothing more off."""
    return (
        (box.x1 >= region.x1 + EDGE_PX or region.x1 <= 0)
        and (box.y1 >= region.y1 + EDGE_PX or region.y1 <= 0)
        and (box.x2 <= region.x2 - EDGE_PX or region.x2 >= width)
        and (box.y2 <= region.y2 - EDGE_PX or region.y2 >= height)
        and box.x2 > region.x1
        and box.x1 < region.x2
        and box.y2 > region.y1
        and box.y1 < region.y2
    )


def _with_margin(box: Box, width: int, height: int) -> Box:
    x = box.width * MARGIN_SHARE / 2 + MARGIN_PX
    y = box.height * MARGIN_SHARE / 2 + MARGIN_PX
    return Box(max(0.0, box.x1 - x), max(0.0, box.y1 - y), min(width, box.x2 + x), min(height, box.y2 + y))


def _pieces(box: Box, side: float) -> Iterable[Box]:
    """`box`, or where it is larger than a square its parts, so that several squares may share it."""
    across, down = (int(np.ceil(length / side)) for length in (box.width, box.height))
    for row in range(down):
        for column in range(across):
            yield Box(
                box.x1 + box.width * column / across,
                box.y1 + box.height * row / down,
                box.x1 + box.width * (column + 1) / across,
                box.y1 + box.height * (row + 1) / down,
            )
