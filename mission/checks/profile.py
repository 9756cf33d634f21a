"""What will be flown: a plan's items as segments in space and time, from take-off to landing. Judges nothing.

The vehicle is taken to climb straight up at home, to fly straight lines at the speed set, stopping at each point, to
return at its return height and to come straight down. What a plan says beyond that is named in `unclear`.
"""

import math
from collections.abc import Sequence
from dataclasses import replace

from mission.checks.anchor import Measured, anchored
from mission.checks.camera_trigger import CameraTrigger
from mission.checks.commands import HARMLESS, LAST_NAV, Do, Nav, in_flying_order
from mission.checks.segments import AirPoint, Profile, Segment, SegmentKind
from mission.ground import Terrain
from mission.heights import AboveSea, Band
from telemetry.errors import BadPlan
from telemetry.messages import Message
from telemetry.positions import LocalFrame, Position
from telemetry.transfer.mission_items import MissionItem
from telemetry.vehicles import Airframe

DEFAULT_SPEED_M_S = 5.0
"""Of a plan that sets none, as QGroundControl and the autopilots assume."""
AMSL_FRAMES = frozenset({0, 5})
RELATIVE_FRAMES = frozenset({3, 6})
TERRAIN_FRAMES = frozenset({10, 11})
"""MAV_FRAME_GLOBAL, _RELATIVE_ALT and _TERRAIN_ALT with their _INT twins (MAVLink common.xml)."""
CIRCLE_CORNERS = 24
MOST_SEGMENTS = 20_000
"""More is a slip, or an attack on the checker: no drone flies it on one battery."""


def profile_of(
    items: Sequence[MissionItem],
    *,
    home: Position | None,
    airframe: Airframe,
    terrain: Terrain | None,
    return_height_m: float,
    speed_m_s: float | None = None,
    ground: Band[AboveSea] | None = None,
) -> Profile:
    """What flying `items` from `home` means; without a home the first point that is flown to is taken for it.

    Without `terrain` the ground is as high as home, and `ground` is where the town says it may be: see `anchored`.
    `return_height_m` is metres above home. Raises BadPlan when nothing in the plan is flown, or the terrain does not
    reach that far.
    """
    pen = _ProfileBuilder(_home(items, home), airframe, terrain, return_height_m, speed_m_s, ground)
    if home is None:
        pen.assume(Message("checks.profile.no_home"))
    for number, item in in_flying_order(items):
        pen.follow(number, item)
    return pen.finished()


def _home(items: Sequence[MissionItem], home: Position | None) -> Position:
    if home is not None:
        return home
    for item in items:
        if item.command in frozenset(Nav) and (item.lat or item.lon):
            return Position(lat=item.lat, lon=item.lon)
    raise BadPlan(Message("checks.profile.flies_nowhere"))


