"""What is not sure enough: parts of groups that endanger people and are held together by too little evidence. Pure.

The likeliest grouping is a best guess. Where people are in danger a guess is not enough: what is joined by less than
the town asks for stands apart, and is asked about.
"""

import itertools
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from incidents.grouping.evidence import Evidence
from incidents.grouping.search import GroupingSearch

Grouped = tuple[int, ...]
"""A group, as atoms."""
BLOCK_ODDS = 3.0
"""So much more than a town asks for may be for each of some words that hold each other in a group."""


@dataclass(frozen=True)
class Caution:
    """How sure a town wants to be. Natural logarithms of odds."""

    join_odds: float = 4.5
    """Less than this between being joined and the best other explanation, and what endangers people stands apart."""
    moving_join_odds: float = 3.0
    """The same of what goes from place to place: each place says little of the next, however sure it is."""
    answered_join_odds: float = 3.0
    """The same where a person said of some that they are of one: whoever has looked is not asked of each word more."""
    rival_odds: float = 5.0
    """The same between two incidents that both endanger people, each placed by somebody who is there."""
    half_placed_rival_odds: float = 2.0
    """The same where only one of the two is placed so."""
    vague_rival_odds: float = 1.0
    """The same where neither is: then nobody knows that they are two."""
    ask_odds: float = 0.0
    """Less than this for being one, and nobody is asked."""
    answer_odds: float = 0.7
    """A lone word that is not so much likelier of one incident than of the next, about twice, is not asked about: an
    answer would hardly be more than a guess."""
    severe_chance: float = 0.3
    """So likely it is a kind of severity 4 or 5 that it counts as one."""
    moving_chance: float = 0.5
    """So likely it is a kind that goes from place to place that it counts as one."""


