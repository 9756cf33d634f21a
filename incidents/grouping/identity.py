"""What is named beyond doubt, a plate for one: together where it can have come, a question where it cannot."""

import math
from collections import defaultdict
from collections.abc import Sequence

from incidents.grouping.witnesses import Witness

FASTEST_MPS = 40.0
"""What a vehicle can drive through a town."""
SIGMAS = 3.0
LONGEST_GAP_S = 4 * 3_600.0
"""So long after its last word the same plate is another matter."""


def reachable(was: Witness, here: Witness) -> bool:
    """Whether a vehicle can have come from one place to the other in the time between."""
    apart = math.hypot(here.east_m - was.east_m, here.north_m - was.north_m)
    slack = SIGMAS * math.hypot(was.accuracy_m, here.accuracy_m)
    return apart - slack <= FASTEST_MPS * abs(here.at_s - was.at_s)


def identity_pairs(witnesses: Sequence[Witness]) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Pairs that one identity holds together, and pairs of one identity that cannot be one vehicle."""
    named: defaultdict[str, list[int]] = defaultdict(list)
    for number, one in enumerate(witnesses):
        if one.identity is not None:
            named[one.identity].append(number)
    together: list[tuple[int, int]] = []
    impossible: list[tuple[int, int]] = []
    for numbers in named.values():
        chains: list[int] = []
        for number in numbers:
            recent = [last for last in chains if witnesses[number].at_s - witnesses[last].at_s <= LONGEST_GAP_S]
            whose = next((last for last in reversed(recent) if reachable(witnesses[last], witnesses[number])), None)
            if whose is None:
                impossible += [(last, number) for last in recent]
            else:
                together.append((whose, number))
                chains.remove(whose)
            chains.append(number)
    return together, impossible
