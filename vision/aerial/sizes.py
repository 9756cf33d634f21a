"""What something on the ground is, by its size in metres."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class VehicleKind:
    """A kind of thing with the lengths and widths it comes in, metres."""

    label: str
    """As COCO calls it."""
    length: tuple[float, float]
    width: tuple[float, float]


KINDS = (
    VehicleKind("person", (0.3, 1.3), (0.3, 1.1)),
    VehicleKind("bicycle", (1.4, 2.4), (0.4, 1.1)),
    VehicleKind("car", (3.2, 5.6), (1.5, 2.3)),
    VehicleKind("truck", (5.9, 19.0), (2.1, 2.9)),
)
"""Persons, two-wheelers, passenger cars and vans (EU classes M1 and N1), lorries and buses (at most 2.55 m wide by
Directive 96/53/EC, mirrors not counted)."""
SPREAD = 0.2
"""How far, as a share of a bound, a measured side may be outside it for one sigma: shadows, blur, perspective."""
LEAST_SCORE = 0.1
CUT_SCORE = 0.5
"""How much less than the whole a thing says that the picture's edge cuts."""


def name(length_m: float, width_m: float, *, cut: bool = False) -> tuple[str, float] | None:
    """The likeliest kind and how well it fits, 0..1. None for what is nothing of the kind.

    `cut`: it reaches over the picture's edge, so that its length is at least `length_m`; its width still tells.
    """
    fits = [_fit(length_m, kind.length, at_least=cut) * _fit(width_m, kind.width) for kind in KINDS]
    best = max(range(len(KINDS)), key=fits.__getitem__)  # of equals the smallest
    score = fits[best] * (CUT_SCORE if cut else 1.0)
    if score >= LEAST_SCORE:
        return (KINDS[best].label, score)
    return None


def _fit(value: float, bounds: tuple[float, float], *, at_least: bool = False) -> float:
    low, high = bounds
    if value < low and at_least:
        if value > low / 4:
            return 1.0
        return 0.0
    off = max(low - value, value - high, 0.0) / (SPREAD * (low if value < low else high))
    return math.exp(-off * off / 2)
