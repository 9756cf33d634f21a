"""What the analysis of one camera goes by. Knows no database."""

from collections.abc import Callable
from dataclasses import dataclass

from telemetry.positions import Position
from vision.masks import NO_MASKS, Masks
from vision.rules import DEFAULT_RULES, AnyRule


@dataclass(frozen=True)
class Setup:
    """Rules, masks, and the ground."""

    rules: tuple[AnyRule, ...] = DEFAULT_RULES
    masks: Masks = NO_MASKS
    place: Callable[[float, float], Position | None] | None = None
    """Where a point of the picture (fractions) is on the ground, where that is known."""
    from_above: bool = False
    """It looks down: things are at the middle of their boxes."""
