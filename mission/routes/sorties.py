"""A route that one battery cannot fly, divided into sorties that each start and land at home with the reserve left.

Cut where a leg ends, so that a line is flown whole where that is possible; a leg too long for one battery is cut at a
corner or on the way to one, a hold by its time. Nothing that is photographed, patrolled or watched is left out or done
twice; turns between two sorties are.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from mission.routes.flying import Flying, effort_of, in_metres, rounded, way_back, way_out, with_transits
from mission.routes.route import Leg, LegKind, Route, Waypoint
from telemetry.errors import BadPlan

MOST_SORTIES = 40
SHORTEST_M = 5.0
SHORTEST_S = 20.0
"""A sortie that does less than this for its battery is not worth its way."""
SLACK = 0.999
"""Part of the allowance that is planned with; the rest is for rounding to 1e-7 degrees."""


def in_sorties(route: Route, flying: Flying, reserve: float) -> Route:
    """`route`, with `sorties` when it needs more than a battery less `reserve` (0..1), else as it is.

    As it is too where there is no home to come back to. Raises BadPlan when a part of the work is too far away to be
    reached and returned from, or when more than 40 batteries would be needed.
    """
    if flying.home is None or route.summary.energy_fraction <= 1 - reserve:
        return route
    allowed = SLACK * (1 - reserve) * flying.airframe.battery_wh * 3600
    rest = deque(_work(route))
    sorties: list[Route] = []
    while rest:
        if len(sorties) == MOST_SORTIES:
            raise BadPlan(f"the flight needs more than {MOST_SORTIES} batteries; divide the area or start nearer to it")
        sorties.append(with_transits(_next(rest, flying, allowed), flying))
        while rest and _is_way_only(rest[0]):
            rest.popleft()
    return _whole(route, sorties)


def _work(route: Route) -> list[Leg]:
    """The legs between the way out and the way back."""
    legs, ways = list(route.legs), (LegKind.TRANSIT, LegKind.CLIMB)
    while legs and legs[0].kind in ways:
        legs.pop(0)
    while legs and legs[-1].kind in ways:
        legs.pop()
    return legs


def _next(rest: deque[Leg], flying: Flying, allowed: float) -> list[Leg]:
    """Take the legs of one sortie off the front of `rest`."""
    left = allowed - _joules_out(rest[0].points[0], flying)
    taken: list[Leg] = []
    while rest:
        joules = effort_of([rest[0]], flying).total_j
        if joules + _joules_back(rest[0].points[-1], flying) > left:
            break
        left -= joules
        taken.append(rest.popleft())
    while taken and rest and _is_way_only(taken[-1]):
        rest.appendleft(taken.pop())
    if not taken:
        first, remainder = _divided(rest.popleft(), flying, left)
        rest.appendleft(remainder)
        taken.append(first)
    return taken


def _divided(leg: Leg, flying: Flying, left: float) -> tuple[Leg, Leg]:
    """As much of `leg` as `left` joules allow, the way back included, and what remains of it."""
    if leg.kind is LegKind.HOLD:
        return _divided_hold(leg, flying, left)
    for number, (a, b) in enumerate(zip(leg.points, leg.points[1:], strict=False)):
        joules = effort_of([replace(leg, points=(a, b), hold_s=0.0)], flying).total_j
        if joules + _joules_back(b, flying) > left:
            at = _as_far_as(a, b, flying, left)
            if number == 0 and at == a:
                raise BadPlan(_too_far(a, flying))
            first = leg.points[: number + 1] if at == a else (*leg.points[: number + 1], at)
            return replace(leg, points=first, hold_s=0.0), replace(leg, points=(first[-1], *leg.points[number + 1 :]))
        left -= joules
    last = leg.points[-1]  # all of it is flown, but there is nothing left for the stay at its end
    return replace(leg, hold_s=0.0), replace(leg, points=(last, last))


def _divided_hold(leg: Leg, flying: Flying, left: float) -> tuple[Leg, Leg]:
    watts = flying.airframe.power_w(flying.wind.speed_m_s, 0.0)
    seconds = float(int((left - _joules_back(leg.points[-1], flying)) / watts))
    if seconds < SHORTEST_S:
        raise BadPlan(_too_far(leg.points[-1], flying))
    return replace(leg, hold_s=seconds), replace(leg, hold_s=leg.hold_s - seconds)


def _as_far_as(a: Waypoint, b: Waypoint, flying: Flying, left: float) -> Waypoint:
    """The farthest point from `a` towards `b` from which there is enough left to come back; `a` if hardly any."""
    low, high = 0.0, 1.0
    for _ in range(12):
        middle = (low + high) / 2
        there = _between(a, b, middle)
        leg = Leg(LegKind.TRANSECT, (a, there), camera=False)
        enough = effort_of([leg], flying).total_j + _joules_back(there, flying) <= left
        low, high = (middle, high) if enough else (low, middle)
    there = _between(a, b, low)
    return there if np.linalg.norm(in_metres([a, there])[1]) >= SHORTEST_M else a


def _between(a: Waypoint, b: Waypoint, part: float) -> Waypoint:
    return rounded(*(start + part * (end - start) for start, end in zip(a, b, strict=True)))


def _joules_out(first: Waypoint, flying: Flying) -> float:
    out = way_out(first, flying)
    return effort_of([_lifted(out[0].points[0]), *out], flying).total_j


def _joules_back(last: Waypoint, flying: Flying) -> float:
    back = way_back(last, flying)
    return effort_of([*back, _lowered(back[-1].points[-1])], flying).total_j


def _lifted(above_home: Waypoint) -> Leg:
    return Leg(LegKind.CLIMB, (above_home._replace(height_m=0.0), above_home), camera=False)


def _lowered(above_home: Waypoint) -> Leg:
    return Leg(LegKind.CLIMB, (above_home, above_home._replace(height_m=0.0)), camera=False)


def _is_way_only(leg: Leg) -> bool:
    """Whether `leg` is only the way from one piece of work to the next."""
    return leg.kind in (LegKind.TURN, LegKind.CLIMB) and not leg.camera and not leg.hold_s


def _whole(route: Route, sorties: Sequence[Route]) -> Route:
    """All sorties in one, with what only the pattern knows kept."""
    known = route.summary
    parts = tuple(
        replace(
            sortie,
            summary=replace(
                sortie.summary,
                gsd_cm=known.gsd_cm,
                spacing_m=known.spacing_m,
                angle_deg=known.angle_deg,
                transects=sum(leg.kind is LegKind.TRANSECT for leg in sortie.legs),
            ),
        )
        for sortie in sorties
    )
    numbers = [sortie.summary for sortie in parts]
    summary = replace(
        known,
        length_m=sum(each.length_m for each in numbers),
        duration_s=sum(each.duration_s for each in numbers),
        photos=sum(each.photos for each in numbers),
        transit_m=sum(each.transit_m for each in numbers),
        max_height_agl_m=max(each.max_height_agl_m for each in numbers),
        energy_fraction=sum(each.energy_fraction for each in numbers),
    )
    return Route(tuple(leg for sortie in parts for leg in sortie.legs), summary, parts)


def _too_far(place: Waypoint, flying: Flying) -> str:
    needed = _joules_out(place, flying) + _joules_back(place, flying)
    part = needed / 3600 / flying.airframe.battery_wh
    return (
        f"the way to latitude {place.lat:.5f}, longitude {place.lon:.5f} and back alone takes {part:.0%} of a battery "
        f"of the {flying.airframe.name}, which leaves nothing for the work there; start nearer"
    )
