"""Nobody flies more hours within 24 than they may: what a schedule has beyond that is given up, the cheapest first.

The search prices visits one duty at a time and does not know these hours, which go across duties; so they are looked
at when it is done. Hours count as the pre-flight check counts them: the time in the air in any 24 hours.
"""

from collections.abc import Iterator

from mission.schedule.exact import Assignment
from mission.schedule.problem import Visit
from mission.schedule.route import Routes, Timetable
from telemetry.messages import Message

DAY_S = 86_400
Flown = tuple[int, int, int, tuple[int, ...]]
"""Beginning and end in the air in seconds, the duty, and the visits of one sortie."""


def within_flying_hours(routes: Routes, chosen: Assignment) -> tuple[Assignment, dict[int, Message]]:
    """`chosen` without the visits for which somebody would fly too long, and the reason for each of them.

    What is locked stays.
    """
    kept = dict(chosen)
    reasons: dict[int, Message] = {}
    for person in routes.problem.request.people:
        limit = round(person.flying_h * 3600)
        while True:
            flown = list(_flown(routes, kept, person.id))
            crowded = next((window for window in _windows(flown) if window[0] > limit), None)
            if crowded is None:
                break
            spare = _spare(routes, crowded[1])
            if not spare:
                break
            duty, visit = min(spare, key=lambda one: (routes.problem.left_out(one[1].index), -one[1].index))
            kept[duty] = tuple(index for index in kept[duty] if index != visit.index)
            if not kept[duty]:
                del kept[duty]
            hours = crowded[0] / 3600
            reasons[visit.index] = Message(
                "schedule.flying_hours", person=person.id, flying_h=person.flying_h, hours=hours
            )
    return kept, reasons


def _flown(routes: Routes, chosen: Assignment, person_id: str) -> Iterator[Flown]:
    """The sorties of one person, in order of time."""
    found: list[Flown] = []
    for duty, order in chosen.items():
        if order and routes.problem.duties[duty].person_id == person_id:
            found += _sorties(routes.timetable(duty, order), duty)
    yield from sorted(found)


def _sorties(table: Timetable, duty: int) -> Iterator[Flown]:
    for number, airborne in enumerate(table.airborne):
        stops = [stop for stop in table.stops if stop.sortie == number]
        yield stops[0].departs, stops[0].departs + airborne, duty, tuple(stop.visit for stop in stops)


def _windows(flown: list[Flown]) -> Iterator[tuple[int, list[Flown]]]:
    """Seconds flown in the day from the beginning of each sortie, and the sorties in it."""
    for start, *_ in flown:
        inside = [each for each in flown if each[0] < start + DAY_S and each[1] > start]
        yield sum(min(end, start + DAY_S) - max(begin, start) for begin, end, *_ in inside), inside


def _spare(routes: Routes, sorties: list[Flown]) -> list[tuple[int, Visit]]:
    """The visits that may be given up, each with its duty."""
    visits = routes.problem.visits
    return [(duty, visits[index]) for _, _, duty, there in sorties for index in there if not visits[index].locked]
