"""What the simulated autopilot tells of itself, and how often. Rates: PX4's MAVLINK_MODE_NORMAL, in hertz."""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from telemetry.positions import LocalFrame
from telemetry.simulator.state import AutopilotState
from telemetry.vehicles.kinematics import Fault, Mode, Multirotor

ALWAYS = {"HEARTBEAT": 1.0}
REPORTS = {
    "ATTITUDE": 15.0,
    "GLOBAL_POSITION_INT": 5.0,
    "VFR_HUD": 4.0,
    "SYS_STATUS": 1.0,
    "EXTENDED_SYS_STATE": 1.0,
    "GPS_RAW_INT": 1.0,
    "MISSION_CURRENT": 1.0,
    "EKF_STATUS_REPORT": 1.0,
    "SYSTEM_TIME": 1.0,
    "BATTERY_STATUS": 0.5,
    "HOME_POSITION": 0.5,
    "GIMBAL_DEVICE_ATTITUDE_STATUS": 5.0,
}
"""Streamed unasked by PX4, and by ArduPilot once asked."""
GIMBAL = 1
"""The gimbal's number within the autopilot's component, which tells for it."""
_EPOCH_S = 1_700_000_000
"""The simulated GPS week: 2023, so that nobody takes its time for real."""


class Reporter:
    """Keeps the rates, and builds each message from the model."""

    def __init__(self, pilot: AutopilotState) -> None:
        self._pilot = pilot
        self._rates: dict[str, float] = {}
        self._next: dict[str, float] = {}
        self._booted_at = 0.0
        self._shown = (pilot.model.armed, pilot.model.mode)
        self.boot()

    def boot(self) -> None:
        """Begin with the flavour's usual streams."""
        self._booted_at = self._pilot.now
        self._rates = dict(ALWAYS)
        if self._pilot.flavour.streams_unasked:
            self._rates |= REPORTS
        self._next = {}

    def usual(self, name: str) -> float:
        """The rate of a message when nobody asked for another."""
        return REPORTS.get(name, 0.0)

    def ask(self, name: str, rate_hz: float) -> bool:
        """Stream a message at another rate, 0 to stop; whether it is known."""
        if name not in _BUILD or name in ALWAYS:
            return name in ALWAYS
        self._rates[name] = min(rate_hz, 50.0)
        self._next.pop(name, None)
        return True

    def tell(self, name: str) -> bool:
        """Send a message once, now; whether it is known."""
        build = _BUILD.get(name)
        if name == "GIMBAL_DEVICE_ATTITUDE_STATUS" and not self._pilot.gimbal.fitted:
            return False
        if build is not None:
            self._pilot.say(build(self._pilot, self))
        return build is not None

    def due(self) -> None:
        """Send what is due."""
        now = self._pilot.now
        mode = (self._pilot.model.armed, self._pilot.model.mode)
        if mode != self._shown:  # ArduPilot tells a change at once; however fast time flies here, none goes untold
            self._shown = mode
            self._next["HEARTBEAT"] = now
        for name, rate in self._rates.items():
            if rate > 0 and now >= self._next.get(name, now):
                self._next[name] = max(self._next.get(name, now) + 1 / rate, now)
                self.tell(name)

    def photo(self, number: int) -> None:
        """Say that a picture was taken, and from where, as the flavour does."""
        at = self._pilot.model.position
        up = self._pilot.model.up
        if self._pilot.flavour.camera_message == "CAMERA_FEEDBACK":
            self._pilot.say(
                mavlink.MAVLink_camera_feedback_message(
                    (_EPOCH_S * 1_000 + self.boot_ms) * 1_000, 0, 0, number, round(at.lat * 1e7), round(at.lon * 1e7),
                    at.alt_m or 0.0, up, 0, 0, _heading(self._pilot), 0, 0,
                )
            )  # fmt: skip
            return
        self._pilot.say(
            mavlink.MAVLink_camera_image_captured_message(
                self.boot_ms, (_EPOCH_S * 1_000 + self.boot_ms) * 1_000, 1, round(at.lat * 1e7), round(at.lon * 1e7),
                round((at.alt_m or 0) * 1e3), round(up * 1e3), self._pilot.gimbal.turn, number, 1, b"",
            )
        )  # fmt: skip

    @property
    def boot_ms(self) -> int:
        """Milliseconds since it booted."""
        return max(0, round((self._pilot.now - self._booted_at) * 1e3))


