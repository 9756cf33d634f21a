"""The stories of deploying a unit to a zone and taking it back."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from mapserver.access.tables import UserRow
from mapserver.core.services import Services
from mission.zones import service as zones
from mission.zones.tables import ZoneRow
from mobile_units.assignments import service as assignments
from mobile_units.assignments.tables import AssignmentRow
from mobile_units.custody import service as custody
from mobile_units.custody.values import CustodyEvent, CustodyEventKind, CustodyState
from telemetry.access import Principal, Role, visibility
from telemetry.audit import service as audit
from telemetry.cities import City
from telemetry.errors import BadInput
from telemetry.messages import Message
from telemetry.observations.values import UtcTime
from telemetry.positions import Position
from telemetry.store import Work
from telemetry.units import service as units
from telemetry.units.tables import UnitKind, UnitRow


class Deployment(BaseModel):
    """A tower or body camera for a zone."""

    unit_id: str
    zone_id: str
    purpose: str
    holder: str | None = None
    """The inspector who carries a body camera; none for a tower."""
    position: Position | None = None
    """Where a tower stands; the middle of the zone if left out."""
    heading_deg: Annotated[float, Field(ge=0, lt=360)] | None = None
    """Where a tower looks, clockwise from true north."""
    since: UtcTime | None = None
    """UTC; now if left out."""
    until: UtcTime | None = None


def deploy(parts: Services, work: Work, wanted: Deployment, by: Principal) -> AssignmentRow:
    """Deploy a unit of a town that `by` may see to one of its zones, and write it down."""
    visible = visibility(by)
    now = parts.clock.now()
    unit = units.get(work.session, wanted.unit_id, visible)
    zone = zones.get(work.session, wanted.zone_id, visible)
    if wanted.holder is not None:
        _require_inspector(work, wanted.holder, zone)
    position = wanted.position
    if position is None and unit.kind == UnitKind.TOWER:
        middle = zones.area_of(zone).representative_point()
        position = Position(lat=middle.y, lon=middle.x)
    issue = None
    if unit.kind == UnitKind.BODY_CAMERA and wanted.holder is not None:
        row = custody.row_of(work.session, unit)
        issue = CustodyEvent(
            at=now,
            camera=unit.id,
            kind=CustodyEventKind.ISSUE,
            by=by.name,
            to=wanted.holder,
            battery=custody.charge_of(unit, row),
            free_bytes=row.free_bytes,
        )
        custody.require_possible(work.session, unit, issue)
    made = assignments.deploy(
        work,
        unit=unit,
        zone_id=zone.id,
        city=City(zone.city),
        holder=wanted.holder,
        purpose=wanted.purpose,
        position=position,
        heading_deg=wanted.heading_deg,
        since=wanted.since or now,
        until=wanted.until,
        by=by.name,
        now=now,
    )
    if issue is not None:
        custody.happen(work, unit, issue, by=by)
    detail = Message("audit.deployed", zone=zone.id)
    if wanted.holder:
        detail = Message("audit.deployed_held", zone=zone.id, holder=wanted.holder)
    audit.record(work.session, by, "deploy", f"unit {unit.id}", city=City(zone.city), at=now, detail=detail)
    return made


def end_deployment(parts: Services, work: Work, assignment_id: str, by: Principal) -> AssignmentRow:
    """Take the unit back, and write it down."""
    assignment = assignments.get(work.session, assignment_id, visibility(by))
    now = parts.clock.now()
    assignments.end(work, assignment, by.name, now)
    _take_back(work, units.get(work.session, assignment.unit_id, visibility(by)), by, now)
    audit.record(work.session, by, "end", f"unit {assignment.unit_id}", city=City(assignment.city), at=now)
    return assignment


def _take_back(work: Work, unit: UnitRow, by: Principal, now: datetime) -> None:
    """A body camera that is carried is returned; a recording ends with it."""
    state = custody.row_of(work.session, unit).state
    if unit.kind != UnitKind.BODY_CAMERA or state not in (CustodyState.ISSUED, CustodyState.RECORDING):
        return
    if state == CustodyState.RECORDING:
        custody.happen(work, unit, CustodyEvent(now, unit.id, CustodyEventKind.STOP, by.name), by=by)
    custody.happen(work, unit, CustodyEvent(now, unit.id, CustodyEventKind.RETURN, by.name), by=by)


def _require_inspector(work: Work, name: str, zone: ZoneRow) -> None:
    holder = work.session.get(UserRow, name)
    there = holder is not None and (holder.city, holder.scope) == (zone.city, zone.scope)
    if holder is None or not there or not holder.active or holder.role != Role.INSPECTOR:
        raise BadInput(Message("assignments.not_an_inspector", name=name, town=City(zone.city).facts.name))
