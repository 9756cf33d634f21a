"""The kinds of units. Needs no database, unlike their table."""

from enum import StrEnum


class UnitKind(StrEnum):
    """What kind of unit."""

    DRONE = "drone"
    TOWER = "tower"
    """A camera tower on a trailer."""
    BODY_CAMERA = "body_camera"
