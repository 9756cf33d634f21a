"""The flight as it is printed: numbered waypoints, legs, and heights along the way. Works none of it out anew:
what is flown is for `mission.checks.profile` to say, so that the sheet and its verdicts speak of the same flight."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from mission.checks.commands import Do, Nav
from mission.checks.segments import AirPoint, Profile, Segment, SegmentKind
from mission.checks.volumes import Samples, samples_of
from telemetry.errors import BadPlan
from telemetry.messages import Message
from telemetry.positions import LocalFrame, Position, distance_m
from telemetry.transfer.mission_items import MissionItem

FLOWN_TO = frozenset({
    Nav.WAYPOINT, Nav.LOITER_UNLIMITED, Nav.LOITER_TURNS, Nav.LOITER_TIME, Nav.SPLINE_WAYPOINT, Nav.LAND,
})  # fmt: skip
LEG_KINDS = (SegmentKind.WORK, SegmentKind.TRANSIT, SegmentKind.RETURN)
SAME_PLACE_DEG = 1e-7


@dataclass(frozen=True)
class BriefingWaypoint:
    """One place that the drone flies to."""

    number: int
    """As it is printed: 1 is the first after home."""
    lat: float
    lon: float
    height_m: float
    """Metres above home."""
    agl_m: float
    """Metres above the ground below it."""
    kind: SegmentKind
    """What the way to it is for."""
    does: Message | None
    """What happens there, in words; empty when the drone only passes."""
    way_m: float
    """Metres over ground from the waypoint (or home) before."""
    along_m: float
    """Metres flown over ground from home to it."""


@dataclass(frozen=True)
class BriefingTrack:
    """A profile and the items that it was made of."""

    profile: Profile
    items: tuple[MissionItem, ...]

    @property
    def home(self) -> AirPoint:
        """Where it takes off; its height is the ground's, above mean sea level."""
        return self.profile.home

    @cached_property
    def samples(self) -> Samples:
        """The path every 10 m over the terrain."""
        return samples_of(self.profile)

    @cached_property
    def along_m(self) -> NDArray[np.float64]:
        """Metres flown over ground, for each of the samples."""
        frame = LocalFrame(self.home.lat, self.home.lon)
        east, north = np.array([frame.to_metres(*at) for at in zip(self.samples.lat, self.samples.lon, strict=True)]).T
        return np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(east), np.diff(north)))])

    @property
    def length_m(self) -> float:
        """Over ground, the way back included."""
        return sum(segment.length_m for segment in self.profile.segments)

    @property
    def speed_m_s(self) -> float:
        """The highest speed over ground that is set on it."""
        return max(segment.speed_m_s for segment in self.profile.segments)

    @property
    def highest_m(self) -> float:
        """The highest that the plan itself goes, metres above home; the way back not counted."""
        ends = [s.ends.amsl_m for s in self.profile.segments if s.kind not in (SegmentKind.RETURN, SegmentKind.LANDING)]
        return max(ends) - self.home.amsl_m

    @property
    def return_m(self) -> float | None:
        """How high it flies back, metres above home; None where it lands without a way back."""
        back = [s.ends.amsl_m for s in self.profile.segments if s.kind is SegmentKind.RETURN]
        if not back:
            return None
        return max(back) - self.home.amsl_m

    @property
    def highest_agl_m(self) -> float:
        """The most above ground anywhere, the way back included."""
        return float(np.max(self.samples.agl_m))

    @property
    def doubt(self) -> Message | None:
        """What is printed after a height above ground that nobody has measured; None with a terrain file."""
        if self.profile.anchor.surveyed:
            return None
        return Message("briefing.if_ground_is_level")

    @property
    def lowest_agl_m(self) -> float:
        """The least above ground between take-off and landing."""
        level = [n for n, s in enumerate(self.profile.segments) if s.kind in (*LEG_KINDS, SegmentKind.HOLD)]
        chosen = self.samples.agl_m[np.isin(self.samples.segment, level)]
        if not chosen.size:
            return 0.0
        return float(np.min(chosen))

    @property
    def farthest_m(self) -> float:
        """The place farthest from home, over ground."""
        return max(_apart(self.home, segment.ends) for segment in self.profile.segments)

    def legs(self) -> Iterator[tuple[SegmentKind, list[tuple[float, float]]]]:
        """Pieces of one kind in flying order, as (lat, lon) lists; each begins where the one before it ended."""
        kind = None
        line = [(self.home.lat, self.home.lon)]
        for segment in self.profile.segments:
            if segment.length_m < 0.01:
                continue
            if segment.kind is not kind and len(line) > 1 and kind is not None:
                yield kind, line
                line = [line[-1]]
            kind = segment.kind
            line.append((segment.ends.lat, segment.ends.lon))
        if kind is not None:
            yield kind, line

    @cached_property
    def waypoints(self) -> tuple[BriefingWaypoint, ...]:
        """Every place that an item flies to, in order. Raises BadPlan when there is none."""
        found: list[BriefingWaypoint] = []
        segments = self.profile.segments
        done = 0
        for item in self.items:
            if item.command in FLOWN_TO and (item.lat or item.lon):
                reached = _reached(segments, done, item)
                found.append(self._waypoint(item, len(found) + 1, segments[done : reached + 1], found))
                done = reached + 1
            elif found and (word := _done_at(item)) is not None:
                found[-1] = replace(found[-1], does=_both(found[-1].does, word))
        if not found:
            raise BadPlan(Message("briefing.no_waypoint"))
        return tuple(found)

    def _waypoint(
        self, item: MissionItem, number: int, flown: Sequence[Segment], before: list[BriefingWaypoint]
    ) -> BriefingWaypoint:
        """The waypoint that `flown` leads to; without segments it is where the one before it was."""
        way = sum(segment.length_m for segment in flown)
        height = flown[-1].ends.amsl_m if flown else self.home.amsl_m + (before[-1].height_m if before else 0.0)
        if item.command == Nav.LAND:
            height = float(self.profile.terrain.heights_m(item.lat, item.lon))
        ground = float(self.profile.terrain.heights_m(item.lat, item.lon))
        kinds = [segment.kind for segment in flown if segment.kind in LEG_KINDS]
        return BriefingWaypoint(
            number=number,
            lat=item.lat,
            lon=item.lon,
            height_m=height - self.home.amsl_m,
            agl_m=height - ground,
            kind=kinds[-1] if kinds else SegmentKind.TRANSIT,
            does=_flown_as(item),
            way_m=way,
            along_m=(before[-1].along_m if before else 0.0) + way,
        )


