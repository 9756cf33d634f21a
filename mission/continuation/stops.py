"""Where on its plan a flight was broken off, by its track, the vehicle's count of items, and its pictures. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mission.continuation.remaining import BreakOff, PathLeg, leg_under_way, path_of
from mission.debrief.legs import OFF_ROUTE_M, FlownLeg, match
from mission.formats.document import PlanFile
from mission.routes.energy import Floats
from telemetry.errors import BadPlan
from telemetry.messages import Message
from telemetry.positions import LocalFrame

STRAIGHT_M = 5.0
"""A way home that is flown straight never strays farther from its line."""
ALONG_DEG = 30.0
"""A drone that flies in another direction than its leg crosses it, as on the way home."""


@dataclass(frozen=True)
class FlownTrack:
    """Where a drone was, a row a moment, by time; and where it took pictures, if it told."""

    lat: Floats
    lon: Floats
    pictures: Floats | None = None
    """Latitude and longitude in degrees, a row a picture, oldest first."""


def stop_at(plan: PlanFile, lat: float, lon: float) -> BreakOff:
    """The stop at the place of the last picture: on the nearest way on which pictures are taken.

    Raises BadPlan for a plan that jumps, or a place that is far from every such way.
    """
    path = path_of(plan)
    legs = [leg for leg in path if leg.takes_pictures] or path
    nearest = min(legs, key=lambda leg: leg.part(lat, lon)[1])
    away = nearest.part(lat, lon)[1]
    if away > OFF_ROUTE_M:
        raise BadPlan(
            Message("continuation.off_the_way", lat=f"{lat:.6f}", lon=f"{lon:.6f}", away_m=away, plan=plan.name)
        )
    return BreakOff(nearest.target, lat, lon)


def stop_of_item(plan: PlanFile, item: int) -> BreakOff:
    """The stop at the beginning of the way on which item number `item`, from 0, was under way.

    Raises BadPlan for a plan that jumps, or has no such item.
    """
    if not 0 <= item < len(plan.items):
        raise BadPlan(Message("continuation.no_item", plan=plan.name, item=item, last=len(plan.items) - 1))
    leg = leg_under_way(path_of(plan), item)
    if leg is None:
        return BreakOff(item, plan.items[item].lat, plan.items[item].lon)
    return BreakOff(item, leg.begins.lat, leg.begins.lon)


def stop_of_track(plan: PlanFile, track: FlownTrack, done: int | None = None) -> BreakOff:
    """The stop of a flight that was recorded; `done` items were flown, where the vehicle counted them.

    Without a count the leg is found by the track, less the straight way home at its end. Raises BadPlan for a plan
    that jumps, or a track that is nowhere on the plan.
    """
    path = path_of(plan)
    if done is not None:
        leg = leg_under_way(path, done)
    else:
        track = _without_way_home(track)
        leg = _leg_of(path, track)
        if leg is None:
            raise BadPlan(Message("continuation.other_track", plan=plan.name))
    if leg is None:
        return BreakOff(len(plan.items), plan.items[-1].lat, plan.items[-1].lon)
    part = _flown_part(leg, track)
    lat, lon = (
        start + part * (end - start) for start, end in ((leg.begins.lat, leg.ends.lat), (leg.begins.lon, leg.ends.lon))
    )
    return BreakOff(leg.target, lat, lon)


def _without_way_home(track: FlownTrack) -> FlownTrack:
    """The track less the straight line at its end, where it ends at the place at which it began."""
    if len(track.lat) < 2:
        return track
    frame = LocalFrame(float(track.lat[-1]), float(track.lon[-1]))
    places = np.array([frame.to_metres(lat, lon) for lat, lon in zip(track.lat, track.lon, strict=True)])
    if np.linalg.norm(places[0]) > OFF_ROUTE_M:
        return track
    first = len(places) - 1
    while first > 0 and _is_straight_home(places[first - 1 :]):
        first -= 1
    return FlownTrack(track.lat[: first + 1], track.lon[: first + 1], track.pictures)


def _is_straight_home(places: Floats) -> bool:
    """Whether none of `places` is far from the line from the first of them to home, which is at 0, 0."""
    way = -places[0]
    part = np.clip((places - places[0]) @ way / max(float(way @ way), 1e-9), 0, 1)
    return bool(np.linalg.norm(places - places[0] - part[:, None] * way, axis=1).max() <= STRAIGHT_M)


def _flown_part(leg: PathLeg, track: FlownTrack) -> float:
    """How much of `leg` was flown, 0..1: to its last picture, where pictures are told, else to its last place."""
    numbers = np.flatnonzero(_along(leg, track))
    parts = [leg.part(float(track.lat[n]), float(track.lon[n])) for n in numbers]
    flown = max((part for part, away in parts if away <= OFF_ROUTE_M), default=0.0)
    if track.pictures is None:
        return flown
    taken = [leg.part(float(lat), float(lon)) for lat, lon in track.pictures]
    return max((part for part, away in taken if away <= OFF_ROUTE_M and part <= flown), default=0.0)


def _leg_of(path: Sequence[PathLeg], track: FlownTrack) -> PathLeg | None:
    """The last leg with pictures (any leg, where none has) that was flown along."""
    legs = [leg for leg in path if leg.takes_pictures] or path
    if len(track.lat) < 2:
        return None
    frame = LocalFrame(path[0].ends.lat, path[0].ends.lon)
    places = np.array([(*frame.to_metres(lat, lon), 0.0) for lat, lon in zip(track.lat, track.lon, strict=True)])
    lines = [
        FlownLeg(np.array([(*frame.to_metres(end.lat, end.lon), 0.0) for end in (leg.begins, leg.ends)]), camera=True)
        for leg in legs
    ]
    numbers, apart = match(places, lines)
    last = None
    for number in np.unique(numbers):
        leg = legs[int(number)]
        if np.any((numbers == number) & (apart <= OFF_ROUTE_M) & _along(leg, track)):
            last = leg
    return last


def _along(leg: PathLeg, track: FlownTrack) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """For each row of the track whether it flies in the direction of `leg`."""
    if len(track.lat) < 2:
        return np.zeros(len(track.lat), dtype=np.bool_)
    frame = LocalFrame(leg.begins.lat, leg.begins.lon)
    places = np.array([frame.to_metres(lat, lon) for lat, lon in zip(track.lat, track.lon, strict=True)])
    course = np.gradient(places, axis=0)
    way = np.array(frame.to_metres(leg.ends.lat, leg.ends.lon))
    along = course @ way
    least = math.cos(math.radians(ALONG_DEG)) * np.linalg.norm(course, axis=1) * np.linalg.norm(way)
    found: np.ndarray[tuple[int], np.dtype[np.bool_]] = (along >= least) & (along > 0)
    return found
