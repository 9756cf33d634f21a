"""Chooses the pictures of one run that are worth a look. Looks at none; time is the video's."""

from dataclasses import dataclass, replace

from vision.detection.detector import Box
from vision.frames.decoder import Frame, Image
from vision.pipeline.counters import Counters
from vision.pipeline.motion_gate import Motion, MotionGate
from vision.privacy.masks import NO_MASKS, Masks

DETECT_FPS = 5.0
RECHECK_S = 10.0
"""While nothing moves, a picture is still looked at this often, for what stopped within it."""
HOLD_S = 1.0
"""After a movement the detector goes on looking for so long: an object counts when it was seen more than once."""


@dataclass(frozen=True)
class SelectedFrame:
    """A picture that the analysis goes on with."""

    frame: Frame
    luma: Image
    """Its brightness as the gate saw it, masks and ignored areas blinded."""
    look: bool
    """It is for the detector; else nothing moves in it, and only rules see it."""
    cut: bool
    """It shows another scene than the picture before: nothing of before is followed on."""
    moving: tuple[Box, ...] = ()
    """Where something moves in it, pixels; told of pictures that are wide enough to be looked at in parts."""

    @property
    def scene_luma(self) -> Image | None:
        """Its brightness as rules see it, always about as fine; None where the picture is damaged: what is guessed in
        it says nothing about the camera itself."""
        if self.frame.corrupt:
            return None
        if self.frame.is_fine:
            return self.luma[::2, ::2]
        return self.luma


class FrameSelector:
    """Which pictures of one run are worth a look: cheap enough to be asked about each. Give them in order of time."""

    def __init__(
        self, *, masks: Masks = NO_MASKS, moving: bool = False, detect_fps: float = DETECT_FPS, counters: Counters
    ) -> None:
        """`moving`: of a moving camera every picture is, since none is like the one before."""
        self._masks = masks
        self._moving = moving
        self._period = 1 / detect_fps
        self._counters = counters
        self._gate = MotionGate()
        self._due = self._recheck = self._awake_until = 0.0
        self._looks = False
        """Whether the last picture that was selected is for the detector."""

    def select(self, decoded: Frame) -> SelectedFrame | None:
        """The picture, masks put over it; None when it comes sooner than pictures are looked at."""
        frame = self._masks.over(decoded)
        counters = self._counters
        counters.frames += 1
        counters.seconds = frame.seconds
        counters.corrupt += frame.corrupt
        if frame.seconds < self._due - 1e-6:
            return None
        self._due = max(self._due + self._period, frame.seconds)
        luma = self._masks.blind(frame.luma)
        motion = Motion.MOVING if self._moving else self._gate.see(luma)
        if motion is not Motion.STILL:
            self._awake_until = frame.seconds + HOLD_S
        self._looks = look = not self._awake_until < frame.seconds < self._recheck
        if look:
            self._recheck = frame.seconds + RECHECK_S
        else:
            counters.gated += 1
        moving = self._moving_boxes(frame) if look and frame.is_fine else ()
        return SelectedFrame(frame, luma, look, motion is Motion.CUT, moving)

    def _moving_boxes(self, frame: Frame) -> tuple[Box, ...]:
        """In pixels; of a moving camera everything is."""
        width = frame.picture.width
        height = frame.picture.height
        if self._moving:
            return (Box(0, 0, width, height),)
        return tuple(
            Box(box.x1 * width, box.y1 * height, box.x2 * width, box.y2 * height) for box in self._gate.moving_boxes()
        )

    def renew(self, waiting: SelectedFrame, decoded: Frame) -> SelectedFrame:
        """What waits for a look, with a picture in it that came since: it shows the same movement, further on."""
        worse = decoded.corrupt and not waiting.frame.corrupt
        if worse or not (waiting.look and self._looks):
            return waiting
        frame = self._masks.over(decoded)
        return replace(waiting, frame=frame, luma=self._masks.blind(frame.luma))
