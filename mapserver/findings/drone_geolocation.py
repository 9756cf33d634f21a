"""Where on the ground is what a flying drone's live video shows: by where the drone was and where its camera looked
when the picture was taken. What cannot be placed so keeps its place as before, and says why."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from mapserver.camera_setups.flow import flies_in_footage
from mapserver.camera_setups.video_source import sight
from mapserver.core.services import Services
from mapserver.core.video_settings import VideoSettings
from mission.flights import repository as flights
from mission.registry import service as registry
from mission.routes.cameras import camera_named
from mission.routes.drones import drone_named
from telemetry.cities import City
from telemetry.errors import BadInput, BadPlan
from telemetry.messages import Message
from telemetry.observations import SourceKind
from telemetry.positions import Position
from telemetry.units.tables import UnitRow
from telemetry.vehicles.camera_poses import CameraPose, NoPose
from vision.detection.detector import Box
from vision.findings import Finding
from vision.frames.still_images import aspect_of
from vision.ground.drone_view import drone_view
from vision.ground.lens import Lens
from vision.ground.view import CameraView

BY_POSE = Message("geolocation.by_pose")
SWINGING_DEG = 10.0
"""A camera whose direction is known less well than this, one sigma, since it turns, sees nothing that can be placed."""
NARROWEST_DEG = 1.0
WIDEST_DEG = 170.0


@dataclass(frozen=True)
class PlacedFinding:
    """Where a finding is, if its drone's pose tells, and how it was placed; None for what does not fly."""

    position: Position | None = None
    how: Message | None = None

    @property
    def attributes(self) -> dict[str, Any]:
        """What the observation says of it."""
        if self.how is None:
            return {}
        return {"placed": str(self.how), "placed_message": self.how.to_json()}


class _UnknownError(Exception):
    """Why a finding cannot be placed by its drone's pose."""

    def __init__(self, told: Message) -> None:
        super().__init__(str(told))
        self.told = told


def placed_aloft(parts: Services, video: VideoSettings, finding: Finding) -> PlacedFinding:
    """Where a drone's finding is, by its box and the moment of the picture it was seen in."""
    with parts.store.read() as session:
        seen = sight(session, finding.camera_id)
        if seen.kind is not SourceKind.DRONE:
            return PlacedFinding()
        try:
            if flies_in_footage(video, seen):
                raise _UnknownError(Message("geolocation.not_its_own"))
            view = _view(parts, session, video, finding, seen.city)
            if view.pose.spread.pitch_deg > SWINGING_DEG:
                raise _UnknownError(Message("geolocation.swinging"))
            position = view.place(Box(*finding.box))
            if position is None:
                raise _UnknownError(Message("geolocation.near_horizon"))
            return PlacedFinding(position, BY_POSE)
        except (_UnknownError, BadInput) as error:  # BadInput: beyond the terrain file
            if finding.position is None:
                return PlacedFinding(None, Message("geolocation.middle_of_view", reason=error.told))
            return PlacedFinding(None, Message("geolocation.as_set_up", reason=error.told))


def _view(parts: Services, session: Session, video: VideoSettings, finding: Finding, city: City) -> CameraView:
    if finding.box == (0, 0, 1, 1):
        raise _UnknownError(Message("geolocation.whole_picture"))
    pose = _pose(parts, session, video, finding)
    hfov_deg = hfov_of(session, finding.camera_id)
    aspect = aspect_of(finding.snapshot)
    if hfov_deg is None:
        raise _UnknownError(Message("geolocation.no_field_of_view"))
    if aspect is None:
        raise _UnknownError(Message("geolocation.unreadable"))
    ground = parts.standards.terrains.get(city)
    if ground is not None and pose.home is None:
        raise _UnknownError(Message("geolocation.no_home"))
    return drone_view(pose, Lens(hfov_deg=hfov_deg, aspect=aspect), ground)


def _pose(parts: Services, session: Session, video: VideoSettings, finding: Finding) -> CameraPose:
    """The box is of the picture in which the rule was sure: at its end."""
    flight = flights.in_the_air(session, finding.camera_id)
    seconds, mono = parts.steady.now()
    ago_s = seconds - finding.ended.timestamp() + video.behind_s
    pose = NoPose.NO_LINK if flight is None else parts.jobs.camera_pose(flight.id, mono - ago_s)
    if isinstance(pose, NoPose):
        raise _UnknownError(Message(f"geolocation.{pose}"))
    return pose


def hfov_of(session: Session, unit_id: str) -> float | None:
    """A drone's horizontal field of view, degrees: as entered for the unit, else of the first camera that drones of
    its kind carry. None where neither is known."""
    unit = session.get_one(UnitRow, unit_id)
    hfov_deg = unit.hfov_deg or _catalogued(session, unit)
    if hfov_deg is None or not NARROWEST_DEG < hfov_deg < WIDEST_DEG:
        return None
    return hfov_deg


def _catalogued(session: Session, unit: UnitRow) -> float | None:
    papers = registry.papers_of_drone(session, unit.scope, unit.id)
    if papers is None or not papers.airframe:
        return None
    try:
        return camera_named(drone_named(papers.airframe).cameras[0]).hfov_deg
    except BadPlan:
        return None