class _ProfileBuilder:
    """Where the vehicle is while the items are gone through, and the segments so far."""

    def __init__(
        self,
        home: Position,
        airframe: Airframe,
        terrain: Terrain | None,
        return_height_m: float,
        speed: float | None,
        told: Band[AboveSea] | None,
    ) -> None:
        self._airframe = airframe
        self._return_height = return_height_m
        self._terrain, self._anchor = anchored(home, terrain, told)
        ground = self._anchor.reckoned_m
        self._start = AirPoint(home.lat, home.lon, ground)
        self._home = self._at = self._start
        self._speed = min(speed or DEFAULT_SPEED_M_S, airframe.max_speed_m_s)
        self._time = 0.0
        self._segments: list[Segment] = []
        self._unclear: list[Message] = []
        self._assumed: list[Message] = []
        self._camera = CameraTrigger()
        self._flying = self._down = False
        if home.alt_m is not None and terrain is not None and abs(home.alt_m - ground) > 30:
            self.assume(Message("checks.profile.home_differs", alt_m=home.alt_m, ground=ground))

    def assume(self, what: Message) -> None:
        self._assumed.append(what)

    def follow(self, number: int, item: MissionItem) -> None:
        """Do what one item says."""
        command = item.command
        if self._down and command <= LAST_NAV:
            self._down = False
        if command == Nav.RETURN:
            self._return()
        elif command == Nav.LAND:
            self._land(self._place(number, item, height=False))
        elif command == Nav.TAKEOFF:
            self._take_off(self._place(number, item, here=True))
        elif command in (Nav.WAYPOINT, Nav.SPLINE_WAYPOINT):
            self._waypoint(number, item)
        elif command in (Nav.LOITER_TIME, Nav.LOITER_TURNS, Nav.LOITER_UNLIMITED):
            self._loiter(number, item)
        elif command in (Nav.DELAY, Do.CONDITION_DELAY):
            self._delay(number, item)
        elif command == Do.CHANGE_SPEED and item.param2 > 0:
            self._speed = min(item.param2, self._airframe.max_speed_m_s)
        elif command == Do.SET_HOME:
            self._set_home(number, item)
        elif command in frozenset(Do):
            self._camera.follow(item, self._at)
        elif command in HARMLESS:
            self._camera.look(item)
        else:
            self._unclear.append(Message("checks.profile.command_not_followed", number=number, command=command))

    def finished(self) -> Profile:
        if not self._segments:
            raise BadPlan(Message("checks.profile.no_point"))
        if not self._down:
            self.assume(Message("checks.profile.ends_in_air"))
            self._return()
        return Profile(
            self._start,
            _with_work(self._segments),
            self._camera.photos,
            self._return_height,
            self._terrain,
            self._anchor,
            tuple(self._unclear),
            tuple(self._assumed),
            self._camera.pictures(),
        )

    def _place(self, number: int, item: MissionItem, *, here: bool = False, height: bool = True) -> AirPoint:
        """Where an item points to; 0, 0 and (with `here`) a take-off's own place mean where the vehicle is."""
        lat = item.lat
        lon = item.lon
        if here or not (lat or lon):
            lat = self._at.lat
            lon = self._at.lon
        if not height:
            return replace(self._at, lat=lat, lon=lon)
        if item.frame in AMSL_FRAMES:
            return AirPoint(lat, lon, item.alt_m, Measured.FROM_SEA)
        if item.frame in TERRAIN_FRAMES:
            return AirPoint(lat, lon, self._ground(lat, lon) + item.alt_m, Measured.FROM_GROUND)
        if item.frame not in RELATIVE_FRAMES:
            self._unclear.append(Message("checks.profile.frame_not_known", number=number, frame=item.frame))
        return AirPoint(lat, lon, self._home.amsl_m + item.alt_m)

    def _ground(self, lat: float, lon: float) -> float:
        return float(self._terrain.heights_m([lat], [lon])[0])

    def _take_off(self, to: AirPoint) -> None:
        self._flying = True
        self._fly(to, SegmentKind.TAKE_OFF)

    def _waypoint(self, number: int, item: MissionItem) -> None:
        to = self._place(number, item)
        if item.command == Nav.SPLINE_WAYPOINT:
            self.assume(Message("checks.profile.spline", number=number))
        self._fly_to(to)
        if not math.isnan(item.param1) and item.param1 > 0:
            self._hold(item.param1)

    def _loiter(self, number: int, item: MissionItem) -> None:
        to = self._place(number, item)
        self._fly_to(to)
        if item.command == Nav.LOITER_UNLIMITED:
            self._unclear.append(Message("checks.profile.endless_hold", number=number))
        elif item.command == Nav.LOITER_TIME:
            self._hold(max(0.0, item.param1))
        else:
            self._circle(to, turns=item.param1, radius=abs(item.param3) if not math.isnan(item.param3) else 0.0)

    def _circle(self, centre: AirPoint, *, turns: float, radius: float) -> None:
        if not 0 < turns <= 1_000 or radius == 0:
            self._unclear.append(Message("checks.profile.endless_circle", turns=turns, radius=radius))
            return
        frame = LocalFrame(centre.lat, centre.lon)
        for step in range(math.ceil(turns * CIRCLE_CORNERS) + 1):
            angle = 2 * math.pi * min(step / CIRCLE_CORNERS, turns)
            lat, lon = frame.to_degrees(radius * math.sin(angle), radius * math.cos(angle))
            self._fly(replace(centre, lat=lat, lon=lon), self._kind())

    def _delay(self, number: int, item: MissionItem) -> None:
        if item.param1 > 0 and self._flying:
            self._hold(item.param1)
        elif item.param1 < 0:
            self._unclear.append(Message("checks.profile.waits_for_time", number=number))

    def _set_home(self, number: int, item: MissionItem) -> None:
        """From here on heights above home count from another place, and the vehicle returns there."""
        here = item.param1 == 1 or not (item.lat or item.lon)
        self._home = self._at
        if not here:
            self._home = self._place(number, item)
        self.assume(
            Message("checks.profile.sets_home", number=number, lat=f"{self._home.lat:.6f}", lon=f"{self._home.lon:.6f}")
        )

    def _fly_to(self, to: AirPoint) -> None:
        """To a point of the plan, from the ground straight up first."""
        if not self._flying:
            self.assume(Message("checks.profile.no_take_off"))
            self._take_off(replace(to, lat=self._at.lat, lon=self._at.lon))
        self._fly(to, self._kind())

    def _kind(self) -> SegmentKind:
        if self._camera.on:
            return SegmentKind.WORK
        return SegmentKind.TRANSIT

    def _fly(self, to: AirPoint, kind: SegmentKind) -> None:
        east, north = LocalFrame(self._at.lat, self._at.lon).to_metres(to.lat, to.lon)
        length = math.hypot(east, north)
        rise = to.amsl_m - self._at.amsl_m
        frame = self._airframe
        along = 0.0
        if length > 0.01:
            along = frame.leg_seconds(length, self._speed)
        upright = max(rise / frame.climb_m_s, -rise / frame.descent_m_s)
        self._add(to, kind, max(along, upright), length)

    def _hold(self, seconds: float) -> None:
        self._add(self._at, SegmentKind.HOLD, seconds, 0.0)

    def _add(self, to: AirPoint, kind: SegmentKind, seconds: float, length: float) -> None:
        if seconds <= 0:
            return
        if len(self._segments) >= MOST_SEGMENTS or self._time + seconds > 86_400:
            raise BadPlan(Message("checks.profile.too_long"))
        ends = self._time + seconds
        self._segments.append(Segment(kind, self._at, to, self._time, ends, self._speed, self._camera.on))
        self._camera.fly(self._at, to, length_m=length, seconds=seconds)
        self._time += seconds
        self._at = to

    def _return(self) -> None:
        self._camera.switch()
        high = max(self._at.amsl_m, self._home.amsl_m + self._return_height)
        away = math.hypot(*LocalFrame(self._at.lat, self._at.lon).to_metres(self._home.lat, self._home.lon))
        if away > 1.0:
            above = AirPoint(self._at.lat, self._at.lon, high, self._return_measured(high))
            self._fly(above, SegmentKind.RETURN)
            self._fly(replace(above, lat=self._home.lat, lon=self._home.lon), SegmentKind.RETURN)
        self._land(self._home)

    def _return_measured(self, high_m: float) -> Measured:
        """What the height of the way back goes up and down with: home, unless only the plan's own height counts."""
        if high_m == self._at.amsl_m and self._anchor.home.known:
            return self._at.measured
        return Measured.FROM_HOME

    def _land(self, at: AirPoint) -> None:
        self._camera.switch()
        self._fly(replace(self._at, lat=at.lat, lon=at.lon), SegmentKind.RETURN)
        landed = self._start
        if (at.lat, at.lon) != (self._start.lat, self._start.lon):
            landed = AirPoint(at.lat, at.lon, self._ground(at.lat, at.lon), Measured.FROM_GROUND)
        self._fly(landed, SegmentKind.LANDING)
        self._flying = False
        self._down = True


def _with_work(segments: list[Segment]) -> tuple[Segment, ...]:
    """A plan that never says when pictures are taken works from its first point on."""
    if any(segment.camera for segment in segments):
        return tuple(segments)
    with_work = list(segments)
    ways = [number for number, segment in enumerate(segments) if segment.kind is SegmentKind.TRANSIT]
    for number in ways[1:]:
        with_work[number] = replace(segments[number], kind=SegmentKind.WORK)
    return tuple(with_work)
