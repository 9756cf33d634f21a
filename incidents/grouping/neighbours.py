"""Which witnesses may speak of one thing at all, by place, time and kind: a wide look before the costly one."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator

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
    known = _KnownLinks(evidence)
    for number, witness in enumerate(witnesses):
        if not witness.placed:
            continue
        before = set(_near(cells, witness))
        if moving[number]:
            before.update(movers)
        linked = known.of(number)
        linked += [
            other
            for other in known.unknown(number, before)
            if _may_be_one(witnesses[other], witness, kinds[other], kinds[number])
        ]
        linked.sort()
        known.keep(number, linked)
        found += [(other, number) for other in linked]
        cells[_cell(witness)].append(number)
        if moving[number]:
            movers.append(number)
    known.remember()
    return found


class _KnownLinks:
    """The links of the grouping before, where there was one; a link is a pure function of its two witnesses."""

    def __init__(self, evidence: Evidence) -> None:
        self._memory = evidence.memory
        self._names = evidence.names
        self._before = {} if self._memory is None else self._memory.links
        self._number = {name: number for number, name in enumerate(self._names)}
        self._now: dict[int, tuple[int, ...]] = {}

    def of(self, number: int) -> list[int]:
        """The earlier witnesses that `number` was linked with."""
        if self._memory is None:
            return []
        linked = self._before.get(self._names[number], ())
        return [self._number[name] for name in linked if name in self._number]

    def unknown(self, number: int, before: Iterable[int]) -> Iterable[int]:
        """Those of `before` that were not compared with `number`."""
        if self._memory is None or self._names[number] not in self._before:
            return before
        return [other for other in before if self._names[other] not in self._before]

    def keep(self, number: int, linked: Iterable[int]) -> None:
        """Remember the links of `number`."""
        if self._memory is not None:
            self._now[self._names[number]] = tuple(self._names[other] for other in linked)

    def remember(self) -> None:
        """Everything is compared."""
        if self._memory is not None:
            self._memory.links = self._now


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
