"""A procedure, and which of its steps are to be done given what was answered. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from telemetry.messages import Message


class StepOutcome(StrEnum):
    """What became of a step."""

    DONE = "done"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class CallContact:
    """Whom to call."""

    who: Message
    phone: str


@dataclass(frozen=True)
class Step:
    """One thing to do, or to ask."""

    id: str
    text: Message
    mandatory: bool = False
    answers: Mapping[str, Message] = field(default_factory=dict)
    """What can be answered, by name; none for a step that is ticked."""
    when: Mapping[str, str] = field(default_factory=dict)
    """Answers of earlier steps with which it is done."""
    call: CallContact | None = None


@dataclass(frozen=True)
class IncidentProcedure:
    """What is done about incidents of some categories."""

    name: str
    title: Message
    categories: tuple[str, ...]
    steps: tuple[Step, ...]

    def step(self, step_id: str) -> Step | None:
        """The step with this id."""
        return next((step for step in self.steps if step.id == step_id), None)

    def applying(self, answers: Mapping[str, str | None]) -> list[Step]:
        """The steps that are to be done, given the `answers` so far by the step's id."""
        return [step for step in self.steps if all(answers.get(of) == said for of, said in step.when.items())]


Procedures = dict[str, IncidentProcedure]
"""By name, in the order of the file."""


def procedure_for(procedures: Procedures, category: str) -> IncidentProcedure | None:
    """The procedure for incidents of `category`."""
    return next((one for one in procedures.values() if category in one.categories), None)
