"""Vehicle routing with capacity and time windows on PyVRP, for the Solomon yardstick: two searches on two processes.

Both look for the fewest vehicles and then for the shortest way with those: PyVRP with a high price for each vehicle,
then again and again with one vehicle less until that no longer works out in either, then with the fleet fixed and
distance alone. Before that, the second looks for the shortest way with however many vehicles. Knows no drones; nothing
of the program depends on it.
"""

import math
import multiprocessing
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from multiprocessing.queues import SimpleQueue
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from typing import Any

import numpy as np
import pyvrp
from pyvrp.exceptions import PenaltyBoundWarning
from pyvrp.IteratedLocalSearch import IteratedLocalSearchParams
from pyvrp.search import NeighbourhoodParams, PerturbationParams
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

SCALE = 1_000
"""Of distances and times: PyVRP counts in whole numbers."""
VEHICLE = 1_000
"""Price of a vehicle at first, in distance; more than any saving on the way."""
FIRST, SHORTEST, FEWER = 0.06, 0.25, 0.6
"""Parts of the time by which the first fleet stands, the search with however many vehicles ends, and the attempts at a
smaller fleet end."""
QUICK = pyvrp.SolveParams(
    ils=IteratedLocalSearchParams(history_length=1_000),
    penalty=pyvrp.PenaltyParams(max_penalty=20, solutions_between_updates=50, target_feasible=0.4),
    neighbourhood=NeighbourhoodParams(num_neighbours=20),
    perturbation=PerturbationParams(1, 15),
)
"""For seconds instead of minutes: several times the iterations, and penalties that begin about where they end."""

Routes = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Instance:
    """One instance: customers 1..n, the depot is 0."""

    name: str
    vehicles: int
    capacity: int
    rows: np.ndarray[tuple[int, int], np.dtype[np.float64]]
    """Columns: x, y, demand, ready, due, service."""

    def distances(self) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
        """Euclidean, double precision."""
        spots = self.rows[:, :2]
        return np.asarray(np.hypot(*(spots[:, None] - spots[None]).transpose(2, 0, 1)))


def read(path: Path) -> Instance:
    """An instance in Solomon's text format. Raises ValueError naming the file when it is none."""
    name, fleet, rows = "", None, []
    for line in path.read_text(encoding="utf-8").splitlines():
        words = line.split()
        name = name or line.strip()
        try:
            numbers = [float(word) for word in words]
        except ValueError:
            continue
        if len(numbers) == 2:
            fleet = int(numbers[0]), int(numbers[1])
        elif len(numbers) == 7:
            rows.append(numbers[1:])
    if fleet is None or len(rows) < 2:
        raise ValueError(f"{path.name} is no Solomon instance: no fleet, or no customers")
    return Instance(name, *fleet, np.array(rows))


def length(instance: Instance, routes: Routes) -> float:
    """The distance of `routes`. Raises ValueError when they leave out a customer or break a window or the capacity."""
    away, rows, total = instance.distances(), instance.rows, 0.0
    if sorted(c for route in routes for c in route) != list(range(1, len(rows))):
        raise ValueError("not every customer is served exactly once")
    for route in routes:
        if rows[list(route), 2].sum() > instance.capacity:
            raise ValueError("a vehicle carries too much")
        at, place = 0.0, 0
        for customer in (*route, 0):
            at = max(at + away[place][customer], rows[customer, 3])
            if at > rows[customer, 4] + 1e-2:
                raise ValueError(f"customer {customer} is reached too late")
            total += float(away[place][customer])
            at, place = at + rows[customer, 5], customer
    return total


def solve(instance: Instance, seconds: float, seed: int = 1) -> tuple[Routes, Routes]:
    """(the fewest vehicles and then the shortest way, the shortest way) that were found in `seconds` of wall time."""
    until = time.monotonic() + seconds
    context = multiprocessing.get_context("fork")
    told: SimpleQueue[list[Routes]] = context.SimpleQueue()
    fleet = context.Value("i", instance.vehicles)
    workers = [
        context.Process(target=_work, args=(Search(instance, until, seconds, s, fleet), s > seed, told), daemon=True)
        for s in (seed, seed + 1_000)
    ]
    for worker in workers:
        worker.start()
    found = [routes for _ in workers for routes in told.get()]
    for worker in workers:
        worker.join()
    fewest = min(found, key=lambda routes: (len(routes), length(instance, routes)))
    return fewest, min(found, key=lambda routes: length(instance, routes))


