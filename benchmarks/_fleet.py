"""Vehicle routing with capacity and time windows on PyVRP, for the Solomon yardstick: two searches on two processes.

One looks for the fewest vehicles and then for the shortest way with those: PyVRP with a high price for each vehicle,
then again and again with one vehicle less until that no longer works out, then with the fleet fixed and distance alone.
The other looks for the shortest way with however many vehicles. Knows no drones; nothing of the program depends on it.
"""

import math
import multiprocessing
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.queues import SimpleQueue
from pathlib import Path
from typing import Any

import numpy as np
import pyvrp
from pyvrp.exceptions import PenaltyBoundWarning

SCALE = 1_000
"""Of distances and times: PyVRP counts in whole numbers."""
VEHICLE = 1_000
"""Price of a vehicle at first, in distance; more than any saving on the way."""
FIRST, FEWER = 0.12, 0.55
"""Parts of the time by which the first fleet stands, and by which the attempts at a smaller one end."""

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
    told: SimpleQueue[tuple[int, Routes]] = context.SimpleQueue()
    searches: list[Callable[[Instance, float, float, int], Routes]] = [_fewest, _shortest]
    workers = [
        context.Process(target=_work, args=(n, search, instance, until, seconds, seed, told), daemon=True)
        for n, search in enumerate(searches)
    ]
    for worker in workers:
        worker.start()
    found = dict(told.get() for _ in workers)
    for worker in workers:
        worker.join()
    fewest = min(found.values(), key=lambda routes: (len(routes), length(instance, routes)))
    return fewest, min(found.values(), key=lambda routes: length(instance, routes))


def _work(
    number: int, search: Callable[[Instance, float, float, int], Routes], instance: Instance, until: float,
    seconds: float, seed: int, told: "SimpleQueue[tuple[int, Routes]]",
) -> None:  # fmt: skip
    warnings.simplefilter("ignore", PenaltyBoundWarning)  # a fleet that is too small is expected to be hard
    told.put((number, search(instance, until, seconds, seed)))


def _fewest(instance: Instance, until: float, seconds: float, seed: int) -> Routes:
    began = until - seconds
    best = _search(_data(instance, instance.vehicles, VEHICLE), began + FIRST * seconds, seed)
    least = math.ceil(instance.rows[:, 2].sum() / instance.capacity)
    while best.num_routes() > least and time.monotonic() < began + FEWER * seconds:
        fewer = _data(instance, best.num_routes() - 1, 0)
        tried = _search(fewer, began + FEWER * seconds, seed + best.num_routes(), first=True)
        if not tried.is_feasible():
            break
        best = tried
    fleet = _data(instance, best.num_routes(), 0)
    start = pyvrp.Solution(fleet, [pyvrp.Route(fleet, _activities(route), 0) for route in _routes(best)])
    return _routes(_search(fleet, until, seed + 1, start=start))


def _shortest(instance: Instance, until: float, seconds: float, seed: int) -> Routes:
    return _routes(_search(_data(instance, instance.vehicles, 0), until, seed + 2))


def _search(
    data: pyvrp.ProblemData, until: float, seed: int, *, first: bool = False, start: pyvrp.Solution | None = None
) -> pyvrp.Solution:
    """PyVRP until `until`, or with `first` until anything feasible is found."""
    none = np.iinfo(np.int64).max

    def stop(best_cost: float) -> bool:
        return time.monotonic() >= until or (first and best_cost < none)

    return pyvrp.solve(data, stop, seed=seed, collect_stats=False, initial_solution=start).best


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
