"""What the simulated autopilot does when it is told something: MAV_CMD by number. Gives a MAV_RESULT."""

import math
from collections.abc import Callable, Sequence
from typing import Protocol

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from telemetry.positions import Position
from telemetry.simulator.reports import Reporter
from telemetry.simulator.state import AutopilotState
from telemetry.vehicles.kinematics import Fault, Mode

ACCEPTED = 0
REFUSED = 1
DENIED = 2
UNSUPPORTED = 3
"""MAV_RESULT."""
FORCE = 21196
"""Param 2 of an arming command that asks for no checks, and stops the motors in the air."""
Params = Sequence[float]


class CommandedAutopilot(AutopilotState, Protocol):
    """The autopilot as commands see it."""

    reporter: Reporter

    def reboot(self) -> None:
        """Forget what was under way; plans stay."""


def obey(pilot: CommandedAutopilot, command: int, params: Params) -> int:
    """Do what `command` with its seven `params` says; gives the MAV_RESULT."""
    do = _COMMANDS.get(command)
    if do is None:
        return UNSUPPORTED
    return do(pilot, params)


def change_mode(pilot: CommandedAutopilot, custom_mode: int) -> int:
    """Switch to the mode of that number."""
    mode = pilot.flavour.obeys.get(custom_mode)
    model = pilot.model
    if mode is None:
        return DENIED
    if mode is Mode.MISSION:
        return _start_mission(pilot, ())
    if mode in (Mode.RETURN, Mode.LAND, Mode.TAKEOFF) and not model.in_air:
        model.mode = pilot.flavour.idle_mode
        return ACCEPTED
    if mode is Mode.GOTO and model.mode is not Mode.TAKEOFF:
        model.target = (model.east, model.north, model.up)
    model.turn_to(mode)
    return ACCEPTED


def jump_to(pilot: CommandedAutopilot, sequence: int) -> int:
    """Go on with another item of the mission."""
    number = sequence - int(pilot.flavour.home_is_item_0)
    if not 0 <= number <= len(pilot.model.items):
        return DENIED
    pilot.model.current = number
    return ACCEPTED


def _arm(pilot: CommandedAutopilot, params: Params) -> int:
    model = pilot.model
    forced = params[1] == FORCE
    if params[0] < 0.5:
        if forced:
            model.armed = False
            model.mode = Mode.HOLD
            model.up = 0.0
            return ACCEPTED
        if model.disarm():
            return ACCEPTED
        return REFUSED
    why = model.why_not_armable()
    if model.mode is Mode.MISSION and not pilot.flavour.arms_in_auto:
        why = "AUTO mode not armable"
    if pilot.unflyable is not None:
        why = "no valid mission available"
    if why is not None and not forced:
        pilot.text(mavlink.MAV_SEVERITY_CRITICAL, f"{pilot.flavour.refuses_with}: {why}")
        return REFUSED
    model.armed = True
    return ACCEPTED


def _start_mission(pilot: CommandedAutopilot, _params: Params) -> int:
    if not pilot.model.items:
        pilot.text(mavlink.MAV_SEVERITY_WARNING, "No valid mission available")
        return DENIED
    if pilot.unflyable is not None:
        pilot.text(mavlink.MAV_SEVERITY_CRITICAL, pilot.unflyable)
        return DENIED
    if pilot.flavour.home_is_item_0 and not pilot.model.in_air:  # ArduPilot begins again once it was disarmed
        pilot.model.current = 0
    pilot.model.fly_mission()
    return ACCEPTED


def _take_off(pilot: CommandedAutopilot, params: Params) -> int:
    if not pilot.model.armed:
        return REFUSED
    up = params[6]
    if pilot.flavour.streams_unasked:  # PX4 takes it above the sea
        up -= pilot.model.home.alt_m or 0.0
        if not math.isfinite(up):
            up = 10.0
    pilot.model.take_off(max(up, 1.0))
    return ACCEPTED


def _land(pilot: CommandedAutopilot, _params: Params) -> int:
    pilot.model.turn_to(Mode.LAND if pilot.model.in_air else pilot.model.mode)
    return ACCEPTED


def _return(pilot: CommandedAutopilot, _params: Params) -> int:
    pilot.model.turn_to(Mode.RETURN if pilot.model.in_air else pilot.model.mode)
    return ACCEPTED


def _mode(pilot: CommandedAutopilot, params: Params) -> int:
    if pilot.flavour.streams_unasked:
        return change_mode(pilot, int(params[1]) << 16 | int(params[2]) << 24)
    return change_mode(pilot, int(params[1]))


def _reposition(pilot: CommandedAutopilot, params: Params) -> int:
    lat, lon, alt = params[4:7]
    if not pilot.model.in_air:
        return DENIED
    here = pilot.model.position
    where = here if math.isnan(lat) or (lat == 0 and lon == 0) else Position(lat=lat, lon=lon)
    up = pilot.model.up if math.isnan(alt) else alt - (pilot.model.home.alt_m or 0.0)
    pilot.model.go_to(where, up)
    return ACCEPTED


def _pause(pilot: CommandedAutopilot, params: Params) -> int:
    if params[0] >= 0.5:
        return _start_mission(pilot, params)
    pilot.model.turn_to(Mode.HOLD)
    return ACCEPTED


