"""When evidence is due to go: footage off body cameras, clips, recordings. Pure: forgets nothing.

How long is kept follows from town, purpose, source and category; of several the longest counts, from when it was
recorded on. What is in a case or held is never due. What was put in the queue for deletion can be taken out of it for
seven days, so it goes no sooner.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from incidents.retention.policy import KeepEvidence, RetentionPolicy
from telemetry.cities import City
from telemetry.clock import iso_or_none
from telemetry.errors import BadInput
from telemetry.messages import Message
from telemetry.observations.values import Name, UtcTime
from telemetry.validation import explain

UNDO = timedelta(days=7)
"""So long something in the queue for deletion can be taken out of it."""
MOST_CATEGORIES = 100


class EvidenceHistory(BaseModel):
    """What of a piece of evidence decides when it is due."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: Name | int
    town: City
    purpose: Name
    source: Name
    """`KIND:ID` such as `body_camera:BC-1`, a kind, or an id."""
    recorded_at: UtcTime
    categories: Annotated[tuple[Name, ...], Field(max_length=MOST_CATEGORIES)] = ()
    case: Any = None
    """The case, or the cases, that it is in; anything empty for none."""
    hold: Any = None
    """Who or what holds it; anything empty, or false, for nobody."""
    queued_at: UtcTime | None = None
    """When it was put in the queue for deletion."""

    @field_validator("categories", mode="before")
    @classmethod
    def _none_is_empty(cls, given: object) -> object:
        return given or ()


@dataclass(frozen=True)
class EvidenceDue:
    """When a piece of evidence is due, and why."""

    id: str | int
    due_at: datetime | None
    """UTC: from when on it is put in the queue for deletion; of what is there already: when it goes for good. None
    while it stays."""
    because: Message

    def public(self) -> dict[str, Any]:
        """JSON-ready."""
        return {"id": self.id, "due_at": iso_or_none(self.due_at), "because": self.because.text()}


def read_history(raw: object) -> EvidenceHistory:
    """The history that JSON says. Raises BadInput naming the field."""
    if isinstance(raw, Mapping) and isinstance(raw.get("source"), Mapping):
        source = raw["source"]
        raw = {**raw, "source": f"{source.get('kind')}:{source.get('id')}"}
    try:
        return EvidenceHistory.model_validate(raw)
    except ValidationError as error:
        raise BadInput(explain(error)) from error


def due(policy: RetentionPolicy, history: EvidenceHistory) -> EvidenceDue:
    """When it is due by `policy`."""
    if history.case:
        return EvidenceDue(history.id, None, Message("retention.in_case", case=str(history.case)[:200]))
    if history.hold:
        return EvidenceDue(history.id, None, Message("retention.held"))
    kept = _longest(policy, history)
    kept_until = history.recorded_at + timedelta(days=kept.days)
    because = Message("retention.kept", days=kept.days, rule=kept.named)
    if history.queued_at is None:
        return EvidenceDue(history.id, _not_sooner(kept_until), because)
    undone_until = history.queued_at + UNDO
    if undone_until > kept_until:
        because = Message("retention.undo", days=UNDO.days, queued_at=history.queued_at)
    return EvidenceDue(history.id, _not_sooner(max(kept_until, undone_until)), because)


def _not_sooner(moment: datetime) -> datetime:
    """The first whole millisecond from `moment` on: more is not written down, and nothing goes early."""
    return moment + timedelta(microseconds=-moment.microsecond % 1000)


def _longest(policy: RetentionPolicy, history: EvidenceHistory) -> KeepEvidence:
    """The entry that keeps it longest of those that match; the pictures' days of its town and purpose without one."""
    matching = [one for one in policy.evidence if _matches(one, history)]
    if matching:
        return max(matching, key=lambda one: one.days)
    return KeepEvidence(days=policy.keep_for(history.town, history.purpose).picture_days)


def _matches(entry: KeepEvidence, history: EvidenceHistory) -> bool:
    kind, _, source_id = history.source.partition(":")
    return (
        entry.city in (None, history.town)
        and entry.purpose in (None, history.purpose)
        and entry.source in (None, history.source, kind, source_id)
        and (entry.category is None or entry.category in history.categories)
    )
