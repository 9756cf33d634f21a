"""Positions of trackers and phones, put on the map as those of the unit that carries them."""

import logging
from datetime import datetime

from sqlmodel import Session

from mapserver.devices import service as devices
from telemetry.access import Principal, Role
from telemetry.dialects.values import PositionReport
from telemetry.errors import NotAllowed, UnknownCamera
from telemetry.messages import Message
from telemetry.observations import Source, SourceKind
from telemetry.positions import Position
from telemetry.store import Work
from telemetry.units import service as units
from telemetry.units.tables import UnitKind, UnitRow
from telemetry.visibility import Visibility

log = logging.getLogger(__name__)

MOVES_MPS = 0.5
"""A slower tracker stands: what it says of its course is noise."""
CARRIERS = (SourceKind.BODY_CAMERA, SourceKind.TOWER)


def take_position(
    work: Work, said: PositionReport, visible: Visibility, received_at: datetime, by: Principal | None
) -> None:
    """Move the unit that carries the tracker. One from before the last, such as a phone sends that had no network,
    changes nothing; one of a network cell is no place, and only its charge is kept.

    Raises UnknownCamera when no unit is called as the tracker is, NotAllowed when `by` may not speak for the unit.
    """
    unit = _unit_of(work.session, said, visible, by)
    if unit.kind == UnitKind.DRONE:
        raise NotAllowed(Message("units.drone_reports_itself", unit=unit.id))
    if by is not None:
        devices.require_bound(work.session, by, [Source(kind=SourceKind(unit.kind), id=unit.id)])
    if said.is_coarse:
        _keep_charge(work, unit, said)
        return
    place = Position(lat=said.lat, lon=said.lon, alt_m=said.alt_m, accuracy_m=said.accuracy_m)
    course = said.course_deg if (said.speed_mps or 0.0) >= MOVES_MPS else None
    report = units.UnitReport(min(said.at, received_at), place, heading_deg=course, battery=said.battery)
    units.report(work, unit, report)


def _unit_of(session: Session, said: PositionReport, visible: Visibility, by: Principal | None) -> UnitRow:
    """The unit with the tracker's name, or with the last part of it; else the only one that `by` speaks for."""
    found = units.called(session, (said.device, said.device.rpartition("/")[2]), visible)
    if found is None and by is not None and by.role is Role.DEVICE:
        found = _only_unit(session, by)
    if found is None:
        raise UnknownCamera(Message("events.unknown_tracker", device=said.device))
    return found


def _only_unit(session: Session, by: Principal) -> UnitRow | None:
    bound = {one.source_id for one in devices.bindings_of(session, by.name) if one.kind in CARRIERS}
    if len(bound) != 1 or devices.ALL_OF_TOWN in bound:
        return None
    return session.get(UnitRow, bound.pop())


def _keep_charge(work: Work, unit: UnitRow, said: PositionReport) -> None:
    if said.battery is None or (unit.updated_at is not None and said.at < unit.updated_at):
        return
    unit.battery = said.battery
    work.session.add(unit)
    work.tell(units.change(unit))
