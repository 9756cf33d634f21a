"""The simulated vehicle's gimbal: what it is told to look at, and where it looks. Moves at once; keeps the horizon."""

import math
from dataclasses import dataclass

from telemetry.attitude import Quaternion, quaternion_of
from telemetry.positions import LocalFrame, Position
from telemetry.transfer.mission_items import AltitudeFrame, Command, MissionItem
from telemetry.vehicles.kinematics import Multirotor

LOWEST_DEG = -90.0
HIGHEST_DEG = 30.0


@dataclass
class Gimbal:
    """One gimbal under one vehicle."""

    model: Multirotor
    pitch_deg: float = LOWEST_DEG
    """Where it is turned while it looks at no point: 0 level, -90 straight down."""
    fitted: bool = True
    """Whether there is one; a vehicle without takes the orders for it all the same, as real ones do."""
    look_at: Position | None = None
    """The point that it keeps in its middle; altitude above mean sea level, that of home where none is given."""

    def turn_to(self, pitch_deg: float) -> None:
        """Look ahead and down, and at no point."""
        self.look_at = None
        self.pitch_deg = max(LOWEST_DEG, min(HIGHEST_DEG, pitch_deg))

    def follow(self, item: MissionItem) -> None:
        """Do what a mission item says of it, if it does."""
        if item.command == Command.MOUNT_CONTROL:
            self.turn_to(item.param1)
        elif item.command == Command.SET_ROI_NONE:
            self.look_at = None
        elif item.command == Command.SET_ROI_LOCATION:
            above = self.model.home.alt_m or 0.0
            if item.frame in (AltitudeFrame.AMSL, 5):
                above = 0.0
            self.look_at = Position(lat=item.lat, lon=item.lon, alt_m=above + item.alt_m)

    @property
    def turn(self) -> Quaternion:
        """Where it looks, from the nose and a level horizon."""
        if self.look_at is None:
            return quaternion_of(0.0, self.pitch_deg, 0.0)
        here = self.model.position
        home_m = self.model.home.alt_m or 0.0
        east, north = LocalFrame(here.lat, here.lon).to_metres(self.look_at.lat, self.look_at.lon)
        below = (here.alt_m or 0.0) - (home_m if self.look_at.alt_m is None else self.look_at.alt_m)
        pitch = -math.degrees(math.atan2(below, math.hypot(east, north)))
        return quaternion_of(math.degrees(math.atan2(east, north)) - self.model.heading_deg, pitch, 0.0)
