"""The stories of a link between incidents: who may set and take it back, and what the audit trail says."""

from incidents.links import service
from incidents.links.service import IncidentLink, LinkRelation
from incidents.timeline import repository
from incidents.timeline.tables import IncidentRow
from mapserver.core.services import Services
from telemetry.access import Principal, visibility
from telemetry.audit import service as audit
from telemetry.cities import City
from telemetry.store import Work


def link_incidents(
    parts: Services,
    work: Work,
    row: IncidentRow,
    other_id: str,
    relation: LinkRelation,
    by: Principal,
    *,
    reason: str,
) -> IncidentLink:
    """Say what `row` has to do with another incident. Raises NotFound for what the person may not see, BadInput,
    Conflict."""
    other = repository.get(work.session, other_id, visibility(by))
    made = service.link(work, row, relation, other, by=by.name, reason=reason, now=parts.clock.now())
    _record(parts, work, row, by, "link_incidents", made)
    return made


def unlink_incidents(
    parts: Services, work: Work, row: IncidentRow, link_id: str, by: Principal, *, reason: str
) -> IncidentLink:
    """Take a link of `row` back. Raises NotFound, BadInput."""
    gone = service.unlink(work, row, link_id, by=by.name, reason=reason, now=parts.clock.now())
    _record(parts, work, row, by, "unlink_incidents", gone)
    return gone


def _record(parts: Services, work: Work, row: IncidentRow, by: Principal, action: str, made: IncidentLink) -> None:
    """In the audit trail of both incidents."""
    now = parts.clock.now()
    for here, there in ((row.id, made.other.id), (made.other.id, row.id)):
        detail = f"{made.relation} {there}" if here == row.id else f"{made.relation.turned} {there}"
        audit.record(work.session, by, action, f"incident {here}", city=City(row.city), at=now, detail=detail)
