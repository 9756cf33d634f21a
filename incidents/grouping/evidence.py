"""How likely it is that some witnesses speak of one thing: the sum over what it may be. Pure; decides nothing.

Of each kind: the rate of new ones, how many words are usual, what they call it, where and when they speak. What is
compared are sums over groups: two groups are one incident when the log likelihood of both together is larger than the
sum of theirs apart. After Neyman and Scott, "Statistical approach to problems of cosmology", 1958 (cluster processes).
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from incidents.grouping.habits import Habit, IncidentHabits
from incidents.grouping.places import place_log_density
from incidents.grouping.times import time_log_density
from incidents.grouping.witnesses import Witness

Group = tuple[int, ...]
"""Numbers of witnesses in canonical order, rising."""
UNLIKELY = 7.0
"""Natural logarithm: kinds so much less likely than the best by what they are called are not weighed further."""
OTHER_IDENTITY = -10.0
"""Two things that are named beyond doubt are hardly one."""
MENTIONED = math.log(3.0)
"""How much the words of a caller count for the kinds that they speak of: weak evidence."""


@dataclass(frozen=True, slots=True)
class GroupWeight:
    """What a group of witnesses amounts to."""

    log_likelihood: float
    kinds: tuple[tuple[str, float], ...]
    """What it may be with its probability, the likeliest first."""

    @property
    def kind(self) -> str:
        """What it likeliest is."""
        return self.kinds[0][0]

    def chance_of(self, kinds: Iterable[str]) -> float:
        """The probability that it is one of `kinds`."""
        wanted = set(kinds)
        return sum(chance for kind, chance in self.kinds if kind in wanted)


class GroupingMemory:
    """What was worked out about witnesses, kept from one grouping to the next of the same town and habits.

    What a group amounts to, and whether two witnesses are linked, are pure functions of the witnesses, so remembering
    them changes nothing. What one grouping did not ask for is forgotten with the next.
    """

    def __init__(self) -> None:
        self._numbers: dict[Witness, int] = {}
        self._next = 0
        self._before: dict[Group, GroupWeight] = {}
        self._now: dict[Group, GroupWeight] = {}
        self.links: dict[int, tuple[int, ...]] = {}
        """Of each witness of the last grouping, the earlier ones that it may be one with (`neighbours.py`)."""

    def begin(self, witnesses: Sequence[Witness]) -> Sequence[int]:
        """Begin a grouping of `witnesses`: a number of each that is the same in every grouping."""
        self._before = self._now
        self._now = {}
        numbers: dict[Witness, int] = {}
        for one in witnesses:
            number = self._numbers.get(one)
            if number is None:
                number = self._next
                self._next += 1
            numbers[one] = number
        self._numbers = numbers
        return list(numbers.values())

    def recall(self, group: Group) -> GroupWeight | None:
        """The weight of a group, by the numbers of its witnesses."""
        found = self._now.get(group)
        if found is None:
            found = self._before.get(group)
            if found is not None:
                self._now[group] = found
        return found

    def keep(self, group: Group, weight: GroupWeight) -> None:
        """Remember the weight of a group."""
        self._now[group] = weight


class Evidence:
    """Weighs groups of `witnesses`, each group once. The witnesses are in canonical order."""

    def __init__(
        self, witnesses: Sequence[Witness], habits: IncidentHabits, memory: GroupingMemory | None = None
    ) -> None:
        self.witnesses = witnesses
        self._habits = habits
        self._kinds = [_kinds_of(one, habits) for one in witnesses]
        self._weighed: dict[Group, GroupWeight] = {}
        self.memory = memory
        self.names: Sequence[int] = () if memory is None else memory.begin(witnesses)
        """The number of each witness in the memory."""
        self._above_floor = [
            [(kind, self._log_told(number, kind) - habits.log_floor) for kind in kinds]
            for number, kinds in enumerate(self._kinds)
        ]

    def log_likelihood(self, group: Group) -> float:
        """Natural logarithm; 0 for no witness."""
        if not group:
            return 0.0
        return self.weigh(group).log_likelihood

    def gain(self, a: Group, b: Group) -> float:
        """Log odds that `a` and `b` are one incident and not two."""
        return self.log_likelihood(joined(a, b)) - self.log_likelihood(a) - self.log_likelihood(b)

    def weigh(self, group: Group) -> GroupWeight:
        """What `group` amounts to."""
        known = self._weighed.get(group)
        if known is None:
            known = self._recalled(group)
            self._weighed[group] = known
        return known

    def of(self, witnesses: Sequence[Witness]) -> "Evidence":
        """The same knowledge about other witnesses, in canonical order."""
        return Evidence(witnesses, self._habits)

    def log_said(self, witness: Witness, kind: str) -> float:
        """Natural logarithm of how often a source like this says this of `kind`."""
        return self._habits.log_said(witness.category, kind, witness.of)

    def possible_kinds(self, number: int) -> tuple[str, ...]:
        """What the witness `number` may well speak of."""
        return self._kinds[number]

    def habit(self, kind: str) -> Habit:
        """How `kind` is told of."""
        return self._habits.habit(kind)

    def _recalled(self, group: Group) -> GroupWeight:
        if self.memory is None:
            return self._weigh(group)
        name = tuple(self.names[number] for number in group)
        known = self.memory.recall(name)
        if known is None:
            known = self._weigh(group)
            self.memory.keep(name, known)
        return known

    def _weigh(self, group: Group) -> GroupWeight:
        members = [self.witnesses[number] for number in group]
        logs: dict[str, float] = {}
        places: dict[tuple[float, float, float], float] = {}
        for kind, log in self._likely_kinds(group):
            habit = self._habits.habit(kind)
            shape = (habit.wide_m, habit.heard_m, habit.moves_mps)
            if shape not in places:
                places[shape] = place_log_density(members, habit)
            logs[kind] = log + places[shape] + time_log_density(members, habit)
        top = max(logs.values())
        total = sum(math.exp(log - top) for log in logs.values())
        chances = sorted(((math.exp(log - top) / total, kind) for kind, log in logs.items()), key=_likeliest_first)
        identities = {one.identity for one in members if one.identity is not None and not one.named_by_device}
        value = top + math.log(total)
        if len(identities) > 1:
            value += OTHER_IDENTITY * (len(identities) - 1)
        return GroupWeight(value, tuple((kind, chance) for chance, kind in chances))

    def _likely_kinds(self, group: Group) -> list[tuple[str, float]]:
        """The kinds worth weighing, each with its rate, the usual number of words and what it is called."""
        above: dict[str, float] = {}
        for number in group:
            for kind, log in self._above_floor[number]:
                above[kind] = above.get(kind, 0.0) + log
        floor = self._habits.log_floor * len(group)
        found: list[tuple[str, float]] = []
        for kind, log in above.items():
            habit = self._habits.habit(kind)
            words = (len(group) - 1) * habit.log_further - habit.log_total
            found.append((kind, floor + log + habit.log_rate + words))
        best = max(log for _, log in found)
        return [(kind, log) for kind, log in found if log >= best - UNLIKELY]

    def _log_told(self, number: int, kind: str) -> float:
        witness = self.witnesses[number]
        log = self.log_said(witness, kind)
        if kind in witness.mentions:
            log += MENTIONED
        return log


def joined(a: Group, b: Group) -> Group:
    """Both groups as one."""
    return tuple(sorted(a + b))


def _kinds_of(witness: Witness, habits: IncidentHabits) -> tuple[str, ...]:
    return tuple(sorted({*habits.possible_kinds(witness.category), *witness.mentions}))


def _likeliest_first(one: tuple[float, str]) -> tuple[float, str]:
    return -one[0], one[1]
