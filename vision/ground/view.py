"""How one picture was taken: from where, through which lens, over which ground."""

from dataclasses import dataclass, field

from vision.ground.lens import Lens
from vision.ground.pose import Pose
from vision.ground.surface import FlatGround, Ground

FROM_ABOVE_DEG = -60.0
"""A camera that looks down steeper than this sees things from above."""


@dataclass(frozen=True)
class View:
    """A pose, a lens and the ground below."""

    pose: Pose
    lens: Lens
    ground: Ground = field(default_factory=FlatGround)

    @property
    def from_above(self) -> bool:
        """Whether things are seen from above: their roofs, not their sides."""
        return self.pose.pitch_deg < FROM_ABOVE_DEG
