"""Rings with a small fault that can be repaired in one way only. What may mean two things is left as it is."""

from collections.abc import Sequence
from typing import Any

import shapely
from shapely import Polygon
from shapely.errors import ShapelyError
from shapely.geometry import mapping

ROUNDING = 1e-9
"""Part of a hole that may lie outside, as corners on a slanted edge never lie on it to the last bit."""
Ring = Sequence[tuple[float, float]]


def closed(ring: Ring) -> list[tuple[float, float]] | None:
    """An open ring with its first corner repeated at its end; None where its edges would then cross or touch."""
    if len(set(ring)) < 3:
        return None
    whole = [*ring, ring[0]]
    if not Polygon(whole).is_valid:
        return None
    return whole


def without_holes(shell: Ring, holes: Sequence[Ring]) -> Polygon | None:
    """The area of a sound `shell` without sound `holes` that touch it or each other.

    None where shell or hole cross themselves, where a hole lies outside, or where holes cut the area into several.
    """
    try:
        outline = Polygon(shell)
        inner = [Polygon(hole) for hole in holes]
    except (ShapelyError, ValueError):
        return None
    if not outline.is_valid or not all(hole.is_valid for hole in inner):
        return None
    if any(hole.difference(outline).area > ROUNDING * hole.area for hole in inner):
        return None
    rest = outline.difference(shapely.union_all(inner))
    if not isinstance(rest, Polygon) or not rest.is_valid or rest.is_empty:
        return None
    return rest


def repaired(geometry: dict[str, Any]) -> dict[str, Any]:
    """A polygon with its rings closed and its touching holes cut out; anything that is not plain as it is."""
    if not isinstance(geometry, dict) or geometry.get("type") != "Polygon":
        return geometry
    rings = geometry.get("coordinates")
    if not isinstance(rings, list) or not all(_is_ring(ring) for ring in rings):
        return geometry
    corners = [[(place[0], place[1]) for place in ring] for ring in rings]
    whole = [ring if ring[0] == ring[-1] else closed(ring) or ring for ring in corners]
    if all(ring[0] == ring[-1] for ring in whole) and len(whole) > 1:
        rest = without_holes(whole[0], whole[1:])
        if rest is not None:
            return {"type": "Polygon", "coordinates": [list(map(list, ring)) for ring in mapping(rest)["coordinates"]]}
    return {**geometry, "coordinates": [list(map(list, ring)) for ring in whole]}


def _is_ring(ring: object) -> bool:
    """Whether it is a list of places that can be reckoned with; others are refused where they are read."""
    return (
        isinstance(ring, list)
        and len(ring) > 2
        and all(
            isinstance(place, list)
            and len(place) > 1
            and all(isinstance(value, int | float) and not isinstance(value, bool) for value in place[:2])
            and abs(place[0]) <= 180
            and abs(place[1]) <= 90
            for place in ring
        )
    )
