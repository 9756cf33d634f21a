"""Visits that no battery lasts for, divided into parts that one does. Pure; plans nothing."""

import math
from collections.abc import Sequence
from datetime import timedelta

from mission.schedule.request import ScheduleRequest, ScheduleSpan, ScheduleZone, Unit, window_spans
from mission.schedule.travel import TravelTimes, habits
from telemetry.units.kinds import UnitKind


def with_divided_visits(request: ScheduleRequest) -> ScheduleRequest:
    """The request with each zone's visits in parts that a drone's battery lasts for, where only drones may serve it.

    A window is divided evenly, and one part is wanted in each piece of it; so is a revisit interval. The same request
    comes back where nothing is too long, so dividing twice changes nothing.
    """
    drones = [unit for unit in request.units if unit.kind is UnitKind.DRONE]
    if not drones:
        return request
    ways = TravelTimes(request)
    zones = [_divided(zone, request, _longest_stay_min(zone, drones, ways)) for zone in request.zones]
    if all(one is other for one, other in zip(zones, request.zones, strict=True)):
        return request
    return request.model_copy(update={"zones": tuple(zones)})


def _longest_stay_min(zone: ScheduleZone, drones: Sequence[Unit], ways: TravelTimes) -> float:
    """Minutes that the drone that can stay longest can stay at a zone and come home; 0 or less: it is too far."""
    return max(_stay_min(zone, drone, ways) for drone in drones)


def _stay_min(zone: ScheduleZone, drone: Unit, ways: TravelTimes) -> float:
    usual = habits(drone)
    if usual.battery is None:
        return math.inf
    there = ways.seconds(drone, drone.id, zone.id) + ways.seconds(drone, zone.id, drone.id)
    return (usual.battery.usable_s - there) / 60 - usual.setup_min - usual.takedown_min


def _divided(zone: ScheduleZone, request: ScheduleRequest, stay_min: float) -> ScheduleZone:
    if zone.served_by != {UnitKind.DRONE} or zone.dwell_min <= stay_min or stay_min < 1:
        return zone
    parts = math.ceil(zone.dwell_min / stay_min)
    changed: dict[str, object] = {"dwell_min": zone.dwell_min / parts}
    if zone.revisit_min is not None:
        changed["revisit_min"] = zone.revisit_min / parts
    else:
        changed["windows"] = tuple(piece for window in _spans(zone, request) for piece in _pieces(window, parts))
    return zone.model_copy(update=changed)


def _spans(zone: ScheduleZone, request: ScheduleRequest) -> list[ScheduleSpan]:
    """The zone's windows in UTC; the horizon where it has none."""
    if not zone.windows:
        return [ScheduleSpan(begins=request.begins, ends=request.ends)]
    return window_spans(request, zone)


def _pieces(window: ScheduleSpan, parts: int) -> list[ScheduleSpan]:
    length: timedelta = (window.ends - window.begins) / parts
    return [
        ScheduleSpan(begins=window.begins + n * length, ends=window.begins + (n + 1) * length) for n in range(parts)
    ]
