"""What a vehicle does by itself, from its parameters: which are read, and what their values mean. Pure.

Parameters: ArduCopter 4.7 (with the names of 4.5 where they changed) and PX4 1.16.
"""

from collections.abc import Mapping
from dataclasses import replace

from telemetry.transfer.refusals import AutopilotName
from telemetry.vehicles.failsafes import PASSIVE, Cause, Failsafe, Failsafes, Reaction

NAMES = {
    AutopilotName.ARDUPILOT: (
        ("FS_GCS_ENABLE",),
        ("FS_GCS_TIMEOUT",),
        ("FS_OPTIONS",),
        ("BATT_LOW_VOLT",),
        ("BATT_LOW_MAH",),
        ("BATT_CRT_VOLT",),
        ("BATT_CRT_MAH",),
        ("BATT_FS_LOW_ACT",),
        ("BATT_FS_CRT_ACT",),
        ("FS_EKF_ACTION",),
        ("FENCE_ENABLE",),
        ("FENCE_AUTOENABLE",),
        ("FENCE_TYPE",),
        ("FENCE_ACTION",),
        ("RTL_ALT_M", "RTL_ALT"),
    ),
    AutopilotName.PX4: (
        ("NAV_DLL_ACT",),
        ("COM_DL_LOSS_T",),
        ("COM_DLL_EXCEPT",),
        ("COM_FAIL_ACT_T",),
        ("COM_LOW_BAT_ACT",),
        ("BAT_LOW_THR",),
        ("BAT_CRIT_THR",),
        ("COM_POS_FS_DELAY",),
        ("GF_ACTION",),
        ("RTL_RETURN_ALT",),
    ),
}
"""The parameters that are read, each with its older names."""

_BATTERY_ACTIONS = {
    0: Reaction.NOTHING,
    1: Reaction.LANDS,
    2: Reaction.RETURNS,
    3: Reaction.RETRACES,
    4: Reaction.RETRACES,
    5: Reaction.STOPS_MOTORS,
    6: Reaction.RETURNS,
    7: Reaction.BRAKES,
}
_ACTIONS: dict[str, dict[int, Reaction]] = {
    "FS_GCS_ENABLE": {
        0: Reaction.NOTHING,
        1: Reaction.RETURNS,
        2: Reaction.CONTINUES,
        3: Reaction.RETRACES,
        4: Reaction.RETRACES,
        5: Reaction.LANDS,
        6: Reaction.RETURNS,
        7: Reaction.BRAKES,
    },
    "BATT_FS_LOW_ACT": _BATTERY_ACTIONS,
    "BATT_FS_CRT_ACT": _BATTERY_ACTIONS,
    "FS_EKF_ACTION": {0: Reaction.WARNS, 1: Reaction.LANDS, 2: Reaction.DRIFTS, 3: Reaction.LANDS},
    "FENCE_ACTION": {
        0: Reaction.WARNS,
        1: Reaction.RETURNS,
        2: Reaction.LANDS,
        3: Reaction.RETRACES,
        4: Reaction.BRAKES,
        5: Reaction.RETRACES,
    },
    "NAV_DLL_ACT": {
        0: Reaction.NOTHING,
        1: Reaction.HOLDS,
        2: Reaction.RETURNS,
        3: Reaction.LANDS,
        5: Reaction.STOPS_MOTORS,
        6: Reaction.STOPS_MOTORS,
    },
    "COM_LOW_BAT_ACT": {0: Reaction.WARNS, 1: Reaction.RETURNS, 2: Reaction.LANDS, 3: Reaction.RETURNS},
    "GF_ACTION": {
        0: Reaction.NOTHING,
        1: Reaction.WARNS,
        2: Reaction.HOLDS,
        3: Reaction.RETURNS,
        4: Reaction.STOPS_MOTORS,
        5: Reaction.LANDS,
    },
}
"""What the values of each parameter that names an action mean."""
CONTINUE_IN_AUTO = 2
"""Bit of FS_OPTIONS: a mission goes on when the ground station is lost."""
POLYGONS = 4
"""Bit of FENCE_TYPE: polygons and circles that were put on board."""
EXCEPT_MISSION = 1
"""Bit of COM_DLL_EXCEPT: a mission goes on when the data link is lost."""


def failsafes_of(autopilot: AutopilotName, parameters: Mapping[str, float]) -> Failsafes:
    """What the vehicle does by itself, by the parameters that could be read."""
    if autopilot is AutopilotName.PX4:
        return _px4(parameters)
    return _arducopter(parameters)


