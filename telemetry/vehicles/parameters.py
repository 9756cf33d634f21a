"""Parameters of a vehicle read by name over a link, asked for until they are answered. Sets none.

Protocol: mavlink.io, "Parameter protocol". PX4 sends whole numbers as their bytes in the place of a float (bytewise
encoding), ArduPilot as floats of the same value, whatever type it names.
"""

import asyncio
import math
import struct
from collections.abc import Sequence

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from telemetry.links.link import ARDUPILOT, GROUND_STATION, Heard, Link
from telemetry.mavlink.frames import message_number, payload_of, system_of

Names = tuple[str, ...]
"""Names of one thing in several releases, the newest first."""
ASK_EVERY_S = 0.25
FEWEST_ASKS = 8
"""In vain, before what is missing is taken for unknown: at a fifth of loss each way, one in 3,000 is missed."""
MOST_SILENT_ASKS = 40
"""The same of a vehicle of which nothing at all is heard meanwhile: it may not have heard the question either."""
_INTEGERS = {1: "B", 2: "b", 3: "H", 4: "h", 5: "I", 6: "i"}
"""MAV_PARAM_TYPE and its layout; wider ones do not fit."""
_PAYLOAD = 25


def parameter_value(frame: bytes, *, bytewise: bool) -> tuple[str, float]:
    """Name and value of a PARAM_VALUE frame; `bytewise` as PX4 encodes whole numbers."""
    payload = payload_of(frame).ljust(_PAYLOAD, b"\0")
    name = payload[8:24].split(b"\0")[0].decode("ascii", "replace")
    layout = "f"
    if bytewise:
        layout = _INTEGERS.get(payload[24], "f")
    (value,) = struct.unpack_from(f"<{layout}", payload)
    return name, float(value)


class ParameterReading:
    """Which are still to be asked for. Opens no link."""

    def __init__(self, wanted: Sequence[Names], *, bytewise: bool) -> None:
        self._wanted = list(wanted)
        self._bytewise = bytewise
        self._asked_in_vain = 0
        self._asked_in_silence = 0
        self._heard_any = False
        self.values: dict[str, float] = {}

    def hear(self, frame: bytes) -> None:
        """One PARAM_VALUE frame."""
        name, value = parameter_value(frame, bytewise=self._bytewise)
        if name in self.values or not any(name in names for names in self._wanted):
            return
        if not math.isfinite(value):  # as good as no answer: nothing can be read from it
            return
        self.values[name] = value
        self._heard_any = True

    def next_names(self, *, is_silent: bool = False) -> list[str]:
        """The names to ask for now; none when all are read or no more will come.

        `is_silent`: nothing of the vehicle, whatever it be, was heard since the last call.
        """
        if self._heard_any:
            self._asked_in_vain = 0
            self._asked_in_silence = 0
            self._heard_any = False
        missing = [name for names in self._wanted if not self._has(names) for name in names]
        if not missing or self._asked_in_vain >= FEWEST_ASKS or self._asked_in_silence >= MOST_SILENT_ASKS:
            return []
        if is_silent:
            self._asked_in_silence += 1
        else:
            self._asked_in_vain += 1
        return missing

    @property
    def all_read(self) -> bool:
        """Whether each thing that was wanted was read."""
        return all(self._has(names) for names in self._wanted)

    def _has(self, names: Names) -> bool:
        return any(name in self.values for name in names)


async def read_parameters(link: Link, target: Heard, wanted: Sequence[Names]) -> dict[str, float]:
    """Values by name; what the vehicle does not know, or does not answer, is missing."""
    reading = ParameterReading(wanted, bytewise=target.autopilot != ARDUPILOT)
    mav = mavlink.MAVLink(None, *GROUND_STATION)
    news = asyncio.Event()
    is_silent = True

    def look(frame: bytes) -> None:
        nonlocal is_silent
        if system_of(frame) != target.system:
            return
        is_silent = False
        if message_number(frame) != mavlink.MAVLINK_MSG_ID_PARAM_VALUE:
            return
        reading.hear(frame)
        if reading.all_read:
            news.set()

    stop = link.listen(look)
    try:
        while names := reading.next_names(is_silent=is_silent):
            is_silent = True
            for name in names:
                ask = mavlink.MAVLink_param_request_read_message(target.system, target.component, name.encode(), -1)
                link.send(ask.pack(mav))
                mav.seq = (mav.seq + 1) % 256
            try:
                await asyncio.wait_for(news.wait(), ASK_EVERY_S)
            except TimeoutError:
                continue
    finally:
        stop()
    return reading.values
