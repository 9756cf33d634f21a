"""The stories of a decision about incidents: who may, what is decided, and what the audit trail says."""

from collections.abc import Sequence

from incidents.settling import decisions, questions
from incidents.settling.tables import GroupingActRow
from incidents.timeline import repository
from incidents.timeline.tables import IncidentRow
from mapserver.core.services import Services
from telemetry.access import Principal, visibility
from telemetry.audit import service as audit
from telemetry.cities import City
from telemetry.messages import Message
from telemetry.store import Work


class GroupingDesk:
    """Decisions of one person in one unit of work. Every method raises NotFound for what the person may not see."""

    def __init__(self, parts: Services, work: Work, by: Principal) -> None:
        self._work = work
        self._by = by
        self._now = parts.clock.now()

    def answer(self, question_id: str, *, same: bool) -> GroupingActRow:
        """Say whether the incidents of an open question are one."""
        question = questions.get(self._work.session, question_id, visibility(self._by))
        one = self._incident(question.a)
        other = self._incident(question.b)
        act = decisions.answer(self._work, question, one, other, same=same, by=self._by.name, now=self._now)
        return self._recorded("answer_question", one, act)

    def join(self, incident_id: str, other_id: str, reason: str) -> GroupingActRow:
        """Say that two incidents are one. Raises BadInput, Conflict."""
        one = self._incident(incident_id)
        other = self._incident(other_id)
        act = decisions.join(self._work, one, other, by=self._by.name, reason=reason, now=self._now)
        return self._recorded("join_incidents", one, act)

    def part(self, incident_id: str, other_id: str, reason: str) -> GroupingActRow:
        """Say that two incidents are never one. Raises BadInput, Conflict."""
        one = self._incident(incident_id)
        other = self._incident(other_id)
        act = decisions.part(self._work, one, other, by=self._by.name, reason=reason, now=self._now)
        return self._recorded("part_incidents", one, act)

    def split(self, incident_id: str, observation_ids: Sequence[str], reason: str) -> GroupingActRow:
        """Say that some observations tell of something else. Raises BadInput."""
        row = self._incident(incident_id)
        act = decisions.split(self._work, row, observation_ids, by=self._by.name, reason=reason, now=self._now)
        return self._recorded("split_incident", row, act)

    def move(self, incident_id: str, observation_ids: Sequence[str], to: str, reason: str) -> GroupingActRow:
        """Say that some observations tell of another incident. Raises BadInput, Conflict."""
        row = self._incident(incident_id)
        other = self._incident(to)
        act = decisions.move(self._work, row, observation_ids, other, by=self._by.name, reason=reason, now=self._now)
        return self._recorded("move_observations", row, act)

    def undo(self, incident_id: str, act_id: str) -> GroupingActRow:
        """Take a decision back."""
        row = self._incident(incident_id)
        act = decisions.undo(self._work, row, act_id, by=self._by.name, now=self._now)
        return self._recorded("undo_grouping", row, act)

    def _incident(self, incident_id: str) -> IncidentRow:
        return repository.get(self._work.session, incident_id, visibility(self._by))

    def _recorded(self, action: str, row: IncidentRow, act: GroupingActRow) -> GroupingActRow:
        said = Message.from_json(act.message)
        city = City(row.city)
        audit.record(self._work.session, self._by, action, f"incident {row.id}", city=city, at=self._now, detail=said)
        return act
