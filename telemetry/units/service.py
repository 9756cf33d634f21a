"""What can be done with a unit: register, report, lend. One verb a function; the caller's unit of work commits."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from telemetry.cities import City
from telemetry.clock import iso
from telemetry.errors import NotFound
from telemetry.messages import Message
from telemetry.positions import Position
from telemetry.scopes import Scope
from telemetry.store import Change, Work
from telemetry.units.tables import UnitRow
from telemetry.units.views import footprint_of
from telemetry.vehicles import Instruments
from telemetry.visibility import Visibility


@dataclass(frozen=True)
class UnitReport:
    """What a unit says of itself at one moment; None leaves the stored value as it is."""

    at: datetime
    position: Position | None = None
    heading_deg: float | None = None
    battery: float | None = None
    status: str | None = None
    height_m: float | None = None
    """Metres above where it took off."""
    instruments: Instruments | None = None


def cities_of(unit: UnitRow) -> frozenset[City]:
    """The towns that may see the unit: its owner's, and the borrower's while it is lent."""
    return frozenset(City(c) for c in (unit.city, unit.lent_to) if c)


def duty_city(unit: UnitRow) -> City:
    """The town it works for now: what it sees there belongs to that town."""
    return City(unit.lent_to or unit.city)


def get(session: Session, unit_id: str, visible: Visibility) -> UnitRow:
    """The unit, if it is owned by or lent to a town of `visible`. Raises NotFound."""
    unit = session.get(UnitRow, unit_id)
    if unit is None or not visible.meets(_audience(unit)):
        raise NotFound(Message("units.not_found", id=unit_id))
    return unit


def listed(session: Session, visible: Visibility) -> list[UnitRow]:
    """Every unit owned by or lent to a town of `visible`, by id."""
    return list(session.exec(_listed(visible)))


def called(session: Session, names: Iterable[str], visible: Visibility) -> UnitRow | None:
    """The first unit, by id, whose id is one of `names` in whatever case; None when there is none."""
    wanted = func.lower(UnitRow.id).in_([name.lower() for name in names])
    return session.exec(_listed(visible).where(wanted)).first()


def report(work: Work, unit: UnitRow, said: UnitReport) -> None:
    """Keep what the unit said and tell the map. A report older than the stored one is dropped."""
    if unit.updated_at is not None and said.at < unit.updated_at:
        return
    apply(unit, said)
    work.session.add(unit)
    work.tell(change(unit))


def lend(work: Work, unit: UnitRow, to: City | None) -> None:
    """Lend the unit to another town, or take it back with None."""
    before = cities_of(unit)
    if to == unit.city:
        to = None
    unit.lent_to = to
    work.session.add(unit)
    work.tell(change(unit))
    gone = before - cities_of(unit)
    if gone:
        work.tell(Change("unit", unit.id, gone, Scope(unit.scope), None))


def apply(unit: UnitRow, said: UnitReport) -> None:
    """Write the report's values into `unit`."""
    unit.updated_at = said.at
    if said.position is not None:
        unit.lat = said.position.lat
        unit.lon = said.position.lon
        unit.alt_m = said.position.alt_m
        unit.accuracy_m = said.position.accuracy_m
    if said.heading_deg is not None:
        unit.heading_deg = said.heading_deg
    if said.battery is not None:
        unit.battery = said.battery
    if said.height_m is not None:
        unit.height_m = said.height_m
    if said.status is not None:
        unit.status = said.status
    if said.instruments is not None:
        unit.instruments = said.instruments.as_json()


def position_of(unit: UnitRow) -> Position | None:
    """Its last known position."""
    if unit.lat is None or unit.lon is None:
        return None
    return Position(lat=unit.lat, lon=unit.lon, alt_m=unit.alt_m, accuracy_m=unit.accuracy_m or 25.0)


def public(unit: UnitRow) -> dict[str, Any]:
    """The unit as the API and the map show it."""
    position = position_of(unit)
    return {
        "id": unit.id,
        "city": unit.city,
        "lent_to": unit.lent_to,
        "kind": unit.kind,
        "name": unit.name,
        "status": unit.status,
        "position": None if position is None else position.model_dump(mode="json", exclude={"ellipse"}),
        "height_m": unit.height_m,
        "heading_deg": unit.heading_deg,
        "battery": unit.battery,
        "instruments": unit.instruments,
        "footprint": footprint_of(unit, position),
        "camera": None if unit.hfov_deg is None else {"hfov_deg": unit.hfov_deg, "range_m": unit.range_m},
        "updated_at": None if unit.updated_at is None else iso(unit.updated_at),
        "simulated": unit.simulated,
    }


def change(unit: UnitRow) -> Change:
    """The news of the unit for the live map."""
    return Change("unit", unit.id, cities_of(unit), Scope(unit.scope), public(unit))


def _listed(visible: Visibility) -> SelectOfScalar[UnitRow]:
    return (
        select(UnitRow)
        .where(
            visible.in_scope(UnitRow.scope),
            or_(visible.in_towns(UnitRow.city), visible.in_towns(UnitRow.lent_to)),
        )
        .order_by(col(UnitRow.id))
    )


def _audience(unit: UnitRow) -> Visibility:
    return Visibility(cities_of(unit), Scope(unit.scope))
