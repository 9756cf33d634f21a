"""Rings with a small fault that can be mended in one way only. What may mean two things is left as it is."""

from collections.abc import Sequence

import shapely
from shapely import Polygon
from shapely.errors import ShapelyError

ROUNDING = 1e-9
"""Part of a hole that may lie outside, as corners on a slanted edge never lie on it to the last bit."""
Ring = Sequence[tuple[float, float]]


def closed(ring: Ring) -> list[tuple[float, float]] | None:
    """An open ring with its first corner repeated at its end; None where its edges would then cross or touch."""
    if len(set(ring)) < 3:
        return None
    whole = [*ring, ring[0]]
    return whole if Polygon(whole).is_valid else None


def without_holes(shell: Ring, holes: Sequence[Ring]) -> Polygon | None:
    """The area of a sound `shell` without sound `holes` that touch it or each other.

    None where shell or hole cross themselves, where a hole lies outside, or where holes cut the area into several.
    """
    try:
        outline, inner = Polygon(shell), [Polygon(hole) for hole in holes]
    except (ShapelyError, ValueError):
        return None
    if not outline.is_valid or not all(hole.is_valid for hole in inner):
        return None
    if any(hole.difference(outline).area > ROUNDING * hole.area for hole in inner):
        return None
    rest = outline.difference(shapely.union_all(inner))
    return rest if isinstance(rest, Polygon) and rest.is_valid and not rest.is_empty else None