class Doubts:
    """Takes apart what is not sure."""

    def __init__(
        self,
        search: GroupingSearch,
        caution: Caution,
        *,
        severe_kinds: frozenset[str],
        moving_kinds: frozenset[str],
        answered: frozenset[int],
    ) -> None:
        """`answered` are the witnesses of whom a person said that they are of one incident with another."""
        self._search = search
        self._evidence: Evidence = search.evidence
        self._severe_kinds = severe_kinds
        self._moving_kinds = moving_kinds
        self._answered = answered
        self._caution = caution

    def severe(self, group: Grouped) -> bool:
        """Whether `group` endangers people."""
        weighed = self._evidence.weigh(self._search.members(group))
        return weighed.chance_of(self._severe_kinds) >= self._caution.severe_chance

    def needed_odds(self, group: Grouped) -> float:
        """With fewer log odds than this a part of `group` is not joined to the rest."""
        if self.severe(group):
            return self._join_odds(group)
        return 0.0

    def _join_odds(self, group: Grouped) -> float:
        members = self._search.members(group)
        if not self._answered.isdisjoint(members):
            return self._caution.answered_join_odds
        if self._evidence.weigh(members).chance_of(self._moving_kinds) >= self._caution.moving_chance:
            return self._caution.moving_join_odds
        return self._caution.join_odds

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
        least = self._join_odds(group)
        for part in self._parts(group):
            rest = tuple(atom for atom in group if atom not in part)
            odds = self._odds(part, rest)
            if odds < least:
                least = odds
                best = (part, rest)
        return best

    def _parts(self, group: Grouped) -> Iterator[Grouped]:
        """Parts that are worth a look: each atom, before and after each moment, and round two that are far apart."""
        for atom in group:
            yield (atom,)
        for number in range(2, len(group) - 1):
            yield group[:number]
        for seeds in self._seeds(group):
            near = self._half(group, *seeds)
            if 1 < len(near) < len(group) - 1:
                yield near

    def _seeds(self, group: Grouped) -> Iterator[tuple[int, int]]:
        """The two atoms that agree least with each other, and the two farthest apart of those that know the place."""
        if len(group) > 3:
            yield min(itertools.combinations(group, 2), key=lambda pair: (self._odds((pair[0],), (pair[1],)), pair))
        there = [(number, atom) for atom in group for number in self._there((atom,))[:1]]
        if len(there) > 1:
            first, second = max(itertools.combinations(there, 2), key=lambda pair: (self._apart_m(*pair), pair))
            yield first[1], second[1]

    def _half(self, group: Grouped, first: int, second: int) -> Grouped:
        """The atoms that are rather of one incident with `first` than with `second`."""
        near = tuple(
            atom
            for atom in group
            if atom == first or (atom != second and self._odds((first,), (atom,)) > self._odds((second,), (atom,)))
        )
        far = tuple(atom for atom in group if atom not in near)
        return tuple(atom for atom in group if self._leans(atom, near, far))

    def _leans(self, atom: int, near: Grouped, far: Grouped) -> bool:
        """Whether `atom` fits better with the rest of `near` than with the rest of `far`."""
        here = tuple(one for one in near if one != atom)
        there = tuple(one for one in far if one != atom)
        if not here or not there:
            return atom in near
        return self._odds((atom,), here) > self._odds((atom,), there)

    def _odds(self, a: Grouped, b: Grouped) -> float:
        return self._evidence.gain(self._search.members(a), self._search.members(b))

    def _apart_m(self, a: tuple[int, int], b: tuple[int, int]) -> float:
        one = self._evidence.witnesses[a[0]]
        other = self._evidence.witnesses[b[0]]
        return math.hypot(one.east_m - other.east_m, one.north_m - other.north_m)

    def _take_out_rivals(self, groups: list[Grouped], origin: dict[Grouped, int]) -> list[Grouped]:
        """What could as well be of another group that endangers people stands by itself.

        Parts of one group (`origin`) are no rivals: first it is asked whether they are two at all.
        """
        home = {atom: index for index, group in enumerate(groups) for atom in group}
        severe = [self.severe(group) for group in groups]
        found: list[Grouped] = []
        for index, group in enumerate(groups):
            near = sorted({home[other] for atom in group for other in self._search.linked[atom]} - {index})
            rivals = [groups[key] for key in near if severe[key] and origin[groups[key]] != origin[group]]
            if severe[index]:
                found += self._without_doubtful(group, rivals)
            else:
                found.append(group)
        return found

    def _without_doubtful(self, group: Grouped, rivals: list[Grouped]) -> list[Grouped]:
        """`group` without what one of `rivals` explains nearly as well, and each of that by itself: atoms first, then
        atoms that hold each other there."""
        unsure = sorted((self._spare(atom, group, rivals), atom) for atom in group)
        doubtful: list[Grouped] = [(atom,) for spare, atom in unsure[:-1] if spare < 0]
        kept = tuple(atom for atom in group if (atom,) not in doubtful)
        for rival in rivals:
            block = self._doubtful_block(kept, rival)
            if block:
                doubtful.append(block)
                kept = tuple(atom for atom in kept if atom not in block)
        return [kept, *doubtful]

    def _doubtful_block(self, group: Grouped, rival: Grouped) -> Grouped:
        """Some atoms of `group`, less than half of it, that `rival` together explains nearly as well; none."""
        needed = self._needed(group, rival)
        best: tuple[float, Grouped] = (needed, ())
        for seed in group:
            block: Grouped = (seed,)
            cost = self._cost(block, group, rival)
            if cost > needed + BLOCK_ODDS:
                continue
            while 2 * (len(block) + 1) < len(group):
                cost, block = min(
                    (self._cost(larger, group, rival), larger)
                    for atom in group
                    if atom not in block
                    for larger in [tuple(sorted((*block, atom)))]
                )
                best = min(best, (cost, block))
                if cost > needed + BLOCK_ODDS:
                    break
        return best[1]

    def _cost(self, part: Grouped, group: Grouped, rival: Grouped) -> float:
        """Log odds that `part` is with the rest of `group` and not with `rival`."""
        if not self._search.atoms.allowed(part, rival):
            return math.inf
        rest = tuple(atom for atom in group if atom not in part)
        return self._odds(part, rest) - self._odds(part, rival)

    def _spare(self, atom: int, group: Grouped, rivals: Iterable[Grouped]) -> float:
        """How much surer than it must be it is that `atom` is of its `group` and of none of `rivals`, log odds."""
        if len(group) == 1:
            return math.inf
        sure = [self._cost((atom,), group, rival) - self._needed(group, rival) for rival in rivals]
        return min(sure, default=math.inf)

    def _needed(self, group: Grouped, rival: Grouped) -> float:
        """How sure it must be that something is of `group` and not of `rival`."""
        known = sum(len(self._there(side)) > 0 for side in (group, rival))
        if known == 2:
            return self._caution.rival_odds
        if known == 1:
            return self._caution.half_placed_rival_odds
        return self._caution.vague_rival_odds

    def _there(self, group: Grouped) -> list[int]:
        """The witnesses of `group` that are there and say where it is."""
        return [number for number in self._search.members(group) if self._evidence.witnesses[number].there]
