"""Vehicle routing with capacity and time windows on PyVRP, for the Solomon yardstick: two searches on two processes.

Both look for the fewest vehicles. The first begins with PyVRP and a high price for each vehicle, the second dissolves
route after route (`_fewer_routes.py`); then both try one vehicle less than the smallest fleet that either has found,
with PyVRP and by joining the routes it met to a choice that serves all (set partitioning). When the time for that is
over, the second looks for the shortest way with however many vehicles; then both look for the shortest way with the
fewest, and the best of all routes are joined once more. Knows no drones; nothing of the program depends on it.
"""

import math
import multiprocessing
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.queues import SimpleQueue
from typing import Any, cast

import numpy as np
import pyvrp
from pyvrp.exceptions import PenaltyBoundWarning
from pyvrp.IteratedLocalSearch import IteratedLocalSearchCallbacks, IteratedLocalSearchParams
from pyvrp.search import NeighbourhoodParams, PerturbationParams
from pyvrp.stop import StoppingCriterion
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csc_array, csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from benchmarks._fewer_routes import Fleet, Smallest
from benchmarks._instance import Instance, Routes, length

SCALE = 1_000
"""Of distances and times: PyVRP counts in whole numbers."""
VEHICLE = 1_000
"""Price of a vehicle at first, in distance; more than any saving on the way."""
FIRST, FEWER, SHORTEST = 0.06, 0.5, 0.6
"""Parts of the time by which the first fleet stands, the attempts at a smaller one end, and the second's search with
however many vehicles ends."""
SHORT, JOINING = 0.12, 0.1
"""Parts of the time for the first attempt at a smaller fleet before routes are joined, and for joining them."""
JOIN = 0.88
"""Part of the time by which the searches end; the rest is for joining the routes that they met."""
HISTORY, HASTY = 1_000, 300
"""Of late acceptance, in iterations: for a good end, and for anything feasible soon."""
NONE = np.iinfo(np.int64).max
"""The cost of no solution."""
EVERY = 10
"""Iterations after which the routes of a candidate are remembered."""
QUICK = pyvrp.SolveParams(
    penalty=pyvrp.PenaltyParams(max_penalty=20, solutions_between_updates=50, target_feasible=0.4),
    neighbourhood=NeighbourhoodParams(num_neighbours=20),
    perturbation=PerturbationParams(1, 15),
)
"""For seconds instead of minutes: several times the iterations, and penalties that begin about where they end."""


def solve(instance: Instance, seconds: float, seed: int = 1) -> tuple[Routes, Routes]:
    """(the fewest vehicles and then the shortest way, the shortest way) that were found in `seconds` of wall time."""
    until = time.monotonic() + seconds
    context = multiprocessing.get_context("fork")
    told: SimpleQueue[tuple[list[Routes], set[tuple[int, ...]]]] = context.SimpleQueue()
    best = Smallest(len(instance.rows) - 1)
    workers = [
        context.Process(target=_work, args=(Search(instance, until, seconds, s, best), s > seed, told), daemon=True)
        for s in (seed, seed + 1_000)
    ]
    for worker in workers:
        worker.start()
    heard = [told.get() for _ in workers]
    for worker in workers:
        worker.join()
    found = [routes for solutions, _ in heard for routes in solutions] + [best.routes()]
    met = set[tuple[int, ...]]().union(*(routes for _, routes in heard), *found)
    found += joined(instance, sorted(met), min(map(len, found)), until - time.monotonic())
    fewest = min(found, key=lambda routes: (len(routes), length(instance, routes)))
    return fewest, min(found, key=lambda routes: length(instance, routes))


def _work(search: "Search", dissolves: bool, told: "SimpleQueue[Any]") -> None:
    warnings.simplefilter("ignore", PenaltyBoundWarning)  # a fleet that is too small is expected to be hard
    found = [] if dissolves else [search.priced()]
    if dissolves:
        search.dissolve()
    found += search.fewest()
    if dissolves:
        found.append(search.shortest())
    found.append(search.last())
    told.put(([_routes(solution) for solution in found if solution.is_feasible()], search.met))


