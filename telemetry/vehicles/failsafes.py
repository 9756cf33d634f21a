"""What a vehicle does by itself when something goes wrong, as values and in words. Reads no parameters."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from telemetry.messages import Message


class Cause(StrEnum):
    """What goes wrong."""

    LINK_LOSS = "link loss"
    LOW_BATTERY = "low battery"
    CRITICAL_BATTERY = "critical battery"
    POSITION_LOSS = "position loss"
    FENCE_BREACH = "fence breach"


class Reaction(StrEnum):
    """What the vehicle does then."""

    NOTHING = "does nothing"
    WARNS = "only warns"
    CONTINUES = "goes on with the mission"
    HOLDS = "stops and holds its place"
    RETURNS = "flies home"
    RETRACES = "flies back along its way, or home"
    LANDS = "lands where it is"
    BRAKES = "stops, or lands where it cannot"
    DRIFTS = "keeps its height and drifts with the wind"
    STOPS_MOTORS = "stops its motors and falls"
    UNKNOWN = "is not known to do anything"


PASSIVE = frozenset({Reaction.NOTHING, Reaction.WARNS, Reaction.CONTINUES, Reaction.UNKNOWN})
"""Nothing that would bring it down or home."""


@dataclass(frozen=True)
class Failsafe:
    """One reaction."""

    cause: Cause
    reaction: Reaction
    after_s: float | None = None
    """Seconds from the beginning of the trouble; None where it is at once, or not known."""
    below: float | None = None
    """Of a battery: the charge left or the voltage under which it acts."""
    below_unit: str = ""
    """"%" or "V"."""
    parameter: str = ""
    """Where it is set."""

    @property
    def reaction_words(self) -> Message:
        """What it does, as the end of a sentence."""
        return Message(f"failsafes.reactions.{self.reaction.name.lower()}")

    @property
    def words(self) -> Message:
        """One sentence, such as "On link loss, after 10 s, it flies home (NAV_DLL_ACT)."."""
        details = []
        if self.below is not None:
            details.append(Message("failsafes.below", below=self.below, unit=self.below_unit))
        if self.after_s is not None:
            details.append(Message("failsafes.after", after_s=self.after_s))
        where = ""
        if self.parameter:
            where = f" ({self.parameter})"
        said = {
            "cause": Message(f"failsafes.causes.{self.cause.name.lower()}"),
            "reaction": self.reaction_words,
            "where": where,
        }
        if details:
            return Message("failsafes.detailed", details=details, **said)
        return Message("failsafes.sentence", **said)

    def as_json(self) -> dict[str, Any]:
        """For pages and the API; seconds, and the unit beside the threshold."""
        return {
            "cause": self.cause.value,
            "reaction": self.reaction.value,
            "reaction_words": self.reaction_words.text(),
            "after_s": self.after_s,
            "below": self.below,
            "below_unit": self.below_unit,
            "parameter": self.parameter,
            "words": self.words.text(),
        }


@dataclass(frozen=True)
class Failsafes:
    """All that was read."""

    reactions: tuple[Failsafe, ...]
    """One for each cause."""
    fence_enforced: bool | None
    """Whether a fence on board stops it; None when that could not be read."""
    fence_setting: str = ""
    """The parameter, and its value, by which the fence is not enforced; empty where it is."""
    return_height_m: float | None = None
    """Metres above home at which it flies home, if it is lower then; 0: as high as it is; None: could not be read."""

    def on(self, cause: Cause) -> Failsafe:
        """The reaction to one cause."""
        return next(one for one in self.reactions if one.cause is cause)

    @property
    def unread(self) -> int:
        """How many of the settings could not be read, or have a value that nobody knows."""
        reactions = sum(one.reaction is Reaction.UNKNOWN for one in self.reactions)
        return reactions + (self.fence_enforced is None)

    @property
    def passive(self) -> tuple[Failsafe, ...]:
        """Those by which the vehicle does nothing: each asks for a yes before take-off.

        A low battery that is only warned of does not, where a critical one brings it down; nor does a fence that is
        not enforced, which is a check of its own.
        """
        found = []
        for one in self.reactions:
            if one.reaction not in PASSIVE or one.cause is Cause.FENCE_BREACH:
                continue
            if one.cause is Cause.LOW_BATTERY and self.on(Cause.CRITICAL_BATTERY).reaction not in PASSIVE:
                continue
            found.append(one)
        return tuple(found)

    @property
    def words(self) -> tuple[Message, ...]:
        """Sentences for the pilot, one for each cause, and the return height."""
        sentences = [one.words for one in self.reactions]
        if self.return_height_m == 0:
            sentences.append(Message("failsafes.flies_home_as_high"))
        elif self.return_height_m is not None:
            sentences.append(Message("failsafes.flies_home_at", height_m=self.return_height_m))
        return tuple(sentences)

    def unenforced_fence(self) -> Message | None:
        """What is wrong, and what to do, where a fence on board would be flown through; None where it would not."""
        if self.fence_enforced is None:
            return Message("failsafes.fence_not_read")
        if self.fence_enforced:
            return None
        parameter = self.fence_setting.split()[0]
        return Message("failsafes.fence_not_enforced", setting=self.fence_setting, parameter=parameter)

    def as_json(self) -> dict[str, Any]:
        """For pages and the API."""
        return {
            "reactions": [one.as_json() for one in self.reactions],
            "fence_enforced": self.fence_enforced,
            "fence_setting": self.fence_setting,
            "return_height_m": self.return_height_m,
            "needs_yes": [one.cause.value for one in self.passive],
        }
