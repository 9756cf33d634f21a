"""What a vehicle is to tell of itself all the time, asked for until it does. Sends no other command.

ArduPilot streams nothing until asked, a restart forgets what was asked, and the asking may be lost like anything else:
so a message that does not come is asked for again. Protocol: mavlink.io, MAV_CMD_SET_MESSAGE_INTERVAL.
"""

import asyncio
from collections.abc import Mapping

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from telemetry.links.link import GROUND_STATION, Heard, Link
from telemetry.mavlink.frames import message_number, system_of
from telemetry.mavlink.gimbals import GIMBAL_DEVICE_ATTITUDE_STATUS, MOUNT_ORIENTATION, MOUNT_STATUS

WANTED_HZ = {
    mavlink.MAVLINK_MSG_ID_GLOBAL_POSITION_INT: 4.0,
    mavlink.MAVLINK_MSG_ID_ATTITUDE: 10.0,
    GIMBAL_DEVICE_ATTITUDE_STATUS: 5.0,
    MOUNT_ORIENTATION: 5.0,
    MOUNT_STATUS: 5.0,
    mavlink.MAVLINK_MSG_ID_EXTENDED_SYS_STATE: 2.0,
    mavlink.MAVLINK_MSG_ID_MISSION_CURRENT: 2.0,
    mavlink.MAVLINK_MSG_ID_VFR_HUD: 2.0,
    mavlink.MAVLINK_MSG_ID_SYS_STATUS: 1.0,
    mavlink.MAVLINK_MSG_ID_BATTERY_STATUS: 1.0,
    mavlink.MAVLINK_MSG_ID_GPS_RAW_INT: 1.0,
    mavlink.MAVLINK_MSG_ID_HOME_POSITION: 0.5,
}
"""All that is read of a vehicle, by message number. A gimbal that is a component of its own tells unasked."""
RATHER = {MOUNT_ORIENTATION: GIMBAL_DEVICE_ATTITUDE_STATUS, MOUNT_STATUS: GIMBAL_DEVICE_ATTITUDE_STATUS}
"""Older messages that are asked for only when the newer one was asked for twice in vain."""
MISSING_AFTER = 4
"""Periods without a message after which it is asked for again."""
ASK_AGAIN_S = 1.0
LONGEST_S = 30.0
"""The pause after the first asking; it doubles up to the longest, as some vehicles have no such message to tell."""
LOOK_EVERY_S = 0.25


class Missing:
    """Which messages are to be asked for now. Opens no socket; times are seconds of any steady clock."""

    def __init__(self, wanted_hz: Mapping[int, float]) -> None:
        self._wanted = wanted_hz
        self._ask_at: dict[int, float] = {}
        self._pause: dict[int, float] = {}
        self.forget()

    def forget(self) -> None:
        """The vehicle may have been restarted: all of them are to be asked for."""
        self._ask_at = dict.fromkeys(self._wanted, float("-inf"))
        self._pause = dict.fromkeys(self._wanted, ASK_AGAIN_S)

    def heard(self, number: int, now: float) -> None:
        """A message came; whatever was never asked for is asked for all the same, as its rate may be another."""
        if number in self._wanted and self._ask_at[number] > float("-inf"):
            self._ask_at[number] = now + MISSING_AFTER / self._wanted[number]
            self._pause[number] = ASK_AGAIN_S

    def due(self, now: float) -> list[int]:
        """The messages that are to be asked for now, taken as asked for."""
        due = [number for number, at in self._ask_at.items() if now >= at and not self._has_better(number)]
        for number in due:
            self._ask_at[number] = now + self._pause[number]
            self._pause[number] = min(2 * self._pause[number], LONGEST_S)
        return due

    def _has_better(self, number: int) -> bool:
        rather = RATHER.get(number)
        return rather is not None and self._pause.get(rather, LONGEST_S) <= 2 * ASK_AGAIN_S


class Streams:
    """Kept flowing from `start` to `stop`."""

    def __init__(self, link: Link, target: Heard) -> None:
        self._link = link
        self._target = target
        self._missing, self._mav = Missing(WANTED_HZ), mavlink.MAVLink(None, *GROUND_STATION)
        self._loop = asyncio.get_running_loop()

    def start(self) -> None:
        """Begin asking."""
        self._stop_listening = self._link.listen(self._on_frame)
        self._looking = asyncio.create_task(self._look())

    def stop(self) -> None:
        """End."""
        self._looking.cancel()
        self._stop_listening()

    def ask_again(self) -> None:
        """Ask for all of them, as a vehicle that was lost may have been restarted."""
        self._missing.forget()

    def _on_frame(self, frame: bytes) -> None:
        if system_of(frame) == self._target.system:
            self._missing.heard(message_number(frame), self._loop.time())

    async def _look(self) -> None:
        to = (self._target.system, self._target.component)
        while True:
            for number in self._missing.due(self._loop.time()):
                every_us = 1e6 / WANTED_HZ[number]
                ask = mavlink.MAVLink_command_long_message(
                    *to, mavlink.MAV_CMD_SET_MESSAGE_INTERVAL, 0, number, every_us, 0, 0, 0, 0, 0
                )
                self._link.send(ask.pack(self._mav))
                self._mav.seq = (self._mav.seq + 1) % 256
            await asyncio.sleep(LOOK_EVERY_S)
