"""A town's day of drones, towers, body cameras: less weighted lateness, the optimum on small cases, calm re-plans.

The days are invented by a seeded generator (`benchmarks/_city.py`) and the same for every contender. What counts is
priority times minutes late; a visit that does not happen counts as one begun an hour after its last moment. The optimum
is proven by a CP-SAT model of its own (`benchmarks/_city_optimum.py`), and every schedule of this program is verified.
"""

import random
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from benchmarks._city import SMALL, TOWN_DAY, city_day, told
from benchmarks._city_contenders import cost_min, earliest_deadline, first_come, or_tools, priority_first
from benchmarks._city_optimum import Optimum
from mission.schedule.answer import Schedule
from mission.schedule.exact import Assignment
from mission.schedule.problem import KEPT_WITHIN_S, Problem, Visit, problem
from mission.schedule.request import ScheduleRequest, ScheduleSpan, ScheduleZone
from mission.schedule.route import Routes
from mission.schedule.solver import solve
from mission.schedule.verify import violations

DAYS = range(10)
SECONDS = 5.0
"""For each day, this program and OR-Tools."""
SMALL_CASES = range(100, 160)
REPLAN_S = 1.5


def main() -> None:
    """Print the three tables."""
    plans = _days()
    _optimum()
    _replans(plans)


def verified(request: ScheduleRequest, **wishes: float) -> tuple[Schedule, float]:
    """This program's schedule and the seconds it took; fails when it breaks the request."""
    began = time.perf_counter()
    answer = solve(request, **wishes)  # type: ignore[arg-type]
    took = time.perf_counter() - began
    assert not list(violations(request, answer)), list(violations(request, answer))
    return answer, took


def _days() -> dict[int, Schedule]:
    """The first table; gives this program's schedules by seed."""
    methods: dict[str, Callable[[Routes], Assignment]] = {
        "first come, first served": first_come,
        "earliest deadline": earliest_deadline,
        "highest priority": priority_first,
        f"OR-Tools routing, {SECONDS:g} s": lambda routes: or_tools(routes, SECONDS),
    }
    ours = f"this program, at most {SECONDS:g} s"
    cost, served, took = (dict.fromkeys([*methods, ours], 0.0) for _ in range(3))
    wanted = hopeless = 0.0
    plans: dict[int, Schedule] = {}
    for seed in DAYS:
        request = city_day(seed, TOWN_DAY)
        routes = Routes(problem(request))
        wanted += len(routes.problem.visits)
        hopeless += sum(v.price / 60 for v in routes.problem.visits if not _servable(routes, v.index))
        for name, method in methods.items():
            began = time.perf_counter()
            chosen = method(Routes(routes.problem))
            took[name] += time.perf_counter() - began
            cost[name] += cost_min(routes, chosen)
            served[name] += sum(map(len, chosen.values()))
        answer, seconds = verified(request, seconds=SECONDS)
        plans[seed] = answer
        cost[ours] += answer.numbers.cost_min
        served[ours] += answer.numbers.visits_served
        took[ours] += seconds
    days = len(DAYS)
    print(f"{days} days of {TOWN_DAY.zones} zones, 2 drones, 2 towers, 4 body cameras, 10 people; means of a day.")
    print(f"{hopeless / days:.0f} of the weighted minutes nobody could avoid: weather, shifts or distance forbid it.\n")
    print("| method | weighted minutes | to earliest deadline | avoidable | visits served | seconds |")
    print("|---|---|---|---|---|---|")
    for name in cost:
        print(
            f"| {name} | {cost[name] / days:.0f} | {cost[name] / cost['earliest deadline']:.2f} "
            f"| {(cost[name] - hopeless) / days:.0f} | {served[name] / wanted:.1%} | {took[name] / days:.2f} |"
        )
    less = 1 - cost[ours] / cost["earliest deadline"]
    print(f"\nPriority-weighted lateness against earliest deadline: {less:.0%} less\n")
    return plans


def _servable(routes: Routes, visit: int) -> bool:
    return any(routes.cost(duty, (visit,)) is not None for duty in routes.problem.able[visit])