def _arducopter(read: Mapping[str, float]) -> Failsafes:
    link = _failsafe(Cause.LINK_LOSS, read, "FS_GCS_ENABLE", after_s=read.get("FS_GCS_TIMEOUT"))
    if int(read.get("FS_OPTIONS", 0)) & CONTINUE_IN_AUTO:
        link = replace(_continued(link), parameter="FS_GCS_ENABLE, FS_OPTIONS")
    enforced, setting = _arducopter_fence(read)
    breach = _failsafe(Cause.FENCE_BREACH, read, "FENCE_ACTION")
    if enforced is False:
        breach = replace(breach, reaction=Reaction.NOTHING)
    height = read.get("RTL_ALT_M")
    if height is None and "RTL_ALT" in read:
        height = read["RTL_ALT"] / 100
    return Failsafes(
        reactions=(
            link,
            _arducopter_battery(Cause.LOW_BATTERY, "LOW", read),
            _arducopter_battery(Cause.CRITICAL_BATTERY, "CRT", read),
            _failsafe(Cause.POSITION_LOSS, read, "FS_EKF_ACTION"),
            replace(breach, parameter="FENCE_ENABLE, FENCE_ACTION"),
        ),
        fence_enforced=enforced,
        fence_setting=setting,
        return_height_m=height,
    )


def _arducopter_fence(read: Mapping[str, float]) -> tuple[bool | None, str]:
    """Whether it keeps inside a fence that was put on board, and the setting by which it does not."""
    if "FENCE_ENABLE" not in read:
        return None, ""
    if not read["FENCE_ENABLE"] and not read.get("FENCE_AUTOENABLE", 0):
        return False, "FENCE_ENABLE is 0"
    if not int(read.get("FENCE_TYPE", POLYGONS)) & POLYGONS:
        return False, "FENCE_TYPE leaves out polygons and circles"
    if read.get("FENCE_ACTION") == 0:
        return False, "FENCE_ACTION is 0"
    return True, ""


def _arducopter_battery(cause: Cause, level: str, read: Mapping[str, float]) -> Failsafe:
    """It acts below a voltage, or below a charge; with both at 0 it never does."""
    failsafe = _failsafe(cause, read, f"BATT_FS_{level}_ACT")
    volts = read.get(f"BATT_{level}_VOLT")
    mah = read.get(f"BATT_{level}_MAH")
    if volts:
        return replace(failsafe, below=round(volts, 2), below_unit="V")
    if mah:
        return replace(failsafe, below=mah, below_unit="mAh")
    if volts == 0:
        return Failsafe(cause, Reaction.NOTHING, parameter=f"BATT_{level}_VOLT, BATT_{level}_MAH")
    return failsafe


def _px4(read: Mapping[str, float]) -> Failsafes:
    link = _failsafe(Cause.LINK_LOSS, read, "NAV_DLL_ACT")
    if int(read.get("COM_DLL_EXCEPT", 0)) & EXCEPT_MISSION:
        link = _continued(link)
    low = Failsafe(Cause.LOW_BATTERY, Reaction.WARNS, parameter="BAT_LOW_THR")
    critical = _failsafe(Cause.CRITICAL_BATTERY, read, "COM_LOW_BAT_ACT")
    action = read.get("GF_ACTION")
    enforced = None
    fence_setting = ""
    if action is not None:
        enforced = action not in (0, 1)
        if not enforced:
            fence_setting = f"GF_ACTION is {int(action)}"
    return Failsafes(
        reactions=(
            replace(link, after_s=_px4_link_seconds(link.reaction, read)),
            _below_percent(low, read.get("BAT_LOW_THR")),
            _below_percent(critical, read.get("BAT_CRIT_THR")),
            Failsafe(Cause.POSITION_LOSS, Reaction.LANDS, after_s=read.get("COM_POS_FS_DELAY")),
            _failsafe(Cause.FENCE_BREACH, read, "GF_ACTION"),
        ),
        fence_enforced=enforced,
        fence_setting=fence_setting,
        return_height_m=read.get("RTL_RETURN_ALT"),
    )


def _px4_link_seconds(reaction: Reaction, read: Mapping[str, float]) -> float | None:
    """Until it acts: it holds its place for COM_FAIL_ACT_T first."""
    lost = read.get("COM_DL_LOSS_T")
    if lost is None or reaction in (Reaction.HOLDS, *PASSIVE):
        return lost
    return lost + read.get("COM_FAIL_ACT_T", 0.0)


def _below_percent(failsafe: Failsafe, fraction: float | None) -> Failsafe:
    if fraction is None:
        return failsafe
    return replace(failsafe, below=round(100 * fraction, 1), below_unit="%")


def _continued(link: Failsafe) -> Failsafe:
    """Set so that a mission goes on: no other reaction is left, unless there is none at all."""
    if link.reaction is Reaction.NOTHING:
        return link
    return replace(link, reaction=Reaction.CONTINUES)


def _failsafe(cause: Cause, read: Mapping[str, float], parameter: str, *, after_s: float | None = None) -> Failsafe:
    """By the parameter that names the action; a value that nobody knows, or was not read, is not relied on."""
    value = read.get(parameter)
    reaction = Reaction.UNKNOWN
    if value is not None:
        reaction = _ACTIONS[parameter].get(int(value), Reaction.UNKNOWN)
    return Failsafe(cause, reaction, after_s=after_s, parameter=parameter)
