"""The stories of an incident: it goes from state to state, and a drone that is asked for is declined."""

from incidents.merging import State
from incidents.requests import service as requests
from incidents.timeline import repository
from incidents.timeline import service as timeline
from incidents.timeline.tables import IncidentRow
from mapserver.core.services import Services
from telemetry.access import Permission, Principal, visibility
from telemetry.audit import service as audit
from telemetry.cities import City
from telemetry.store import Work


def work_on(parts: Services, work: Work, row: IncidentRow, to: State, by: Principal, *, reason: str) -> None:
    """Move an incident to another state, in its timeline and in the audit trail."""
    now = parts.clock.now()
    timeline.change_state(work, row, to, by=by.name, reason=reason, now=now)
    if not to.open:
        requests.withdraw(work, row, by=by.name, at=now)
    audit.record(work.session, by, "change_state", f"incident {row.id}", city=City(row.city), at=now, detail=to)


def decline_drone(parts: Services, work: Work, incident_id: str, by: Principal, *, reason: str) -> None:
    """The pilot's word that no drone is sent to the incident, and why. Raises BadInput, Conflict."""
    by.require(Permission.FLY)
    row = repository.get(work.session, incident_id, visibility(by))
    requests.decline(work, row, reason, by=by.name, at=parts.clock.now())
