"""What one duty's visits cost in a given order, exactly, and the timetable that does it. Chooses no order itself.

A ground unit goes from zone to zone; a drone flies sorties from its base, one battery each, each wholly within one span
of flyable weather. For a given order everything is as early as it can be, except that a confirmed start may be waited
for and that a sortie may set out later so that one battery is enough: forward labels (cost, ready) that no other label
beats in both are kept for each prefix, so the cheapest is exact. (For a sortie: with the earliest departure it lands at
C; one battery of E seconds allows departures from C - E on, and every later time in it only grows with the departure,
so the departure max(ready, C - E) is best for every visit at once; Savelsbergh 1992 has the argument for waiting.)
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from mission.schedule.problem import KEPT_WITHIN_S, Duty, Problem, Visit

Order = tuple[int, ...]
"""Indices of visits in the order in which a duty serves them."""

TIE = 1 << 24
"""Costs are (priority times seconds) * TIE + seconds of travel: cheapest first, then the least travel."""
CACHE = 300_000
"""Prefixes remembered before starting afresh."""


class Choice(NamedTuple):
    """One way to time a visit: not before `floor`, not after `ceiling`, at `price` beside its lateness."""

    visit: Visit
    floor: int
    ceiling: int
    price: int


class Label(NamedTuple):
    """One way to have served a prefix."""

    cost: int
    ready: int
    """Ground: the end of the last visit. Drone: back at its base with a fresh battery."""
    back: "Label | None"
    stops: tuple["TimetableStop", ...]
    """Those since `back`."""


@dataclass(frozen=True)
class TimetableStop:
    """One visit in a timetable, seconds from the horizon's beginning."""

    visit: int
    departs: int
    """From where it was before: the last zone, or the base."""
    begins: int
    ends: int
    sortie: int
    """Of the duty, from 0; a ground unit makes one."""


@dataclass(frozen=True)
class Timetable:
    """One duty's route in time."""

    duty: Duty
    stops: tuple[TimetableStop, ...]
    returns: int
    """Back at its base, or for what stays out the end of its last visit."""
    travel: int
    """Seconds on the way."""
    airborne: tuple[int, ...]
    """Seconds in the air of each sortie; empty for a ground unit."""


