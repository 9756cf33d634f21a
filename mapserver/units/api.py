"""Units: where every drone, tower and body camera is."""

from typing import Annotated, Any

from pydantic import BaseModel, Field

from mapserver.devices.service import require_bound
from mapserver.units.flow import UnitChange, change_unit
from mapserver.units.schemas import ChangedUnit, UnitAnswer
from mapserver.web.api_routes import ApiRouter
from mapserver.web.contract import refuses
from mapserver.web.dependencies import Parts, Reader, Writer
from mapserver.web.permissions import MayAdminister, MayDeploy, MayHandIn, MaySeeMap
from mapserver.web.polling import polled
from telemetry.access import require_city, visibility
from telemetry.audit import service as audit
from telemetry.cities import City
from telemetry.errors import BadInput, Conflict, NotFound
from telemetry.messages import Message
from telemetry.observations import Source, SourceKind
from telemetry.observations.values import Name, UtcTime
from telemetry.positions import Latitude, Longitude, Position
from telemetry.units import service
from telemetry.units.tables import UnitKind, UnitRow
from telemetry.vehicles.drivers import VehicleDriver

router = ApiRouter("units", "/units")


class NewUnit(BaseModel):
    """A drone, tower or body camera as it is bought."""

    id: Name
    city: City
    kind: UnitKind
    name: Name
    link: Annotated[str, Field(pattern=r"^(udpin|udpout|tcpin|tcpout|serial)://.+$")] | None = None
    """How a drone is reached, as MAVSDK writes it."""
    driver: VehicleDriver = VehicleDriver.MAVSDK
    """Which library speaks to it."""
    lat: Latitude
    lon: Longitude
    hfov_deg: Annotated[float, Field(gt=0, le=360)] | None = None
    range_m: Annotated[float, Field(gt=0, le=5_000)] | None = None


class Said(BaseModel):
    """What a unit reports of itself; what is left out stays as it was."""

    at: UtcTime | None = None
    """When it was so, UTC; now if left out."""
    position: Position | None = None
    heading_deg: Annotated[float, Field(ge=0, lt=360)] | None = None
    battery: Annotated[float, Field(ge=0, le=1)] | None = None


class Loan(BaseModel):
    """To which town a unit is lent; null takes it back."""

    to: City | None


@router.get("", response_model=list[UnitAnswer])
@polled
def listed(caller: MaySeeMap, session: Reader) -> list[dict[str, Any]]:
    """Every unit that your town owns or has on loan."""
    return [service.public(unit) for unit in service.listed(session, visibility(caller))]


@router.get("/{unit_id}", response_model=UnitAnswer)
@polled
def one(unit_id: str, caller: MaySeeMap, session: Reader) -> dict[str, Any]:
    """One unit."""
    return service.public(service.get(session, unit_id, visibility(caller)))


@router.post("", response_model=UnitAnswer, status_code=201)
@refuses(Conflict, NotFound)
def register(wanted: NewUnit, caller: MayAdminister, parts: Parts, work: Writer) -> dict[str, Any]:
    """Register a unit, standing where it is kept."""
    require_city(caller, wanted.city, Message("access.things.unit_place"))
    if work.session.get(UnitRow, wanted.id) is not None:
        raise Conflict(Message("units.unit_exists", unit=wanted.id))
    now = parts.clock.now()
    unit = UnitRow(**wanted.model_dump(), scope=caller.scope, accuracy_m=10.0, updated_at=now)
    work.session.add(unit)
    audit.record(work.session, caller, "register", f"unit {unit.id}", city=wanted.city, at=now)
    work.tell(service.change(unit))
    return service.public(unit)


@router.patch("/{unit_id}", response_model=ChangedUnit)
@refuses(Conflict)
def change(unit_id: str, wanted: UnitChange, caller: MayAdminister, parts: Parts, work: Writer) -> dict[str, Any]:
    """Give a unit another name, link or driver; a drone in the air keeps its link and driver until it has landed."""
    unit = change_unit(work, parts.clock, unit_id, wanted, caller)
    return {**service.public(unit), "link": unit.link, "driver": unit.driver}


@router.post("/{unit_id}/report", response_model=UnitAnswer)
def report(
    unit_id: str,
    said: Said,
    caller: MayHandIn,
    parts: Parts,
    work: Writer,
) -> dict[str, Any]:
    """A tower or body camera says where it is and how much charge it has; an older report than the last is dropped."""
    unit = service.get(work.session, unit_id, visibility(caller))
    if unit.kind == UnitKind.DRONE:
        raise BadInput(Message("units.drone_reports_itself", unit=unit_id))
    require_bound(work.session, caller, [Source(kind=SourceKind(unit.kind), id=unit.id)])
    now = parts.clock.now()
    at = min(said.at or now, now)
    service.report(
        work, unit, service.UnitReport(at, said.position, heading_deg=said.heading_deg, battery=said.battery)
    )
    return service.public(unit)


@router.post("/{unit_id}/loan", response_model=UnitAnswer)
@refuses(Conflict)
def lend(unit_id: str, loan: Loan, caller: MayDeploy, parts: Parts, work: Writer) -> dict[str, Any]:
    """Lend a unit of your own town to the other, or take it back."""
    unit = service.get(work.session, unit_id, visibility(caller))
    require_city(caller, City(unit.city), Message("access.things.owned_unit", unit=unit_id))
    service.lend(work, unit, loan.to)
    audit.record(
        work.session,
        caller,
        "lend",
        f"unit {unit_id}",
        city=City(unit.city),
        at=parts.clock.now(),
        detail=Message("audit.taken_back") if loan.to is None else loan.to,
    )
    return service.public(unit)
