"""What the API answers of procedures."""

from typing import ClassVar

from incidents.procedures.values import StepOutcome
from mapserver.web.schemas import Answer, Json, Utc


class StepChoice(Answer):
    """One answer that a step can be given."""

    name: str
    text: str


class StepContact(Answer):
    """Whom to call."""

    who: str
    phone: str


class StepFacts(Answer):
    """One step of a procedure."""

    id: str
    text: str
    """In the language of the request, as far as the town's file has it."""
    mandatory: bool
    """Whether skipping it needs a reason, of which the supervisors are told."""
    answers: list[StepChoice]
    """None for a step that is ticked."""
    call: StepContact | None


class StepAnswer(StepFacts):
    """One step and what became of it."""

    outcome: StepOutcome | None
    """Null while it is open."""
    answer: str | None
    reason: str
    """Why it was skipped."""
    who: str | None
    at: Utc | None


class ChecklistAnswer(Answer):
    """The procedure of one incident, as far as it applies after what was answered."""

    EXAMPLE: ClassVar[Json] = {
        "procedure": "fire",
        "title": "Fire",
        "steps": [
            {
                "id": "brigade",
                "text": "Firefighters",
                "mandatory": True,
                "answers": [],
                "call": {"who": "Fire brigade", "phone": "112"},
                "outcome": "done",
                "answer": None,
                "reason": "",
                "who": "ilze",
                "at": "2026-11-30T21:41:00Z",
            }
        ],
    }

    procedure: str | None
    """Null where its category has none."""
    title: str | None
    steps: list[StepAnswer]


class ProcedureStep(StepFacts):
    """One step as the town's file has it."""

    when: dict[str, str]
    """Answers of earlier steps with which it is done."""


class ProcedureAnswer(Answer):
    """A procedure as the town's file has it."""

    name: str
    title: str
    categories: list[str]
    steps: list[ProcedureStep]


class SkippedStep(Answer):
    """A mandatory step that was skipped."""

    incident_id: str
    city: str
    title: str
    """Of the incident."""
    procedure: str
    step: str
    text: str
    """What the step said then, in the town's language."""
    reason: str
    who: str
    at: Utc
