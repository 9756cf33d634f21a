"""The simulated autopilot's few parameters: what ground stations look for, and what its own safety obeys."""

from collections.abc import Iterator
from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from telemetry.simulator.flavour import Flavour, FlavourName

_PX4: dict[str, float] = {
    "SYSID_THISMAV": 1,
    "MAV_SYS_ID": 1,
    "COM_DL_LOSS_T": 10,
    "NAV_DLL_ACT": 2,
    "GF_ACTION": 3,
    "BAT_LOW_THR": 0.25,
    "BAT_CRIT_THR": 0.1,
    "RTL_RETURN_ALT": 30,
}
_ARDUPILOT: dict[str, float] = {
    "SYSID_THISMAV": 1,
    "FS_GCS_TIMEOUT": 5,
    "FS_GCS_ENABLE": 1,
    "FENCE_ENABLE": 1,
    "BATT_FS_LOW_ACT": 2,
    "RTL_ALT": 3_000,
    "WPNAV_SPEED": 800,
}


class Parameters:
    """Values by name; all are sent as real numbers."""

    def __init__(self, flavour: Flavour) -> None:
        self.values = dict(_PX4 if flavour.name is FlavourName.PX4 else _ARDUPILOT)

    def answers(self, heard: Any) -> Iterator[Any]:
        """What PARAM_REQUEST_LIST, PARAM_REQUEST_READ or PARAM_SET is answered with."""
        names = list(self.values)
        match heard.get_type():
            case "PARAM_REQUEST_LIST":
                yield from (self._message(name) for name in names)
                return
            case "PARAM_REQUEST_READ" if heard.param_index >= 0:
                name = names[heard.param_index] if heard.param_index < len(names) else ""
            case _:
                name = heard.param_id
        if name in self.values:
            if heard.get_type() == "PARAM_SET":
                self.values[name] = heard.param_value
            yield self._message(name)

    def _message(self, name: str) -> Any:
        names = list(self.values)
        return mavlink.MAVLink_param_value_message(
            name.encode(), self.values[name], mavlink.MAV_PARAM_TYPE_REAL32, len(names), names.index(name)
        )
