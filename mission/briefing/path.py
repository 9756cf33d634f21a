"""Where the mission items of a plan take the drone, and how high above home and ground. Knows no page."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from mission.formats.document import PlanFile
from mission.terrain import Terrain
from telemetry.errors import BadPlan
from telemetry.positions import LocalFrame, Position, distance_m
from telemetry.vehicles import Command, MissionItem

STEP_M = 10.0
"""The ground is looked at this often along the path at the least."""
FLOWN_TO = {16, 17, 18, 19, 21, 31, 36, 82, 85}
"""MAV_CMD_NAV_*: waypoint, loiters, land, loiter to altitude, arc, spline, VTOL landing. A take-off is flown at home."""
TAKES_OFF = {Command.TAKEOFF, 84}
"""MAV_CMD_NAV_TAKEOFF and _VTOL_TAKEOFF."""
CAMERA_STARTS, CAMERA_STOPS = {2000, 2500}, {2001, 2501}
"""MAV_CMD_IMAGE_START_CAPTURE, _VIDEO_START_CAPTURE and their stops."""
LANDS = "land"
AMSL_FRAMES, TERRAIN_FRAMES = {0, 5}, {10, 11}
"""MAV_FRAME_GLOBAL(_INT) and MAV_FRAME_GLOBAL_TERRAIN_ALT(_INT); every other is taken as above home."""


class Part(StrEnum):
    """What a piece of the path is for."""

    CAMERA = "camera"
    """Flown with the camera on."""
    BETWEEN = "between"
    """From one such piece to the next, or any flying of a plan that never switches a camera."""
    TRANSIT = "transit"
    """From home to the work, and back."""


@dataclass(frozen=True)
class Waypoint:
    """One place that the drone flies to."""

    number: int
    """As it is printed on the map: 1 is the first after home."""
    lat: float
    lon: float
    height_m: float
    """Metres above home."""
    ground_m: float
    """Metres that the ground there lies above home."""
    part: Part
    """What the way to it is for."""
    does: str
    """What it does there, in words; empty when it only passes."""
    way_m: float
    """Metres over ground from the waypoint (or home) before."""

    @property
    def agl_m(self) -> float:
        """Metres above the ground below it."""
        return self.height_m - self.ground_m


@dataclass(frozen=True)
class Profile:
    """Heights along the path, for drawing: four arrays of the same length, metres."""

    along_m: NDArray[np.float64]
    """Over ground from take-off."""
    height_m: NDArray[np.float64]
    """Above home."""
    ground_m: NDArray[np.float64]
    """Of the ground, above home."""

    @property
    def agl_m(self) -> NDArray[np.float64]:
        """Above ground."""
        return self.height_m - self.ground_m


@dataclass(frozen=True)
class Path:
    """The whole flight: home, the waypoints in flying order, and the way back."""

    home: Position
    """Its altitude is metres above mean sea level, of the plan or else of the terrain."""
    waypoints: tuple[Waypoint, ...]
    returns: bool
    """Whether the plan ends with the return to home; else it ends where its last waypoint is."""
    climb_m: float
    """Metres above home to which it climbs before it sets out."""
    return_m: float
    """Metres above home at which it flies back."""
    profile: Profile

    @property
    def length_m(self) -> float:
        """Over ground, the return included."""
        return float(self.profile.along_m[-1])

    @property
    def highest_m(self) -> float:
        """The highest waypoint, metres above home; the climb at home and the way back not counted."""
        return max(waypoint.height_m for waypoint in self.waypoints)

    @property
    def highest_agl_m(self) -> float:
        """The most above ground anywhere along it."""
        return float(np.max(self.profile.agl_m))

    @property
    def lowest_agl_m(self) -> float:
        """The least above ground from the first waypoint to the last that is no landing."""
        flown = [waypoint for waypoint in self.waypoints if waypoint.does != LANDS]
        along = np.cumsum([waypoint.way_m for waypoint in self.waypoints])
        last = along[len(flown) - 1] if flown else 0.0
        there = (self.profile.along_m >= along[0] - 0.01) & (self.profile.along_m <= last + 0.01)
        return float(np.min(self.profile.agl_m[there])) if there.any() else 0.0

    @property
    def way_back_m(self) -> float:
        """Over ground from the last waypoint to home; 0 where the plan does not return."""
        return _way(self.waypoints[-1], self.home) if self.returns else 0.0

    @property
    def farthest_m(self) -> float:
        """The waypoint farthest from home, over ground."""
        return max(_way(waypoint, self.home) for waypoint in self.waypoints)

    def legs(self) -> Iterator[tuple[Part, list[tuple[float, float]]]]:
        """Pieces of one kind in flying order, as (lat, lon) lists; each begins where the one before it ended."""
        here = (self.home.lat, self.home.lon)
        part, line = Part.TRANSIT, [here]
        for waypoint in self.waypoints:
            if waypoint.part is not part and len(line) > 1:
                yield part, line
                line = [line[-1]]
            part = waypoint.part
            line.append((waypoint.lat, waypoint.lon))
        yield part, line
        if self.returns:
            yield Part.TRANSIT, [line[-1], here]


def path_of(plan: PlanFile, terrain: Terrain, *, return_m: float | None = None) -> Path:
    """The path that `plan` flies over `terrain`. Raises BadPlan when it goes nowhere.

    Missions do not say how high the vehicle flies back; `return_m` (metres above home) does, else as high as the plan's
    highest waypoint.
    """
    flown = [item for item in plan.items if is_flown_to(item)]
    if not flown:
        raise BadPlan(f"{plan.name or 'the plan'} has no waypoint, so there is nothing to brief; add one")
    start = next((item for item in plan.items if item.command in TAKES_OFF), None)
    home = plan.home or _place(start if start is not None and (start.lat, start.lon) != (0, 0) else flown[0])
    ground_home = float(terrain.heights_m(home.lat, home.lon))
    if home.alt_m is None:
        home = home.model_copy(update={"alt_m": ground_home})
    waypoints = _waypoints(plan.items, home, ground_home, terrain)
    climb = waypoints[0].height_m if start is None else _above_home(start, home, 0.0)
    highest = max(climb, *(waypoint.height_m for waypoint in waypoints))
    return_m = highest if return_m is None else max(return_m, waypoints[-1].height_m)
    returns = any(item.command == Command.RETURN_TO_LAUNCH for item in plan.items)
    corners = [(home.lat, home.lon, climb), *((w.lat, w.lon, w.height_m) for w in waypoints)]
    if returns:
        corners += [(waypoints[-1].lat, waypoints[-1].lon, return_m), (home.lat, home.lon, return_m)]
    return Path(home, waypoints, returns, climb, return_m, _profile(corners, ground_home, terrain))


def is_flown_to(item: MissionItem) -> bool:
    """Whether the item is a place that the drone flies to."""
    return item.command in FLOWN_TO and (item.lat, item.lon) != (0, 0)


def bearing_deg(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Direction from `a` to `b`, (lat, lon) degrees both, clockwise from north, on the flat metres around `a`."""
    east, north = LocalFrame(*a).to_metres(*b)
    return math.degrees(math.atan2(east, north)) % 360


