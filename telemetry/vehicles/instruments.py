"""What a pilot reads of a vehicle besides its place, height and battery: its mode, its mission, and how it is heard."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Self

from telemetry.clock import iso
from telemetry.links.watch import LinkState
from telemetry.vehicles.protocol import VehicleState


@dataclass(frozen=True)
class Instruments:
    """As a vehicle last told them, and the state of the link since."""

    mode: str
    """As in `VehicleState.mode`."""
    armed: bool
    in_air: bool
    item: int
    """Mission items done."""
    items: int
    """Mission items on board."""
    speed_m_s: float
    """Over ground."""
    gps_ok: bool
    heard_at: datetime
    """When the vehicle last told of itself, UTC."""
    camera_yaw_deg: float | None = None
    """Where its camera looks, clockwise from true north; None where it does not tell."""
    camera_pitch_deg: float | None = None
    """0 level, -90 straight down."""
    link: LinkState = LinkState.ALIVE

    @classmethod
    def read(cls, said: VehicleState) -> Self:
        """What `said` shows."""
        return cls(
            mode=said.mode,
            armed=said.armed,
            in_air=said.in_air,
            item=said.mission_current,
            items=said.mission_total,
            speed_m_s=said.ground_speed_m_s,
            gps_ok=said.gps_ok,
            heard_at=said.at,
            camera_yaw_deg=None if said.camera is None else round(said.camera.yaw_deg, 1),
            camera_pitch_deg=None if said.camera is None else round(said.camera.pitch_deg, 1),
        )

    def on_link(self, state: LinkState) -> Self:
        """The same, the link in another state."""
        return replace(self, link=state)

    def as_json(self) -> dict[str, Any]:
        """For pages and the API: `heard_at` in ISO 8601, UTC; the speed in metres a second."""
        return {**asdict(self), "speed_m_s": round(self.speed_m_s, 2), "heard_at": iso(self.heard_at)}
