"""The search for more visits than can be tried in full: take a part of the schedule out, put it back better, again.

Large neighbourhood search (Shaw 1998; Ropke and Pisinger 2006) under a falling threshold, in rounds; after each round
the best choice among all routes met is put together by set partitioning. The same seed gives the same schedule unless
the time ends it. Every cost is exact (`route.py`).
"""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from mission.schedule.exact import Assignment, Column, partition
from mission.schedule.problem import KEPT_WITHIN_S, Duty, Visit
from mission.schedule.route import TIE, Order, Routes

ROUND = 30
"""Iterations of a round for each visit."""
SHORTEST_ROUND = 200
IDLE_ROUNDS = 2
"""Rounds without a better schedule before the search is over."""
MOST_COLUMNS = 6_000
WARMTH = 0.02
"""Fraction of the cost by which a worse schedule is accepted at the beginning of a round."""


class Search:
    """One search; `best` may be looked at any time."""

    def __init__(self, routes: Routes, *, seed: int, left: Callable[[], float], tell: Callable[[int], None]) -> None:
        """`left` says how many seconds are left; `tell` hears of the best cost (priority times seconds)."""
        self.routes = routes
        self.problem = routes.problem
        self._random = random.Random(seed)
        self._seconds_left = left
        self._tell = tell
        self.beside = _beside(self.problem.duties)
        """For each duty, itself and those that can be had at the same time."""
        self._met: dict[tuple[int, Order], int] = {}
        self.best: Assignment = {}

    def run(self, start: Assignment) -> bool:
        """Better `start` until the time is over or nothing gets better; says whether it came to the latter."""
        self.best = self._filled(start, self._left(start))
        best = self.cost(self.best)
        idle = 0
        while idle < IDLE_ROUNDS:
            idle += 1
            self._round()
            if self._over():
                return False
            self._join()
            now = self.cost(self.best)
            if now < best:
                best = now
                idle = 0
            self._tell(best // TIE)
        return True

    def cost(self, assignment: Assignment) -> int:
        """What `assignment` costs altogether, in the units of `Routes.cost`."""
        served = {v for order in assignment.values() for v in order}
        left = sum(self.problem.left_out(v.index) for v in self.problem.visits if v.index not in served)
        return left * TIE + sum(self.routes.cost(d, order) or 0 for d, order in assignment.items())

    def from_commitments(self) -> Assignment:
        """The schedule that was confirmed, as far as it can still be kept."""
        columns: list[Column] = []
        for duty in self.problem.duties:
            order: Order = ()
            for visit in sorted(self._told_to(duty), key=lambda v: not v.locked):
                for at in range(len(order) + 1):
                    longer = (*order[:at], visit.index, *order[at:])
                    if self._as_told(duty.index, longer):
                        order = longer
                        break
            if order:
                columns.append((duty.index, order, self.routes.cost(duty.index, order) or 0))
        return partition(self.problem, columns) or {}

    def _told_to(self, duty: Duty) -> list[Visit]:
        """What was confirmed for the unit and the person of `duty`, in time."""
        told = [v for v in self.problem.visits if v.kept and v.kept.given_to(duty.unit_id, duty.person_id)]
        told = [v for v in told if duty.index in self.problem.able[v.index]]
        return sorted(told, key=lambda v: v.kept.begins if v.kept else 0)

    def _as_told(self, duty: int, order: Order) -> bool:
        """Whether the duty can do that order, with every start as it was confirmed."""
        if self.routes.cost(duty, order) is None:
            return False
        starts = {stop.visit: stop.begins for stop in self.routes.timetable(duty, order).stops}
        told = [(v, self.problem.visits[v].kept) for v in order]
        return all(kept is not None and 0 <= starts[v] - kept.begins <= KEPT_WITHIN_S for v, kept in told)

    def _round(self) -> None:
        length = max(SHORTEST_ROUND, ROUND * len(self.problem.visits))
        now = self.best
        best = self.cost(self.best)
        cost = best
        for step in range(length):
            if self._over():
                return
            then = self._recrewed(now) if self._random.random() < 0.1 else self._filled(*self._thinned(now))
            then_cost = self.cost(then)
            if then_cost <= cost + WARMTH * best * (1 - step / length) * self._random.random():
                now = then
                cost = then_cost
            if then_cost < best:
                self.best = then
                best = then_cost
                self._tell(best // TIE)

    def _join(self) -> None:
        columns: list[Column] = [(duty, order, cost) for (duty, order), cost in self._met.items()]
        columns += [(d, order, self.routes.cost(d, order) or 0) for d, order in self.best.items()]
        joined = partition(self.problem, columns[-MOST_COLUMNS:], seconds=min(5.0, self._seconds_left()))
        if joined is not None and self.cost(joined) < self.cost(self.best):
            self.best = joined

    def _over(self) -> bool:
        return self._seconds_left() <= 0

    def _left(self, assignment: Assignment) -> list[Visit]:
        served = {v for order in assignment.values() for v in order}
        return [visit for visit in self.problem.visits if visit.index not in served]

    def _thinned(self, assignment: Assignment) -> tuple[Assignment, list[Visit]]:
        """A part taken out: some that are near each other, a whole duty or two, or any."""
        rnd = self._random
        served = [v for order in assignment.values() for v in order if not self.problem.visits[v].locked]
        out: set[int] = set()
        if served:
            count = rnd.randint(1, min(len(served), 4 + len(served) // 4))
            way = rnd.random()
            if way < 0.5:
                seed = self.problem.visits[rnd.choice(served)]
                out = set(sorted(served, key=lambda v: self._apart(seed, self.problem.visits[v]))[:count])
            elif way < 0.75:
                for duty in rnd.sample(sorted(assignment), min(len(assignment), rnd.randint(1, 2))):
                    out |= set(assignment[duty])
            else:
                out = set(rnd.sample(served, count))
        thin = {d: tuple(v for v in order if v not in out) for d, order in assignment.items()}
        for duty, order in list(thin.items()):
            if not order or self.routes.cost(duty, order) is None:
                del thin[duty]
        return thin, self._left(thin)

    def _recrewed(self, assignment: Assignment) -> Assignment:
        """One duty's visits given to another duty that can be had instead, then filled up."""
        if not assignment:
            return assignment
        duty = self._random.choice(sorted(assignment))
        order = assignment[duty]
        others = {d: o for d, o in assignment.items() if d != duty}
        instead = [
            d for d in self.problem.able[order[0]]
            if d not in assignment and self.beside[d].issuperset(others)
            and all(d in self.problem.able[v] for v in order) and self.routes.cost(d, order) is not None
        ]  # fmt: skip
        if not instead:
            return assignment
        others[self._random.choice(instead)] = order
        return self._filled(others, self._left(others))

    def _apart(self, one: Visit, other: Visit) -> float:
        metres = self.problem.duties[0].seconds[one.place][other.place]
        return metres + abs(one.opens - other.opens) * self._random.uniform(0, 0.5)

    def _filled(self, assignment: Assignment, left: Iterable[Visit]) -> Assignment:
        """With as many of `left` put in as are worth it, one by one in one of several orders."""
        rnd = self._random
        filled = dict(assignment)
        ways: list[Callable[[Visit], float]] = [
            lambda v: -self.problem.left_out(v.index),
            lambda v: v.due,
            lambda v: v.last - 60 * v.weight,
            lambda v: len(self.problem.able[v.index]),
            lambda _: rnd.random(),
        ]
        way = rnd.choice(ways) if self.best else ways[0]  # the first may not come to its end
        for visit in sorted(left, key=lambda v: (way(v), v.index)):
            if filled and self._over():
                break
            self._put(filled, visit, self._open(filled, visit))
        for duty, order in filled.items():
            if len(self._met) < MOST_COLUMNS * 4:
                self._met[duty, order] = self.routes.cost(duty, order) or 0
        return filled

    def _open(self, assignment: Assignment, visit: Visit) -> list[int]:
        """The duties that may take `visit`: those at work, and one of each sort that can be had beside them."""
        found = []
        sorts = set()
        for duty in self.problem.able[visit.index]:
            if duty in assignment:
                found.append(duty)
            elif self.problem.twins[duty] not in sorts and self.beside[duty].issuperset(assignment):
                sorts.add(self.problem.twins[duty])
                found.append(duty)
        return found

    def _put(self, assignment: Assignment, visit: Visit, duties: Sequence[int]) -> None:
        """Insert `visit` where it costs least, if that is less than leaving it out."""
        least = self.problem.left_out(visit.index) * TIE
        where = None
        for duty in duties:
            if duty not in assignment and not self.beside[duty].issuperset(assignment):
                continue
            order = assignment.get(duty, ())
            found = self.cheapest_insertion(duty, order, visit)
            if found is not None and found[0] - (self.routes.cost(duty, order) or 0) < least:
                least = found[0] - (self.routes.cost(duty, order) or 0)
                where = (duty, found[1])
        if where is not None:
            assignment[where[0]] = where[1]

    def cheapest_insertion(self, duty: int, order: Order, visit: Visit) -> tuple[int, Order] | None:
        """What `order` costs with `visit` put in where that is cheapest, and that order; None when it does not fit."""
        least: tuple[int, Order] | None = None
        for at in range(len(order) + 1):
            if self._fits(order, at, visit):
                longer = (*order[:at], visit.index, *order[at:])
                cost = self.routes.cost(duty, longer)
                if cost is not None and (least is None or cost < least[0]):
                    least = cost, longer
        return least

    def _fits(self, order: Order, at: int, visit: Visit) -> bool:
        """Whether the windows alone would allow it; a quick no."""
        if at and (before := self.problem.visits[order[at - 1]]).opens + before.dwell > visit.last:
            return False
        return at == len(order) or visit.opens + visit.dwell <= self.problem.visits[order[at]].last


def _beside(duties: Sequence[Duty]) -> list[frozenset[int]]:
    """For each duty, itself and those that can be had at the same time."""
    sharing: defaultdict[tuple[str, str], list[Duty]] = defaultdict(list)
    for duty in duties:
        for name in _wanted_by(duty):
            sharing[name].append(duty)
    every = frozenset(duty.index for duty in duties)
    return [
        every - {o.index for name in _wanted_by(d) for o in sharing[name] if o is not d and o.excludes(d)}
        for d in duties
    ]


def _wanted_by(duty: Duty) -> list[tuple[str, str]]:
    wanted = [("unit", duty.unit_id)]
    if duty.person_id is not None:
        wanted.append(("person", duty.person_id))
    return wanted
