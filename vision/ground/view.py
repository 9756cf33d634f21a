"""How one picture was taken: from where, through which lens, over which ground."""

from dataclasses import dataclass, field

from telemetry.geometry.surface import FlatGround, GroundSurface
from telemetry.positions import Position
from vision.detection.detector import Box
from vision.ground.lens import Lens
from vision.ground.looking import look
from vision.ground.pose import Pose

FROM_ABOVE_DEG = -60.0
"""A camera that looks down steeper than this sees things from above."""


@dataclass(frozen=True)
class CameraView:
    """A pose, a lens and the ground below."""

    pose: Pose
    lens: Lens
    ground: GroundSurface = field(default_factory=FlatGround)

    @property
    def from_above(self) -> bool:
        """Whether things are seen from above: their roofs, not their sides."""
        return self.pose.pitch_deg < FROM_ABOVE_DEG

    def place(self, box: Box) -> Position | None:
        """Where what is in `box` (fractions of the picture) stands on the ground, with its ellipse.

        Seen from above it is at the middle of its box, else at the middle of its lower edge. None over the horizon.
        """
        y = (box.y1 + box.y2) / 2 if self.from_above else min(box.y2, 1.0)
        seen = look(self.pose, self.lens, (box.x1 + box.x2) / 2, y, self.ground)
        if seen is None:
            return None
        return seen.position
