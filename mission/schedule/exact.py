"""The cheapest schedule, proven, for a few visits: every set that a duty can serve, then the best choice of sets.

For each duty the cheapest order of every set of visits is found by growing orders, keeping of those that stand alike
only what no other beats; then a set partitioning is solved to optimality. `partition` also joins the best of many
routes that a search has come across.
"""

from collections.abc import Callable, Mapping, Sequence

import highspy
import numpy as np
from numpy.typing import NDArray

from mission.schedule.problem import Duty, Problem
from mission.schedule.route import TIE, Label, Order, Routes

FEW = 8
"""Visits up to which every set is tried."""

Assignment = dict[int, Order]
"""For each duty that does something, its order."""
Column = tuple[int, Order, int]
"""A duty, an order of visits, what that costs."""
Sets = dict[frozenset[int], Order]


class GaveUp(Exception):
    """The time was over before the proof."""


def cheapest(routes: Routes, over: Callable[[], bool]) -> Assignment:
    """The cheapest assignment. Raises GaveUp as soon as `over` says so."""
    problem = routes.problem
    columns: list[Column] = []
    for twin in sorted(set(problem.twins)):
        same = [duty for duty in problem.duties if problem.twins[duty.index] == twin]
        sets = _driven(routes, same[0], over) if same[0].endurance is None else _flown(routes, same[0], over)
        for order in sets.values():
            cost = routes.cost(same[0].index, order)
            if cost is not None:
                columns += [(duty.index, order, cost) for duty in same]
    chosen = partition(problem, columns)
    if chosen is None:
        raise GaveUp
    return chosen


def partition(problem: Problem, columns: Sequence[Column], *, seconds: float = 30.0) -> Assignment | None:
    """The cheapest choice of columns: each visit at most once, no unit and no person in two duties at a time.

    A visit that is left out costs what it costs. None when `seconds` were not enough to prove it.
    """
    gain = np.array([cost / TIE - sum(problem.left_out(i) for i in order) for _, order, cost in columns])
    worth = [columns[int(j)] for j in np.flatnonzero(gain < 0)]
    if not worth:
        return {}
    taken = _at_a_time(problem)
    height = len(problem.visits)
    rows = [[*order, *(height + k for k in taken[duty])] for duty, order, _ in worth]
    chosen = _cheapest_cover(gain[gain < 0], rows, seconds)
    if chosen is None:
        return None
    return {duty: order for (duty, order, _), is_chosen in zip(worth, chosen, strict=True) if is_chosen}


def _cheapest_cover(cost: NDArray[np.float64], rows: Sequence[Sequence[int]], seconds: float) -> list[bool] | None:
    """Which columns to choose for the least sum of costs, where each row that a column names is covered at most once.

    None when `seconds` were not enough to prove it.
    """
    model = highspy.HighsLp()
    model.num_col_ = len(rows)
    model.num_row_ = 1 + max(max(of_column) for of_column in rows)
    model.col_cost_ = cost
    model.col_lower_ = np.zeros(model.num_col_)
    model.col_upper_ = np.ones(model.num_col_)
    model.integrality_ = [highspy.HighsVarType.kInteger] * model.num_col_
    model.row_lower_ = np.full(model.num_row_, -highspy.kHighsInf)
    model.row_upper_ = np.ones(model.num_row_)
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = np.cumsum([0, *(len(of_column) for of_column in rows)])
    model.a_matrix_.index_ = np.concatenate([np.asarray(of_column) for of_column in rows])
    model.a_matrix_.value_ = np.ones(sum(len(of_column) for of_column in rows))
    solver = highspy.Highs()
    solver.silent()
    solver.setOptionValue("time_limit", seconds)
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.passModel(model)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    return [value > 0.5 for value in solver.getSolution().col_value]


def _at_a_time(problem: Problem) -> dict[int, list[int]]:
    """For each duty the numbers of its constraints: one for each moment at which its unit or its person is wanted."""
    found: dict[int, list[int]] = {duty.index: [] for duty in problem.duties}
    number = 0
    for whose in ("unit_id", "person_id"):
        for name in sorted({getattr(duty, whose) for duty in problem.duties} - {None}):
            mine = [duty for duty in problem.duties if getattr(duty, whose) == name]
            for moment in sorted({duty.begins for duty in mine}):
                for duty in mine:
                    if duty.begins <= moment < duty.ends:
                        found[duty.index].append(number)
                number += 1
    return found


def _able(routes: Routes, duty: Duty) -> list[int]:
    return [index for index, duties in enumerate(routes.problem.able) if duty.index in duties]


def _driven(routes: Routes, duty: Duty, over: Callable[[], bool]) -> Sets:
    """The cheapest order of every set that a ground unit can serve (Held and Karp 1962, with times)."""
    able = _able(routes, duty)
    best = dict[frozenset[int], tuple[int, Order]]()
    layer: Mapping[tuple[frozenset[int], int], list[Order]] = {(frozenset(), -1): [()]}
    while layer:
        grown: dict[tuple[frozenset[int], int], list[tuple[Label, Order]]] = {}
        for (served, _), orders in layer.items():
            if over():
                raise GaveUp
            for longer in [(*order, visit) for order in orders for visit in able if visit not in served]:
                ways = grown.setdefault((served | {longer[-1]}, longer[-1]), [])
                ways += [(label, longer) for label in routes.labels(duty, longer)]
        layer = {key: list(dict.fromkeys(order for _, order in _unbeaten(ways))) for key, ways in grown.items() if ways}
        for (served, _), orders in layer.items():
            for order in orders:
                cost = routes.cost(duty.index, order)
                if cost is not None and (served not in best or cost < best[served][0]):
                    best[served] = (cost, order)
    return {served: order for served, (_, order) in best.items()}


def _flown(routes: Routes, duty: Duty, over: Callable[[], bool]) -> Sets:
    """The cheapest order of every set that a drone can serve, grown sortie by sortie."""
    sorties = _sorties(routes, duty, _able(routes, duty))
    ways: dict[frozenset[int], list[tuple[Label, Order]]] = {frozenset(): [(routes.labels(duty, ())[0], ())]}
    done: dict[frozenset[int], list[tuple[Label, Order]]] = {}
    while ways:
        served = min(ways, key=len)
        done[served] = _unbeaten(ways.pop(served))
        for sortie in sorties:
            if over():
                raise GaveUp
            if served.isdisjoint(sortie):
                for label, order in done[served]:
                    grown = ways.setdefault(served.union(sortie), [])
                    grown += [(flown, (*order, *sortie)) for flown in routes.sorties(duty, sortie, label)]
    return {served: orders[0][1] for served, orders in done.items() if served and orders}


def _sorties(routes: Routes, duty: Duty, able: Sequence[int]) -> list[Order]:
    """Every order of visits that one battery is enough for."""
    found: list[Order] = []
    layer: list[Order] = [()]
    while layer:
        layer = [(*order, v) for order in layer for v in able if v not in order]
        layer = [order for order in layer if routes.in_one_sortie(duty, order)]
        found += layer
    return found


def _unbeaten(ways: Sequence[tuple[Label, Order]]) -> list[tuple[Label, Order]]:
    kept: list[tuple[Label, Order]] = []
    for label, order in sorted(ways, key=lambda way: (way[0].cost, way[0].ready, way[1])):
        if not kept or label.ready < kept[-1][0].ready:
            kept.append((label, order))
    return kept
