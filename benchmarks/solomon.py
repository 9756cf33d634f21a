"""Solomon's instances: within 1.5 % of the best known in 10 s, never more vehicles than OR-Tools in the same time.

`python -m benchmarks.solomon FILE --seconds 10` prints vehicles and distance beside the best known, taken from a JSON
file beside FILE. Two solutions are shown, since two things are called best: the fewest vehicles and then the shortest
way (as Solomon had it), and the shortest way with however many. Gaps are measured like against like; distances are
Euclidean in double precision. Without FILE both sides solve every sample there is, in the same time.
"""

import argparse
import json
import os
import time
from pathlib import Path
from typing import Any

from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from benchmarks._fleet import SCALE, VEHICLE, solve
from benchmarks._instance import Instance, Routes, length, read
from benchmarks._solomon_like import CLASSES, CUSTOMERS, invented

SAMPLES = Path(__file__).parents[2] / "shared" / "samples" / "drone" / "solomon"
SECONDS = 10.0
SEED = 1
"""Of the invented instances."""


def main() -> None:
    """Both sides on every sample, and the means; a sentence when there are none."""
    files = sorted(SAMPLES.glob("*.txt"))
    if not files:
        print("The sample instances are not here, so nothing was measured.")
        return
    print(f"{SECONDS:g} s of wall time for each instance and side, {os.cpu_count()} cores.\n")
    print("| instance | best known | this program, fewest vehicles | gap | shortest way | gap | OR-Tools | gap |")
    print("|---|---|---|---|---|---|---|---|")
    gaps: list[float] = []
    more = 0
    for file in files:
        instance, known = read(file), best_known(file)
        fewest, shortest = solve(instance, SECONDS)
        theirs = or_tools(instance, SECONDS)
        more += len(fewest) > len(theirs)
        gap = _gap(instance, fewest, known.get("fewest"))
        gaps += [] if gap is None else [gap]
        print(
            f"| {instance.name} | {_known(known.get('fewest'))} | {_said(instance, fewest)} | {_percent(gap)} "
            f"| {_said(instance, shortest)} | {_percent(_gap(instance, shortest, known.get('distance')))} "
            f"| {_said(instance, theirs)} | {_percent(_gap(instance, theirs, known.get('fewest')))} |"
        )
    if gaps:
        mean = sum(gaps) / len(gaps)
        print(f"\nMean gap to the best known (fewest vehicles): {mean:+.2f} %, ratio {1 + mean / 100:.4f}")
    print(f"Instances with more vehicles than OR-Tools: {more} of {len(files)}\n")
    _invented()


def _invented() -> None:
    """The table of invented instances, which have no best known."""
    print(f"Invented instances in the manner of his six classes, {CUSTOMERS} customers each:\n")
    print("| instance | this program, fewest vehicles | OR-Tools | distance against OR-Tools' at as many vehicles |")
    print("|---|---|---|---|")
    more = 0
    for name in CLASSES:
        instance = invented(name, SEED)
        fewest, _ = solve(instance, SECONDS)
        theirs = or_tools(instance, SECONDS)
        more += len(fewest) > len(theirs)
        ratio = length(instance, fewest) / length(instance, theirs) - 1 if len(fewest) == len(theirs) else None
        print(
            f"| {instance.name} | {_said(instance, fewest)} | {_said(instance, theirs)} "
            f"| {'another fleet' if ratio is None else f'{ratio:+.1%}'} |"
        )
    print(f"\nInvented instances with more vehicles than OR-Tools: {more} of {len(CLASSES)}")


def one(file: Path, seconds: float) -> None:
    """One instance, beside its best known. The time counts from here, reading included."""
    began = time.monotonic()
    instance, known = read(file), best_known(file)
    fewest, shortest = solve(instance, max(seconds - (time.monotonic() - began) - 0.1, 0.1))
    took = time.monotonic() - began
    print("| solution | vehicles | distance | best known | gap in distance |\n|---|---|---|---|---|")
    for name, routes, best in (
        ("fewest vehicles, then shortest", fewest, known.get("fewest")),
        ("shortest way", shortest, known.get("distance")),
    ):
        gap = _percent(_gap(instance, routes, best))
        print(f"| {name} | {len(routes)} | {length(instance, routes):.2f} | {_known(best)} | {gap} |")
    print(f"\n{instance.name}: {took:.1f} s")
    if not known:
        print(f"No best known solution of {instance.name} is in a JSON file beside {file.name}.")


