"""All that is kept of what one vehicle says, behind every driver. Frames in, values kept; sends nothing."""

import time

from telemetry.links.link import Heard
from telemetry.mavlink.frames import message_number
from telemetry.mavlink.gimbals import TOLD_BY
from telemetry.transfer.readback_rules import ReadbackRules
from telemetry.vehicles.arming_blocks import ArmingWatch
from telemetry.vehicles.camera_poses import CameraPoses
from telemetry.vehicles.frame_listener import FrameListener
from telemetry.vehicles.mission_watch import MissionWatch
from telemetry.vehicles.notices import Notices
from telemetry.vehicles.progress import MissionProgress


class HeardState:
    """Of one vehicle on one link."""

    def __init__(self, target: Heard, keeping: ReadbackRules) -> None:
        system = target.system
        component = target.component
        self.progress = MissionProgress(system=system, home_is_item_0=keeping.home is not None)
        self.told = FrameListener(system, component)
        self.arming = ArmingWatch(system, component)
        self.mission = MissionWatch(system, keeping)
        self.notices = Notices(system, self._on_text)
        self.poses = CameraPoses(system, component)
        self.has_gimbal = False
        """Whether a gimbal has ever told of itself."""

    def hear(self, frame: bytes, now: float) -> None:
        """One whole frame from the link; `now` is seconds of the event loop's clock."""
        self.has_gimbal = self.has_gimbal or message_number(frame) in TOLD_BY
        self.mission.hear(frame, now)
        if self.mission.changed is None:  # items of somebody else's mission are none of ours
            self.progress.hear(frame)
        self.told.hear(frame)
        self.arming.hear(frame, now)
        self.notices.hear(frame, now)
        self.poses.hear(frame, time.monotonic())

    def _on_text(self, text: str, now: float) -> None:
        self.arming.hear_text(text, now)
        self.mission.hear_text(text, now)
