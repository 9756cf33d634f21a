"""The likeliest grouping: joins and moves in a canonical order until nothing moves. Pure; asks nobody."""

import heapq
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from incidents.grouping.evidence import Evidence, Group

ROUNDS = 6
"""Of moving atoms between groups; nearly all neighbourhoods are at rest after two."""
LEAST_GAIN = 1e-6
"""Smaller gains are rounding."""


Offer = tuple[float, tuple[int, int], int, int]
"""What joining two groups costs, their first atoms, and their numbers."""


class Atoms:
    """Witnesses that are certainly together, and which of these groups must stay apart."""

    def __init__(
        self,
        groups: Iterable[Group],
        apart: Iterable[tuple[int, int]],
        decided: Iterable[tuple[int, int]] = (),
        times: Sequence[float] = (),
        closed: Mapping[int, float] | None = None,
    ) -> None:
        """`groups` cover all witnesses; `apart` are pairs of witnesses that are not of one incident, those of them that
        people `decided` need no question.

        `times` are the witnesses', in seconds; the incident of a witness in `closed` was closed at that second, and
        nothing that happened later is of it.
        """
        self.groups = sorted(groups)
        self._of = {number: index for index, group in enumerate(self.groups) for number in group}
        self._apart: defaultdict[int, set[int]] = defaultdict(set)
        for a, b in apart:
            self._apart[self._of[a]].add(self._of[b])
            self._apart[self._of[b]].add(self._of[a])
        self._decided = {frozenset({self._of[a], self._of[b]}) for a, b in decided}
        self._closed_s = {self._of[number]: at_s for number, at_s in (closed or {}).items()}
        self._first_s = (
            [min((times[number] for number in group), default=0.0) for group in self.groups] if times else []
        )

    def atom_of(self, number: int) -> int:
        """The atom that the witness `number` is in."""
        return self._of[number]

    def undecided(self, a: int, b: int) -> bool:
        """Whether nobody has said yet if the witnesses `a` and `b` are of one incident."""
        pair = frozenset({self._of[a], self._of[b]})
        return len(pair) == 2 and pair not in self._decided

    def allowed(self, a: Iterable[int], b: Iterable[int]) -> bool:
        """Whether the atoms `a` and `b` may all be of one incident."""
        those = set(a)
        others = set(b)
        if any(not self._apart[one].isdisjoint(others) for one in those if one in self._apart):
            return False
        return not (self._closed_before(those, others) or self._closed_before(others, those))

    def _closed_before(self, a: set[int], b: set[int]) -> bool:
        """Whether one of `a` is of an incident that was closed before one of `b` happened."""
        if self._closed_s.keys().isdisjoint(a):
            return False
        closed_s = min(self._closed_s.get(one, math.inf) for one in a)
        return any(self._first_s[one] > closed_s for one in b)


class GroupingSearch:
    """The search in one set of witnesses."""

    def __init__(self, evidence: Evidence, atoms: Atoms, links: Iterable[tuple[int, int]]) -> None:
        self.evidence = evidence
        self.atoms = atoms
        self.linked: defaultdict[int, set[int]] = defaultdict(set)
        """Of each atom, those it may be one with."""
        for a, b in links:
            first = atoms.atom_of(a)
            second = atoms.atom_of(b)
            if first != second:
                self.linked[first].add(second)
                self.linked[second].add(first)

    def members(self, atoms: Iterable[int]) -> Group:
        """The witnesses in `atoms`."""
        return tuple(sorted(number for atom in atoms for number in self.atoms.groups[atom]))

    def settle(self) -> list[tuple[int, ...]]:
        """The likeliest groups, as atoms, in the order of their first."""
        groups = self._join([(atom,) for atom in range(len(self.atoms.groups))])
        for _ in range(ROUNDS):
            moved = self._move(groups)
            groups = self._join(groups)
            if not moved:
                break
        return groups

    def _join(self, groups: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
        """Join the two groups that gain most by it, until none does."""
        live = dict(enumerate(groups))
        home = {atom: key for key, group in live.items() for atom in group}
        near = {key: self._groups_near(group, home) - {key} for key, group in live.items()}
        heap: list[Offer] = []
        for a in sorted(live):
            for b in sorted(near[a]):
                if a < b and (offer := self._offer(live, a, b)) is not None:
                    heap.append(offer)
        heapq.heapify(heap)
        number = len(groups)
        while heap:
            _, _, a, b = heapq.heappop(heap)
            if a not in live or b not in live:
                continue
            group = tuple(sorted(live.pop(a) + live.pop(b)))
            live[number] = group
            near[number] = {key for key in near.pop(a) | near.pop(b) if key in live}
            for key in sorted(near[number]):
                near[key].add(number)
                offer = self._offer(live, key, number)
                if offer is not None:
                    heapq.heappush(heap, offer)
            number += 1
        return sorted(live.values())

    def _groups_near(self, group: tuple[int, ...], home: dict[int, int]) -> set[int]:
        return {home[other] for atom in group for other in self.linked[atom]}

    def _offer(self, live: dict[int, tuple[int, ...]], a: int, b: int) -> Offer | None:
        """What joining two groups gains, the largest first in a heap; the canonical order decides between equals."""
        first = live[a]
        second = live[b]
        if not self.atoms.allowed(first, second):
            return None
        gain = self.evidence.gain(self.members(first), self.members(second))
        if gain <= LEAST_GAIN:
            return None
        lead = (min(first[0], second[0]), max(first[0], second[0]))
        return -gain, lead, a, b

    def _move(self, groups: list[tuple[int, ...]]) -> bool:
        """Move each atom to where it fits best, or into a group of its own; whether any moved."""
        live = dict(enumerate(groups))
        home = {atom: key for key, group in live.items() for atom in group}
        moved = False
        for atom in range(len(self.atoms.groups)):
            here = home[atom]
            rest = tuple(one for one in live[here] if one != atom)
            if not self.linked[atom]:
                continue
            best_gain = LEAST_GAIN
            best = here
            staying = self._gain_of(atom, rest)
            alone = max(live) + 1
            for key in [*sorted({home[other] for other in self.linked[atom]} - {here}), alone]:
                there = live.get(key, ())
                if (key == alone and not rest) or not self.atoms.allowed((atom,), there):
                    continue
                gain = self._gain_of(atom, there) - staying
                if gain > best_gain:
                    best_gain = gain
                    best = key
            if best == here:
                continue
            moved = True
            live[best] = tuple(sorted((*live.get(best, ()), atom)))
            home[atom] = best
            live[here] = rest
            if not rest:
                del live[here]
        groups[:] = sorted(live.values())
        return moved

    def _gain_of(self, atom: int, group: tuple[int, ...]) -> float:
        """What it gains that `atom` is in `group` and not alone."""
        if not group:
            return 0.0
        return self.evidence.gain(self.atoms.groups[atom], self.members(group))
