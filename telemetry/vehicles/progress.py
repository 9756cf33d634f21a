"""How far a vehicle is in its mission, from what it says itself; the same for every driver.

Protocol: mavlink.io, "Mission Protocol". MISSION_ITEM_REACHED is said once and may be lost, so MISSION_CURRENT, said
again and again, counts too: what lies before the current item is done, and all is when its state is complete. The count
never goes back while one mission is flown, and what is said before the motors start is of a flight before.
"""

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from telemetry.mavlink.frames import message_number, system_of
from telemetry.vehicles.mission_watch import TOTAL_UNTOLD

_TOLD_BY = frozenset({
    mavlink.MAVLINK_MSG_ID_HEARTBEAT,
    mavlink.MAVLINK_MSG_ID_MISSION_CURRENT,
    mavlink.MAVLINK_MSG_ID_MISSION_ITEM_REACHED,
})  # fmt: skip


class MissionProgress:
    """Told of every frame; `done` is items done, 0 before the first."""

    def __init__(self, *, system: int, home_is_item_0: bool) -> None:
        """`home_is_item_0` for vehicles that count their home as the first item (ArduPilot)."""
        self._system = system
        self._offset = int(home_is_item_0)
        self._mav = mavlink.MAVLink(None)
        self._counting = False
        """Whether its motors have run since it began."""
        self._before = False
        """Whether a complete mission may still be the one before this."""
        self.done = 0
        self.total = 0
        """Items on board by the vehicle's own word, home not counted; 0 when it does not tell."""

    def begin(self) -> None:
        """A mission is to be flown from its first item."""
        self.done = 0
        self._counting = False
        self._before = True

    def hear(self, frame: bytes) -> None:
        """One whole frame from the link."""
        number = message_number(frame)
        if number not in _TOLD_BY or system_of(frame) != self._system:
            return
        said = self._mav.decode(bytearray(frame))
        if number == mavlink.MAVLINK_MSG_ID_HEARTBEAT:
            self._counting = self._counting or bool(said.base_mode & mavlink.MAV_MODE_FLAG_SAFETY_ARMED)
        elif number == mavlink.MAVLINK_MSG_ID_MISSION_ITEM_REACHED:
            self._count(int(said.seq) + 1 - self._offset)
        else:
            self._hear_current(said.seq, said.total, said.mission_state)

    def _hear_current(self, seq: int, total: int, state: int) -> None:
        if total not in TOTAL_UNTOLD:
            self.total = int(total)
        if state != mavlink.MISSION_STATE_COMPLETE:
            self._before = False
        elif not self._before:
            self._count(self.total)
        self._count(int(seq) - self._offset)

    def _count(self, done: int) -> None:
        if self._counting:
            self.done = max(self.done, done)
