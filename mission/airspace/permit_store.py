"""The permits that a town keeps: store, list, withdraw. One verb a function; the caller's unit of work commits."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from mission.airspace.heights import HeightReference, LengthUnit, Limit
from mission.airspace.permits import Permit
from mission.airspace.tables import PermitRow
from mission.zones.geometry import read_area, to_geojson
from telemetry.cities import City
from telemetry.clock import iso, iso_or_none
from telemetry.errors import BadInput, Conflict, NotFound
from telemetry.messages import Message
from telemetry.scopes import Scope
from telemetry.store import Change, Work
from telemetry.visibility import Visibility


def store(
    work: Work,
    *,
    city: City,
    scope: Scope,
    reference: str,
    begins: datetime,
    ends: datetime,
    at: datetime,
    by: str,
    zones: Iterable[str] = (),
    area: object = None,
    lower: Limit,
    upper: Limit,
    operator: str = "",
    conditions: str = "",
) -> PermitRow:
    """Keep a permit. `area` is GeoJSON as it came, or None. Raises BadInput, BadGeometry."""
    wanted = sorted({zone.strip() for zone in zones if zone.strip()})
    if not reference.strip():
        raise BadInput(Message("permits.number_missing"))
    if not wanted and area is None:
        raise BadInput(Message("permits.covers_nothing", name=reference))
    if ends <= begins:
        raise BadInput(Message("permits.ends_before_begins", name=reference))
    if lower.reference is upper.reference and upper.metres <= (lower.metres if lower.value is not None else 0):
        raise BadInput(Message("permits.no_height", name=reference))
    outline = None
    if area is not None:
        outline = to_geojson(read_area(area, Message("permits.area_of", reference=reference)))
    row = PermitRow(
        id=f"permit-{uuid.uuid4().hex[:12]}",
        city=city,
        scope=scope,
        reference=reference.strip(),
        zones=wanted,
        area=outline,
        lower=_limit_json(lower),
        upper=_limit_json(upper),
        begins=begins,
        ends=ends,
        operator=operator.strip(),
        conditions=conditions.strip(),
        stored_at=at,
        stored_by=by,
    )
    work.session.add(row)
    work.tell(change(row))
    return row


def withdraw(work: Work, row: PermitRow, *, at: datetime, by: str) -> None:
    """The permit covers nothing any more; it is kept. Raises Conflict when it was withdrawn before."""
    if row.withdrawn_at is not None:
        raise Conflict(Message("permits.withdrawn_before", name=row.reference, by=row.withdrawn_by))
    row.withdrawn_at = at
    row.withdrawn_by = by
    work.session.add(row)
    work.tell(change(row))


def listed(session: Session, visible: Visibility) -> list[PermitRow]:
    """Every permit of `visible`, also past and withdrawn ones, the latest to end first."""
    query = select(PermitRow).where(visible.rows(PermitRow))
    return list(session.exec(query.order_by(col(PermitRow.ends).desc(), col(PermitRow.id))))


def get(session: Session, permit_id: str, visible: Visibility) -> PermitRow:
    """The permit. Raises NotFound."""
    row = session.get(PermitRow, permit_id)
    if row is None or not visible.shows(row):
        raise NotFound(Message("permits.not_found", permit_id=permit_id))
    return row


def permits_of(session: Session, visible: Visibility) -> list[Permit]:
    """The permits of a town in a scope, for checks."""
    return [permit_of(row) for row in listed(session, visible)]


def newest(session: Session, visible: Visibility) -> str:
    """What changes whenever these permits do; cheap."""
    rows = sorted(listed(session, visible), key=lambda row: row.id)
    return " ".join(row.id if row.withdrawn_at is None else f"{row.id} withdrawn" for row in rows)


def permit_of(row: PermitRow) -> Permit:
    """The permit as a value."""
    area = None
    if row.area is not None:
        area = read_area(row.area, Message("permits.area_of", reference=row.reference))
    return Permit(
        id=row.id,
        reference=row.reference,
        begins=row.begins,
        ends=row.ends,
        zones=tuple(row.zones),
        area=area,
        lower=_limit_of(row.lower),
        upper=_limit_of(row.upper),
        operator=row.operator,
        conditions=row.conditions,
        withdrawn_at=row.withdrawn_at,
    )


def public(row: PermitRow) -> dict[str, Any]:
    """The permit as the API shows it."""
    return {
        "id": row.id,
        "city": row.city,
        "reference": row.reference,
        "zones": row.zones,
        "area": row.area,
        "lower": row.lower,
        "upper": row.upper,
        "begins": iso(row.begins),
        "ends": iso(row.ends),
        "operator": row.operator,
        "conditions": row.conditions,
        "stored_at": iso(row.stored_at),
        "stored_by": row.stored_by,
        "withdrawn_at": iso_or_none(row.withdrawn_at),
        "withdrawn_by": row.withdrawn_by,
    }


def change(row: PermitRow) -> Change:
    """The news of the permit for open pages: gone once withdrawn."""
    return Change(
        "permit", row.id, frozenset({City(row.city)}), Scope(row.scope), None if row.withdrawn_at else public(row)
    )


def _limit_json(limit: Limit) -> dict[str, Any]:
    return {"value": limit.value, "reference": limit.reference.value, "unit": limit.unit.value}


def _limit_of(said: dict[str, Any]) -> Limit:
    return Limit(said["value"], HeightReference(said["reference"]), LengthUnit(said["unit"]))
