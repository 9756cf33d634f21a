"""How the simulated multirotor moves: a pure model in metres and seconds. Speaks no MAVLink and reads no clock."""

import math
from collections.abc import Sequence
from enum import StrEnum

from telemetry.positions import LocalFrame, Position
from telemetry.transfer.mission_items import AltitudeFrame, Command, MissionItem
from telemetry.vehicles.airframe import Airframe

REACHED_M = 0.5
"""A point counts as reached this close to it, once slower than `REACHED_M_S`."""
REACHED_M_S = 0.6
RETURN_HEIGHT_M = 30.0
"""Metres above home to which it climbs, if lower, before it flies home."""
RESERVE_TO_ARM = 0.15
"""It refuses to arm with less battery than this."""
LONGEST_STEP_S = 0.1
FALLING_M_S = 15.0


class Mode(StrEnum):
    """What the vehicle is doing."""

    MANUAL = "manual"
    """Left to a remote control that nobody holds: it stays where it is."""
    HOLD = "hold"
    TAKEOFF = "takeoff"
    GOTO = "goto"
    """To a point, and there it stays."""
    MISSION = "mission"
    RETURN = "return"
    LAND = "land"


class Fault(StrEnum):
    """What it can be told to fail in."""

    GPS = "gps"
    """No position: it lands where it is, drifting with the wind."""
    MOTOR = "motor"
    """It falls."""
    BATTERY = "battery"
    """A cell breaks down: a tenth of the charge is left."""
    COMPASS = "compass"
    """It does not arm, and in the air its heading is wrong."""


