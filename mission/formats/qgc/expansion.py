"""Patterns of a .plan file that carry no items: which are known."""

from typing import Any

from telemetry.errors import BadPlan
from telemetry.vehicles import MissionItem

VERSIONS = {"survey": (2, 3, 4, 5), "CorridorScan": (2, 3), "StructureScan": (2, 3)}
"""The patterns that are read, and the versions of each."""


def expanded(document: dict[str, Any], place: str) -> list[MissionItem]:
    """The items of a pattern."""
    raise BadPlan(f"{place}: the {document['complexItemType']} carries no items; save it again in QGroundControl")
