"""The stories of papers, shared by pages and API: entries in the register."""

from mapserver.access.tables import UserRow
from mapserver.core.services import Services
from mission.registry import service as registry
from mission.registry.tables import RegisterRow
from mission.registry.values import DronePapers, Operator, Pilot
from mission.routes.drones import drone_named
from telemetry.access import Principal, Role, require_city, visibility
from telemetry.audit import service as audit
from telemetry.cities import City
from telemetry.errors import BadInput, NotFound
from telemetry.messages import Message
from telemetry.store import Work
from telemetry.units import service as units
from telemetry.units.tables import UnitKind


def enter_operator(parts: Services, work: Work, by: Principal, city: City, papers: Operator) -> RegisterRow:
    """The town's own papers as operator, from now on."""
    require_city(by, city, Message("access.things.operator"))
    return _enter(parts, work, by, city, city, papers)


def enter_pilot(parts: Services, work: Work, by: Principal, name: str, papers: Pilot) -> RegisterRow:
    """A pilot's certificates, from now on. Raises NotFound, BadInput for a user who is no pilot."""
    user = work.session.get(UserRow, name)
    if user is None or user.city is None or not visibility(by).covers(user.city, user.scope):
        raise NotFound(Message("access.no_such_user", name=name))
    if user.role != Role.PILOT:
        raise BadInput(Message("papers.not_a_pilot", name=name, role=user.role))
    return _enter(parts, work, by, City(user.city), name, papers)


def enter_drone(parts: Services, work: Work, by: Principal, unit_id: str, papers: DronePapers) -> RegisterRow:
    """A drone's papers and settings, from now on. Raises NotFound, BadInput for what is no drone."""
    unit = units.get(work.session, unit_id, visibility(by))
    if unit.kind != UnitKind.DRONE:
        raise BadInput(Message("papers.not_a_drone", unit=unit_id, kind=unit.kind.replace("_", " ")))
    if papers.airframe:
        drone_named(papers.airframe)  # a name that the catalogue does not have is refused now, not before a flight
    return _enter(parts, work, by, City(unit.city), unit_id, papers)


def _enter(
    parts: Services, work: Work, by: Principal, city: City, holder: str, papers: registry.Holding
) -> RegisterRow:
    now = parts.clock.now()
    row = registry.enter(work, holder, papers, city=city, scope=by.scope, by=by.name, at=now)
    audit.record(work.session, by, "register", f"{row.kind} {holder}", city=city, at=now)
    return row
