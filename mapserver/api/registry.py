"""The register: papers of the towns as operators, of their pilots and of their drones."""

from typing import Annotated, Any

from fastapi import APIRouter

from mapserver.access.tables import UserRow
from mapserver.deps import Caller, Parts, Reader, Writer, allowed
from mission.registry import service
from mission.registry.values import DronePapers, Operator, Pilot
from mission.routes.drones import drone_named
from telemetry.access import Permission, Principal, Role, require_city, visible_cities
from telemetry.audit import service as audit
from telemetry.cities import City
from telemetry.errors import BadInput, NotFound
from telemetry.units import service as units
from telemetry.units.tables import UnitKind

router = APIRouter(prefix="/registry")
Keeper = Annotated[Principal, allowed(Permission.KEEP_REGISTER)]


@router.get("")
def listed(caller: Caller, session: Reader) -> list[dict[str, Any]]:
    """What is in force in the towns you may see; for pilots and for who keeps the register."""
    if not caller.may(Permission.FLY):
        caller.require(Permission.KEEP_REGISTER)
    return service.listed(session, visible_cities(caller))


@router.put("/operators/{city}")
def operator(city: City, papers: Operator, caller: Keeper, parts: Parts, work: Writer) -> dict[str, Any]:
    """The town's own papers as operator, from now on."""
    require_city(caller, city, "operator")
    return _enter(parts, work, caller, city, city, papers)


@router.put("/pilots/{name}")
def pilot(name: str, papers: Pilot, caller: Keeper, parts: Parts, work: Writer) -> dict[str, Any]:
    """A pilot's certificates, from now on."""
    user = work.session.get(UserRow, name)
    if user is None or user.city is None or City(user.city) not in visible_cities(caller):
        raise NotFound(f"there is no user {name} in a town you may see")
    if user.role != Role.PILOT:
        raise BadInput(f"{name} is signed up as {user.role}; only pilots have papers in the register")
    return _enter(parts, work, caller, City(user.city), name, papers)


@router.put("/drones/{unit_id}")
def drone(unit_id: str, papers: DronePapers, caller: Keeper, parts: Parts, work: Writer) -> dict[str, Any]:
    """A drone's papers and settings, from now on."""
    unit = units.get(work.session, unit_id, visible_cities(caller))
    if unit.kind != UnitKind.DRONE:
        raise BadInput(f"{unit_id} is a {unit.kind.replace('_', ' ')}; only drones have papers in the register")
    if papers.airframe:
        drone_named(papers.airframe)  # a name that the catalogue does not have is refused now, not before a flight
    return _enter(parts, work, caller, City(unit.city), unit_id, papers)


def _enter(
    parts: Parts, work: Writer, by: Principal, city: City, holder: str, papers: Operator | Pilot | DronePapers
) -> dict[str, Any]:
    now = parts.clock.now()
    row = service.enter(work, holder, papers, city=city, by=by.name, at=now, simulated=parts.settings.demo)
    audit.record(work.session, by, "register", f"{row.kind} {holder}", city=city, at=now)
    return service.public(row)
