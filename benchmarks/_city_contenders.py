"""What the solver is measured against on city days: first come first served, earliest deadline, OR-Tools' routing.

Each gets the same world: the same exact rules time and price its orders of visits, and refuse what breaks one.
"""

from collections.abc import Callable
from typing import Any

from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from mission.schedule.exact import Assignment
from mission.schedule.problem import Duty, Problem, Visit
from mission.schedule.route import TIE, Routes

FAR = 10**6


def cost_min(routes: Routes, assignment: Assignment) -> float:
    """Weighted minutes: priority times lateness, the unserved counted as the request says."""
    served = {v for order in assignment.values() for v in order}
    left = sum(routes.problem.left_out(v.index) for v in routes.problem.visits if v.index not in served)
    return (left + sum((routes.cost(d, order) or 0) // TIE for d, order in assignment.items())) / 60


def first_come(routes: Routes) -> Assignment:
    """In the order in which windows open, each by whoever can begin first."""
    return _one_by_one(routes, lambda visit: visit.opens)


def earliest_deadline(routes: Routes) -> Assignment:
    """In the order in which visits are due, each by whoever can begin first."""
    return _one_by_one(routes, lambda visit: visit.due)


def priority_first(routes: Routes) -> Assignment:
    """The highest priorities first, by deadline among equals, each by whoever can begin first."""
    return _one_by_one(routes, lambda visit: (-visit.weight, visit.due))


def _one_by_one(routes: Routes, rank: Callable[[Visit], Any]) -> Assignment:
    problem, chosen = routes.problem, dict[int, tuple[int, ...]]()
    for visit in sorted(problem.visits, key=lambda v: (rank(v), v.index)):
        ways = []
        for index in problem.able[visit.index]:
            duty = problem.duties[index]
            if any(d != index and problem.duties[d].excludes(duty) for d in chosen):
                continue
            longer = (*chosen.get(index, ()), visit.index)
            if routes.cost(index, longer) is not None:
                begins = routes.timetable(index, longer).stops[-1].begins
                ways.append((begins, duty.begins - duty.ends, index, longer))
        if ways:
            *_, index, longer = min(ways)
            chosen[index] = longer
    return chosen


def or_tools(routes: Routes, seconds: float) -> Assignment:
    """OR-Tools' routing library: optional visits with soft due times, guided local search for `seconds`.

    It has no battery that is renewed at the base, so each of its drone sorties serves one visit; it has no choice of
    crews either, so each unit gets the longest stretches that can be had together.
    """
    problem = routes.problem
    duties = _crews(problem)
    nodes = [(visit, duty_group, spell) for visit in problem.visits for duty_group, spell in _modes(problem, visit)]
    manager = pywrapcp.RoutingIndexManager(len(nodes) + 1, len(duties), 0)
    routing = pywrapcp.RoutingModel(manager)
    transits = [routing.RegisterTransitCallback(_transit(manager, nodes, duty)) for duty in duties]
    horizon = max(duty.ends for duty in problem.duties) + FAR
    routing.AddDimensionWithVehicleTransits(transits, horizon, horizon, False, "time")
    time = routing.GetDimensionOrDie("time")
    for number, duty in enumerate(duties):
        time.CumulVar(routing.Start(number)).SetRange(max(duty.begins, problem.now), duty.ends)
        time.CumulVar(routing.End(number)).SetRange(duty.begins, duty.ends)
        routing.SetArcCostEvaluatorOfVehicle(routing.RegisterTransitCallback(lambda _a, _b: 0), number)
    for visit in problem.visits:
        mine = [n + 1 for n, node in enumerate(nodes) if node[0] is visit]
        for node in mine:
            index = manager.NodeToIndex(node)
            _, flies, spell = nodes[node - 1]
            allowed = [n for n, d in enumerate(duties) if _can(problem, d, visit, flies=flies, spell=spell)]
            routing.VehicleVar(index).SetValues([-1, *allowed])
            floor, ceiling = _window(duties, visit, allowed, spell)
            time.CumulVar(index).SetRange(floor, max(ceiling, floor))
            if not allowed or ceiling < floor:
                routing.VehicleVar(index).SetValues([-1])
            time.SetCumulVarSoftUpperBound(index, max(visit.due, 0), visit.weight)
        if mine:
            routing.AddDisjunction([manager.NodeToIndex(n) for n in mine], problem.left_out(visit.index))
    wishes = pywrapcp.DefaultRoutingSearchParameters()
    wishes.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    wishes.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    wishes.time_limit.FromMilliseconds(int(seconds * 1000))
    found = routing.SolveWithParameters(wishes)
    chosen: Assignment = {}
    for number, duty in enumerate(duties):
        at, order = routing.Start(number), list[int]()
        while found is not None and not routing.IsEnd(at):
            at = found.Value(routing.NextVar(at))
            if not routing.IsEnd(at):
                order.append(nodes[manager.IndexToNode(at) - 1][0].index)
        if order:
            assert routes.cost(duty.index, tuple(order)) is not None
            chosen[duty.index] = tuple(order)
    return chosen


def _crews(problem: Problem) -> list[Duty]:
    chosen: list[Duty] = []
    for duty in sorted(problem.duties, key=lambda d: (d.begins - d.ends, d.index)):
        if not any(duty.excludes(other) for other in chosen):
            chosen.append(duty)
    return chosen


def _modes(problem: Problem, visit: Visit) -> list[tuple[bool, tuple[int, int]]]:
    """By ground, or flown in one of the spells of flyable weather."""
    kinds = {problem.duties[d].endurance is not None for d in problem.able[visit.index]}
    return [(flies, s) for flies in sorted(kinds) for s in (problem.flyable if flies else [(0, FAR)])]


def _can(problem: Problem, duty: Duty, visit: Visit, *, flies: bool, spell: tuple[int, int]) -> bool:
    if (duty.endurance is not None) != flies or duty.index not in problem.able[visit.index]:
        return False
    if not flies:
        return True
    out, back = duty.seconds[duty.base][visit.place], duty.seconds[visit.place][duty.base]
    air = out + visit.dwell + back
    return air <= (duty.endurance or 0) and max(spell[0] + out, visit.opens) <= spell[1] - back - visit.dwell


def _window(duties: list[Duty], visit: Visit, allowed: list[int], spell: tuple[int, int]) -> tuple[int, int]:
    """When a visit may begin in a mode: for several drones what suits all of them."""
    floor, ceiling = visit.opens, visit.last
    for duty in (duties[n] for n in allowed):
        if duty.endurance is not None:
            floor = max(floor, spell[0] + duty.seconds[duty.base][visit.place])
            ceiling = min(ceiling, spell[1] - duty.seconds[visit.place][duty.base] - visit.dwell)
    return floor, ceiling


def _transit(
    manager: pywrapcp.RoutingIndexManager, nodes: list[tuple[Visit, bool, tuple[int, int]]], duty: Duty
) -> Callable[[int, int], Any]:
    def seconds(start: int, end: int) -> Any:
        a, b = manager.IndexToNode(start), manager.IndexToNode(end)
        before = nodes[a - 1][0] if a else None
        after = nodes[b - 1][0] if b else None
        if before is None:
            return 0 if after is None else duty.seconds[duty.base][after.place] + duty.setup
        home = duty.seconds[before.place][duty.base] + duty.takedown if duty.returns else 0
        if after is None:
            return before.dwell + home
        if duty.endurance is not None:
            return before.dwell + home + duty.swap + duty.seconds[duty.base][after.place] + duty.setup
        if before.place == after.place:
            return before.dwell
        return before.dwell + duty.takedown + duty.seconds[before.place][after.place] + duty.setup

    return seconds
