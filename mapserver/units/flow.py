"""What an administrator changes of a unit: its name, its link and the driver that speaks to it. Moves no unit."""

from pydantic import BaseModel, ConfigDict

from mission.flights import repository as flights
from telemetry.access import Permission, Principal, require_city, visibility
from telemetry.audit import service as audit
from telemetry.cities import City
from telemetry.clock import Clock
from telemetry.errors import BadInput, Conflict
from telemetry.links.address import read_address
from telemetry.messages import Message
from telemetry.observations.values import Name
from telemetry.sentences import sentences
from telemetry.store import Work
from telemetry.units import service as units
from telemetry.units.tables import UnitKind, UnitRow
from telemetry.vehicles.drivers import VehicleDriver


class UnitChange(BaseModel):
    """What is to be another; what is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")

    name: Name | None = None
    link: str | None = None
    """How a drone is reached, such as `udpin://0.0.0.0:14550`; empty: by no link."""
    driver: VehicleDriver | None = None


def change_unit(work: Work, clock: Clock, unit_id: str, wanted: UnitChange, by: Principal) -> UnitRow:
    """Change the unit, write down who did it and tell the map.

    Raises NotFound, NotAllowed, BadInput for a link that is none or that something else than a drone is to have, and
    Conflict for another link or driver while the drone is in the air.
    """
    by.require(Permission.ADMINISTER)
    unit = units.get(work.session, unit_id, visibility(by))
    require_city(by, City(unit.city), Message("access.things.owned_unit", unit=unit_id))
    changed = []
    if wanted.name is not None and wanted.name != unit.name:
        changed.append(Message("audit.unit_name", before=unit.name, after=wanted.name))
        unit.name = wanted.name
    link = unit.link if wanted.link is None else wanted.link.strip() or None
    driver = unit.driver if wanted.driver is None else wanted.driver.value
    if (link, driver) != (unit.link, unit.driver):
        _require_drone_on_the_ground(work, unit)
        if link is not None:
            read_address(link)
        changed.append(
            Message(
                "audit.unit_link",
                before=unit.link,
                before_driver=unit.driver,
                after=link,
                after_driver=driver,
            )
        )
        unit.link = link
        unit.driver = driver
    if changed:
        work.session.add(unit)
        detail = sentences(changed)
        audit.record(
            work.session, by, "change_unit", f"unit {unit.id}", city=City(unit.city), at=clock.now(), detail=detail
        )
        work.tell(units.change(unit))
    return unit


def _require_drone_on_the_ground(work: Work, unit: UnitRow) -> None:
    if unit.kind != UnitKind.DRONE:
        raise BadInput(Message("units.no_drone", unit=unit.name))
    flight = flights.in_the_air(work.session, unit.id)
    if flight is not None:
        raise Conflict(Message("units.in_the_air", unit=unit.name, flight=flight.name))