def _waypoints(
    items: Sequence[MissionItem], home: Position, ground_home: float, terrain: Terrain
) -> tuple[Waypoint, ...]:
    found: list[Waypoint] = []
    camera, here = False, home
    for item in items:
        camera = _camera_after(item, camera)
        if not is_flown_to(item):
            if found and (word := _done_at(item)):
                found[-1] = replace(found[-1], does=", ".join(filter(None, (found[-1].does, word))))
            continue
        ground = float(terrain.heights_m(item.lat, item.lon)) - ground_home
        there = _place(item)
        found.append(
            Waypoint(
                number=len(found) + 1,
                lat=item.lat,
                lon=item.lon,
                height_m=_above_home(item, home, ground),
                ground_m=ground,
                part=Part.CAMERA if camera else Part.BETWEEN,
                does=_flown_as(item),
                way_m=distance_m(here, there),
            )
        )
        here = there
    return _with_transits(found)


def _with_transits(found: list[Waypoint]) -> tuple[Waypoint, ...]:
    """The way to the first waypoint is transit, and all that lies before or after the work of the camera."""
    starts = [n for n, waypoint in enumerate(found) if waypoint.part is Part.CAMERA]
    first = max(starts[0], 1) if starts else 1
    last = starts[-1] if starts else len(found)
    return tuple(
        replace(waypoint, part=Part.TRANSIT) if n < first or n > last else waypoint for n, waypoint in enumerate(found)
    )


def _camera_after(item: MissionItem, before: bool) -> bool:
    if item.command == Command.CAMERA_TRIGGER_DISTANCE:
        return item.param1 > 0
    if item.command in CAMERA_STARTS | CAMERA_STOPS:
        return item.command in CAMERA_STARTS
    return before


def _above_home(item: MissionItem, home: Position, ground_m: float) -> float:
    if item.command == Command.LAND:
        return ground_m
    if item.frame in AMSL_FRAMES:
        return item.alt_m - (home.alt_m or 0.0)
    return item.alt_m + ground_m if item.frame in TERRAIN_FRAMES else item.alt_m


def _flown_as(item: MissionItem) -> str:
    """What is done at a place beside passing it. MAV_CMD by number: MAVLink common.xml."""
    match item.command:
        case Command.LAND | 85:
            return LANDS
        case Command.WAYPOINT if item.param1 > 0:
            return f"hold {item.param1:g} s"
        case 17:
            return "hold until told"
        case 18:
            return f"circle {item.param1:g} times"
        case 19:
            return f"hold {item.param1:g} s"
        case _:
            return ""


def _done_at(item: MissionItem) -> str:
    match item.command:
        case Command.CHANGE_SPEED if item.param2 > 0:
            return f"{item.param2:g} m/s"
        case Command.CAMERA_TRIGGER_DISTANCE:
            return f"picture every {item.param1:g} m" if item.param1 > 0 else "pictures stop"
        case 2000:
            return "pictures start"
        case 2001:
            return "pictures stop"
        case 2500:
            return "video starts"
        case 2501:
            return "video stops"
        case 93:
            return f"wait {item.param1:g} s"
        case Command.RETURN_TO_LAUNCH:
            return "return to home"
        case _:
            return ""


def _profile(corners: Sequence[tuple[float, float, float]], ground_home: float, terrain: Terrain) -> Profile:
    """`corners` are (lat, lon, metres above home) in flying order."""
    rows, along = [np.array([[*corners[0], 0.0]])], 0.0
    for a, b in pairwise(corners):
        way = distance_m(Position(lat=a[0], lon=a[1]), Position(lat=b[0], lon=b[1]))
        begin, end = np.array([*a, along]), np.array([*b, along + way])
        steps = np.linspace(0, 1, max(2, math.ceil(way / STEP_M) + 1))[1:, None]
        rows.append(begin + steps * (end - begin))
        along += way
    lats, lons, heights, alongs = np.concatenate(rows).T
    return Profile(alongs, heights, terrain.heights_m(lats, lons) - ground_home)


def _place(item: MissionItem) -> Position:
    return Position(lat=item.lat, lon=item.lon)


def _way(waypoint: Waypoint, home: Position) -> float:
    return distance_m(Position(lat=waypoint.lat, lon=waypoint.lon), home)
