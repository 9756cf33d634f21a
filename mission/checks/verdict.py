"""What one pre-flight check says of one flight. Decides nothing itself."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from mission.checks.titles import title_of


class Level(StrEnum):
    """How much a verdict stands in the way, least first."""

    PASS = "pass"  # noqa: S105
    """Nothing to do."""
    WARN = "warn"
    """Worth knowing; the pilot decides."""
    ACKNOWLEDGE = "acknowledge"
    """Flown only once the pilot has said, by name, that the condition is met."""
    PERMIT = "permit"
    """Flown only with a stored permit that covers place, height and time."""
    BLOCK = "block"
    """Not flown until what it names has changed."""


@dataclass(frozen=True)
class Verdict:
    """One check's answer."""

    check: str
    """The check's short name, such as `height` or `zones`; the same for every flight."""
    level: Level
    rule: str
    """What it is measured by: the regulation and its point, or the town's own setting."""
    message: str
    """One sentence for the pilot, with the numbers that matter and their units."""
    clears: str = ""
    """What would clear it, as something to do; empty for a pass."""
    numbers: dict[str, Any] = field(default_factory=dict)
    """What was compared with what, units in the names; JSON-ready."""
    data_version: str = ""
    """The data it stands on: zone set, terrain, weather and their ages."""
    subject: str = ""
    """What an acknowledgement or a permit must name to clear it: a zone's identifier, say."""
    unknown: bool = False
    """Whether it could not be judged, as its data were not there."""
    title: str = ""
    """What it asks about, for readers; that of its check where it is left out."""

    def __post_init__(self) -> None:
        if not self.title:
            object.__setattr__(self, "title", title_of(self.check))

    @property
    def stands_in_the_way(self) -> bool:
        """Whether a flight with this verdict may not be scheduled."""
        return self.level in (Level.ACKNOWLEDGE, Level.PERMIT, Level.BLOCK)

    def as_json(self) -> dict[str, Any]:
        """For the API, the database and the command line."""
        return {
            "check": self.check,
            "title": self.title,
            "level": self.level.value,
            "rule": self.rule,
            "message": self.message,
            "clears": self.clears,
            "numbers": self.numbers,
            "data_version": self.data_version,
            "subject": self.subject,
        }


def in_the_way(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Those that keep a flight from being scheduled."""
    return [verdict for verdict in verdicts if verdict.stands_in_the_way]


def worst(verdicts: Iterable[Verdict]) -> Level:
    """The gravest level among them; a pass when there are none."""
    order = list(Level)
    return max((verdict.level for verdict in verdicts), key=order.index, default=Level.PASS)


@dataclass(frozen=True)
class Acknowledgement:
    """A pilot's word that a verdict's condition is met."""

    check: str
    subject: str
    data_version: str
    said: str
    """Who gave it and when, for the message."""


def acknowledged(verdicts: Iterable[Verdict], given: Iterable[Acknowledgement]) -> list[Verdict]:
    """The verdicts with those passed that were acknowledged on the very data they stand on."""
    words = {(one.check, one.subject, one.data_version): one.said for one in given}
    return [_passed(verdict, words.get((verdict.check, verdict.subject, verdict.data_version))) for verdict in verdicts]


def _passed(verdict: Verdict, said: str | None) -> Verdict:
    if verdict.level is not Level.ACKNOWLEDGE or said is None:
        return verdict
    return replace(verdict, level=Level.PASS, message=f"{verdict.message} ({said})", clears="")
