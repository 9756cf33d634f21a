"""DJI's numbers for its aircraft and cameras (common elements of DJI WPML, droneInfo and payloadInfo)."""

from typing import NamedTuple


class Aircraft(NamedTuple):
    """droneEnumValue, droneSubEnumValue and payloadEnumValue."""

    drone: int
    sub: int
    payload: int


AIRCRAFT = {
    "m300": Aircraft(60, 0, 42),
    "m350": Aircraft(89, 0, 43),
    "m30": Aircraft(67, 0, 52),
    "m30t": Aircraft(67, 1, 53),
    "m3e": Aircraft(77, 0, 66),
    "m3t": Aircraft(77, 1, 67),
    "m3m": Aircraft(77, 2, 68),
    "m3d": Aircraft(91, 0, 80),
    "m3td": Aircraft(91, 1, 81),
}
"""By the name pilots use; the M300 with an H20, the M350 with an H20T."""
DEFAULT = "m3e"
