"""Which patterns of a .plan file are known, and where each is expanded when the file carries no items for it."""

from collections.abc import Callable
from typing import Any

from mission.formats.qgc import corridor, landing, structure, survey
from telemetry.transfer.mission_items import MissionItem

VERSIONS = {
    "survey": (2, 3, 4, 5),
    "CorridorScan": (2, 3),
    "StructureScan": (2, 3),
    "fwLandingPattern": (1, 2),
    "vtolLandingPattern": (1,),
}
"""The patterns that are read, and the versions of each."""
EXPAND: dict[str, Callable[[dict[str, Any], str], list[MissionItem]]] = {
    "survey": survey.expand,
    "CorridorScan": corridor.expand,
    "StructureScan": structure.expand,
    "fwLandingPattern": landing.expand,
    "vtolLandingPattern": landing.expand,
}


def expanded(document: dict[str, Any], place: str) -> list[MissionItem]:
    """The items of a pattern, from its own settings. Raises BadPlan."""
    return EXPAND[document["complexItemType"]](document, place)