def _heartbeat(pilot: AutopilotState, _: Reporter) -> Any:
    model = pilot.model
    base = mavlink.MAV_MODE_FLAG_CUSTOM_MODE_ENABLED | mavlink.MAV_MODE_FLAG_STABILIZE_ENABLED
    if model.armed:
        base |= mavlink.MAV_MODE_FLAG_SAFETY_ARMED
    base |= mavlink.MAV_MODE_FLAG_AUTO_ENABLED | mavlink.MAV_MODE_FLAG_GUIDED_ENABLED
    state = mavlink.MAV_STATE_STANDBY
    if model.armed:
        state = mavlink.MAV_STATE_ACTIVE
    if model.faults:
        state = mavlink.MAV_STATE_CRITICAL
    mode = pilot.flavour.shows[model.mode]
    return mavlink.MAVLink_heartbeat_message(mavlink.MAV_TYPE_QUADROTOR, pilot.flavour.autopilot, base, mode, state, 3)


def _attitude(pilot: AutopilotState, reporter: Reporter) -> Any:
    yaw = math.radians((_heading(pilot) + 180) % 360 - 180)
    return mavlink.MAVLink_attitude_message(reporter.boot_ms, 0, 0, yaw, 0, 0, 0)


def _position(pilot: AutopilotState, reporter: Reporter) -> Any:
    model = pilot.model
    at = pilot.model.position
    return mavlink.MAVLink_global_position_int_message(
        reporter.boot_ms, round(at.lat * 1e7), round(at.lon * 1e7), round((at.alt_m or 0) * 1e3), round(model.up * 1e3),
        round(model.v_north * 100), round(model.v_east * 100), round(-model.v_up * 100),
        round(_heading(pilot) * 100) % 36_000,
    )  # fmt: skip


def _hud(pilot: AutopilotState, _: Reporter) -> Any:
    model = pilot.model
    throttle = 45 if model.armed else 0
    speed = model.ground_speed_m_s
    return mavlink.MAVLink_vfr_hud_message(
        speed, speed, round(_heading(pilot)) % 360, throttle, model.position.alt_m or 0.0, model.v_up
    )


def _status(pilot: AutopilotState, _: Reporter) -> Any:
    model = pilot.model
    sensors = 0x1 | 0x2 | 0x4 | 0x8 | 0x20 | 0x200000 | 0x10000000
    bad = 0
    if Fault.GPS in model.faults:
        bad |= 0x20
    if Fault.COMPASS in model.faults:
        bad |= 0x4
    if model.why_not_armable():
        bad |= 0x10000000
    volts = round(1_000 * (14.0 + 2.8 * model.battery))
    amps = round(100 * model.airframe.hover_w / (volts / 1_000)) if model.armed else 50
    return mavlink.MAVLink_sys_status_message(
        sensors, sensors, sensors & ~bad, 250, volts, amps, round(100 * model.battery), 0, 0, 0, 0, 0, 0
    )


def _battery(pilot: AutopilotState, _: Reporter) -> Any:
    model = pilot.model
    cell = round(1_000 * (14.0 + 2.8 * model.battery) / 4)
    cells = [cell] * 4 + [65_535] * 6
    return mavlink.MAVLink_battery_status_message(0, 0, 3, 3_000, cells, 900, -1, -1, round(100 * model.battery))


def _extended(pilot: AutopilotState, _: Reporter) -> Any:
    model = pilot.model
    landed = mavlink.MAV_LANDED_STATE_ON_GROUND
    if model.in_air:
        landed = mavlink.MAV_LANDED_STATE_IN_AIR
    if model.in_air and model.mode is Mode.TAKEOFF:
        landed = mavlink.MAV_LANDED_STATE_TAKEOFF
    if model.in_air and model.mode is Mode.LAND:
        landed = mavlink.MAV_LANDED_STATE_LANDING
    return mavlink.MAVLink_extended_sys_state_message(0, landed)


class _Fix(NamedTuple):
    """As GPS_RAW_INT tells it; dilutions in hundredths."""

    kind: int
    hdop: int
    vdop: int
    satellites: int


_GOOD_FIX = _Fix(3, 80, 90, 14)
_NO_FIX = _Fix(0, 9_999, 9_999, 0)


def _gps(pilot: AutopilotState, reporter: Reporter) -> Any:
    at = pilot.model.position
    fix = _GOOD_FIX
    if Fault.GPS in pilot.model.faults:
        fix = _NO_FIX
    speed = round(pilot.model.ground_speed_m_s * 100)
    return mavlink.MAVLink_gps_raw_int_message(
        (_EPOCH_S * 1_000 + reporter.boot_ms) * 1_000, fix.kind, round(at.lat * 1e7), round(at.lon * 1e7),
        round((at.alt_m or 0) * 1e3), fix.hdop, fix.vdop, speed, 65_535, fix.satellites,
    )  # fmt: skip


