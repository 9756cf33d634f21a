"""When and where the pictures of a mission are taken, item by item. Flies nothing: `profile` says where it is.

The vehicle faces the way it flies. The picture at the place where pictures begin is taken to face the way that follows,
a single one the way that led there. Without a word on the gimbal the camera looks straight down.
"""

import math
from dataclasses import dataclass

import numpy as np

from mission.checks.commands import Do
from mission.checks.segments import AirPoint
from mission.routes.pictures import STRAIGHT_DOWN_DEG, Pictures, heading_between
from telemetry.positions import LocalFrame
from telemetry.transfer.mission_items import Command, MissionItem

GIMBAL_PITCH_YAW = 1000
"""MAV_CMD_DO_GIMBAL_MANAGER_PITCHYAW: parameter 1 is the pitch in degrees, parameter 2 the yaw."""
SET_ROI = 201
"""MAV_CMD_DO_SET_ROI, the older SET_ROI_LOCATION."""
TARGET_ANGLES = 2.0
"""MAV_MOUNT_MODE_MAVLINK_TARGETING, parameter 7 of MOUNT_CONTROL."""


@dataclass(frozen=True)
class _Run:
    """Pictures along one straight segment."""

    begins: AirPoint
    ends: AirPoint
    parts: tuple[float, ...]
    """Where each is taken, 0 at the beginning and 1 at the end."""
    pitch_deg: float


class CameraTrigger:
    """The camera of one flight: whether it takes pictures, how often, where it looks, and those taken so far."""

    def __init__(self) -> None:
        """Off, looking straight down."""
        self.photos = 0
        self._every_m = 0.0
        self._every_s = 0.0
        self._since = 0.0
        self._at_next = 0
        self._pitch = STRAIGHT_DOWN_DEG
        self._follows_place = False
        self._last: tuple[AirPoint, AirPoint] | None = None
        self._runs: list[_Run] = []

    @property
    def on(self) -> bool:
        """Whether pictures are taken on the way."""
        return bool(self._every_m or self._every_s)

    def follow(self, item: MissionItem, here: AirPoint) -> None:
        """Do what an item says of the camera, with the vehicle at `here`."""
        if item.command == Do.DIGICAM_CONTROL:
            self._single(1, here)
        elif item.command == Do.TRIGGER_DISTANCE:
            self.switch(metres=item.param1)
        elif item.command == Do.TRIGGER_INTERVAL:
            self.switch(seconds=item.param1 / 1000)
        elif item.command == Do.IMAGE_START and item.param3 > 0:
            self._single(int(item.param3), here)
        elif item.command == Do.IMAGE_START:
            self.switch(seconds=item.param2)
        elif item.command == Do.IMAGE_STOP:
            self.switch()

    def look(self, item: MissionItem) -> None:
        """Turn the gimbal as an item says; any other item changes nothing."""
        mount = item.command == Command.MOUNT_CONTROL and item.alt_m == TARGET_ANGLES
        if (mount or item.command == GIMBAL_PITCH_YAW) and not math.isnan(item.param1):
            self._pitch = item.param1
            self._follows_place = False
        elif item.command in (Command.SET_ROI_LOCATION, SET_ROI):
            self._follows_place = True
        elif item.command == Command.SET_ROI_NONE:
            self._follows_place = False

    def switch(self, *, metres: float = 0.0, seconds: float = 0.0) -> None:
        """Take pictures from here on every so many metres or seconds; neither: none."""
        self._every_m = max(0.0, metres)
        self._every_s = max(0.0, seconds)
        self._since = 0.0
        self._at_next = int(self.on)
        self.photos += self._at_next

    def fly(self, begins: AirPoint, ends: AirPoint, *, length_m: float, seconds: float) -> None:
        """Take the pictures that are due on a straight segment."""
        self._last = (begins, ends)
        if not self.on:
            return
        every = self._every_s
        went = seconds
        if self._every_m:
            every = self._every_m
            went = length_m
        due = int((self._since + went) // every)
        parts = [0.0] * self._at_next
        if went > 0:
            parts += [(every * number - self._since) / went for number in range(1, due + 1)]
        self._since = (self._since + went) % every
        self.photos += due
        self._at_next = 0
        if parts:
            self._keep(begins, ends, tuple(parts))

    def _single(self, pictures: int, here: AirPoint) -> None:
        self.photos += pictures
        came_from = here
        if self._last is not None:
            came_from, _ = self._last
        self._keep(came_from, here, (1.0,) * pictures)

    def _keep(self, begins: AirPoint, ends: AirPoint, parts: tuple[float, ...]) -> None:
        if not self._follows_place:
            self._runs.append(_Run(begins, ends, parts, self._pitch))

    def pictures(self) -> Pictures:
        """All that were taken, as far as they show the ground: those of a region of interest look elsewhere."""
        parts = [_pictures(run) for run in self._runs]
        if not parts:
            return Pictures.of_rows([])
        return Pictures.joined(parts)


def _pictures(run: _Run) -> Pictures:
    begin = run.begins
    end = run.ends
    parts = np.array(run.parts)
    heading = 0.0
    if math.hypot(*LocalFrame(begin.lat, begin.lon).to_metres(end.lat, end.lon)) >= 1e-6:
        heading = heading_between((begin.lat, begin.lon), (end.lat, end.lon))
    return Pictures(
        begin.lat + parts * (end.lat - begin.lat),
        begin.lon + parts * (end.lon - begin.lon),
        begin.amsl_m + parts * (end.amsl_m - begin.amsl_m),
        np.full(len(parts), heading),
        np.full(len(parts), run.pitch_deg),
    )
