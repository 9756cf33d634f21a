"""Solomon's instances: read, and the length of routes that keep to one. Solves nothing."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

Routes = tuple[tuple[int, ...], ...]
"""Customers in order, the depot left out."""


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
