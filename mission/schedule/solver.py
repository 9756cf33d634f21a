"""From a request to a schedule: everything tried when there are few visits, a search when there are many.

Bounded in time; stoppable at any moment with the best schedule so far. Keeps nothing.
"""

import time
from collections.abc import Callable, Mapping
from datetime import timedelta

from mission.schedule.answer import Numbers, PlannedVisit, Schedule, UnitRoute, Unserved
from mission.schedule.dividing import with_divided_visits
from mission.schedule.exact import FEW, Assignment, GaveUp, cheapest
from mission.schedule.explain import reason, way_in
from mission.schedule.flying_hours import within_flying_hours
from mission.schedule.problem import KEPT_WITHIN_S, Problem, Visit, problem
from mission.schedule.request import Commitment, ScheduleRequest
from mission.schedule.route import Routes, Timetable
from mission.schedule.search import Search
from telemetry.errors import BadInput
from telemetry.messages import Message

SECONDS = 10.0
"""How long a solve may take unless told otherwise."""
FOR_PROOF = 0.6
FOR_SEARCH = 0.95
"""Parts of that by which a proof must be done, and a search; the rest is for serving what is still seen to be worth it.
"""
FOR_REASONS = 0.5
"""Seconds beyond the time in which it may still be worked out what serving the unserved would cost."""

Progress = Callable[[float, float], None]
"""Hears of the fraction of the time used, 0..1, and of the least cost so far in weighted minutes."""


