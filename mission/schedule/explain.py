"""Why a visit stays unserved: each reason is tried, not guessed. Changes no schedule itself.

`no_unit`    no unit of a kind that the zone accepts, or none to be had
`no_person`  units of the kind, but nobody who may operate them
`skill`      nobody and no unit with what the zone needs
`window`     the window is over, or too short for the dwell within the horizon
`battery`    no drone can reach it, stay, and be back on one battery
`weather`    no time at which drones may fly is long enough within the window
`shift`      it cannot be reached, served and left within any shift
`travel`     no unit can get there in time
`several`    more than one of these at once
`locked`     what is locked leaves no room
`flying_hours`  somebody would fly longer within 24 hours than they may (`flying_hours.py`)
`outbid`     it could be served, but only at the expense of others that cost more
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import reduce
from itertools import combinations

from mission.schedule.exact import FEW, Assignment
from mission.schedule.problem import Duty, Problem, Visit
from mission.schedule.route import TIE, Routes
from mission.schedule.search import Search
from mission.schedule.travel import habits
from telemetry.clock import town_time
from telemetry.messages import Message

ENDLESS = 10**9

Trial = tuple[int, int, tuple[int, ...], tuple[int, ...]]
"""What a way in costs at the least, its duty, the visits lost because their duty excludes it, those given up for it."""


@dataclass(frozen=True)
class WayIn:
    """How a visit could be served after all."""

    costs: int
    """More than the schedule as it is, in the units of `Routes.cost`; negative when that would be better."""
    duty: int
    gives_up: tuple[int, ...]
    """Visits that would be left out for it."""
    then: Assignment


def reason(search: Search, assignment: Assignment, visit: Visit, over: Callable[[], bool]) -> tuple[str, Message]:
    """The word and the sentence for a visit that `assignment` leaves out; no longer what it would cost when `over`."""
    found = _nobody(search.problem, visit) or _alone(search.routes, visit)
    if found is None and over():
        return "outbid", Message("schedule.time_over")
    return found or _outbid(search, assignment, visit)


def way_in(search: Search, assignment: Assignment, visit: Visit) -> WayIn | None:
    """The cheapest way found to serve `visit`: giving up one or two visits of a duty, or all but its locked ones."""
    best: WayIn | None = None
    for least, duty, lost, gone in sorted(_trials(search, assignment, visit)):
        if best is not None and least > best.costs:
            break  # nor can any that follows be cheaper
        way = _tried(search, assignment, visit, duty, lost, gone)
        if way is not None and (best is None or _rank(way) < _rank(best)):
            best = way
    return best


def _rank(way: WayIn) -> tuple[int, int, int]:
    return way.costs, len(way.gives_up), way.duty


def _nobody(problem: Problem, visit: Visit) -> tuple[str, Message] | None:
    kinds = [Message(f"schedule.kinds.{kind}") for kind in sorted(visit.kinds)]
    if not any(unit.kind in visit.kinds for unit in problem.request.units):
        return "no_unit", Message("schedule.no_unit", kinds=kinds)
    duties = [duty for duty in problem.duties if duty.kind in visit.kinds]
    if not duties:
        people = any(person.kinds & visit.kinds for person in problem.request.people)
        crewed = all(habits(unit).crewed for unit in problem.request.units if unit.kind in visit.kinds)
        if crewed and not people:
            return "no_person", Message("schedule.no_person", kinds=kinds)
        return (
            "no_unit",
            Message("schedule.none_to_be_had", kinds=kinds),
        )
    if not any(visit.needs <= duty.skills for duty in duties):
        nearest = min(duties, key=lambda duty: len(visit.needs - duty.skills))
        lacks = sorted(visit.needs - nearest.skills)
        return "skill", Message("schedule.skill", needs=sorted(visit.needs), crew=_crew(nearest), lacks=lacks)
    if not visit.locked and visit.last < max(visit.opens, problem.now):
        until = _clock(problem, visit.last)
        why = Message("schedule.window_cut_short", until=until)
        if visit.last < problem.now:
            why = Message("schedule.window_is_over", until=until)
        return "window", why
    return None


RELAXED: dict[str, tuple[Message, Callable[[Problem], Problem]]] = {
    "battery": (
        Message("schedule.battery"),
        lambda p: _with(p, lambda d: replace(d, endurance=ENDLESS) if d.endurance else d),
    ),
    "weather": (
        Message("schedule.weather"),
        lambda p: replace(p, flyable=[(0, ENDLESS)]),
    ),
    "shift": (
        Message("schedule.shift"),
        lambda p: _with(p, lambda d: replace(d, begins=0, ends=ENDLESS)),
    ),
    "travel": (
        Message("schedule.travel"),
        lambda p: _with(p, lambda d: replace(d, seconds=[[0] * len(p.places)] * len(p.places), setup=0, takedown=0)),
    ),
}
"""What is taken away to see whether it is what stands in the way, and the sentence if so."""


def _alone(routes: Routes, visit: Visit) -> tuple[str, Message] | None:
    """What keeps every duty from serving it even with nothing else to do."""
    if _servable(routes.problem, visit):
        return None
    names = list(RELAXED)
    for count in range(1, len(names) + 1):
        for tried in combinations(names, count):
            problem = routes.problem
            for name in tried:
                problem = RELAXED[name][1](problem)
            if _servable(problem, visit):
                said = reduce(_and, (RELAXED[name][0] for name in tried))
                word = "several"
                if count == 1:
                    (word,) = tried
                return word, _figures(routes.problem, visit, tried, said)
    return "window", Message("schedule.window_over", until=_clock(routes.problem, visit.last))


def _servable(problem: Problem, visit: Visit) -> bool:
    routes = Routes(problem)
    return any(routes.cost(duty, (visit.index,)) is not None for duty in problem.able[visit.index])


def _figures(problem: Problem, visit: Visit, tried: tuple[str, ...], said: Message) -> Message:
    duties = [problem.duties[i] for i in problem.able[visit.index]]
    if tried == ("battery",):
        air = {d.index: _air(d, visit) for d in duties if d.endurance is not None}
        best = min(air, key=lambda i: air[i] - (problem.duties[i].endurance or 0))
        have = (problem.duties[best].endurance or 0) / 60
        return Message(
            "schedule.figures_battery",
            crew=_crew(problem.duties[best]),
            air_min=air[best] / 60,
            have_min=have,
            said=said,
        )
    if tried == ("travel",):
        earliest, who = min(
            (max(d.begins, problem.now) + d.seconds[d.base][visit.place] + d.setup, d.index) for d in duties
        )
        return Message(
            "schedule.figures_travel",
            crew=_crew(problem.duties[who]),
            earliest=_clock(problem, earliest),
            latest=_clock(problem, visit.last),
            said=said,
        )
    return Message(
        "schedule.figures_window", opens=_clock(problem, visit.opens), latest=_clock(problem, visit.last), said=said
    )


def _air(duty: Duty, visit: Visit) -> int:
    there = duty.seconds[duty.base][visit.place]
    back = duty.seconds[visit.place][duty.base]
    return there + duty.setup + visit.dwell + duty.takedown + back


def _outbid(search: Search, assignment: Assignment, visit: Visit) -> tuple[str, Message]:
    way = way_in(search, assignment, visit)
    if way is None:
        return "locked", Message("schedule.locked")
    problem = search.problem
    crew = _crew(problem.duties[way.duty])
    more = Message("schedule.costs_more", costs=way.costs / TIE / 60)
    if way.costs < 0:
        return "outbid", Message("schedule.would_be_better", crew=crew)
    if not way.gives_up:
        return "outbid", Message("schedule.lateness_costs", crew=crew, more=more)
    visits = [problem.visits[gone] for gone in way.gives_up]
    given = [
        Message("schedule.visit_given_up", number=one.number, zone=one.zone_id, priority=one.weight) for one in visits
    ]
    return "outbid", Message("schedule.gives_up", crew=crew, given=given, more=more)


def _trials(search: Search, assignment: Assignment, visit: Visit) -> Iterator[Trial]:
    """The ways to try, each with what it costs at the least: what is given up, and the duty without the visit."""
    problem = search.problem
    cost = search.routes.cost
    for duty in _takers(search, assignment, visit):
        aside = [d for d in assignment if d not in search.beside[duty]]
        lost = tuple(v for d in aside for v in assignment[d])
        if any(problem.visits[v].locked for v in lost):
            continue
        order = assignment.get(duty, ())
        free = [v for v in order if not problem.visits[v].locked]
        now = sum(cost(d, assignment[d]) or 0 for d in aside) + (cost(duty, order) or 0)
        pairs = combinations(free, 2) if len(free) <= FEW else ()
        for gone in [(), *((v,) for v in free), *pairs, tuple(free)]:
            price = sum(map(problem.left_out, (*lost, *gone))) - problem.left_out(visit.index)
            alone = cost(duty, tuple(v for v in order if v not in gone)) or 0
            yield (price + alone // TIE) * TIE - now - TIE, duty, lost, gone


def _tried(
    search: Search, assignment: Assignment, visit: Visit, duty: int, lost: tuple[int, ...], gone: tuple[int, ...]
) -> WayIn | None:
    problem = search.problem
    cost = search.routes.cost
    order = assignment.get(duty, ())
    longer = search.cheapest_insertion(duty, tuple(v for v in order if v not in gone), visit)
    if longer is None:
        return None
    stay = {d: o for d, o in assignment.items() if d == duty or not set(o) & set(lost)}
    now = sum(cost(d, o) or 0 for d, o in assignment.items() if d == duty or d not in stay)
    price = sum(map(problem.left_out, (*lost, *gone))) - problem.left_out(visit.index)
    return WayIn(price * TIE + longer[0] - now, duty, (*lost, *gone), {**stay, duty: longer[1]})


def _takers(search: Search, assignment: Assignment, visit: Visit) -> list[int]:
    """The duties at work, and of each sort that is not the one for which least would have to be put aside."""
    problem = search.problem
    worth = {d: sum(map(problem.left_out, order)) for d, order in assignment.items()}
    idle: dict[int, tuple[int, int]] = {}
    for duty in problem.able[visit.index]:
        if duty not in assignment:
            aside = sum(price for d, price in worth.items() if d not in search.beside[duty])
            sort = problem.twins[duty]
            idle[sort] = min(idle.get(sort, (1 << 60, -1)), (aside, duty))
    return [duty for duty in problem.able[visit.index] if duty in assignment] + [duty for _, duty in idle.values()]


def _with(problem: Problem, relax: Callable[[Duty], Duty]) -> Problem:
    return replace(problem, duties=[relax(duty) for duty in problem.duties])


def _and(first: Message, second: Message) -> Message:
    return Message("schedule.both", first=first, second=second)


def _crew(duty: Duty) -> Message | str:
    if duty.person_id is None:
        return duty.unit_id
    return Message("schedule.crew", unit=duty.unit_id, person=duty.person_id)


def _clock(problem: Problem, seconds: int) -> Message:
    moment = problem.request.begins + timedelta(seconds=seconds)
    return town_time(moment, problem.request.city.facts.zone)
