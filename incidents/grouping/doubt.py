"""What is not sure enough: parts of groups that endanger people and are held together by too little evidence. Pure.

The likeliest grouping is a best guess. Where people are in danger a guess is not enough: what is joined by less than
the town asks for stands apart, and is asked about.
"""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from incidents.grouping.evidence import Evidence
from incidents.grouping.search import GroupingSearch

Grouped = tuple[int, ...]
"""A group, as atoms."""


@dataclass(frozen=True)
class Caution:
    """How sure a town wants to be. Natural logarithms of odds."""

    join_odds: float = 3.0
    """Less than this between being joined and the best other explanation, and what endangers people stands apart."""
    rival_odds: float = 2.0
    """The same between two incidents that both endanger people."""
    ask_odds: float = 0.0
    """Less than this for being one, and nobody is asked."""
    severe_chance: float = 0.3
    """So likely it is a kind of severity 4 or 5 that it counts as one."""


class Doubts:
    """Takes apart what is not sure."""

    def __init__(self, search: GroupingSearch, severe_kinds: frozenset[str], caution: Caution) -> None:
        self._search = search
        self._evidence: Evidence = search.evidence
        self._severe_kinds = severe_kinds
        self._caution = caution

    def severe(self, group: Grouped) -> bool:
        """Whether `group` endangers people."""
        weighed = self._evidence.weigh(self._search.members(group))
        return weighed.chance_of(self._severe_kinds) >= self._caution.severe_chance

    def needed_odds(self, group: Grouped) -> float:
        """With fewer log odds than this a part of `group` is not joined to the rest."""
        if self.severe(group):
            return self._caution.join_odds
        return 0.0

    def take_apart(self, groups: list[Grouped]) -> list[Grouped]:
        """`groups` with everything apart that is not sure, in canonical order."""
        origin: dict[Grouped, int] = {}
        for number, group in enumerate(groups):
            waiting = [group]
            while waiting:
                part = waiting.pop()
                parts = self._weakest(part)
                if parts is None:
                    origin[part] = number
                else:
                    waiting += parts
        return sorted(self._take_out_rivals(sorted(origin), origin))

    def _weakest(self, group: Grouped) -> tuple[Grouped, Grouped] | None:
        """The two parts of `group` that are held together by least, if that is too little."""
        if len(group) < 2 or not self.severe(group):
            return None
        best: tuple[Grouped, Grouped] | None = None
        least = self._caution.join_odds
        for part in self._parts(group):
            rest = tuple(atom for atom in group if atom not in part)
            odds = self._evidence.gain(self._search.members(part), self._search.members(rest))
            if odds < least:
                least = odds
                best = (part, rest)
        return best

    def _parts(self, group: Grouped) -> Iterator[Grouped]:
        """Parts that are worth a look: each atom, before and after each moment, and round the two farthest apart."""
        for atom in group:
            yield (atom,)
        for number in range(2, len(group) - 1):
            yield group[:number]
        if len(group) > 3:
            near = self._halves(group)
            if 1 < len(near) < len(group) - 1:
                yield near

    def _halves(self, group: Grouped) -> Grouped:
        """The atoms nearer to one of the two that agree least with each other."""

        def odds(a: int, b: int) -> float:
            return self._evidence.gain(self._search.members((a,)), self._search.members((b,)))

        first, second = min(itertools.combinations(group, 2), key=lambda pair: (odds(*pair), pair))
        return tuple(
            atom for atom in group if atom == first or (atom != second and odds(first, atom) > odds(second, atom))
        )

    def _take_out_rivals(self, groups: list[Grouped], origin: dict[Grouped, int]) -> list[Grouped]:
        """What could as well be of another group that endangers people stands by itself.

        Parts of one group (`origin`) are no rivals: first it is asked whether they are two at all.
        """
        home = {atom: index for index, group in enumerate(groups) for atom in group}
        severe = [self.severe(group) for group in groups]
        out: set[int] = set()
        for index, group in enumerate(groups):
            if len(group) < 2 or not severe[index]:
                continue
            for atom in group:
                near = sorted({home[other] for other in self._search.linked[atom]} - {index})
                rivals = [groups[key] for key in near if severe[key] and origin[groups[key]] != origin[group]]
                if self._has_rival(atom, group, rivals):
                    out.add(atom)
        found = [tuple(atom for atom in group if atom not in out) for group in groups]
        return [group for group in found if group] + [(atom,) for atom in sorted(out)]

    def _has_rival(self, atom: int, group: Grouped, rivals: Iterable[Grouped]) -> bool:
        """Whether one of `rivals` explains `atom` nearly as well as the rest of its `group`."""
        said = self._search.members((atom,))
        rest = self._search.members(one for one in group if one != atom)
        here = self._evidence.gain(said, rest)
        for rival in rivals:
            if not self._search.atoms.allowed((atom,), rival):
                continue
            if here - self._evidence.gain(said, self._search.members(rival)) < self._caution.rival_odds:
                return True
        return False
