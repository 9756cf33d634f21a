"""What a vehicle does by itself, from its parameters: which are read, and what their values mean. Pure.

Parameters: ArduCopter 4.7 (with the names of 4.5 where they changed) and PX4 1.16.
"""

from collections.abc import Mapping
from typing import Any

from telemetry.transfer.refusing import AutopilotName
from telemetry.vehicles.failsafes import PASSIVE, Cause, Failsafe, Failsafes, Reaction


def failsafes_of(autopilot: AutopilotName, parameters: Mapping[str, float]) -> Failsafes:
    """What the vehicle does by itself, by the parameters that could be read."""
    read = _px4 if autopilot is AutopilotName.PX4 else _arducopter
    return read(parameters)


ARDUCOPTER_NAMES = (
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
)
PX4_NAMES = (
    ("NAV_DLL_ACT",),
    ("COM_DL_LOSS_T",),
    ("COM_DLL_EXCEPT",),
    ("COM_FAIL_ACT_T",),
    ("COM_LOW_BAT_ACT",),
    ("BAT_LOW_THR",),
    ("BAT_CRIT_THR",),
    ("COM_POSCTL_NAVL",),
    ("COM_POS_FS_DELAY",),
    ("GF_ACTION",),
    ("RTL_RETURN_ALT",),
)
NAMES = {AutopilotName.ARDUPILOT: ARDUCOPTER_NAMES, AutopilotName.PX4: PX4_NAMES}
"""The parameters that are read, each with its older names."""

_ARDU_GCS = {
    0: Reaction.NOTHING,
    1: Reaction.RETURNS,
    2: Reaction.CONTINUES,
    3: Reaction.RETRACES,
    4: Reaction.RETRACES,
    5: Reaction.LANDS,
    6: Reaction.RETURNS,
    7: Reaction.BRAKES,
}
_ARDU_BATTERY = {
    0: Reaction.NOTHING,
    1: Reaction.LANDS,
    2: Reaction.RETURNS,
    3: Reaction.RETRACES,
    4: Reaction.RETRACES,
    5: Reaction.STOPS_MOTORS,
    6: Reaction.RETURNS,
    7: Reaction.BRAKES,
}
_ARDU_EKF = {0: Reaction.WARNS, 1: Reaction.LANDS, 2: Reaction.DRIFTS, 3: Reaction.LANDS}
_ARDU_FENCE = {
    0: Reaction.WARNS,
    1: Reaction.RETURNS,
    2: Reaction.LANDS,
    3: Reaction.RETRACES,
    4: Reaction.BRAKES,
    5: Reaction.RETRACES,
}
CONTINUE_IN_AUTO = 2
"""Bit of FS_OPTIONS: a mission goes on when the ground station is lost."""
POLYGONS = 4
"""Bit of FENCE_TYPE: polygons and circles that were put on board."""
_PX4_LINK = {
    0: Reaction.NOTHING,
    1: Reaction.HOLDS,
    2: Reaction.RETURNS,
    3: Reaction.LANDS,
    5: Reaction.STOPS_MOTORS,
    6: Reaction.STOPS_MOTORS,
}
_PX4_CRITICAL = {0: Reaction.WARNS, 1: Reaction.RETURNS, 2: Reaction.LANDS, 3: Reaction.RETURNS}
_PX4_FENCE = {
    0: Reaction.NOTHING,
    1: Reaction.WARNS,
    2: Reaction.HOLDS,
    3: Reaction.RETURNS,
    4: Reaction.STOPS_MOTORS,
    5: Reaction.LANDS,
}
EXCEPT_MISSION = 1
"""Bit of COM_DLL_EXCEPT: a mission goes on when the data link is lost."""


