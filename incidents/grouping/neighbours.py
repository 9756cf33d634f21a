"""Which witnesses may speak of one thing at all, by place, time and kind: a wide look before the costly one."""

import math
from collections import defaultdict
from collections.abc import Iterator

from incidents.grouping.evidence import Evidence
from incidents.grouping.habits import Habit
from incidents.grouping.witnesses import Witness

REACH_SIGMAS = 4.5
REACH_DELAYS = 9.0
"""Mean delays after which nobody speaks of it any more, tails included."""
CLOSE_SIGMAS = 2.0
CLOSE_S = 2_400.0
"""So close and so soon that what they are called does not part them."""
CELL_M = 600.0


def links_of(evidence: Evidence) -> list[tuple[int, int]]:
    """Pairs of witnesses that may speak of one thing, the earlier first."""
    witnesses = evidence.witnesses
    cells: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    movers: list[int] = []
    found: list[tuple[int, int]] = []
    kinds = [_habits_of(evidence, number) for number in range(len(witnesses))]
    moving = [_moving_only(habits) for habits in kinds]
    for number, witness in enumerate(witnesses):
        if not witness.placed:
            continue
        before = set(_near(cells, witness))
        if moving[number]:
            before.update(movers)
        found += [
            (other, number)
            for other in sorted(before)
            if _may_be_one(witnesses[other], witness, kinds[other], kinds[number])
        ]
        cells[_cell(witness)].append(number)
        if moving[number]:
            movers.append(number)
    return found


def _habits_of(evidence: Evidence, number: int) -> dict[str, Habit]:
    return {kind: evidence.habit(kind) for kind in evidence.possible_kinds(number)}


def _moving_only(habits: dict[str, Habit]) -> bool:
    return any(habit.moves_mps > 0 for habit in habits.values())


def _cell(witness: Witness) -> tuple[int, int]:
    return int(witness.east_m // CELL_M), int(witness.north_m // CELL_M)


def _near(cells: dict[tuple[int, int], list[int]], witness: Witness) -> Iterator[int]:
    east, north = _cell(witness)
    for column in (east - 1, east, east + 1):
        for row in (north - 1, north, north + 1):
            yield from cells.get((column, row), ())


def _may_be_one(
    earlier: Witness, later: Witness, earlier_kinds: dict[str, Habit], later_kinds: dict[str, Habit]
) -> bool:
    seconds = later.at_s - earlier.at_s
    apart = math.hypot(later.east_m - earlier.east_m, later.north_m - earlier.north_m)
    both = math.hypot(later.accuracy_m, earlier.accuracy_m)
    for kind, habit in later_kinds.items():
        if kind in earlier_kinds and _within(habit, seconds - earlier.lasts_s, apart, both):
            return True
    return seconds <= CLOSE_S and apart <= CLOSE_SIGMAS * both


def _within(habit: Habit, seconds: float, apart: float, both: float) -> bool:
    usual = habit.gap_s or max(habit.prompt_s, habit.later_s)
    if seconds > REACH_DELAYS * usual:
        return False
    wide = math.hypot(both, 1.5 * habit.wide_m, 1.5 * habit.heard_m)
    return apart <= REACH_SIGMAS * wide + 1.5 * habit.moves_mps * seconds
