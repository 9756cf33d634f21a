"""Where a flight is cut so that each part is flown with one battery: as few parts as the order of the legs allows.

A part flies as far as its battery allows, within a line if need be. By the triangle inequality no other cuts of the
same order need fewer parts. Where the same number of parts leaves lines whole, they are left whole. Plans no route.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from mission.routes.route import Leg, LegKind, Waypoint
from mission.routes.transits import Flying, effort_of, in_metres, rounded, way_back, way_out
from telemetry.errors import BadPlan
from telemetry.messages import Message

MOST_PARTS = 40
SHORTEST_M = 5.0
SHORTEST_S = 20.0
"""A part that does less than this for its battery is not worth its way."""
CLOSE_ENOUGH_J = 20.0
"""A cut that leaves no more than this of the allowance is as far as the battery reaches."""
MOST_STEPS = 12
"""Steps of the search for a cut within a line."""


@dataclass(frozen=True)
class FlightStart:
    """Where a part begins: with `head`, which is leg number `index` or what is left of it."""

    index: int
    head: Leg


@dataclass(frozen=True)
class LinePart:
    """What one battery flies, without the way out and back, and where the next part begins."""

    legs: tuple[Leg, ...]
    then: FlightStart | None
    """None: nothing is left."""


class BatteryCuts:
    """The cuts of one row of legs for batteries of which `allowed` joules each may be used, ways out and back included.

    `flying` has a home. The legs follow each other without a gap.
    """

    def __init__(self, legs: Sequence[Leg], flying: Flying, allowed: float) -> None:
        self._legs = legs
        self._flying = flying
        self._allowed = allowed
        self._leg_joules = _joules_each(legs, flying)
        self._ways: dict[tuple[Waypoint, bool], float] = {}
        self._parts: dict[tuple[FlightStart, bool], LinePart] = {}

    def parts(self) -> list[LinePart]:
        """The parts in flying order.

        Raises BadPlan when a piece of the work is too far away to be reached and returned from, or when more than 40
        batteries would be needed.
        """
        first = FlightStart(0, self._legs[0])
        full = self._rest(first, within_lines=True)
        whole = self._rest(first, within_lines=False)
        if len(whole) <= len(full):
            return whole
        found: list[LinePart] = []
        at: FlightStart | None = first
        while at is not None:
            left = len(full) - len(found) - 1
            part = self._part(at, within_lines=False)
            if part.then is not None and len(self._rest(part.then, within_lines=True, most=left)) > left:
                part = self._part(at, within_lines=True)
            found.append(part)
            at = part.then
        return found

    def _rest(self, start: FlightStart, *, within_lines: bool, most: int = MOST_PARTS) -> list[LinePart]:
        """The parts from `start` on, each as long as may be; no more than one above `most`."""
        found: list[LinePart] = []
        at: FlightStart | None = start
        while at is not None and len(found) <= most:
            part = self._part(at, within_lines=within_lines)
            found.append(part)
            at = part.then
        if within_lines and len(found) > MOST_PARTS:
            raise BadPlan(Message("routes.too_many_batteries", most=MOST_PARTS))
        return found

    def _part(self, start: FlightStart, *, within_lines: bool) -> LinePart:
        key = (start, within_lines)
        if key not in self._parts:
            self._parts[key] = self._filled(start, within_lines)
        return self._parts[key]

    def _filled(self, start: FlightStart, within_lines: bool) -> LinePart:
        """Leg after leg as long as the way back can be paid; then, where that is asked, a piece of the next."""
        left = self._allowed - self._way(start.head.points[0], out=True)
        taken: list[Leg] = []
        index = start.index
        head: Leg | None = start.head
        while head is not None:
            joules = self._joules(index, head)
            if joules + self._way(head.points[-1], out=False) > left:
                break
            left -= joules
            taken.append(head)
            index += 1
            head = self._leg(index)
        if head is None:
            return LinePart(tuple(taken), None)
        if not taken or (within_lines and not is_way_only(head)):
            pieces = self._divided(head, left)
            if pieces is not None:
                return LinePart((*taken, pieces[0]), FlightStart(index, pieces[1]))
        while taken and is_way_only(taken[-1]):
            taken.pop()
            index -= 1
        if not taken:
            raise BadPlan(self._too_far(start.head.points[0]))
        return LinePart(tuple(taken), self._after(index))

    def _leg(self, index: int) -> Leg | None:
        if index >= len(self._legs):
            return None
        return self._legs[index]

    def _after(self, index: int) -> FlightStart | None:
        """Where the next part begins: ways from one piece of work to the next are left out."""
        while (leg := self._leg(index)) is not None:
            if not is_way_only(leg):
                return FlightStart(index, leg)
            index += 1
        return None

    def _joules(self, index: int, head: Leg) -> float:
        if head is self._legs[index]:
            return self._leg_joules[index]
        return effort_of([head], self._flying).total_j

    def _divided(self, leg: Leg, left: float) -> tuple[Leg, Leg] | None:
        """As much of `leg` as `left` joules allow, the way back included, and what remains of it; None: too little."""
        if leg.kind is LegKind.HOLD:
            return self._divided_hold(leg, left)
        for number in range(len(leg.points) - 1):
            a, b = leg.points[number : number + 2]
            joules = self._straight(a, b)
            if joules + self._way(b, out=False) > left:
                at = self._as_far_as(a, b, left)
                if number == 0 and at == a:
                    return None
                first = leg.points[: number + 1]
                if at != a:
                    first = (*first, at)
                remainder = replace(leg, points=(first[-1], *leg.points[number + 1 :]))
                return replace(leg, points=first, hold_s=0.0), remainder
            left -= joules
        last = leg.points[-1]  # all of it is flown, but there is nothing left for the stay at its end
        return replace(leg, hold_s=0.0), replace(leg, points=(last, last))

    def _divided_hold(self, leg: Leg, left: float) -> tuple[Leg, Leg] | None:
        watts = self._flying.airframe.power_w(self._flying.wind.speed_m_s, 0.0)
        seconds = float(int((left - self._way(leg.points[-1], out=False)) / watts))
        if seconds < SHORTEST_S:
            return None
        return replace(leg, hold_s=seconds), replace(leg, hold_s=leg.hold_s - seconds)

    def _as_far_as(self, a: Waypoint, b: Waypoint, left: float) -> Waypoint:
        """The farthest point from `a` towards `b` from which there is enough left to come back; `a` if hardly any.

        Regula falsi: what is used up grows nearly evenly along a line.
        """
        low = 0.0
        high = 1.0
        spare = left - _joules_back(a, self._flying)
        missing = self._straight(a, b) + self._way(b, out=False) - left
        if spare <= 0:
            return a
        for step in range(MOST_STEPS):
            middle = low + (high - low) * spare / (spare + missing)
            if step % 3 == 2:
                middle = (low + high) / 2
            there = _between(a, b, middle)
            remains = left - self._straight(a, there) - _joules_back(there, self._flying)
            if remains >= 0:
                low = middle
                spare = remains
                if remains < CLOSE_ENOUGH_J:
                    break
            else:
                high = middle
                missing = -remains
        there = _between(a, b, low)
        if np.linalg.norm(in_metres([a, there])[1]) < SHORTEST_M:
            return a
        return there

    def _straight(self, a: Waypoint, b: Waypoint) -> float:
        return effort_of([Leg(LegKind.TRANSECT, (a, b), camera=False)], self._flying).total_j

    def _way(self, place: Waypoint, *, out: bool) -> float:
        """Joules of the way out to a place, take-off included, or of the way back from it and the landing."""
        key = (place, out)
        if key not in self._ways:
            self._ways[key] = _joules_out(place, self._flying) if out else _joules_back(place, self._flying)
        return self._ways[key]

    def _too_far(self, place: Waypoint) -> Message:
        needed = self._way(place, out=True) + self._way(place, out=False)
        part = needed / 3600 / self._flying.airframe.battery_wh
        return Message(
            "routes.way_alone_too_long",
            lat=f"{place.lat:.5f}",
            lon=f"{place.lon:.5f}",
            part=part,
            airframe=self._flying.airframe.name,
        )


def is_way_only(leg: Leg) -> bool:
    """Whether `leg` is only the way from one piece of work to the next."""
    return leg.kind in (LegKind.TURN, LegKind.CLIMB) and not leg.camera and not leg.hold_s


def _joules_each(legs: Sequence[Leg], flying: Flying) -> list[float]:
    """Joules of each leg, its stay included."""
    segments = effort_of(legs, flying).joules
    begins = np.cumsum([0, *(len(leg.points) - 1 for leg in legs[:-1])])
    joules: list[float] = np.add.reduceat(segments, begins).tolist()
    return joules


def _between(a: Waypoint, b: Waypoint, part: float) -> Waypoint:
    return rounded(*(start + part * (end - start) for start, end in zip(a, b, strict=True)))


def _joules_out(first: Waypoint, flying: Flying) -> float:
    out = way_out(first, flying)
    above_home = out[0].points[0]
    lifted = Leg(LegKind.CLIMB, (above_home._replace(height_m=0.0), above_home), camera=False)
    return effort_of([lifted, *out], flying).total_j


def _joules_back(last: Waypoint, flying: Flying) -> float:
    back = way_back(last, flying)
    above_home = back[-1].points[-1]
    lowered = Leg(LegKind.CLIMB, (above_home, above_home._replace(height_m=0.0)), camera=False)
    return effort_of([*back, lowered], flying).total_j
