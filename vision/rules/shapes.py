"""Points, outlines and lines in a picture, as fractions of it from its upper left corner."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import AfterValidator, Field
from shapely import Polygon
from shapely.validation import explain_validity

from telemetry.messages import Message
from vision.detection.detector import Box

Fraction = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Point = tuple[Fraction, Fraction]
"""Across and down."""


def _is_an_area(outline: tuple[Point, ...]) -> tuple[Point, ...]:
    polygon = Polygon(outline)
    if not polygon.is_valid:
        raise ValueError(Message("rules.outline_crosses", why=explain_validity(polygon)))
    if polygon.area == 0:
        raise ValueError(Message("rules.outline_without_area"))
    return outline


def _is_a_line(line: tuple[Point, Point]) -> tuple[Point, Point]:
    if line[0] == line[1]:
        raise ValueError(Message("rules.line_is_a_point"))
    return line


Outline = Annotated[tuple[Point, ...], Field(min_length=3), AfterValidator(_is_an_area)]
Line = Annotated[tuple[Point, Point], AfterValidator(_is_a_line)]

WHOLE_PICTURE: tuple[Point, ...] = ((0, 0), (1, 0), (1, 1), (0, 1))


def foot(box: Box, width: int, height: int) -> tuple[float, float]:
    """Where an object stands: the middle of its box's lower edge, as fractions of the picture."""
    return (box.x1 + box.x2) / 2 / width, min(box.y2 / height, 1.0)


def inside(point: tuple[float, float], outline: Sequence[Point]) -> bool:
    """Whether `point` is in the outline, its left and upper edge included (even-odd rule; W. R. Franklin, pnpoly).

    A foot point on the picture's lower or right edge is drawn in by a hair, so that the whole picture contains it.
    """
    x, y = (min(value, 1 - 1e-9) for value in point)
    within = False
    for (x1, y1), (x2, y2) in zip(outline, (*outline[1:], outline[0]), strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            within = not within
    return within


def side(point: tuple[float, float], line: tuple[Point, Point]) -> float:
    """On which side of a line: positive to the right of who walks from its first end to its second, 0 on it."""
    (x1, y1), (x2, y2) = line
    return (x2 - x1) * (point[1] - y1) - (y2 - y1) * (point[0] - x1)


def crosses(a: tuple[float, float], b: tuple[float, float], line: tuple[Point, Point]) -> bool:
    """Whether the way from `a` to `b` goes from one side of the line to the other between its two ends."""
    before = side(a, line)
    after = side(b, line)
    if before == 0 or after == 0 or (before > 0) == (after > 0):
        return False
    way = (a, b)
    return (side(line[0], way) >= 0) != (side(line[1], way) >= 0)