def _optimum() -> None:
    equal, ours, theirs, slowest = 0, 0.0, 0.0, 0.0
    for seed in SMALL_CASES:
        request = city_day(seed, SMALL, zones=3 + seed % 6)
        optimum = Optimum(request)
        answer, took = verified(request)
        assert optimum.cost is not None, f"the optimum of case {seed} was not proven"
        equal += abs(optimum.cost / 60 - answer.numbers.cost_min) < 1 / 60
        ours, theirs, slowest = ours + took, theirs + optimum.seconds, max(slowest, took)
    cases = len(SMALL_CASES)
    print(f"{cases} cases of 3 to 8 zones, 1 drone, 1 tower, 1 body camera, 3 people.\n")
    print("| | optimum reached | mean s | slowest s |\n|---|---|---|---|")
    print(f"| this program | {equal} of {cases} | {ours / cases:.3f} | {slowest:.2f} |")
    print(f"| CP-SAT, the proof | {cases} of {cases} | {theirs / cases:.3f} | |\n")


def _replans(plans: dict[int, Schedule]) -> None:
    print(
        f"After a disturbance in the middle of each of the {len(DAYS)} days, at most {REPLAN_S:g} s. A start is moved"
    )
    print("when its visit begins at another time or not at all, handed over when another unit or person keeps it. It")
    print("could be kept when somebody could keep that one alone, beside what is locked.\n")
    _replan_table([(seed, city_day(seed, TOWN_DAY), plan) for seed, plan in plans.items()])
    small = [(seed, city_day(seed, SMALL, zones=3 + seed % 6)) for seed in SMALL_CASES]
    print(
        f"\nThe same for the {len(SMALL_CASES)} small cases, whose lone drone, tower and camera leave few to step in."
    )
    print("CP-SAT proves how many starts must move at the least, whatever else that costs.\n")
    _replan_table([(seed, day, verified(day)[0]) for seed, day in small], proven=True)


def _replan_table(days: list[tuple[int, ScheduleRequest, Schedule]], *, proven: bool = False) -> None:
    print("| disturbance | confirmed starts | moved | of those could be kept | handed over | slowest s "
          f"| weighted minutes | moving freely |{' least that must move |' * proven}")  # fmt: skip
    print(f"|---|---|---|---|---|---|---|---|{'---|' * proven}")
    everything = moved_in_all = 0
    for name, disturb in DISTURBANCES.items():
        confirmed = moved = handed_over = could = least = 0
        slowest = calm = anew = 0.0
        for seed, day, plan in days:
            before = told(day, plan, now=day.begins + (day.ends - day.begins) * 0.45)
            if all(c.locked for c in before.commitments):
                continue  # nothing is left of the day
            changed = disturb(before, random.Random(seed))
            answer, took = verified(changed, seconds=REPLAN_S)
            other, _ = verified(changed.model_copy(update={"move_price_min": 0.0}), seconds=REPLAN_S)
            confirmed += answer.numbers.starts_confirmed
            moved += answer.numbers.starts_moved
            handed_over += answer.numbers.starts_handed_over
            could += sum(_could_keep(changed, zone_id, number) for zone_id, number in _moved(changed, answer))
            if proven and answer.numbers.starts_moved:  # else it is plain that none must
                must_move = Optimum(_promised(changed), only_moves=True).cost
                assert must_move is not None, f"what must move in case {seed} was not proven"
                least += must_move
            slowest = max(slowest, took)
            calm += answer.numbers.cost_min - answer.numbers.weighted_moved_min
            anew += other.numbers.cost_min
        everything, moved_in_all = everything + confirmed, moved_in_all + moved
        print(f"| {name} | {confirmed} | {moved} ({moved / confirmed:.1%}) | {could} ({could / confirmed:.1%}) "
              f"| {handed_over} ({handed_over / confirmed:.1%}) | {slowest:.2f} | {calm / len(days):.0f} "
              f"| {anew / len(days):.0f} |{f' {least} ({least / confirmed:.1%}) |' * proven}")  # fmt: skip
    print(f"\nConfirmed starts moved, all disturbances together: {moved_in_all / everything:.1%}")


def _promised(request: ScheduleRequest) -> ScheduleRequest:
    """What of `request` bears on the starts that people were told: the zones that somebody was promised to."""
    promised = {c.zone_id for c in request.commitments}
    return request.model_copy(update={"zones": tuple(z for z in request.zones if z.id in promised)})


