"""Whether the mission on board is still the one that was read back, from what the vehicle says. Sends nothing.

Told by MISSION_CURRENT (its total, and PX4's number of the mission), by a slow poll of the count and the current item,
and by ArduPilot's "Flight plan received". What comes within `SETTLE_S` of our own reading may be older than it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from telemetry.mavlink.extensions import current_plan_ids
from telemetry.mavlink.frames import message_number, system_of
from telemetry.messages import Message
from telemetry.transfer.mission_items import Command, MissionItem
from telemetry.transfer.readback_rules import ReadbackRules
from telemetry.vehicles.notice_kinds import NoticeKind, notice_kind

SETTLE_S = 2.0
"""Longer than a message is on its way, and than PX4 needs to show a new mission."""
POLL_S = 5.0
"""Between two polls of a vehicle that gives its missions no numbers."""
TOTAL_UNTOLD = (0, 65_535)
"""MISSION_CURRENT's total where it does not tell, and where there is no mission."""


@dataclass(frozen=True)
class MissionPoll:
    """What a poll found."""

    count: int
    """Items on board, home not counted."""
    at: int | None = None
    """Place in the plan, from 0, of `item`; None where no item was asked for."""
    item: MissionItem | None = None
    """As it came back."""


class MissionWatch:
    """Told of every frame and text; times are seconds of any steady clock."""

    def __init__(self, system: int, keeping: ReadbackRules) -> None:
        self._system = system
        self._keeping = keeping
        self._mav = mavlink.MAVLink(None)
        self._expected: tuple[MissionItem, ...] | None = None
        self._plan_id = 0
        self._since = 0.0
        self._polled_at = 0.0
        self._current = 0
        self.changed: Message | None = None
        """In words, what says that somebody else changed it; None while nothing does. Never taken back in a flight."""

    def expect(self, items: Sequence[MissionItem], plan_id: int, now: float) -> None:
        """This was read back just now; `plan_id` is the vehicle's own number of it, 0 where it gives none."""
        self._expected = tuple(items)
        self._plan_id = plan_id
        self._since = now
        self._polled_at = now
        self.changed = None

    def suspend(self) -> None:
        """We are about to change it ourselves."""
        self._expected = None

    def hear(self, frame: bytes, now: float) -> None:
        """One whole frame from the link."""
        if message_number(frame) != mavlink.MAVLINK_MSG_ID_MISSION_CURRENT:
            return
        if system_of(frame) != self._system:
            return
        said = self._mav.decode(bytearray(frame))
        self._current = int(said.seq)
        expected = self._settled(now)
        if expected is None:
            return
        if said.mission_state == mavlink.MISSION_STATE_NO_MISSION and expected:
            self._say(Message("mission_changes.none_left"))
        elif said.total not in TOTAL_UNTOLD and said.total != len(expected):
            self._say(_other_count(len(expected), said.total))
        plan_id = current_plan_ids(frame).mission
        if plan_id and not self._plan_id:
            self._plan_id = plan_id
        elif plan_id and plan_id != self._plan_id:
            self._say(Message("mission_changes.another"))

    def hear_text(self, text: str, now: float) -> None:
        """One whole text of the vehicle."""
        if self._settled(now) is not None and notice_kind(text) is NoticeKind.MISSION_CHANGED:
            self._say(Message("mission_changes.says", text=text))

    def poll_at(self, now: float) -> int | None:
        """The place in the plan of the item that is to be polled now with the count; None while no poll is due."""
        if self._settled(now) is None or self._plan_id or self.changed or now - self._polled_at < POLL_S:
            return None
        self._polled_at = now
        return max(self._current - int(self._keeping.home is not None), 0)

    def polled(self, poll: MissionPoll, now: float) -> None:
        """What a poll found."""
        expected = self._settled(now)
        if expected is None:
            return
        if poll.count != len(expected):
            self._say(_other_count(len(expected), poll.count))
        elif poll.item is not None and poll.at is not None and poll.at < len(expected):
            mine = expected[poll.at]
            jumps = Command.JUMP in (mine.command, poll.item.command)  # it leads elsewhere where home is item 0
            if not jumps and self._keeping.difference([mine], [poll.item]) is not None:
                self._say(Message("mission_changes.item", number=poll.at + 1))

    def _settled(self, now: float) -> tuple[MissionItem, ...] | None:
        if now - self._since < SETTLE_S:
            return None
        return self._expected

    def _say(self, why: Message) -> None:
        if self.changed is None:
            self.changed = why


def _other_count(expected: int, found: int) -> Message:
    return Message("mission_changes.number", found=found, expected=expected)
