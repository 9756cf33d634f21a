"""Working through the procedure of an incident: steps are done, skipped, undone. The caller's work commits."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from incidents.merging.titles import title_message
from incidents.procedures.tables import ProcedureStepRow
from incidents.procedures.values import IncidentProcedure, Step, StepOutcome
from incidents.timeline import service as timeline
from incidents.timeline.tables import EntryKind, IncidentRow
from telemetry.cities import City
from telemetry.clock import iso
from telemetry.errors import BadInput, Conflict, NotFound
from telemetry.messages import ENGLISH, Message
from telemetry.scopes import Scope
from telemetry.store import ALWAYS, Between, Change, Work
from telemetry.visibility import Visibility


def done(
    work: Work,
    row: IncidentRow,
    procedure: IncidentProcedure,
    step_id: str,
    *,
    answer: str | None,
    by: str,
    now: datetime,
) -> None:
    """A step is done; one that asks is answered. Raises NotFound for a step that is not to be done, BadInput for an
    answer that it does not have, Conflict when it is done so already."""
    step = _applying_step(work.session, row, procedure, step_id)
    if (answer is None) is bool(step.answers) or (answer is not None and answer not in step.answers):
        raise BadInput(Message("procedures.no_such_answer", step=step.text, answers=list(step.answers.values())))
    known = work.session.get(ProcedureStepRow, (row.id, procedure.name, step.id))
    if known is not None and (known.outcome, known.answer) == (StepOutcome.DONE, answer):
        raise Conflict(Message("procedures.done_already", step=step.text, who=known.who))
    said = Message("timeline.step_done", step=step.text)
    if answer is not None:
        said = Message("timeline.step_answered", step=step.text, answer=step.answers[answer])
    _keep(work, row, procedure, step, StepOutcome.DONE, answer=answer, by=by, now=now)
    timeline.write_entry(work, row, EntryKind.PROCEDURE, said, who=by, at=now)
    work.tell(timeline.change(row))


def skip(
    work: Work, row: IncidentRow, procedure: IncidentProcedure, step_id: str, *, reason: str, by: str, now: datetime
) -> None:
    """A step is left out; the supervisors are told of a mandatory one. Raises NotFound for a step that is not to be
    done, BadInput where a mandatory one has no reason, Conflict when it is skipped already."""
    step = _applying_step(work.session, row, procedure, step_id)
    reason = timeline.checked(reason)
    if step.mandatory and not reason:
        raise BadInput(Message("procedures.skipping_needs_reason", step=step.text))
    known = work.session.get(ProcedureStepRow, (row.id, procedure.name, step.id))
    if known is not None and known.outcome == StepOutcome.SKIPPED:
        raise Conflict(Message("procedures.skipped_already", step=step.text, who=known.who))
    said = Message("timeline.step_skipped", step=step.text)
    if reason:
        said = Message("timeline.step_skipped_because", step=step.text, reason=reason)
    _keep(work, row, procedure, step, StepOutcome.SKIPPED, reason=reason, by=by, now=now)
    timeline.write_entry(work, row, EntryKind.PROCEDURE, said, who=by, at=now)
    work.tell(timeline.change(row))
    if step.mandatory:
        work.tell(_news(row, step, by))


def undo(work: Work, row: IncidentRow, procedure: IncidentProcedure, step_id: str, *, by: str, now: datetime) -> None:
    """A step is open again. Raises NotFound for one that the procedure does not have, Conflict when it is open."""
    step = procedure.step(step_id)
    known = work.session.get(ProcedureStepRow, (row.id, procedure.name, step_id))
    if step is None:
        raise NotFound(Message("procedures.no_such_step", step=step_id[:60]))
    if known is None:
        raise Conflict(Message("procedures.open_already", step=step.text))
    work.session.delete(known)
    said = Message("timeline.step_undone", step=step.text)
    timeline.write_entry(work, row, EntryKind.PROCEDURE, said, who=by, at=now)
    work.tell(timeline.change(row))


def open_mandatory(session: Session, row: IncidentRow, procedure: IncidentProcedure) -> list[Step]:
    """The mandatory steps that are to be done and are neither done nor skipped."""
    kept = _kept(session, row, procedure)
    applying = procedure.applying({step: one.answer for step, one in kept.items()})
    return [step for step in applying if step.mandatory and step.id not in kept]


def checklist(session: Session, row: IncidentRow, procedure: IncidentProcedure) -> list[dict[str, Any]]:
    """The steps that are to be done, in their order, each with what became of it, as the API and pages show it."""
    kept = _kept(session, row, procedure)
    applying = procedure.applying({step: one.answer for step, one in kept.items()})
    return [_public(step, kept.get(step.id)) for step in applying]


def skipped(session: Session, visible: Visibility, between: Between = ALWAYS) -> list[dict[str, Any]]:
    """The mandatory steps of `visible` that were skipped `between`, newest first."""
    query = select(ProcedureStepRow, IncidentRow).join(IncidentRow, col(IncidentRow.id) == ProcedureStepRow.incident_id)
    query = query.where(
        visible.rows(ProcedureStepRow),
        ProcedureStepRow.outcome == StepOutcome.SKIPPED,
        ProcedureStepRow.mandatory,
    )
    query = between.narrow(query, col(ProcedureStepRow.at))
    return [
        {
            "incident_id": incident.id,
            "city": one.city,
            "title": title_message(incident.category, incident.title).text(),
            "procedure": one.procedure,
            "step": one.step,
            "text": one.text,
            "reason": one.reason,
            "who": one.who,
            "at": iso(one.at),
        }
        for one, incident in session.exec(query.order_by(col(ProcedureStepRow.at).desc()))
    ]


def public(procedure: IncidentProcedure) -> dict[str, Any]:
    """The procedure as the API shows it."""
    return {
        "name": procedure.name,
        "title": procedure.title.text(),
        "categories": list(procedure.categories),
        "steps": [{**_facts(step), "when": dict(step.when)} for step in procedure.steps],
    }


def _applying_step(session: Session, row: IncidentRow, procedure: IncidentProcedure, step_id: str) -> Step:
    answers = {step: one.answer for step, one in _kept(session, row, procedure).items()}
    found = next((step for step in procedure.applying(answers) if step.id == step_id), None)
    if found is None:
        raise NotFound(Message("procedures.no_such_step", step=step_id[:60]))
    return found


def _kept(session: Session, row: IncidentRow, procedure: IncidentProcedure) -> dict[str, ProcedureStepRow]:
    query = select(ProcedureStepRow).where(
        ProcedureStepRow.incident_id == row.id, ProcedureStepRow.procedure == procedure.name
    )
    return {one.step: one for one in session.exec(query)}


def _keep(
    work: Work,
    row: IncidentRow,
    procedure: IncidentProcedure,
    step: Step,
    outcome: StepOutcome,
    *,
    by: str,
    now: datetime,
    answer: str | None = None,
    reason: str = "",
) -> None:
    work.session.merge(
        ProcedureStepRow(
            incident_id=row.id,
            procedure=procedure.name,
            step=step.id,
            city=row.city,
            scope=row.scope,
            mandatory=step.mandatory,
            text=step.text.text(City(row.city).facts.language),
            outcome=outcome,
            answer=answer,
            reason=reason,
            who=by,
            at=now,
        )
    )


def _facts(step: Step) -> dict[str, Any]:
    call = None
    if step.call is not None:
        call = {"who": step.call.who.text(), "phone": step.call.phone}
    return {
        "id": step.id,
        "text": step.text.text(),
        "mandatory": step.mandatory,
        "answers": [{"name": name, "text": text.text()} for name, text in step.answers.items()],
        "call": call,
    }


def _public(step: Step, kept: ProcedureStepRow | None) -> dict[str, Any]:
    became = {"outcome": None, "answer": None, "reason": "", "who": None, "at": None}
    if kept is not None:
        became = {
            "outcome": kept.outcome,
            "answer": kept.answer,
            "reason": kept.reason,
            "who": kept.who,
            "at": iso(kept.at),
        }
    return {**_facts(step), **became}


def _news(row: IncidentRow, step: Step, by: str) -> Change:
    """What supervisors are told on whatever page they look at."""
    said = Message("procedures.skipped_by", who=by, step=step.text, title=title_message(row.category, row.title))
    data = {
        "incident_id": row.id,
        "text": said.text(ENGLISH.code),
        "text_message": said.to_json(),
        "simulated": row.simulated,
    }
    return Change("skipped_step", row.id, frozenset({City(row.city)}), Scope(row.scope), data)