def bearing_deg(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Direction from `a` to `b`, (lat, lon) degrees both, clockwise from north, on the flat metres around `a`."""
    east, north = LocalFrame(*a).to_metres(*b)
    return math.degrees(math.atan2(east, north)) % 360


def corners(line: Sequence[tuple[float, float]], frame: LocalFrame) -> Iterator[tuple[tuple[float, float], ...]]:
    """The straight pieces of a (lat, lon) line, as pairs of (east, north) metres of `frame`."""
    yield from pairwise([tuple(frame.to_metres(*place)) for place in line])


def _reached(segments: Sequence[Segment], start: int, item: MissionItem) -> int:
    """The segment with which the item's place is reached; the one before `start` when it was there already."""
    for number in range(start, len(segments)):
        ends = segments[number].ends
        if abs(ends.lat - item.lat) < SAME_PLACE_DEG and abs(ends.lon - item.lon) < SAME_PLACE_DEG:
            return number
    return start - 1


def _both(first: Message | None, second: Message) -> Message:
    if first is None:
        return second
    return Message("waypoints.both", first=first, second=second)


def _flown_as(item: MissionItem) -> Message | None:
    match item.command:
        case Nav.WAYPOINT | Nav.LOITER_TIME if item.param1 > 0:
            return Message("waypoints.hold", hold_s=item.param1)
        case Nav.LOITER_UNLIMITED:
            return Message("waypoints.hold_until_told")
        case Nav.LOITER_TURNS:
            return Message("waypoints.circles", turns=item.param1, radius_m=abs(item.param3))
        case Nav.LAND:
            return Message("waypoints.land")
        case _:
            return None


def _done_at(item: MissionItem) -> Message | None:
    value = item.param1
    second = item.param2
    words = {
        Do.CHANGE_SPEED: Message("waypoints.speed", speed_m_s=second),
        Do.DIGICAM_CONTROL: Message("waypoints.one_picture"),
        Do.TRIGGER_DISTANCE: Message("waypoints.picture_every_m", distance_m=value),
        Do.TRIGGER_INTERVAL: Message("waypoints.picture_every_s", interval_s=value / 1000),
        Do.IMAGE_START: Message("waypoints.picture_every_s", interval_s=second),
        Do.IMAGE_STOP: _PICTURES_STOP,
        2500: Message("waypoints.video_starts"),
        2501: Message("waypoints.video_stops"),
        Nav.DELAY: Message("waypoints.wait", wait_s=value),
        Nav.RETURN: Message("waypoints.return_home"),
    }
    if item.command in (Do.TRIGGER_DISTANCE, Do.TRIGGER_INTERVAL) and value <= 0:
        return _PICTURES_STOP
    if item.command == Do.IMAGE_START and second <= 0:
        return Message("waypoints.picture")
    return words.get(item.command)


_PICTURES_STOP = Message("waypoints.pictures_stop")


def _apart(a: AirPoint, b: AirPoint) -> float:
    return distance_m(Position(lat=a.lat, lon=a.lon), Position(lat=b.lat, lon=b.lon))