def _mission(pilot: AutopilotState, _: Reporter) -> Any:
    model = pilot.model
    last = len(model.items) - 1 + int(pilot.flavour.home_is_item_0)
    if not model.items:
        return mavlink.MAVLink_mission_current_message(0, 65_535, mavlink.MISSION_STATE_NO_MISSION)
    state = _mission_state(model)
    return mavlink.MAVLink_mission_current_message(min(pilot.wire_current, last), len(model.items), state)


def _mission_state(model: Multirotor) -> int:
    if model.current >= len(model.items):
        return int(mavlink.MISSION_STATE_COMPLETE)
    if model.mode is Mode.MISSION:
        return int(mavlink.MISSION_STATE_ACTIVE)
    if model.current:
        return int(mavlink.MISSION_STATE_PAUSED)
    return int(mavlink.MISSION_STATE_NOT_STARTED)


def _ekf(pilot: AutopilotState, _: Reporter) -> Any:
    lost = Fault.GPS in pilot.model.faults
    return mavlink.MAVLink_ekf_status_report_message(0xA7 if lost else 0x33F, 0.1, 0.1, 0.1, 0.1, 0.1)


def _clock(_: AutopilotState, reporter: Reporter) -> Any:
    return mavlink.MAVLink_system_time_message((_EPOCH_S * 1_000 + reporter.boot_ms) * 1_000, reporter.boot_ms)


def _home(pilot: AutopilotState, _: Reporter) -> Any:
    home = pilot.model.home
    where = (round(home.lat * 1e7), round(home.lon * 1e7), round((home.alt_m or 0) * 1e3))
    return mavlink.MAVLink_home_position_message(*where, 0, 0, 0, [1, 0, 0, 0], 0, 0, 0)


def _gimbal(pilot: AutopilotState, reporter: Reporter) -> Any:
    keeps = mavlink.GIMBAL_DEVICE_FLAGS_ROLL_LOCK | mavlink.GIMBAL_DEVICE_FLAGS_PITCH_LOCK
    flags = keeps | mavlink.GIMBAL_DEVICE_FLAGS_YAW_IN_VEHICLE_FRAME
    heading = math.radians(_heading(pilot))
    unknown = math.nan
    return mavlink.MAVLink_gimbal_device_attitude_status_message(
        0, 0, reporter.boot_ms, flags, pilot.gimbal.turn, *[unknown] * 3, 0, heading, unknown, GIMBAL
    )


def _target(pilot: AutopilotState, reporter: Reporter) -> Any:
    model = pilot.model
    east, north, up = model.target or (model.east, model.north, model.up)
    lat, lon = LocalFrame(model.home.lat, model.home.lon).to_degrees(east, north)
    where = (round(lat * 1e7), round(lon * 1e7), (model.home.alt_m or 0.0) + up)
    return mavlink.MAVLink_position_target_global_int_message(reporter.boot_ms, 0, 0xDF8, *where, *[0.0] * 8)


def _version(pilot: AutopilotState, _: Reporter) -> Any:
    capabilities = (
        mavlink.MAV_PROTOCOL_CAPABILITY_MISSION_INT
        | mavlink.MAV_PROTOCOL_CAPABILITY_COMMAND_INT
        | mavlink.MAV_PROTOCOL_CAPABILITY_MAVLINK2
        | mavlink.MAV_PROTOCOL_CAPABILITY_MISSION_FENCE
        | mavlink.MAV_PROTOCOL_CAPABILITY_MISSION_RALLY
    )
    return mavlink.MAVLink_autopilot_version_message(
        capabilities, 1 << 24, 0, 0, 0, b"simulate", b"simulate", b"simulate", 0, 0, pilot.system
    )


def _heading(pilot: AutopilotState) -> float:
    wrong = 70.0 if Fault.COMPASS in pilot.model.faults else 0.0
    return (pilot.model.heading_deg + wrong) % 360


_BUILD: dict[str, Callable[[AutopilotState, Reporter], Any]] = {
    "HEARTBEAT": _heartbeat,
    "ATTITUDE": _attitude,
    "GLOBAL_POSITION_INT": _position,
    "VFR_HUD": _hud,
    "SYS_STATUS": _status,
    "BATTERY_STATUS": _battery,
    "EXTENDED_SYS_STATE": _extended,
    "GPS_RAW_INT": _gps,
    "MISSION_CURRENT": _mission,
    "EKF_STATUS_REPORT": _ekf,
    "SYSTEM_TIME": _clock,
    "HOME_POSITION": _home,
    "GIMBAL_DEVICE_ATTITUDE_STATUS": _gimbal,
    "POSITION_TARGET_GLOBAL_INT": _target,
    "AUTOPILOT_VERSION": _version,
}