def _look_at(pilot: CommandedAutopilot, params: Params) -> int:
    pilot.gimbal.look_at = Position(lat=params[4], lon=params[5], alt_m=params[6])
    return ACCEPTED


def _look_ahead(pilot: CommandedAutopilot, _params: Params) -> int:
    pilot.gimbal.look_at = None
    return ACCEPTED


def _gimbal(pilot: CommandedAutopilot, params: Params) -> int:
    pilot.gimbal.turn_to(params[0])
    return ACCEPTED


def _take_picture(pilot: CommandedAutopilot, _params: Params) -> int:
    pilot.model.photos += 1
    pilot.reporter.photo(pilot.model.photos - 1)
    return ACCEPTED


def _trigger(pilot: CommandedAutopilot, params: Params) -> int:
    pilot.model.trigger_every(params[0])
    return ACCEPTED


def _speed(pilot: CommandedAutopilot, params: Params) -> int:
    if params[1] > 0:
        pilot.model.fly_at(params[1])
    return ACCEPTED


def _interval(pilot: CommandedAutopilot, params: Params) -> int:
    kind = mavlink.mavlink_map.get(int(params[0]))
    name = ""
    if kind is not None:
        name = kind.msgname
    if params[1] < 0:
        rate = 0.0
    elif params[1] == 0:
        rate = pilot.reporter.usual(name)
    else:
        rate = 1e6 / params[1]
    if pilot.reporter.ask(name, rate):
        return ACCEPTED
    return DENIED


def _message(pilot: CommandedAutopilot, params: Params) -> int:
    kind = mavlink.mavlink_map.get(int(params[0]))
    if kind is not None and pilot.reporter.tell(kind.msgname):
        return ACCEPTED
    return DENIED


def _capabilities(pilot: CommandedAutopilot, _params: Params) -> int:
    pilot.reporter.tell("AUTOPILOT_VERSION")
    return ACCEPTED


def _home(pilot: CommandedAutopilot, _params: Params) -> int:
    pilot.reporter.tell("HOME_POSITION")
    return ACCEPTED


def _fail(pilot: CommandedAutopilot, params: Params) -> int:
    """MAV_CMD_INJECT_FAILURE: param 1 the unit, param 2 how (1 off: fail; 0: mend)."""
    fault = _UNITS.get(int(params[0]))
    if fault is None:
        return UNSUPPORTED
    if params[1] >= 0.5:
        pilot.model.fail(fault)
    else:
        pilot.model.faults.discard(fault)
    return ACCEPTED


def _reboot(pilot: CommandedAutopilot, params: Params) -> int:
    if params[0] != 1 or pilot.model.in_air:
        return DENIED
    pilot.reboot()
    return ACCEPTED


def _terminate(pilot: CommandedAutopilot, params: Params) -> int:
    if params[0] >= 0.5:
        pilot.model.fail(Fault.MOTOR)
    return ACCEPTED


_UNITS = {
    mavlink.FAILURE_UNIT_SENSOR_GPS: Fault.GPS,
    mavlink.FAILURE_UNIT_SENSOR_MAG: Fault.COMPASS,
    mavlink.FAILURE_UNIT_SYSTEM_BATTERY: Fault.BATTERY,
    mavlink.FAILURE_UNIT_SYSTEM_MOTOR: Fault.MOTOR,
}
_COMMANDS: dict[int, Callable[[CommandedAutopilot, Params], int]] = {
    mavlink.MAV_CMD_NAV_RETURN_TO_LAUNCH: _return,
    mavlink.MAV_CMD_NAV_LAND: _land,
    mavlink.MAV_CMD_NAV_TAKEOFF: _take_off,
    mavlink.MAV_CMD_DO_SET_MODE: _mode,
    mavlink.MAV_CMD_DO_CHANGE_SPEED: _speed,
    mavlink.MAV_CMD_DO_FLIGHTTERMINATION: _terminate,
    mavlink.MAV_CMD_DO_REPOSITION: _reposition,
    mavlink.MAV_CMD_DO_PAUSE_CONTINUE: _pause,
    mavlink.MAV_CMD_DO_SET_ROI_LOCATION: _look_at,
    mavlink.MAV_CMD_DO_SET_ROI_NONE: _look_ahead,
    mavlink.MAV_CMD_DO_SET_CAM_TRIGG_DIST: _trigger,
    mavlink.MAV_CMD_DO_GIMBAL_MANAGER_PITCHYAW: _gimbal,
    mavlink.MAV_CMD_DO_MOUNT_CONTROL: _gimbal,
    mavlink.MAV_CMD_DO_SET_MISSION_CURRENT: lambda pilot, params: jump_to(pilot, int(params[0])),
    mavlink.MAV_CMD_PREFLIGHT_REBOOT_SHUTDOWN: _reboot,
    mavlink.MAV_CMD_MISSION_START: _start_mission,
    mavlink.MAV_CMD_COMPONENT_ARM_DISARM: _arm,
    mavlink.MAV_CMD_GET_HOME_POSITION: _home,
    mavlink.MAV_CMD_INJECT_FAILURE: _fail,
    mavlink.MAV_CMD_SET_MESSAGE_INTERVAL: _interval,
    mavlink.MAV_CMD_REQUEST_MESSAGE: _message,
    mavlink.MAV_CMD_REQUEST_AUTOPILOT_CAPABILITIES: _capabilities,
    mavlink.MAV_CMD_IMAGE_START_CAPTURE: _take_picture,
}
