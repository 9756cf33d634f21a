"""Invented instances in the manner of Solomon's six classes: where customers are, how wide windows are, how far a
vehicle gets. Seeded; a window can always be met from the depot, as in his."""

import math
import random

import numpy as np

from benchmarks._instance import Instance

CUSTOMERS = 100
CLASSES = {
    "C1": ("clustered", 200, 1_236, 90, (40, 70)),
    "R1": ("random", 200, 230, 10, (10, 60)),
    "RC1": ("both", 200, 240, 10, (20, 60)),
    "C2": ("clustered", 700, 3_390, 90, (160, 480)),
    "R2": ("random", 1_000, 1_000, 10, (100, 400)),
    "RC2": ("both", 1_000, 960, 10, (60, 360)),
}
"""Where customers are, the capacity, the day's end, the service, the least and the greatest width of a window."""


def invented(name: str, seed: int) -> Instance:
    """The instance of class `name` numbered `seed`."""
    where, capacity, day, service, widths = CLASSES[name]
    rnd = random.Random(f"{name} {seed}")
    middles = [(rnd.uniform(10, 90), rnd.uniform(10, 90)) for _ in range(9)]
    rows: list[tuple[float, ...]] = [(40, 50, 0, 0, day, 0)]
    for number in range(CUSTOMERS):
        x, y = rnd.uniform(0, 80), rnd.uniform(0, 90)
        if where == "clustered" or (where == "both" and number % 2):
            x, y = (rnd.gauss(middle, 4) for middle in rnd.choice(middles))
        x, y = round(x), round(y)
        away, width = math.hypot(x - 40, y - 50), rnd.uniform(*widths)
        middle = rnd.uniform(math.ceil(away), day - math.ceil(away) - service)
        ready, due = max(middle - width / 2, 0), min(middle + width / 2, day - math.ceil(away) - service)
        demand = rnd.choice((10, 10, 20, 20, 30, 40)) if where == "clustered" else rnd.randint(3, 32)
        rows.append((x, y, demand, math.floor(ready), max(math.floor(due), math.ceil(away)), service))
    return Instance(f"{name}-like {seed}", 50, capacity, np.array(rows, dtype=np.float64))
