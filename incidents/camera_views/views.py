"""The cameras of a town as they stood and looked at a moment, as far as that was kept. Opens no video.

Fixed cameras stay. A tower or body camera is where its deployment put it, or where it said to be around that time; a
drone where its track has it. What a unit's camera was turned to is kept for now alone.
"""

from datetime import datetime, timedelta

from sqlmodel import Session

from incidents.camera_views.sightings import PlacedCamera
from mission.flights import repository as flights
from mission.flights import tracks
from mission.flights.tables import TrackPointRow
from mobile_units.assignments import service as assignments
from mobile_units.assignments.tables import AssignmentRow
from telemetry.geometry.views import view_sector
from telemetry.observations.values import SourceKind
from telemetry.positions import Position
from telemetry.units import service as units
from telemetry.units.kinds import UnitKind
from telemetry.units.tables import UnitRow
from telemetry.units.views import footprint_of
from telemetry.visibility import Visibility
from vision.cameras import service as cameras
from vision.cameras.tables import CameraRow

SAID_WITHIN = timedelta(minutes=1)
"""A unit is where it said to be so long before or after."""
ALL_ROUND_DEG = 360.0
POSITION_ACCURACY_M = 5.0


def views_at(session: Session, visible: Visibility, at: datetime) -> list[PlacedCamera]:
    """Every camera of `visible` of which it is known where it stood at `at` (UTC), by id."""
    known = cameras.listed(session, visible, also_retired=True)
    found = [_fixed(camera) for camera in known if camera.retired_at is None or camera.retired_at > at]
    placed = {held.unit_id: held for held in assignments.between(session, visible, at, at + timedelta(seconds=1))}
    for unit in units.listed(session, visible):
        view = _unit(session, unit, placed.get(unit.id), visible, at)
        if view is not None:
            found.append(view)
    return sorted(found, key=lambda view: view.id)


def _fixed(camera: CameraRow) -> PlacedCamera:
    stand = Position(lat=camera.lat, lon=camera.lon)
    footprint = view_sector(
        stand, azimuth_deg=camera.azimuth_deg, hfov_deg=camera.hfov_deg, range_m=camera.range_m
    )  # fmt: skip
    kind = SourceKind.PLATE_READER if camera.reads_plates else SourceKind.FIXED_CAMERA
    return PlacedCamera(camera.id, camera.name, kind, stand, camera.range_m, footprint, camera.reads_plates)


def _unit(
    session: Session, unit: UnitRow, held: AssignmentRow | None, visible: Visibility, at: datetime
) -> PlacedCamera | None:
    """None where the unit has no camera that the program knows, or nobody knows where it was."""
    if unit.range_m is None or unit.hfov_deg is None:
        return None
    is_there_now = unit.updated_at is not None and abs(unit.updated_at - at) <= SAID_WITHIN
    kind = SourceKind(unit.kind)
    stand = units.position_of(unit)
    if is_there_now and stand is not None:
        footprint = footprint_of(unit, stand) or _all_round(unit, stand)
        return PlacedCamera(unit.id, unit.name, kind, stand, unit.range_m, footprint)
    if unit.kind == UnitKind.DRONE:
        return _flown(session, unit, visible, at)
    if held is None or held.lat is None or held.lon is None:
        return None
    put = Position(lat=held.lat, lon=held.lon, accuracy_m=POSITION_ACCURACY_M)
    if unit.heading_deg is None or unit.kind != UnitKind.TOWER:
        return PlacedCamera(unit.id, unit.name, kind, put, unit.range_m, _all_round(unit, put))
    ahead = view_sector(put, azimuth_deg=unit.heading_deg, hfov_deg=unit.hfov_deg, range_m=unit.range_m)
    return PlacedCamera(unit.id, unit.name, kind, put, unit.range_m, ahead)


def _flown(session: Session, unit: UnitRow, visible: Visibility, at: datetime) -> PlacedCamera | None:
    """A drone where its flight's track has it: it may have looked anywhere round it."""
    flight = flights.of_unit_at(session, unit.id, at, visible)
    if flight is None:
        return None
    point: TrackPointRow | None = tracks.point_at(session, flight.id, at, within=SAID_WITHIN)
    if point is None:
        return None
    stand = Position(lat=point.lat, lon=point.lon, accuracy_m=POSITION_ACCURACY_M)
    return PlacedCamera(unit.id, unit.name, SourceKind.DRONE, stand, unit.range_m or 0.0, _all_round(unit, stand))


def _all_round(unit: UnitRow, stand: Position) -> dict[str, object]:
    """What a camera may have seen of which only the place is known."""
    return view_sector(stand, azimuth_deg=0.0, hfov_deg=ALL_ROUND_DEG, range_m=unit.range_m or 0.0)
