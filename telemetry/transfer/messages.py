"""The messages of the mission protocol as values. Knows no wire.

Protocol: mavlink.io, "Mission protocol". Missions, geofences and rally points travel the same way.
"""

from dataclasses import dataclass
from enum import IntEnum

from telemetry.messages import Message
from telemetry.transfer.mission_items import MissionItem


class PlanKind(IntEnum):
    """MAV_MISSION_TYPE: which of a vehicle's three plans."""

    MISSION = 0
    FENCE = 1
    RALLY = 2

    @property
    def words(self) -> Message:
        """What a sentence calls it."""
        return Message(f"plan_kinds.{self.name.lower()}")


class Result(IntEnum):
    """MAV_MISSION_RESULT, as far as this side tells them apart."""

    ACCEPTED = 0
    ERROR = 1
    UNSUPPORTED_FRAME = 2
    UNSUPPORTED = 3
    NO_SPACE = 4
    INVALID = 5
    INVALID_SEQUENCE = 13
    DENIED = 14
    CANCELLED = 15


def result_words(result: int) -> Message:
    """A result in words for a sentence."""
    try:
        return Message(f"mission_results.{Result(result).name.lower()}")
    except ValueError:
        return Message("mission_results.invalid_item", number=result)


@dataclass(frozen=True)
class RequestList:
    """MISSION_REQUEST_LIST: say how many items there are."""

    kind: PlanKind


@dataclass(frozen=True)
class Count:
    """MISSION_COUNT: so many items there are, or are to come."""

    kind: PlanKind
    count: int
    plan_id: int = 0
    """The vehicle's own number of the plan (`opaque_id`), another for each change of it; 0 where it gives none."""


@dataclass(frozen=True)
class ItemRequest:
    """MISSION_REQUEST_INT (or the older MISSION_REQUEST): send this item."""

    kind: PlanKind
    sequence: int


@dataclass(frozen=True)
class Item:
    """MISSION_ITEM_INT (or the older MISSION_ITEM)."""

    kind: PlanKind
    sequence: int
    item: MissionItem


@dataclass(frozen=True)
class Ack:
    """MISSION_ACK: the transfer is over, and how."""

    kind: PlanKind
    result: int


PlanMessage = RequestList | Count | ItemRequest | Item | Ack