def _work(search: "Search", shortest: bool, told: "SimpleQueue[list[Routes]]") -> None:
    warnings.simplefilter("ignore", PenaltyBoundWarning)  # a fleet that is too small is expected to be hard
    found = [search.shortest()] if shortest else []
    told.put([_routes(solution) for solution in (*found, *search.fewest()) if solution.is_feasible()])


def least_vehicles(instance: Instance) -> int:
    """A lower bound: what the load asks for, and what the windows do, were the fewest chains enough that cover all."""
    rows, away = instance.rows[1:], instance.distances()
    leaves = np.maximum(away[0, 1:], rows[:, 3]) + rows[:, 5]
    follows = leaves[:, None] + away[1:, 1:] <= rows[:, 4] + 1e-2
    np.fill_diagonal(follows, val=False)
    chained = (maximum_bipartite_matching(csr_array(follows)) >= 0).sum()
    return max(math.ceil(rows[:, 2].sum() / instance.capacity), len(rows) - int(chained))


@dataclass
class Search:
    """One of the two; `fleet` is what both know to be enough."""

    instance: Instance
    until: float
    seconds: float
    seed: int
    fleet: "Synchronized[int]"

    def shortest(self) -> pyvrp.Solution:
        """With however many vehicles."""
        return self._solve(_data(self.instance, self.instance.vehicles, 0), lambda _: self._used() > SHORTEST)

    def fewest(self) -> list[pyvrp.Solution]:
        """The best with each fleet that was tried, the smallest last."""
        priced = _data(self.instance, self.instance.vehicles, VEHICLE)
        found = [self._solve(priced, lambda _: self._used() > FIRST, pyvrp.SolveParams())]
        self._known(found[-1])
        least = least_vehicles(self.instance)
        while (fleet := self.fleet.value) > least and self._used() < FEWER:
            fewer = _data(self.instance, fleet - 1, 0)
            found.append(self._solve(fewer, partial(self._settled, fleet)))
            self._known(found[-1])
        last = _data(self.instance, self.fleet.value, 0)
        routes = [_routes(s) for s in found if s.is_feasible() and s.num_routes() == self.fleet.value]
        start = [pyvrp.Route(last, _activities(route), 0) for route in routes[-1]] if routes else None
        return [*found, self._solve(last, lambda _: self._used() > 1, start=start and pyvrp.Solution(last, start))]

    def _settled(self, fleet: int, cost: float) -> bool:
        """Whether one less than `fleet` is found, here or there, or the time for it is over."""
        return cost < np.iinfo(np.int64).max or self.fleet.value < fleet or self._used() > FEWER

    def _known(self, solution: pyvrp.Solution) -> None:
        with self.fleet.get_lock():
            if solution.is_feasible():
                self.fleet.value = min(self.fleet.value, solution.num_routes())

    def _used(self) -> float:
        return 1 - (self.until - time.monotonic()) / self.seconds

    def _solve(
        self, data: pyvrp.ProblemData, stop: Callable[[float], bool], how: pyvrp.SolveParams = QUICK,
        start: pyvrp.Solution | None = None,
    ) -> pyvrp.Solution:  # fmt: skip
        self.seed += 1
        return pyvrp.solve(data, stop, seed=self.seed, collect_stats=False, params=how, initial_solution=start).best


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


def _activities(route: tuple[int, ...]) -> list[pyvrp.Activity]:
    return [pyvrp.Activity(pyvrp.ActivityType.CLIENT, customer - 1) for customer in route]


def _routes(solution: pyvrp.Solution) -> Routes:
    routes = (tuple(a.idx + 1 for a in route if a.is_client()) for route in solution.routes())
    return tuple(route for route in routes if route)
