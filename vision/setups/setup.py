"""What the analysis of one camera goes by. Knows no database."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo

from telemetry.positions import Position
from vision.privacy.masks import NO_MASKS, Masks
from vision.rules import DEFAULT_RULES, AnyRule

Place = Callable[[float, float], Position | None]
"""Where a point of the picture (fractions) is on the ground."""


@dataclass(frozen=True)
class Setup:
    """Rules, masks, and the ground. It can be pickled: analysis may run in another process."""

    rules: tuple[AnyRule, ...] = DEFAULT_RULES
    masks: Masks = NO_MASKS
    place: Place | None = None
    """None where the picture is not laid on the ground."""
    from_above: bool = False
    """It looks down: things are at the middle of their boxes."""
    zone: tzinfo | None = None
    """Whose clock the hours of its rules go by: the town's; None for that of the machine."""

    def watches_like(self, other: "Setup") -> bool:
        """Whether the same is looked for in the same places of the picture, wherever those are on the ground."""
        return self is other or (self.rules, self.masks, self.from_above, self.zone) == (
            other.rules,
            other.masks,
            other.from_above,
            other.zone,
        )
