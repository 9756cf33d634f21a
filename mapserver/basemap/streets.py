"""Reading a town's streets to draw below a route: GeoJSON, refused with a sentence when it is not. Draws nothing."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from shapely.geometry import shape

from telemetry.errors import BadInput
from telemetry.strict_json import parse_json

LARGEST_FILE = 50_000_000
"""Bytes."""


def load_streets(path: Path) -> Mapping[str, Any]:
    """The FeatureCollection in a file. Raises BadInput naming the file, and the feature that cannot be drawn."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise BadInput(f"{path.name} is larger than {LARGEST_FILE // 1_000_000} MB; cut it to the town")
        content = path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path.name} cannot be read: {error.strerror}") from error
    document = parse_json(content, path.name)
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list):
        raise BadInput(f"{path.name} holds no streets: it is not a GeoJSON FeatureCollection")
    for number, feature in enumerate(features, start=1):
        try:
            shape(feature["geometry"])
            dict(feature.get("properties") or {})
        except Exception as error:  # shapely raises whatever it meets in coordinates that are none
            raise BadInput(f"{path.name}, feature {number}, cannot be drawn: {str(error)[:100]}") from error
    return {"type": "FeatureCollection", "features": features}