def solve(
    request: ScheduleRequest,
    *,
    seconds: float = SECONDS,
    seed: int = 1,
    progress: Progress = lambda _fraction, _cost: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Schedule:
    """The cheapest schedule for `request` that is found within about `seconds`; proven cheapest for up to 8 visits.

    Raises BadInput for a request that contradicts itself, or when a visit that must happen cannot be fitted in.
    """
    began = time.monotonic()
    routes = Routes(problem(with_divided_visits(request)))

    def used() -> float:
        return (time.monotonic() - began) / max(seconds, 1e-9)

    search = Search(
        routes,
        seed=seed,
        left=lambda: 0.0 if cancelled() else (FOR_SEARCH - used()) * seconds,
        tell=lambda cost: progress(min(used(), 1.0), cost / 60),
    )
    chosen, stopped = _chosen(routes, search, lambda: used() > FOR_PROOF or cancelled())
    if stopped == "time" and cancelled():
        stopped = "cancelled"
    if stopped != "proven":
        chosen = _last_touch(search, chosen, lambda: used() > 1 or cancelled())
    chosen, too_long = within_flying_hours(routes, chosen)
    if too_long and stopped == "proven":
        stopped = "converged"
    progress(1.0, search.cost(chosen) / 60)
    return _answer(search, chosen, stopped, seed, lambda: used() * seconds > seconds + FOR_REASONS, too_long)


def _chosen(routes: Routes, search: Search, no_proof: Callable[[], bool]) -> tuple[Assignment, str]:
    if len(routes.problem.visits) <= FEW:
        try:
            return cheapest(routes, no_proof), "proven"
        except GaveUp:
            pass
    settled = search.run(search.from_commitments())
    if settled:
        return search.best, "converged"
    return search.best, "time"


def _last_touch(search: Search, chosen: Assignment, over: Callable[[], bool]) -> Assignment:
    """Serve what explaining would show to be better served, while there is time."""
    better = True
    while better:
        better = False
        for visit in _left(search.problem, chosen):
            if over():
                return chosen
            way = way_in(search, chosen, visit)
            if way is not None and way.costs < 0:
                chosen = way.then
                better = True
    return chosen


def _left(asked: Problem, chosen: Assignment) -> list[Visit]:
    served = {v for order in chosen.values() for v in order}
    return [visit for visit in asked.visits if visit.index not in served]


def _answer(
    search: Search,
    chosen: Assignment,
    stopped: str,
    seed: int,
    over: Callable[[], bool],
    too_long: Mapping[int, Message],
) -> Schedule:
    asked = search.problem
    urgent = sorted(_left(asked, chosen), key=lambda v: -asked.left_out(v.index))
    left = {v.index: (v, *_reason(search, chosen, v, over, too_long)) for v in urgent}
    for visit, word, words in left.values():
        if visit.locked or visit.must:
            said = {"number": visit.number, "zone": visit.zone_id, "word": word, "why": words}
            if visit.locked:
                raise BadInput(Message("schedule.locked_cannot_be_kept", **said))
            raise BadInput(Message("schedule.wanted_cannot_be_kept", **said))
    tables = [search.routes.timetable(duty, order) for duty, order in sorted(chosen.items())]
    routes = sorted((_route(asked, table) for table in tables), key=lambda r: (r.departs, r.unit_id))
    unserved = [
        Unserved(
            zone_id=v.zone_id, number=v.number, priority=v.weight, reason=word, explanation=words,
            costs_min=_minutes(v.price),
        )
        for v, word, words in left.values()
    ]  # fmt: skip
    numbers = _numbers(asked, tables, routes, unserved)
    wanted = {visit.zone_id for visit in asked.visits}
    return Schedule(
        routes=routes, unserved=unserved, without_visits=[z.id for z in asked.request.zones if z.id not in wanted],
        numbers=numbers, proven=stopped == "proven", stopped=stopped, seed=seed,
    )  # fmt: skip


def _reason(
    search: Search, chosen: Assignment, visit: Visit, over: Callable[[], bool], too_long: Mapping[int, Message]
) -> tuple[str, Message]:
    if visit.index in too_long:
        return "flying_hours", too_long[visit.index]
    return reason(search, chosen, visit, over)


def _route(asked: Problem, table: Timetable) -> UnitRoute:
    start = asked.request.begins
    duty = table.duty
    visits = []
    for stop in table.stops:
        visit = asked.visits[stop.visit]
        kept, handed_over = _kept(visit, table, stop.begins)
        visits.append(
            PlannedVisit(
                zone_id=visit.zone_id, number=visit.number, priority=visit.weight,
                departs=start + timedelta(seconds=stop.departs), begins=start + timedelta(seconds=stop.begins),
                ends=start + timedelta(seconds=stop.ends), sortie=stop.sortie,
                late_min=_minutes(max(0, stop.begins - visit.due)), kept=kept, handed_over=handed_over,
            )
        )  # fmt: skip
    least = min((1 - air / duty.full for air in table.airborne), default=None)
    return UnitRoute(
        unit_id=duty.unit_id, kind=duty.kind, person_id=duty.person_id,
        departs=start + timedelta(seconds=table.stops[0].departs), returns=start + timedelta(seconds=table.returns),
        travel_min=_minutes(table.travel), least_battery=None if least is None else round(least, 4), visits=visits,
    )  # fmt: skip


def _kept(visit: Visit, table: Timetable, begins: int) -> tuple[bool | None, bool]:
    """Whether its confirmed start is kept as it was, or by somebody else."""
    told = visit.kept
    if told is None:
        return None, False
    in_time = told.begins <= begins <= told.begins + KEPT_WITHIN_S
    theirs = told.given_to(table.duty.unit_id, table.duty.person_id)
    return in_time and theirs, in_time and not theirs


def _numbers(asked: Problem, tables: list[Timetable], routes: list[UnitRoute], unserved: list[Unserved]) -> Numbers:
    late = sum(
        asked.visits[s.visit].weight * max(0, s.begins - asked.visits[s.visit].due) for t in tables for s in t.stops
    )
    kept = {(v.zone_id, v.number) for r in routes for v in r.visits if v.kept}
    handed_over = {(v.zone_id, v.number) for r in routes for v in r.visits if v.handed_over}
    told = [(v, v.kept) for v in asked.visits if v.kept and not v.locked]
    moved = [was.price for v, was in told if (v.zone_id, v.number) not in kept | handed_over]
    beyond = [c for c in asked.request.commitments if _open(c) and not _wanted(asked, c.zone_id, c.number)]
    price = sum(moved) + sum(was.hand_over for v, was in told if (v.zone_id, v.number) in handed_over)
    missed = {u.zone_id for u in unserved}
    batteries = [r.least_battery for r in routes if r.least_battery is not None]
    lost = sum(v.price for v in asked.visits if any(u.zone_id == v.zone_id and u.number == v.number for u in unserved))
    return Numbers(
        visits_wanted=len(asked.visits), visits_served=len(asked.visits) - len(unserved),
        zones_wanted=len({v.zone_id for v in asked.visits}),
        zones_served=len({v.zone_id for v in asked.visits} - missed),
        weighted_lateness_min=_minutes(late), weighted_unserved_min=_minutes(lost), weighted_moved_min=_minutes(price),
        cost_min=_minutes(late + lost + price), priority_unserved=sum(u.priority for u in unserved),
        makespan_min=_minutes(max((t.returns for t in tables), default=0)),
        travel_min=_minutes(sum(t.travel for t in tables)), reserve=min(batteries, default=None),
        starts_confirmed=sum(_open(c) for c in asked.request.commitments), starts_moved=len(moved) + len(beyond),
        starts_handed_over=len(handed_over),
    )  # fmt: skip


def _wanted(asked: Problem, zone_id: str, number: int) -> bool:
    return any(v.zone_id == zone_id and v.number == number for v in asked.visits)


def _open(told: Commitment) -> bool:
    return not (told.locked or told.done)


def _minutes(seconds: int) -> float:
    return round(seconds / 60, 4)
