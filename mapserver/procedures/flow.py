"""The stories of a procedure: a step is done, skipped or undone, or left over when the incident is resolved."""

from enum import StrEnum

from sqlmodel import Session

from incidents.procedures import service
from incidents.procedures.values import IncidentProcedure, procedure_for
from incidents.timeline.tables import IncidentRow
from mapserver.core.services import Services
from telemetry.access import Principal
from telemetry.audit import service as audit
from telemetry.cities import City
from telemetry.errors import NotFound
from telemetry.messages import Message
from telemetry.store import Work


class StepVerb(StrEnum):
    """What a person does with a step."""

    DONE = "done"
    SKIP = "skip"
    UNDO = "undo"


def settle(
    parts: Services,
    work: Work,
    row: IncidentRow,
    step_id: str,
    verb: StepVerb,
    by: Principal,
    *,
    answer: str | None = None,
    reason: str = "",
) -> None:
    """Do, skip or undo a step. Raises BadInput, Conflict, NotFound."""
    procedure = procedure_for(parts.town_files.procedures, row.category)
    if procedure is None:
        raise NotFound(Message("procedures.none"))
    now = parts.clock.now()
    match verb:
        case StepVerb.DONE:
            service.done(work, row, procedure, step_id, answer=answer, by=by.name, now=now)
        case StepVerb.SKIP:
            service.skip(work, row, procedure, step_id, reason=reason, by=by.name, now=now)
            _record(parts, work, row, by, step_id)
        case StepVerb.UNDO:
            service.undo(work, row, procedure, step_id, by=by.name, now=now)


def skip_left_over(parts: Services, work: Work, row: IncidentRow, by: Principal, *, reason: str) -> None:
    """The incident is resolved: what is mandatory and still open is skipped for that reason."""
    procedure = procedure_for(parts.town_files.procedures, row.category)
    if procedure is None:
        return
    for step in service.open_mandatory(work.session, row, procedure):
        service.skip(work, row, procedure, step.id, reason=reason, by=by.name, now=parts.clock.now())
        _record(parts, work, row, by, step.id)


def checklist(parts: Services, session: Session, row: IncidentRow) -> dict[str, object]:
    """The procedure of the incident with what became of its steps; neither where its category has none."""
    procedure: IncidentProcedure | None = procedure_for(parts.town_files.procedures, row.category)
    if procedure is None:
        return {"procedure": None, "title": None, "steps": []}
    steps = service.checklist(session, row, procedure)
    return {"procedure": procedure.name, "title": procedure.title.text(), "steps": steps}


def _record(parts: Services, work: Work, row: IncidentRow, by: Principal, step_id: str) -> None:
    subject = f"incident {row.id}"
    now = parts.clock.now()
    audit.record(work.session, by, "skip_step", subject, city=City(row.city), at=now, detail=step_id)