class Routes:
    """Costs and timetables of the orders of one problem, remembered by prefix."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._labels: dict[tuple[int, Order], tuple[Label, ...]] = {}
        self._costs: dict[tuple[int, Order], int | None] = {}

    def cost(self, duty: int, order: Order) -> int | None:
        """The least cost of `order` (see TIE); None when it cannot be done. An empty order costs nothing."""
        key = (duty, order)
        if key not in self._costs:
            if len(self._costs) > CACHE:
                self._costs.clear()
                self._labels.clear()
            best = self._best(self.problem.duties[duty], order)
            self._costs[key] = None
            if best is not None:
                self._costs[key], _ = best
        return self._costs[key]

    def timetable(self, duty: int, order: Order) -> Timetable:
        """The timetable of an order that can be done."""
        on = self.problem.duties[duty]
        best = self._best(on, order)
        if best is None:
            raise ValueError("the order cannot be done")
        trail: list[Label] = []
        label: Label | None = best[1]
        while label is not None and label.back is not None:
            trail.insert(0, label)
            label = label.back
        if not trail:
            return Timetable(on, (), on.begins, 0, ())
        flies = on.endurance is not None
        stops = [replace(stop, sortie=n * flies) for n, part in enumerate(trail) for stop in part.stops]
        returns = trail[-1].ready
        airborne: tuple[int, ...] = ()
        if flies:
            returns -= on.swap
            airborne = tuple(part.ready - on.swap - part.stops[0].departs for part in trail)
        else:
            returns += self._home(on, order)[0]
        return Timetable(on, tuple(stops), returns, best[0] % TIE, airborne)

    def labels(self, duty: Duty, order: Order) -> tuple[Label, ...]:
        """Every way to have served `order` that no other beats both in cost and in readiness."""
        key = (duty.index, order)
        found = self._labels.get(key)
        if found is None:
            if not order:
                found = (Label(0, duty.begins, None, ()),)
            elif duty.endurance is None:
                found = self._driven(duty, order)
            else:
                found = self._flown(duty, order)
            self._labels[key] = found
        return found

    def _best(self, duty: Duty, order: Order) -> tuple[int, Label] | None:
        labels = self.labels(duty, order)
        if not order or duty.endurance is not None:
            if not labels:
                return None
            return labels[0].cost, labels[0]
        home, travel = self._home(duty, order)
        return next(((at.cost + travel, at) for at in labels if at.ready + home <= duty.ends), None)

    def _home(self, duty: Duty, order: Order) -> tuple[int, int]:
        """(seconds from the end of the last visit to the base, seconds of it on the way)."""
        if not duty.returns:
            return 0, 0
        travel = duty.seconds[self.problem.visits[order[-1]].place][duty.base]
        return duty.takedown + travel, travel

    def _driven(self, duty: Duty, order: Order) -> tuple[Label, ...]:
        visit = self.problem.visits[order[-1]]
        before = self.labels(duty, order[:-1])
        last = None
        if len(order) > 1:
            last = order[-2]
        way, travel = self._way(duty, last, visit)
        found: list[Label] = []
        for choice in choices(visit, duty):
            for label in before:
                leaves = label.ready if visit.locked else max(label.ready, self.problem.now)
                begins = max(leaves + way, choice.floor)
                if begins <= choice.ceiling and begins + visit.dwell <= duty.ends:
                    stop = TimetableStop(visit.index, begins - way, begins, begins + visit.dwell, 0)
                    cost = label.cost + _late(choice, begins) * TIE + travel
                    found.append(Label(cost, stop.ends, label, (stop,)))
        return unbeaten(found)

    def _flown(self, duty: Duty, order: Order) -> tuple[Label, ...]:
        found: list[Label] = []
        for first in range(len(order) - 1, -1, -1):
            if not self.in_one_sortie(duty, order[first:]):
                break
            for label in self.labels(duty, order[:first]):
                found += self.sorties(duty, order[first:], label)
        return unbeaten(found)

    def in_one_sortie(self, duty: Duty, order: Order) -> bool:
        """Whether one battery is enough for `order`, waiting left out."""
        return _least_air(duty, [self.problem.visits[i] for i in order]) <= (duty.endurance or 0)

    def sorties(self, duty: Duty, order: Order, after: Label) -> list[Label]:
        """The ways to fly `order` in one sortie after `after`: one for each choice of confirmed starts to keep."""
        options: list[tuple[Choice, ...]] = [()]
        for index in order:
            visit = self.problem.visits[index]
            options = [(*so_far, choice) for so_far in options for choice in choices(visit, duty)]
        flown = [self._sortie(duty, chosen, after.ready) for chosen in options]
        return [label._replace(cost=after.cost + label.cost, back=after) for label in flown if label is not None]

    def _sortie(self, duty: Duty, chosen: Sequence[Choice], ready: int) -> Label | None:
        """The best sortie through `chosen`, ready at its base at `ready`; None when none can be flown."""
        for opens, closes in self.problem.flyable:
            if closes <= ready:
                continue
            start = max(ready, opens)
            times = _forward(duty, chosen, start, self.problem.now)
            if times is None:
                return None  # later only gets later
            begins, lands = times
            earliest = lands - (duty.endurance or 0)
            if earliest > start:
                times = _forward(duty, chosen, earliest, self.problem.now)
                if times is None:
                    return None
                begins, lands = times
            if lands > duty.ends:
                return None
            if lands <= closes:
                return _label(duty, chosen, begins, lands)
        return None

    def _way(self, duty: Duty, before: int | None, visit: Visit) -> tuple[int, int]:
        """(seconds from being done before to being set up, seconds of it on the way)."""
        if before is None:
            travel = duty.seconds[duty.base][visit.place]
            return travel + duty.setup, travel
        start = self.problem.visits[before].place
        if start == visit.place:
            return 0, 0
        travel = duty.seconds[start][visit.place]
        return duty.takedown + travel + duty.setup, travel


def choices(visit: Visit, duty: Duty) -> list[Choice]:
    """The ways in which `duty` may time `visit`: keeping the start that was confirmed, or not, at its price."""
    kept = visit.kept
    if kept is None or kept.locked:
        return [Choice(visit, visit.opens, visit.last, 0)]
    freely = Choice(visit, visit.opens, visit.last, kept.price)
    price = kept.hand_over
    if kept.given_to(duty.unit_id, duty.person_id):
        price = 0
    floor = max(visit.opens, kept.begins)
    ceiling = min(visit.last, kept.begins + KEPT_WITHIN_S)
    if floor > ceiling:
        return [freely]
    return [Choice(visit, floor, ceiling, price), freely]


def unbeaten(labels: list[Label]) -> tuple[Label, ...]:
    """Those of `labels` that no other beats both in cost and in readiness, cheapest first."""
    if len(labels) < 2:
        return tuple(labels)
    kept: list[Label] = []
    for label in sorted(labels, key=lambda at: (at.cost, at.ready)):
        if not kept or label.ready < kept[-1].ready:
            kept.append(label)
    return tuple(kept)


def _late(choice: Choice, begins: int) -> int:
    return choice.price + choice.visit.weight * max(0, begins - choice.visit.due)


def _least_air(duty: Duty, aboard: Sequence[Visit]) -> int:
    """Seconds in the air of a sortie that never waits."""
    place = duty.base
    air = 0
    for visit in aboard:
        if place != visit.place:
            air += duty.seconds[place][visit.place] + duty.setup + (duty.takedown if place != duty.base else 0)
        air += visit.dwell
        place = visit.place
    return air + duty.takedown + duty.seconds[place][duty.base]


def _forward(duty: Duty, chosen: Sequence[Choice], start: int, now: int) -> tuple[list[int], int] | None:
    """The earliest begins and the landing of a sortie that leaves its base not before `start`; None when too late."""
    at = start
    place = duty.base
    begins = []
    for visit, floor, ceiling, _ in chosen:
        if not visit.locked and at < now:
            at = now
        if place != visit.place:
            at += duty.seconds[place][visit.place] + duty.setup + (duty.takedown if place != duty.base else 0)
        at = max(at, floor)
        if at > ceiling:
            return None
        begins.append(at)
        at += visit.dwell
        place = visit.place
    return begins, at + duty.takedown + duty.seconds[place][duty.base]


def _label(duty: Duty, chosen: Sequence[Choice], begins: Sequence[int], lands: int) -> Label:
    place = duty.base
    cost = 0
    stops: list[TimetableStop] = []
    for choice, begin in zip(chosen, begins, strict=True):
        visit = choice.visit
        travel = duty.seconds[place][visit.place]
        way = travel + duty.setup + (duty.takedown if stops else 0) if place != visit.place else 0
        stops.append(TimetableStop(visit.index, begin - way, begin, begin + visit.dwell, 0))
        cost += _late(choice, begin) * TIE + travel
        place = visit.place
    return Label(cost + duty.seconds[place][duty.base], lands + duty.swap, None, tuple(stops))