class Multirotor:
    """A multirotor on a flat earth. Metres east, north and up are from its home."""

    def __init__(self, home: Position, airframe: Airframe | None = None, *, battery: float = 1.0) -> None:
        """Standing disarmed at `home`, whose altitude is metres above mean sea level (0 if None)."""
        self.home = home
        self.airframe = airframe or Airframe()
        self.mode = Mode.HOLD
        self.armed = False
        self.east = self.north = self.up = 0.0
        self.v_east = self.v_north = self.v_up = 0.0
        self.heading_deg = 0.0
        self.photos = 0
        self.wind = (0.0, 0.0)
        """Metres a second to the east and to the north that the air moves."""
        self.faults: set[Fault] = set()
        self.target: tuple[float, float, float] | None = None
        """Metres east, north and up to take off or go to."""
        self.after_takeoff = Mode.HOLD
        self.return_height_m = RETURN_HEIGHT_M
        self.rally: list[tuple[float, float, float]] = []
        """Returned to where nearer than home: metres east, north, and up at which it flies there."""
        self.items: list[MissionItem] = []
        self.current = 0
        """Items done."""
        self._local = LocalFrame(home.lat, home.lon)
        self._energy_wh = self.airframe.battery_wh * battery
        self._speed_m_s = 5.0
        self._trigger_m = 0.0
        self._since_photo_m = 0.0
        self._waited_s = 0.0

    @property
    def battery(self) -> float:
        """Fraction left, 0..1."""
        return max(0.0, self._energy_wh / self.airframe.battery_wh)

    @property
    def in_air(self) -> bool:
        return self.armed and self.up > 0.1

    @property
    def ground_speed_m_s(self) -> float:
        return math.hypot(self.v_east, self.v_north)

    @property
    def position(self) -> Position:
        """Where it is; altitude above mean sea level."""
        lat, lon = self._local.to_degrees(self.east, self.north)
        return Position(lat=lat, lon=lon, alt_m=(self.home.alt_m or 0.0) + self.up, accuracy_m=2.0)

    def load(self, items: Sequence[MissionItem]) -> None:
        """Take a new mission on board; it starts from its first item."""
        self.items = list(items)
        self.current = 0
        self._forget_item()

    def arm(self) -> bool:
        """Start the motors; False while something is wrong with it."""
        if self.why_not_armable() is not None:
            return False
        self.armed = True
        return True

    def why_not_armable(self) -> str | None:
        """What is wrong with it, in the words of a pre-arm check; None when nothing is."""
        if self.battery < RESERVE_TO_ARM:
            return f"battery at {self.battery:.0%}"
        return next((f"{fault} failure" for fault in sorted(self.faults)), None)

    def fail(self, fault: Fault) -> None:
        """Fail in something, from now on."""
        self.faults.add(fault)
        if fault is Fault.BATTERY:
            self._energy_wh = min(self._energy_wh, 0.1 * self.airframe.battery_wh)

    def disarm(self) -> bool:
        """Stop the motors; False in the air."""
        if self.in_air:
            return False
        self.armed = False
        self.mode = Mode.HOLD
        return True

    def fly_mission(self) -> None:
        """Begin the mission, or go on with it; from the start again when all of it is done."""
        if self.current >= len(self.items):
            self.current = 0
        self._forget_item()
        self.mode = Mode.MISSION

    def take_off(self, up_m: float) -> None:
        """Climb to `up_m` metres above home."""
        self.target = (self.east, self.north, up_m)
        self.mode = Mode.TAKEOFF

    def go_to(self, position: Position, up_m: float) -> None:
        """Fly to a place at `up_m` metres above home, and stay there."""
        self.target = (*self._local.to_metres(position.lat, position.lon), up_m)
        self.mode = Mode.GOTO

    def fly_at(self, speed_m_s: float) -> None:
        """Fly the mission, and to points, at another speed over ground."""
        self._speed_m_s = min(speed_m_s, self.airframe.max_speed_m_s)

    def trigger_every(self, metres: float) -> None:
        """Take a picture every so many metres; 0 for none."""
        self._trigger_m = max(metres, 0.0)
        self._since_photo_m = 0.0

    def turn_to(self, mode: Mode) -> None:
        """Hold, return or land, at once."""
        self._trigger_m = 0.0
        self.mode = mode

    def step(self, seconds: float) -> int:
        """Let `seconds` go by; gives the number of mission items completed meanwhile."""
        done = 0
        while seconds > 1e-9:
            dt = min(seconds, LONGEST_STEP_S)
            seconds -= dt
            done += self._step(dt)
        return done

    def _step(self, dt: float) -> int:
        if not self.armed:
            return 0
        air_speed = math.hypot(self.v_east - self.wind[0], self.v_north - self.wind[1])
        self._energy_wh -= self.airframe.power_w(air_speed, self.v_up) * dt / 3600
        if Fault.MOTOR in self.faults:
            self._fall(dt)
            return 0
        if self._energy_wh <= 0 or (Fault.GPS in self.faults and self.up > 0.1):
            self.mode = Mode.LAND
        if self.mode is Mode.MISSION:
            return self._follow(dt)
        if self.mode is Mode.RETURN:
            self._return(dt)
        elif self.mode is Mode.LAND:
            self._descend(dt)
        elif self.mode in (Mode.TAKEOFF, Mode.GOTO) and self.target is not None:
            if self._move(dt, *self.target, self._speed_m_s) and self.mode is Mode.TAKEOFF:
                self.mode = self.after_takeoff
        else:
            self._move(dt, self.east, self.north, self.up, 0.0)
        # A return or landing that the mission itself asked for completes its last item on the ground.
        if not self.armed and self._ends_on_ground():
            return self._complete()
        return 0

    def _follow(self, dt: float) -> int:
        before = self.current
        while self.current < len(self.items) and self._at_once(self.items[self.current]):
            self._complete()
        if self.current < len(self.items):
            self._navigate(dt, self.items[self.current])
        else:
            self.turn_to(Mode.HOLD)
        return self.current - before

    def _at_once(self, item: MissionItem) -> bool:
        """Whether `item` needs no flying; does what it says if so."""
        if item.command in (Command.WAYPOINT, Command.TAKEOFF, Command.RETURN_TO_LAUNCH, Command.LAND):
            return False
        if item.command == Command.CHANGE_SPEED and item.param2 > 0:
            self.fly_at(item.param2)
        elif item.command == Command.CAMERA_TRIGGER_DISTANCE:
            self.trigger_every(item.param1)
            if item.param3 == 1 and item.param1 > 0:
                self.photos += 1
        return True

    def _navigate(self, dt: float, item: MissionItem) -> None:
        if item.command == Command.RETURN_TO_LAUNCH:
            self.turn_to(Mode.RETURN)
            return
        east, north = self._target(item)
        if item.command == Command.LAND:
            if self._move(dt, east, north, self.up, self._speed_m_s):
                self.turn_to(Mode.LAND)
            return
        up = item.alt_m - (self.home.alt_m or 0.0) if item.frame in (AltitudeFrame.AMSL, 5) else item.alt_m
        if self._move(dt, east, north, up, self._speed_m_s):
            self._waited_s += dt
            if item.command == Command.TAKEOFF or self._waited_s >= (item.param1 or 0.0):
                self._complete()

    def _target(self, item: MissionItem) -> tuple[float, float]:
        if item.lat == 0 and item.lon == 0:
            return self.east, self.north
        return self._local.to_metres(item.lat, item.lon)

    def _return(self, dt: float) -> None:
        home = (0.0, 0.0, self.return_height_m)
        goal = min([home, *self.rally], key=lambda place: math.hypot(place[0] - self.east, place[1] - self.north))
        there = math.hypot(goal[0] - self.east, goal[1] - self.north) < 2 * REACHED_M
        height = self.up
        if not there:
            height = max(self.up, goal[2])
        east, north = self.east, self.north
        if there or self.up >= height - REACHED_M:
            east, north, _ = goal
        if self._move(dt, east, north, height, self.airframe.max_speed_m_s) and there:
            self.turn_to(Mode.LAND)

    def _fall(self, dt: float) -> None:
        self.v_up = max(self.v_up - 9.81 * dt, -FALLING_M_S)
        self.up = max(self.up + self.v_up * dt, 0.0)
        if self.up == 0.0:
            self.v_east = self.v_north = self.v_up = 0.0
            self.armed = False
            self.mode = Mode.HOLD

    def _descend(self, dt: float) -> None:
        if Fault.GPS in self.faults:
            self.east += 0.3 * self.wind[0] * dt
            self.north += 0.3 * self.wind[1] * dt
        self._move(dt, self.east, self.north, 0.0, 0.0)
        if self.up <= 0.05:
            self.up = self.v_east = self.v_north = self.v_up = 0.0
            self.armed = False
            self.mode = Mode.HOLD

    def _ends_on_ground(self) -> bool:
        last = len(self.items) - 1
        return self.current == last and self.items[last].command in (Command.RETURN_TO_LAUNCH, Command.LAND)

    def _complete(self) -> int:
        self.current += 1
        self._forget_item()
        return 1

    def _forget_item(self) -> None:
        self._waited_s = 0.0

    def _move(self, dt: float, east: float, north: float, up: float, speed: float) -> bool:
        """Steer for a point within the limits of the airframe; whether it is there and nearly at rest."""
        d_east = east - self.east
        d_north = north - self.north
        away = math.hypot(d_east, d_north)
        # Braking a little softer than the limit leaves the controller room to stop on the point.
        wanted = min(speed, math.sqrt(2 * 0.8 * self.airframe.acceleration_m_s2 * away), away / max(dt, 1e-6))
        scale = wanted / away if away > 1e-6 else 0.0
        self._accelerate(dt, d_east * scale, d_north * scale)
        rise = up - self.up
        self.v_up = max(-self.airframe.descent_m_s, min(self.airframe.climb_m_s, rise / max(dt, 1e-6)))
        self.east += self.v_east * dt
        self.north += self.v_north * dt
        self.up += self.v_up * dt
        self._trigger(self.ground_speed_m_s * dt)
        if self.ground_speed_m_s > 0.5:
            self.heading_deg = math.degrees(math.atan2(self.v_east, self.v_north)) % 360
        return away < REACHED_M and self.ground_speed_m_s < REACHED_M_S and abs(rise) < REACHED_M

    def _accelerate(self, dt: float, v_east: float, v_north: float) -> None:
        a_east = v_east - self.v_east
        a_north = v_north - self.v_north
        change = math.hypot(a_east, a_north)
        limit = self.airframe.acceleration_m_s2 * dt
        part = 1.0 if change <= limit else limit / change
        self.v_east += a_east * part
        self.v_north += a_north * part

    def _trigger(self, flown_m: float) -> None:
        if self._trigger_m <= 0:
            return
        self._since_photo_m += flown_m
        while self._since_photo_m >= self._trigger_m:
            self._since_photo_m -= self._trigger_m
            self.photos += 1
