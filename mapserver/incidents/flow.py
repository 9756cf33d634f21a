"""The stories of an incident: it goes from state to state, people are put to it, a drone asked for is declined."""

from collections.abc import Iterable

from sqlmodel import Session

from incidents.closing.codes import code_for
from incidents.merging import State
from incidents.requests import service as requests
from incidents.timeline import corrections, handling, repository, responding
from incidents.timeline import service as timeline
from incidents.timeline.responding import ResponseStep
from incidents.timeline.tables import IncidentRow
from incidents.timeline.transitions import RULES, Transition
from mapserver.access import people
from mapserver.core.services import Services
from mapserver.procedures.flow import skip_left_over
from telemetry.access import Permission, Principal, visibility
from telemetry.audit import service as audit
from telemetry.cities import City
from telemetry.errors import BadInput
from telemetry.messages import Message
from telemetry.positions import Position
from telemetry.store import Work


def work_on(
    parts: Services,
    work: Work,
    row: IncidentRow,
    transition: Transition,
    by: Principal,
    *,
    reason: str,
    closing_code: str | None = None,
) -> None:
    """Do `transition` with an incident, in its timeline and in the audit trail. Raises BadInput, Conflict."""
    to = RULES[transition].to
    code = code_for(parts.town_files.closing_codes, closing_code, to) if closing_code else None
    timeline.take(work, row, transition, by=by.name, reason=reason, now=parts.clock.now(), code=code)
    if to is State.RESOLVED:
        skip_left_over(parts, work, row, by, reason=reason)
    if not to.open:
        requests.withdraw(work, row, by=by.name, at=parts.clock.now())
    _record(parts, work, row, by, "change_state", transition)


def set_severity(parts: Services, work: Work, row: IncidentRow, severity: int, by: Principal, *, reason: str) -> None:
    """It is as bad as `severity`. Raises BadInput, Conflict."""
    handling.set_severity(work, row, severity, by=by.name, reason=reason, now=parts.clock.now())
    _record(parts, work, row, by, "change_severity", str(severity))


def set_category(
    parts: Services, work: Work, row: IncidentRow, category: str | None, by: Principal, *, reason: str
) -> None:
    """It is of this category; None: what was said of it decides. Raises BadInput, Conflict."""
    handling.set_category(work, row, category, parts.rules, by=by.name, reason=reason, now=parts.clock.now())
    _record(parts, work, row, by, "change_category", category or "")


def set_place(
    parts: Services, work: Work, row: IncidentRow, place: Position | None, by: Principal, *, reason: str
) -> None:
    """It is there; None: what was said of it decides. Raises BadInput, Conflict."""
    handling.set_place(work, row, place, by=by.name, reason=reason, now=parts.clock.now())
    _record(parts, work, row, by, "change_place", "")


def respond(
    parts: Services, work: Work, row: IncidentRow, step: ResponseStep, by: Principal, *, note: str = ""
) -> None:
    """`by` says how far they have come with it. Raises BadInput, Conflict."""
    responding.respond(work, row, step, by=by.name, note=note, now=parts.clock.now())
    _record(parts, work, row, by, "respond", step)


def correct_entry(
    parts: Services, work: Work, row: IncidentRow, seq: int, by: Principal, *, text: str, reason: str
) -> None:
    """Strike what a person said through. Raises NotFound, BadInput, NotAllowed, Conflict."""
    corrections.correct(work, row, seq, text=text, reason=reason, by=by, now=parts.clock.now())
    _record(parts, work, row, by, "correct", str(seq))


def take_correction_back(
    parts: Services, work: Work, row: IncidentRow, seq: int, by: Principal, *, reason: str
) -> None:
    """Let what was struck through stand again. Raises NotFound, BadInput, NotAllowed, Conflict."""
    corrections.take_back(work, row, seq, reason=reason, by=by, now=parts.clock.now())
    _record(parts, work, row, by, "undo_correction", str(seq))


def set_owner(
    parts: Services, work: Work, row: IncidentRow, owner: str | None, by: Principal, *, reason: str = ""
) -> None:
    """`owner` answers for it; None for nobody. Raises BadInput for who does not work in its town, Conflict."""
    if owner is not None:
        _require_workers(work.session, row, [owner])
    handling.set_owner(work, row, owner, by=by.name, reason=reason, now=parts.clock.now())
    _record(parts, work, row, by, "change_owner", owner or "")


def assign(
    parts: Services, work: Work, row: IncidentRow, assigned: Iterable[str], by: Principal, *, reason: str = ""
) -> None:
    """`assigned` work on it, and nobody else. Raises BadInput for who does not work in its town, Conflict."""
    names = sorted(set(assigned))
    known = row.assigned or []
    _require_workers(work.session, row, [name for name in names if name not in known])
    handling.assign(work, row, names, by=by.name, reason=reason, now=parts.clock.now())
    _record(parts, work, row, by, "assign", ", ".join(names))


def decline_drone(parts: Services, work: Work, incident_id: str, by: Principal, *, reason: str) -> None:
    """The pilot's word that no drone is sent to the incident, and why. Raises BadInput, Conflict."""
    by.require(Permission.FLY)
    row = repository.get(work.session, incident_id, visibility(by))
    requests.decline(work, row, reason, by=by.name, at=parts.clock.now())


def _require_workers(session: Session, row: IncidentRow, names: list[str]) -> None:
    known = {user.name for user in people.working_in(session, row.city, row.scope)}
    for name in names:
        if name not in known:
            raise BadInput(Message("incidents.does_not_work_here", person=name[:60], town=City(row.city).facts.name))


def _record(parts: Services, work: Work, row: IncidentRow, by: Principal, action: str, detail: str) -> None:
    subject = f"incident {row.id}"
    audit.record(work.session, by, action, subject, city=City(row.city), at=parts.clock.now(), detail=detail)
