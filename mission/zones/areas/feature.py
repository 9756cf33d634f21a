"""One shape of a file with its name. Judges nothing: see `mission.zones.geometry`."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Feature:
    """A point, line or area as its file has it."""

    name: str
    """Empty where the file gives none."""
    geometry: dict[str, Any]
    """GeoJSON, (longitude, latitude) degrees."""