def best_known(file: Path) -> dict[str, tuple[int | None, float]]:
    """What the JSON file beside `file` knows: (vehicles, distance) under `fewest` and `distance`, where it has them."""
    found: dict[str, tuple[int | None, float]] = {}
    for path in sorted(file.parent.glob("*.json")):
        try:
            known = json.loads(path.read_text(encoding="utf-8"))
        except (ValueError, OSError):
            continue
        if isinstance(known, dict):
            for key, what in ((file.stem, "fewest"), (f"{file.stem}_distance", "distance")):
                entry = known.get(key)
                if isinstance(entry, dict) and isinstance(entry.get("best_known_cost"), int | float):
                    found[what] = (entry.get("solved_with_vehicles"), float(entry["best_known_cost"]))
    return found


def or_tools(instance: Instance, seconds: float) -> Routes:
    """OR-Tools' routing library with a high price for each vehicle: guided local search for `seconds`."""
    away = (instance.distances() * SCALE).round().astype(int).tolist()
    rows = (instance.rows * SCALE).round().astype(int).tolist()
    manager = pywrapcp.RoutingIndexManager(len(rows), instance.vehicles, 0)
    routing = pywrapcp.RoutingModel(manager)
    node = manager.IndexToNode
    way = routing.RegisterTransitCallback(lambda a, b: away[node(a)][node(b)])
    routing.SetArcCostEvaluatorOfAllVehicles(way)
    routing.SetFixedCostOfAllVehicles(VEHICLE * SCALE)
    load = routing.RegisterUnaryTransitCallback(lambda a: rows[node(a)][2])
    routing.AddDimension(load, 0, instance.capacity * SCALE, True, "load")
    takes = routing.RegisterTransitCallback(lambda a, b: away[node(a)][node(b)] + rows[node(a)][5])
    routing.AddDimension(takes, rows[0][4], rows[0][4], False, "time")
    clock = routing.GetDimensionOrDie("time")
    for customer in range(1, len(rows)):
        clock.CumulVar(manager.NodeToIndex(customer)).SetRange(rows[customer][3], rows[customer][4])
    wishes = pywrapcp.DefaultRoutingSearchParameters()
    wishes.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    wishes.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    wishes.time_limit.FromMilliseconds(int(seconds * 1000))
    found = routing.SolveWithParameters(wishes)
    routes = []
    for vehicle in range(instance.vehicles):
        at, route = found.Value(routing.NextVar(routing.Start(vehicle))), list[int]()
        while not routing.IsEnd(at):
            route.append(node(at))
            at = found.Value(routing.NextVar(at))
        routes.append(tuple(route))
    return tuple(route for route in routes if route)


def _gap(instance: Instance, routes: Routes, best: tuple[int | None, float] | None) -> float | None:
    return None if best is None else 100 * (length(instance, routes) / best[1] - 1)


def _percent(gap: float | None) -> str:
    return "not known" if gap is None else f"{gap:+.2f} %"


def _said(instance: Instance, routes: Routes) -> str:
    return f"{len(routes)} / {length(instance, routes):.2f}"


def _known(best: tuple[int | None, float] | None) -> str:
    return "not known" if best is None else f"{best[0] or '?'} / {best[1]:.2f}"


def _arguments() -> Any:
    parser = argparse.ArgumentParser(description="Solomon's instances beside the best known.")
    parser.add_argument("file", type=Path, nargs="?", help="an instance in Solomon's format")
    parser.add_argument("--seconds", type=float, default=SECONDS)
    return parser.parse_args()


if __name__ == "__main__":
    given = _arguments()
    if given.file is None:
        main()
    else:
        one(given.file, given.seconds)
