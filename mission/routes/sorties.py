"""A route that one battery cannot fly, divided into sorties that each start and land at home with the reserve left.

Nothing that is photographed, patrolled or watched is left out or done twice; turns between two sorties are. Where the
cuts lie: `battery_cuts`.
"""

from collections.abc import Sequence
from dataclasses import replace

from mission.routes.battery_cuts import BatteryCuts
from mission.routes.route import Leg, LegKind, Route
from mission.routes.takeoff_places import takeoff_places
from mission.routes.transits import Flying, with_transits

SLACK = 0.999
"""Part of the allowance that is planned with; the rest is for rounding to 1e-7 degrees."""
WAYS = (LegKind.TRANSIT, LegKind.CLIMB)


def in_sorties(route: Route, flying: Flying, reserve: float) -> Route:
    """`route`, with `sorties` when it needs more than a battery less `reserve` (0..1), else as it is.

    Undivided too where there is no home to come back to. What needs several batteries says from where it would need
    fewer. Raises BadPlan when a part of the work is too far away to be reached and returned from, or when more than 40
    batteries would be needed.
    """
    if route.summary.energy_fraction <= 1 - reserve:
        return route
    work = work_of(route)
    allowed = allowed_joules(flying, reserve)
    if flying.home is None:
        return replace(route, takeoff_places=takeoff_places(work, flying, allowed, None))
    parts = BatteryCuts(work, flying, allowed).parts()
    divided = _whole(route, [with_transits(part.legs, flying) for part in parts])
    return replace(divided, takeoff_places=takeoff_places(work, flying, allowed, len(parts)))


def allowed_joules(flying: Flying, reserve: float) -> float:
    """What a sortie may use of its battery when `reserve` (0..1) of it is to be left."""
    return SLACK * (1 - reserve) * flying.airframe.battery_wh * 3600


def work_of(route: Route) -> list[Leg]:
    """The legs between the way out and the way back."""
    legs = list(route.legs)
    while legs and legs[0].kind in WAYS:
        legs.pop(0)
    while legs and legs[-1].kind in WAYS:
        legs.pop()
    return legs


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