def _moved(request: ScheduleRequest, answer: Schedule) -> set[tuple[str, int]]:
    """The confirmed starts that `answer` moves or drops."""
    stay = {(v.zone_id, v.number) for _, v in answer.visits() if v.kept or v.handed_over}
    return {(c.zone_id, c.number) for c in request.commitments if not (c.locked or c.done)} - stay


def _could_keep(request: ScheduleRequest, zone_id: str, number: int) -> bool:
    """Whether anybody could keep that start, beside what is locked and were it for this visit alone."""
    asked = problem(request)
    visit = next(v for v in asked.visits if (v.zone_id, v.number) == (zone_id, number))
    assert visit.kept is not None
    as_told = replace(visit, opens=visit.kept.begins, last=min(visit.last, visit.kept.begins + KEPT_WITHIN_S))
    routes = Routes(replace(asked, visits=[as_told if v is visit else v for v in asked.visits]))
    return any(routes.cost(d, _with_locked(asked, d, visit)) is not None for d in asked.able[visit.index])


def _with_locked(asked: Problem, duty: int, visit: Visit) -> tuple[int, ...]:
    """`visit` among the locked ones of its duty, in time: it may be on the way from one of them."""
    locked = [v for v in asked.visits if v.locked and duty in asked.able[v.index]]
    return tuple(v.index for v in sorted([*locked, visit], key=lambda v: v.kept.begins if v.kept else 0))


def _breakdown(request: ScheduleRequest, rnd: random.Random) -> ScheduleRequest:
    """A unit that has visits before it drops out; what it was at is interrupted."""
    now = request.now
    assert now is not None
    busy = sorted({c.unit_id for c in request.commitments if not c.locked})
    out = rnd.choice(busy)
    never = ScheduleSpan(begins=request.begins, ends=request.begins + timedelta(seconds=1))
    units = tuple(u.model_copy(update={"available": (never,)}) if u.id == out else u for u in request.units)
    commitments = tuple(
        c if c.unit_id != out else c.model_copy(update={"locked": False, "done": c.ends <= now})
        for c in request.commitments
    )
    return request.model_copy(update={"units": units, "commitments": commitments})


def _urgent(request: ScheduleRequest, rnd: random.Random) -> ScheduleRequest:
    """A new zone of the highest priority, wanted from now on for an hour, by anybody."""
    assert request.now is not None
    near = rnd.choice(request.zones)
    zone = ScheduleZone(
        id="urgent", position=near.position, priority=5, dwell_min=15, due_min=15,
        windows=(ScheduleSpan(begins=request.now, ends=request.now + timedelta(hours=1)),),
    )  # fmt: skip
    return request.model_copy(update={"zones": (*request.zones, zone)})


def _cancelled(request: ScheduleRequest, rnd: random.Random) -> ScheduleRequest:
    """A zone that is still to be visited is wanted no more."""
    gone = rnd.choice([c.zone_id for c in request.commitments if not c.locked])
    return request.model_copy(
        update={
            "zones": tuple(z for z in request.zones if z.id != gone),
            "commitments": tuple(c for c in request.commitments if c.zone_id != gone),
        }
    )


def _weather(request: ScheduleRequest, rnd: random.Random) -> ScheduleRequest:
    """Flyable weather is over 40 minutes before it was to be; who is in the air still lands."""
    assert request.now is not None and request.flyable is not None
    soon = request.now + timedelta(minutes=40)
    cut = [
        span
        if span.ends <= soon
        else ScheduleSpan(begins=span.begins, ends=max(soon, span.ends - timedelta(minutes=40)))
        for span in request.flyable
    ]
    shorter = tuple(span for span in cut if span.begins < span.ends)
    return request.model_copy(update={"flyable": shorter})


DISTURBANCES: dict[str, Callable[[ScheduleRequest, random.Random], ScheduleRequest]] = {
    "a unit breaks down": _breakdown,
    "a new urgent zone": _urgent,
    "a zone is cancelled": _cancelled,
    "flyable weather shrinks": _weather,
}

if __name__ == "__main__":
    main()
