"""How far a vehicle is in its mission, from what it says itself; the same for every driver.

Protocol: mavlink.io, "Mission Protocol". MISSION_ITEM_REACHED is said once and may be lost, so MISSION_CURRENT, said
again and again, counts too: what lies before the current item is done, and all is when its state is complete. The count
never goes back while one mission is flown.
"""

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from telemetry.mavlink.frames import V2, message_number

_TOLD_BY = frozenset({mavlink.MAVLINK_MSG_ID_MISSION_CURRENT, mavlink.MAVLINK_MSG_ID_MISSION_ITEM_REACHED})

_NO_TOTAL = (0, 65_535)
"""What MISSION_CURRENT says when it does not tell, and when there is no mission."""


class Progress:
    """Told of every frame; `done` is items done, 0 before the first."""

    def __init__(self, *, system: int, home_is_item_0: bool) -> None:
        """`home_is_item_0` for vehicles that count their home as the first item (ArduPilot)."""
        self._system, self._offset = system, int(home_is_item_0)
        self._mav = mavlink.MAVLink(None)
        self._before = False
        """Whether a complete mission may still be the one before this."""
        self.done = 0
        self.total = 0
        """Items on board by the vehicle's own word, home not counted; 0 when it does not tell."""

    def begin(self) -> None:
        """A mission is to be flown from its first item."""
        self.done, self._before = 0, True

    def hear(self, frame: bytes) -> None:
        """One whole frame from the link."""
        number = message_number(frame)
        if number not in _TOLD_BY or frame[5 if frame[0] == V2 else 3] != self._system:
            return
        said = self._mav.decode(bytearray(frame))
        if number == mavlink.MAVLINK_MSG_ID_MISSION_ITEM_REACHED:
            self._count(int(said.seq) + 1 - self._offset)
            return
        if said.total not in _NO_TOTAL:
            self.total = int(said.total)
        if said.mission_state != mavlink.MISSION_STATE_COMPLETE:
            self._before = False
        elif not self._before:
            self._count(self.total)
        self._count(int(said.seq) - self._offset)

    def _count(self, done: int) -> None:
        self.done = max(self.done, done)
