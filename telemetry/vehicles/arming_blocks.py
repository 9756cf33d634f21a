"""What keeps a vehicle from arming, by its own word, kept until it is cleared. Pure: frames in, values kept.

ArduPilot repeats its reasons ("PreArm: …") every 30 s, PX4 says them ("Preflight Fail: …") when asked to arm and when
they change, or tells of them in events alone (`px4_events`). Both tell in SYS_STATUS whether their checks pass
(MAV_SYS_STATUS_PREARM_CHECK).
"""

from dataclasses import dataclass

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from telemetry.mavlink.frames import message_number, sender_of
from telemetry.messages import Message, written
from telemetry.sentences import sentences
from telemetry.vehicles.notice_kinds import arming_reason
from telemetry.vehicles.px4_events import EVENT, ArmingEvents

PREARM = mavlink.MAV_SYS_STATUS_PREARM_CHECK
FORGET_S = 75.0
"""Two of ArduPilot's repetitions and a half: a reason that is not said again for so long is gone."""
JUST_SAID_S = 3.0
"""A reason is kept for so long whatever SYS_STATUS says, which may be older."""
_HEARD = frozenset({mavlink.MAVLINK_MSG_ID_SYS_STATUS, mavlink.MAVLINK_MSG_ID_HEARTBEAT, EVENT})


@dataclass(frozen=True)
class ArmingBlocks:
    """What is known of whether a vehicle would arm."""

    reasons: tuple[Message, ...] = ()
    """In its own words, the oldest first."""
    checks_pass: bool | None = None
    """Whether it says that its own checks pass; None when it has not said."""

    @property
    def words(self) -> Message | None:
        """One sentence; None when nothing is known to keep it from arming."""
        if self.reasons:
            return Message("arming.blocked", reasons=sentences(self.reasons))
        if self.checks_pass is False:
            return Message("arming.checks_fail")
        return None


class ArmingWatch:
    """Told of every frame and every text; times are seconds of any steady clock."""

    def __init__(self, system: int, component: int) -> None:
        self._sender = (system, component)
        self._mav = mavlink.MAVLink(None)
        self._said_at: dict[str, float] = {}
        self._checks_pass: bool | None = None
        self._events = ArmingEvents()

    def hear(self, frame: bytes, now: float) -> None:
        """One whole frame from the link."""
        number = message_number(frame)
        if number not in _HEARD or sender_of(frame) != self._sender:
            return
        if number == EVENT:
            self._events.hear(frame)
            return
        said = self._mav.decode(bytearray(frame))
        if number == mavlink.MAVLINK_MSG_ID_HEARTBEAT:
            if said.base_mode & mavlink.MAV_MODE_FLAG_SAFETY_ARMED:
                self._said_at.clear()
                self._events.forget()
            return
        if not said.onboard_control_sensors_present & PREARM:
            return
        self._checks_pass = bool(said.onboard_control_sensors_health & PREARM)
        if self._checks_pass:
            self._said_at = {reason: at for reason, at in self._said_at.items() if now - at < JUST_SAID_S}

    def hear_text(self, text: str, now: float) -> None:
        """One whole text of the vehicle."""
        reason = arming_reason(text)
        if reason is not None:
            self._said_at[reason] = now

    def blocks(self, now: float) -> ArmingBlocks:
        """What keeps it from arming: in its own words, or by its events where it says none."""
        kept = tuple(written(reason) for reason, at in self._said_at.items() if now - at < FORGET_S)
        return ArmingBlocks(kept or self._events.reasons, self._checks_pass)