def joined(instance: Instance, met: list[tuple[int, ...]], vehicles: int, seconds: float) -> list[Routes]:
    """The best choice of routes that serves all with `vehicles`; none when there is none, or the time was too short."""
    if not met:
        return []
    away = instance.distances()
    cost = np.array([away[[0, *route], [*route, 0]].sum() for route in met])
    cells = [(customer - 1, j) for j, route in enumerate(met) for customer in route]
    rows, cols = zip(*cells, strict=True)
    serves = csc_array((np.ones(len(cells)), (rows, cols)), shape=(len(instance.rows) - 1, len(met)))
    fits = LinearConstraint(np.ones((1, len(met))), 0, vehicles)
    solved = milp(
        cost, constraints=[LinearConstraint(serves, 1, np.inf), fits], integrality=np.ones(len(met), dtype=np.int64),
        bounds=Bounds(0, 1), options={"time_limit": max(seconds, 0.01)},
    )  # fmt: skip
    if solved.x is None:
        return []
    left, chosen = set(range(1, len(instance.rows))), list[tuple[int, ...]]()
    for j in np.flatnonzero(solved.x > 0.5):
        chosen.append(tuple(customer for customer in met[j] if customer in left))
        left -= set(met[j])
    return [tuple(route for route in chosen if route)]


def least_vehicles(instance: Instance) -> int:
    """A lower bound: what the load asks for, and what the windows do, were the fewest chains enough that cover all."""
    rows, away = instance.rows[1:], instance.distances()
    leaves = np.maximum(away[0, 1:], rows[:, 3]) + rows[:, 5]
    follows = leaves[:, None] + away[1:, 1:] <= rows[:, 4] + 1e-2
    np.fill_diagonal(follows, val=False)
    chained = (maximum_bipartite_matching(csr_array(follows)) >= 0).sum()
    return max(math.ceil(float(rows[:, 2].sum()) / instance.capacity), len(rows) - int(chained))


