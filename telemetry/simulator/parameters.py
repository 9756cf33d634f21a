"""The simulated autopilot's few parameters: what ground stations look for, and what its own safety obeys."""

import math
import struct
from collections.abc import Iterator
from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from telemetry.simulator.flavour import Flavour, FlavourName

_PX4: dict[str, float | int] = {
    "SYSID_THISMAV": 1,
    "MAV_SYS_ID": 1,
    "COM_DL_LOSS_T": 10,
    "COM_FAIL_ACT_T": 0.0,
    "COM_DLL_EXCEPT": 0,
    "NAV_DLL_ACT": 2,
    "GF_ACTION": 3,
    "COM_LOW_BAT_ACT": 3,
    "BAT_LOW_THR": 0.25,
    "BAT_CRIT_THR": 0.1,
    "COM_POSCTL_NAVL": 0,
    "COM_POS_FS_DELAY": 1,
    "RTL_RETURN_ALT": 30.0,
}
_ARDUPILOT: dict[str, float | int] = {
    "SYSID_THISMAV": 1,
    "FS_GCS_TIMEOUT": 10.0,
    "FS_GCS_ENABLE": 1,
    "FS_OPTIONS": 0,
    "FENCE_ENABLE": 1,
    "FENCE_AUTOENABLE": 0,
    "FENCE_TYPE": 7,
    "FENCE_ACTION": 1,
    "BATT_LOW_VOLT": 14.7,
    "BATT_CRT_VOLT": 14.28,
    "BATT_LOW_MAH": 0.0,
    "BATT_CRT_MAH": 0.0,
    "BATT_FS_LOW_ACT": 2,
    "BATT_FS_CRT_ACT": 1,
    "FS_EKF_ACTION": 1,
    "RTL_ALT_M": 30.0,
    "WPNAV_SPEED": 800.0,
}

_VALUES = {FlavourName.PX4: _PX4, FlavourName.ARDUPILOT: _ARDUPILOT}


class Parameters:
    """Values by name. PX4 sends whole numbers as their bytes, ArduPilot as floats of their value."""

    def __init__(self, flavour: Flavour) -> None:
        self._bytewise = flavour.name is FlavourName.PX4
        self.values = dict(_VALUES[flavour.name])

    def change(self, name: str, value: float) -> None:
        """Set one that there is; others are passed over."""
        if name in self.values:
            self.values[name] = int(value) if isinstance(self.values[name], int) else value

    def answers(self, heard: Any) -> Iterator[Any]:
        """What PARAM_REQUEST_LIST, PARAM_REQUEST_READ or PARAM_SET is answered with."""
        names = list(self.values)
        match heard.get_type():
            case "PARAM_REQUEST_LIST":
                yield from (self._message(name) for name in names)
                return
            case "PARAM_REQUEST_READ" if heard.param_index >= len(names):
                return
            case "PARAM_REQUEST_READ" if heard.param_index >= 0:
                name = names[heard.param_index]
            case _:
                name = heard.param_id
        if name in self.values:
            if heard.get_type() == "PARAM_SET":
                self.change(name, self._decoded(heard.param_value, heard.param_type))
            yield self._message(name)

    def _decoded(self, value: float, kind: int) -> float:
        if self._bytewise and kind == mavlink.MAV_PARAM_TYPE_INT32:
            return float(struct.unpack("<i", struct.pack("<f", value))[0])
        if math.isfinite(value):
            return value
        return 0.0

    def _message(self, name: str) -> Any:
        names = list(self.values)
        value = self.values[name]
        kind = mavlink.MAV_PARAM_TYPE_INT32 if isinstance(value, int) else mavlink.MAV_PARAM_TYPE_REAL32
        shown = float(value)
        if self._bytewise and isinstance(value, int):
            shown = struct.unpack("<f", struct.pack("<i", value))[0]
        return mavlink.MAVLink_param_value_message(name.encode(), shown, kind, len(names), names.index(name))
