"""What one pre-flight check says of one flight. Decides nothing itself."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Self

from mission.checks.data_versions import version_words
from mission.checks.titles import title_of
from telemetry.messages import Message, as_message


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

    @classmethod
    def block_if(cls, condition: bool) -> "Level":
        """Block where the condition holds, else warn."""
        if condition:
            return cls.BLOCK
        return cls.WARN


@dataclass(frozen=True)
class Verdict:
    """One check's answer."""

    check: str
    """The check's short name, such as `height` or `zones`; the same for every flight."""
    level: Level
    rule: Message
    """What it is measured by: the regulation and its point, or the town's own setting."""
    message: Message
    """One sentence for the pilot, with the numbers that matter and their units."""
    clears: Message | None = None
    """What would clear it, as something to do; None for a pass."""
    numbers: dict[str, Any] = field(default_factory=dict)
    """What was compared with what, units in the names; JSON-ready."""
    data_version: str = ""
    """The data it stands on: zone set, terrain, weather and their ages."""
    subject: str = ""
    """What an acknowledgement or a permit must name to clear it: a zone's identifier, say."""
    unknown: bool = False
    """Whether it could not be judged, as its data were not there."""
    titled: Message | None = None
    """What it asks about, for readers; None for that of its check."""

    @property
    def title(self) -> Message:
        """What it asks about, for readers."""
        return self.titled or title_of(self.check)

    @property
    def stands_in_the_way(self) -> bool:
        """Whether a flight with this verdict may not be scheduled."""
        return self.level in (Level.ACKNOWLEDGE, Level.PERMIT, Level.BLOCK)

    def to_row(self) -> dict[str, Any]:
        """For the database: messages as codes and parameters, so that each reader is told in their language."""
        return {
            "check": self.check,
            "title": self.title.to_json(),
            "level": self.level.value,
            "rule": self.rule.to_json(),
            "message": self.message.to_json(),
            "clears": None if self.clears is None else self.clears.to_json(),
            "numbers": self.numbers,
            "data_version": self.data_version,
            "subject": self.subject,
        }

    @classmethod
    def from_row(cls, kept: Mapping[str, Any]) -> Self:
        """The verdict that `to_row` wrote; one that was kept before there were codes is shown as written."""
        title = kept.get("title")
        clears = kept["clears"]
        return cls(
            check=kept["check"],
            level=Level(kept["level"]),
            rule=as_message(kept["rule"]),
            message=as_message(kept["message"]),
            clears=as_message(clears) if clears else None,
            numbers=kept["numbers"],
            data_version=kept["data_version"],
            subject=kept["subject"],
            titled=as_message(title) if title else None,
        )

    def as_json(self) -> dict[str, Any]:
        """For the API and the command line, in the language of the present request or command.

        `code` and `params` are those of `message`.
        """
        return {
            "check": self.check,
            "title": self.title.text(),
            "level": self.level.value,
            "rule": self.rule.text(),
            "message": self.message.text(),
            **self.message.to_json(),
            "clears": "" if self.clears is None else self.clears.text(),
            "numbers": self.numbers,
            "data_version": self.data_version,
            "data_words": version_words(self.data_version).text(),
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
    said: Message
    """Who gave it and when, for the message."""


def acknowledged(verdicts: Iterable[Verdict], given: Iterable[Acknowledgement]) -> list[Verdict]:
    """The verdicts with those passed that were acknowledged on the very data they stand on."""
    words = {(one.check, one.subject, one.data_version): one.said for one in given}
    return [_passed(verdict, words.get((verdict.check, verdict.subject, verdict.data_version))) for verdict in verdicts]


def _passed(verdict: Verdict, said: Message | None) -> Verdict:
    if verdict.level is not Level.ACKNOWLEDGE or said is None:
        return verdict
    message = Message("checks.verdict_acknowledged", verdict=verdict.message, said=said)
    return replace(verdict, level=Level.PASS, message=message, clears=None)