def _arducopter(read: Mapping[str, float]) -> Failsafes:
    link = _reaction(_ARDU_GCS, read.get("FS_GCS_ENABLE"))
    options = int(read.get("FS_OPTIONS", 0))
    if options & CONTINUE_IN_AUTO and link is not Reaction.NOTHING:
        link = Reaction.CONTINUES
    enforced, setting = _arducopter_fence(read)
    breach = Reaction.NOTHING if enforced is False else _reaction(_ARDU_FENCE, read.get("FENCE_ACTION"))
    height = read.get("RTL_ALT_M")
    if height is None and "RTL_ALT" in read:
        height = read["RTL_ALT"] / 100
    link_setting = "FS_GCS_ENABLE, FS_OPTIONS" if options & CONTINUE_IN_AUTO else "FS_GCS_ENABLE"
    return Failsafes(
        reactions=(
            Failsafe(Cause.LINK_LOSS, link, after_s=read.get("FS_GCS_TIMEOUT"), parameter=link_setting),
            _arducopter_battery(Cause.LOW_BATTERY, "LOW", read),
            _arducopter_battery(Cause.CRITICAL_BATTERY, "CRT", read),
            Failsafe(Cause.POSITION_LOSS, _reaction(_ARDU_EKF, read.get("FS_EKF_ACTION")), parameter="FS_EKF_ACTION"),
            Failsafe(Cause.FENCE_BREACH, breach, parameter="FENCE_ENABLE, FENCE_ACTION"),
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
    parameter = f"BATT_FS_{level}_ACT"
    volts, mah = read.get(f"BATT_{level}_VOLT"), read.get(f"BATT_{level}_MAH")
    reaction = _reaction(_ARDU_BATTERY, read.get(parameter))
    if volts == 0 and not mah:
        return Failsafe(cause, Reaction.NOTHING, parameter=f"BATT_{level}_VOLT, BATT_{level}_MAH")
    if volts:
        return Failsafe(cause, reaction, below=round(volts, 2), below_unit="V", parameter=parameter)
    if mah:
        return Failsafe(cause, reaction, below=mah, below_unit="mAh", parameter=parameter)
    return Failsafe(cause, reaction, parameter=parameter)


def _px4(read: Mapping[str, float]) -> Failsafes:
    link = _reaction(_PX4_LINK, read.get("NAV_DLL_ACT"))
    if int(read.get("COM_DLL_EXCEPT", 0)) & EXCEPT_MISSION and link is not Reaction.NOTHING:
        link = Reaction.CONTINUES
    action = read.get("GF_ACTION")
    enforced = None if action is None else action not in (0, 1)
    critical = _reaction(_PX4_CRITICAL, read.get("COM_LOW_BAT_ACT"))
    return Failsafes(
        reactions=(
            Failsafe(Cause.LINK_LOSS, link, after_s=_px4_link_seconds(link, read), parameter="NAV_DLL_ACT"),
            Failsafe(Cause.LOW_BATTERY, Reaction.WARNS, **_percent(read.get("BAT_LOW_THR")), parameter="BAT_LOW_THR"),
            Failsafe(
                Cause.CRITICAL_BATTERY, critical, **_percent(read.get("BAT_CRIT_THR")), parameter="COM_LOW_BAT_ACT"
            ),
            Failsafe(Cause.POSITION_LOSS, Reaction.LANDS, after_s=read.get("COM_POS_FS_DELAY")),
            Failsafe(Cause.FENCE_BREACH, _reaction(_PX4_FENCE, action), parameter="GF_ACTION"),
        ),
        fence_enforced=enforced,
        fence_setting=f"GF_ACTION is {int(action)}" if action is not None and not enforced else "",
        return_height_m=read.get("RTL_RETURN_ALT"),
    )


def _px4_link_seconds(reaction: Reaction, read: Mapping[str, float]) -> float | None:
    """Until it acts: it holds its place for COM_FAIL_ACT_T first."""
    lost = read.get("COM_DL_LOSS_T")
    if lost is None or reaction in (Reaction.HOLDS, *PASSIVE):
        return lost
    return lost + read.get("COM_FAIL_ACT_T", 0.0)


def _percent(fraction: float | None) -> dict[str, Any]:
    return {} if fraction is None else {"below": round(100 * fraction, 1), "below_unit": "%"}


def _reaction(table: Mapping[int, Reaction], value: float | None) -> Reaction:
    """What a parameter's value means; one that nobody knows, or was not read, is not relied on."""
    return Reaction.UNKNOWN if value is None else table.get(int(value), Reaction.UNKNOWN)
