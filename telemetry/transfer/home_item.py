"""Plans for vehicles that keep their home as item 0 of the mission (ArduPilot), and back. Sends nothing.

What a plan says of its own items is counted from the first of them; on board of such a vehicle all lie one further.
"""

from collections.abc import Sequence
from dataclasses import replace

from telemetry.transfer.mission_items import Command, MissionItem


def with_home(items: Sequence[MissionItem], home: MissionItem | None) -> list[MissionItem]:
    """`items` as they are put on board: after `home` if there is one, and jumps led to where their targets then are."""
    if home is None:
        return list(items)
    return [home, *(_jumps_moved(item, 1) for item in items)]


def without_home(items: Sequence[MissionItem]) -> tuple[MissionItem, ...]:
    """`items` read from on board, without home, and jumps led to where their targets are in the plan."""
    return tuple(_jumps_moved(item, -1) for item in items[1:])


def _jumps_moved(item: MissionItem, by: int) -> MissionItem:
    if item.command != Command.JUMP:
        return item
    return replace(item, param1=item.param1 + by)
