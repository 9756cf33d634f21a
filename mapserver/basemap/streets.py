"""Reading a town's streets to draw below a route: GeoJSON, refused with a sentence when it is not. Draws nothing."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from shapely.geometry import shape

from telemetry.errors import BadInput
from telemetry.messages import Message
from telemetry.strict_json import parse_json

LARGEST_FILE = 50_000_000
"""Bytes."""


def load_streets(path: Path) -> Mapping[str, Any]:
    """The FeatureCollection in a file. Raises BadInput naming the file, and the feature that cannot be drawn."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise BadInput(Message("basemap.file_too_large", file=path.name, most_mb=LARGEST_FILE // 1000000))
        content = path.read_bytes()
    except OSError as error:
        raise BadInput(Message("files.unreadable", name=path.name, reason=error.strerror)) from error
    document = parse_json(content, path.name)
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list):
        raise BadInput(Message("basemap.no_streets", file=path.name))
    for number, feature in enumerate(features, start=1):
        try:
            shape(feature["geometry"])
            dict(feature.get("properties") or {})
        except Exception as error:  # shapely raises whatever it meets in coordinates that are none
            raise BadInput(
                Message("basemap.feature_undrawable", file=path.name, number=number, reason=str(error)[:100])
            ) from error
    return {"type": "FeatureCollection", "features": features}
