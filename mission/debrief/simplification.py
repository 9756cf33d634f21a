"""A track with fewer points and the same shape, for showing; what was recorded stays as it is. Pure.

Top-down splitting as Douglas and Peucker describe it (1973), but by where the drone would be at each moment if it flew
evenly between the points kept (the synchronised Euclidean distance of Meratnia and de By, 2004): stops are kept too.
"""

import numpy as np
from numpy.typing import NDArray

TOLERANCE_M = 0.5


def simplified(
    seconds: NDArray[np.float64], places: NDArray[np.float64], tolerance_m: float = TOLERANCE_M
) -> list[int]:
    """The rows to keep of `places` (east, north, up; shape (n, 3)) at `seconds` (ascending), first and last among them.

    At the moment of every row left out, the line through the rows kept is within `tolerance_m` of it.
    """
    if len(places) < 3:
        return list(range(len(places)))
    keep = {0, len(places) - 1}
    waiting = [(0, len(places) - 1)]
    while waiting:
        first, last = waiting.pop()
        if last - first < 2:
            continue
        middle = np.arange(first + 1, last)
        part = np.zeros(len(middle))
        if seconds[last] > seconds[first]:
            part = (seconds[middle] - seconds[first]) / (seconds[last] - seconds[first])
        on_line = places[first] + part[:, None] * (places[last] - places[first])
        off = np.linalg.norm(places[middle] - on_line, axis=1)
        if off.max() > tolerance_m:
            farthest = int(middle[int(off.argmax())])
            keep.add(farthest)
            waiting += [(first, farthest), (farthest, last)]
    return sorted(keep)