@dataclass
class Search(IteratedLocalSearchCallbacks):
    """One of the two; `best` is the smallest fleet of both."""

    instance: Instance
    until: float
    seconds: float
    seed: int
    best: Smallest
    met: set[tuple[int, ...]] = field(default_factory=set)
    """Routes that keep windows and capacity."""
    _iterations: int = 0

    def on_iteration(
        self, current: pyvrp.Solution, candidate: pyvrp.Solution, best: pyvrp.Solution, cost_evaluator: Any
    ) -> None:
        """Remember the routes of a candidate now and then."""
        self._iterations += 1
        if self._iterations % EVERY == 0:
            self.met.update(_routes(candidate, lambda route: route.is_feasible()))

    def priced(self) -> pyvrp.Solution:
        """A first fleet, each vehicle at a high price."""
        data = _data(self.instance, self.instance.vehicles, VEHICLE)
        return self._known(self._solve(data, lambda _: self._used() > FIRST, pyvrp.SolveParams()))

    def dissolve(self) -> None:
        """Dissolve one route after the other until one holds out."""
        least = least_vehicles(self.instance)
        while len(routes := self.best.routes()) > least:
            self.seed += 1
            fleet = Fleet(self.instance, routes, self.seed)
            if not fleet.one_less(partial(self._settled, len(routes), FEWER)):
                return
            self.best.tell(tuple(map(tuple, fleet.routes)))

    def fewest(self) -> list[pyvrp.Solution]:
        """What was found with each smaller fleet that was tried."""
        least, found = least_vehicles(self.instance), list[pyvrp.Solution]()
        while (fleet := len(self.best.routes())) > least and self._used() < FEWER:
            for until in (self._used() + SHORT, FEWER):
                found += self._with(fleet - 1, partial(self._settled, fleet, min(until, FEWER)))
                if len(self.best.routes()) < fleet:
                    break
        return found

    def _with(self, vehicles: int, over: Callable[[], bool]) -> list[pyvrp.Solution]:
        """What is found with so many vehicles until `over`, or by joining then what was met."""
        data = _data(self.instance, vehicles, 0)
        found = [self._known(self._solve(data, lambda cost: cost < NONE or over(), history=HASTY))]
        if len(self.best.routes()) > vehicles:
            joint = joined(self.instance, sorted(self.met), vehicles, JOINING * self.seconds)
            found += [self._known(_solution(data, routes)) for routes in joint]
        return found

    def shortest(self) -> pyvrp.Solution:
        """With however many vehicles."""
        return self._solve(_data(self.instance, self.instance.vehicles, 0), lambda _: self._used() > SHORTEST)

    def last(self) -> pyvrp.Solution:
        """The shortest way with the smallest fleet."""
        routes = self.best.routes()
        fixed = _data(self.instance, len(routes), 0)
        return self._solve(fixed, lambda _: self._used() > JOIN, start=_solution(fixed, routes))

    def _settled(self, fleet: int, until: float) -> bool:
        """Whether a fleet smaller than `fleet` is known, or the time for finding one is over."""
        return self._used() > until or len(self.best.routes()) < fleet

    def _known(self, solution: pyvrp.Solution) -> pyvrp.Solution:
        if solution.is_feasible():
            self.best.tell(_routes(solution))
        return solution

    def _used(self) -> float:
        return 1 - (self.until - time.monotonic()) / self.seconds

    def _solve(
        self, data: pyvrp.ProblemData, stop: Callable[[int], bool], how: pyvrp.SolveParams = QUICK,
        start: pyvrp.Solution | None = None, history: int = HISTORY,
    ) -> pyvrp.Solution:  # fmt: skip
        self.seed += 1
        told = pyvrp.SolveParams(
            IteratedLocalSearchParams(history_length=history, callbacks=self), how.penalty, how.neighbourhood,
            perturbation=how.perturbation,
        )  # fmt: skip
        return pyvrp.solve(
            data,
            cast(StoppingCriterion, stop),
            seed=self.seed,
            collect_stats=False,
            params=told,
            initial_solution=start,
        ).best


def _data(instance: Instance, vehicles: int, price: float) -> pyvrp.ProblemData:
    rows = np.round(instance.rows * SCALE).astype(np.int64)
    away: Any = np.round(instance.distances() * SCALE).astype(np.int64)
    return pyvrp.ProblemData(
        locations=[pyvrp.Location(float(x), float(y)) for x, y in instance.rows[:, :2]],
        clients=[
            pyvrp.Client(
                location=n, delivery=[int(row[2])], service_duration=int(row[5]), tw_early=int(row[3]),
                tw_late=int(row[4]),
            )
            for n, row in enumerate(rows) if n
        ],
        depots=[pyvrp.Depot(location=0)],
        vehicle_types=[
            pyvrp.VehicleType(
                num_available=vehicles, capacity=[instance.capacity * SCALE], fixed_cost=int(price * SCALE),
                tw_early=0, tw_late=int(rows[0, 4]),
            )
        ],
        distance_matrices=[away],
        duration_matrices=[away],
    )  # fmt: skip


def _solution(data: pyvrp.ProblemData, routes: Routes) -> pyvrp.Solution:
    return pyvrp.Solution(data, [pyvrp.Route(data, _activities(route), 0) for route in routes])


def _activities(route: tuple[int, ...]) -> list[pyvrp.Activity]:
    return [pyvrp.Activity(pyvrp.ActivityType.CLIENT, customer - 1) for customer in route]


def _routes(solution: pyvrp.Solution, which: Callable[[pyvrp.Route], bool] = lambda _: True) -> Routes:
    routes = (tuple(a.idx + 1 for a in route if a.is_client()) for route in solution.routes() if which(route))
    return tuple(route for route in routes if route)
