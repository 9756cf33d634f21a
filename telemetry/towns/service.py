"""The towns of a database: read, added, changed, and removed while no row of any table is about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy
from sqlalchemy import Connection, column, inspect, or_, table
from sqlmodel import Session, col, func, select

from telemetry.access import Principal
from telemetry.audit import service as audit
from telemetry.cities import CityFacts, facts_from, use_towns
from telemetry.errors import Conflict, NotFound
from telemetry.messages import Message
from telemetry.store import Store, Work
from telemetry.towns.tables import TownRow
from telemetry.towns.values import checked_facts, require_id

FACTS = ("name", "country", "law", "languages", "zone", "lat", "lon")
"""What a row says of its town."""
TOWN_COLUMNS = ("city", "lent_to")
"""Columns of other tables with the id of a town."""


@dataclass(frozen=True)
class TownWish:
    """What is to be true of a town; None leaves it as it is."""

    name: str | None = None
    country: str | None = None
    law: str | None = None
    languages: tuple[str, ...] | None = None
    zone: str | None = None
    lat: float | None = None
    lon: float | None = None


def load(store: Store) -> None:
    """Have this process know the towns of `store`; those that ship, where its schema has no such table yet."""
    with store.connect() as connection:
        if inspect(connection).has_table(TownRow.__tablename__):
            read(connection)


def read(connection: Connection) -> None:
    """Have this process know the towns of the database behind `connection`."""
    towns = TownRow.__table__  # type: ignore[attr-defined]
    rows = connection.execute(select(towns).order_by(towns.c.place, towns.c.id)).mappings()
    use_towns({row["id"]: facts_from(**{name: row[name] for name in FACTS}) for row in rows})


def listed(session: Session) -> list[dict[str, Any]]:
    """Every town as JSON, in the order of lists."""
    rows = session.exec(select(TownRow).order_by(col(TownRow.place), col(TownRow.id)))
    return [{"id": row.id, **{name: getattr(row, name) for name in FACTS}} for row in rows]


def add(work: Work, id: str, facts: Mapping[str, Any], *, by: Principal, at: datetime) -> TownRow:
    """A new town, last in lists, from what `checked_facts` takes. Raises BadInput, Conflict for one that there is."""
    require_id(id)
    town = checked_facts(**facts)
    if work.session.get(TownRow, id) is not None:
        raise Conflict(Message("towns.id_taken", town=id))
    last = work.session.exec(select(func.max(TownRow.place))).one()
    row = TownRow(id=id, place=(last or 0) + 1, **_stored(town))
    return _keep(work, row, "add_town", by=by, at=at)


def change(work: Work, id: str, wish: TownWish, *, by: Principal, at: datetime) -> TownRow:
    """Other facts of a town. Raises NotFound, BadInput, Conflict for a name that another town has."""
    row = _get(work.session, id)
    wanted = {name: getattr(wish, name) for name in FACTS}
    kept = {name: getattr(row, name) for name in FACTS}
    said = {name: value for name, value in wanted.items() if value is not None}
    for name, value in _stored(checked_facts(**{**kept, **said})).items():
        setattr(row, name, value)
    return _keep(work, row, "change_town_facts", by=by, at=at)


def remove(work: Work, id: str, *, by: Principal, at: datetime) -> TownRow:
    """Take a town out of the list. Raises NotFound; Conflict, saying what there is, while rows are about it, and for
    the only one that is listed."""
    row = _get(work.session, id)
    found = _rows_about(work.session.connection(), id)
    if found:
        told = ", ".join(f"{name} {count}" for name, count in found.items())
        raise Conflict(Message("towns.has_data", town=row.name, data=told))
    if work.session.exec(select(func.count()).select_from(TownRow)).one() == 1:
        raise Conflict(Message("towns.only_one", town=row.name))
    work.session.delete(row)
    work.session.flush()
    audit.record(work.session, by, "remove_town", f"town {row.id}", city=None, at=at, detail=_told(row))
    return row


def _get(session: Session, id: str) -> TownRow:
    row = session.get(TownRow, id)
    if row is None:
        known = ", ".join(town["id"] for town in listed(session))
        raise NotFound(Message("towns.unknown", town=id[:40], towns=known))
    return row


def _rows_about(connection: Connection, id: str) -> dict[str, int]:
    """How many rows each table has that name the town, of every scope; tables without any are left out."""
    found = {}
    inspector = inspect(connection)
    for name in sorted(inspector.get_table_names()):
        naming = [each["name"] for each in inspector.get_columns(name) if each["name"] in TOWN_COLUMNS]
        if not naming:
            continue
        of_town = or_(*(column(each) == id for each in naming))
        count = connection.execute(sqlalchemy.select(func.count()).select_from(table(name)).where(of_town)).scalar_one()
        if count:
            found[name] = count
    return found


def _told(row: TownRow) -> str:
    return f"{row.name}, {row.country}, {row.zone}, {','.join(row.languages)}, {row.lat}, {row.lon}"


def _stored(town: CityFacts) -> dict[str, Any]:
    return {
        "name": town.name,
        "country": town.country,
        "law": town.law.value,
        "languages": list(town.languages),
        "zone": town.zone.key,
        "lat": town.lat,
        "lon": town.lon,
    }


def _keep(work: Work, row: TownRow, action: str, *, by: Principal, at: datetime) -> TownRow:
    same_name = select(TownRow.id).where(col(TownRow.name) == row.name, col(TownRow.id) != row.id)
    with work.session.no_autoflush:
        other = work.session.exec(same_name).first()
    if other is not None:
        raise Conflict(Message("towns.name_taken", name=row.name, town=other))
    work.session.add(row)
    work.session.flush()
    audit.record(work.session, by, action, f"town {row.id}", city=None, at=at, detail=_told(row))
    return row
